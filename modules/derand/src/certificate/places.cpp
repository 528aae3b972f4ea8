// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"
#include "places.hpp"

namespace cv { namespace derand {

Locations::Locations(const std::vector<Part>& all, bool vertical, int patch) : parts(all.size())
{
    std::vector<const FrameAxis*> frames;
    std::vector<const Axis*> axes;
    for (const Part& part : all)
    {
        frames.push_back(&(*part.axes)[vertical]);
        axes.push_back(vertical ? &part.grid->y : &part.grid->x);
    }
    patch = std::min(patch, frames[0]->frameLength);
    index.reserve(frames[0]->frameLength - patch + 1);
    int last[] = {-1, -1}; // of the last patch that touched nothing, and of the last that touched any ablation
    std::vector<Range> pixels(parts, Range(-1, -1));
    std::vector<CyclicRange> touched(parts);
    for (int a = 0; a + patch <= frames[0]->frameLength; a++)
    {
        bool same = true; // true of most locations, since frames have more pixels than the network input
        for (size_t k = 0; k < parts; k++)
        {
            const Range now = frames[k]->touched(a, a + patch);
            same = same && now == pixels[k];
            pixels[k] = now;
        }
        if (same)
        {
            index.push_back(index.back());
            continue;
        }
        bool any = false;
        for (size_t k = 0; k < parts; k++)
        {
            touched[k] = axes[k]->affected(pixels[k]);
            any = any || touched[k].length > 0;
        }
        int& i = last[any];
        if (i < 0 || !std::equal(touched.begin(), touched.end(), of(i)))
        {
            i = count();
            ranges.insert(ranges.end(), touched.begin(), touched.end());
        }
        index.push_back(i);
    }
}

Places::Places(const std::vector<Part>& all, const Size& patch)
    : parts(all.size()), x(all, false, patch.width), y(all, true, patch.height), mostTouched(0)
{
    const size_t n = (size_t)x.count() * y.count();
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
