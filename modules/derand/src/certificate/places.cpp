// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"
#include "places.hpp"

namespace cv { namespace derand {

Locations::Locations(const FrameAxis& frame, const Axis& axis, int patch)
{
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
}

bool Locations::touch() const
{
    return std::any_of(ranges.begin(), ranges.end(), [](const CyclicRange& w) { return w.length > 0; });
}

Places::Places(const Grid& grid, const std::vector<FrameAxis>& axes, const Size& patch)
    : x(axes[0], grid.x, patch.width), y(axes[1], grid.y, patch.height), mostTouched(0)
{
    place.reserve(x.ranges.size() * y.ranges.size());
    touched.reserve(place.capacity());
    for (const CyclicRange& wy : y.ranges)
        for (const CyclicRange& wx : x.ranges)
        {
            place.push_back(PositionSums::place(grid, wx, wy));
            touched.push_back(wx.length * wy.length);
            mostTouched = std::max(mostTouched, touched.back());
        }
}

}} // namespace cv::derand
