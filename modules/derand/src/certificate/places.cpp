// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"
#include "places.hpp"

#include <map>

namespace cv { namespace derand {

/* The ranges of one part, each once, and for each location the number of its range. */
static std::vector<int> locate(const FrameAxis& frame, const Axis& axis, int patch, std::vector<CyclicRange>& ranges)
{
    std::vector<int> index;
    patch = std::min(patch, frame.frameLength);
    index.reserve(frame.frameLength - patch + 1);
    int last[] = {-1, -1}; // range of the last patch that touched nothing, and of the last that touched any ablation
    Range pixels(-1, -1);
    for (int a = 0; a + patch <= frame.frameLength; a++)
    {
        const Range touched = frame.touched(a, a + patch);
        if (touched == pixels) // true of most locations, since frames have more pixels than the network input
        {
            index.push_back(index.back());
            continue;
        }
        pixels = touched;
        const CyclicRange w = axis.affected(pixels);
        int& i = last[w.length > 0];
        if (i < 0 || w.start != ranges[i].start || w.length != ranges[i].length)
        {
            i = (int)ranges.size();
            ranges.push_back(w);
        }
        index.push_back(i);
    }
    return index;
}

Locations::Locations(const std::vector<Part>& all, bool vertical, int patch) : parts(all.size())
{
    CV_Assert(parts > 0);
    std::vector<std::vector<CyclicRange> > ofPart(parts);
    std::vector<std::vector<int> > indices;
    for (size_t k = 0; k < parts; k++)
        indices.push_back(locate((*all[k].axes)[vertical], vertical ? all[k].grid->y : all[k].grid->x, patch, ofPart[k]));
    if (parts == 1)
    {
        ranges.swap(ofPart[0]);
        index.swap(indices[0]);
        return;
    }
    std::map<std::vector<int>, int> combinations; // of ranges of the parts
    for (size_t a = 0; a < indices[0].size(); a++)
    {
        std::vector<int> combination;
        for (size_t k = 0; k < parts; k++)
            combination.push_back(indices[k][a]);
        const std::pair<std::map<std::vector<int>, int>::iterator, bool> found = combinations.insert(std::make_pair(combination, count()));
        for (size_t k = 0; k < parts && found.second; k++)
            ranges.push_back(ofPart[k][combination[k]]);
        index.push_back(found.first->second);
    }
}

Places::Places(const std::vector<Part>& all, const Size& patch)
    : parts(all.size()), x(all, false, patch.width), y(all, true, patch.height), mostTouched(0)
{
    const size_t n = (size_t)x.count() * y.count();
    if (n > (size_t)MAX_ABLATIONS)
        CV_Error_(Error::StsOutOfRange, ("a patch touches different ablations at %d x %d places, expected at most %d: join fewer or coarser "
                "ablations", x.count(), y.count(), MAX_ABLATIONS));
    place.reserve(n * parts);
    touched.reserve(n);
    for (int j = 0; j < y.count(); j++)
        for (int i = 0; i < x.count(); i++)
        {
            int ablations = 0, origin = 0;
            for (size_t k = 0; k < parts; k++)
            {
                const CyclicRange &wx = x.of(i)[k], &wy = y.of(j)[k];
                place.push_back(PositionSums::place(*all[k].grid, wx, wy, origin));
                origin += PositionSums::sizeOf(*all[k].grid);
                ablations += wx.length * wy.length;
            }
            touched.push_back(ablations);
            mostTouched = std::max(mostTouched, ablations);
        }
}

}} // namespace cv::derand
