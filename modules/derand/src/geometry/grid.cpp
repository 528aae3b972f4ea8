// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"
#include "grid.hpp"

namespace cv { namespace derand {

CyclicRange Axis::affected(const Range& pixels) const
{
    const CyclicRange none = {0, 0};
    if (pixels.start >= pixels.end)
        return none;
    CV_DbgAssert(0 <= pixels.start && pixels.end <= length);

    // Bands that start in [low, high] meet the interval; low < 0 means length + low, where only bands that wrap around start.
    const int low = pixels.start - width + 1, high = std::min(pixels.end, starts) - 1;
    const CyclicRange all = {0, count()};
    if (high - low + 1 >= length)
        return all;
    const int head = high / stride + 1; // positions that start in [0, high]
    if (low >= 0)
    {
        const int first = (low + stride - 1) / stride;
        const CyclicRange w = {first, head - first};
        return w.length > 0 ? w : none;
    }
    const int first = (length + low + stride - 1) / stride;
    const int tail = std::max(0, count() - first);
    const CyclicRange w = {tail > 0 ? first : 0, tail + head};
    return w;
}

static Axis makeAxis(int length, bool ablated, const Ablation& ablation)
{
    const int width = ablated ? ablation.width : length;
    // Any stride beyond the length leaves one position.
    const Axis axis = {length, width, ablated ? std::min(ablation.stride, length) : length, ablation.wrap ? length : length - width + 1};
    return axis;
}

Grid::Grid(const Ablation& a)
{
    const Size size = a.inputSize;
    if (size.width < 1 || size.height < 1 || std::max(size.width, size.height) > MAX_SIDE)
        CV_Error_(Error::StsOutOfRange, ("Ablation::inputSize is %d x %d, both sides must be 1 to %d: "
                "set it to the size of the network input", size.width, size.height, MAX_SIDE));
    if (a.type != ABLATION_COLUMN && a.type != ABLATION_ROW && a.type != ABLATION_BLOCK)
        CV_Error_(Error::StsBadArg, ("Ablation::type is %d, expected ABLATION_COLUMN (%d), "
                "ABLATION_ROW (%d) or ABLATION_BLOCK (%d)", a.type, (int)ABLATION_COLUMN,
                (int)ABLATION_ROW, (int)ABLATION_BLOCK));
    const int longest = a.type == ABLATION_COLUMN ? size.width
            : a.type == ABLATION_ROW              ? size.height
                                                  : std::min(size.width, size.height);
    if (a.width < 1 || a.width > longest)
        CV_Error_(Error::StsOutOfRange, ("Ablation::width is %d, expected 1 to %d for an input of %d x %d",
                a.width, longest, size.width, size.height));
    if (a.stride < 1)
        CV_Error_(Error::StsOutOfRange, ("Ablation::stride is %d, expected 1 or more", a.stride));
    x = makeAxis(size.width, a.type != ABLATION_ROW, a);
    y = makeAxis(size.height, a.type != ABLATION_COLUMN, a);
    if ((int64)x.count() * y.count() > MAX_ABLATIONS)
        CV_Error_(Error::StsOutOfRange, ("%d x %d ablations are too many, expected at most %d: use a larger "
                "Ablation::stride", x.count(), y.count(), MAX_ABLATIONS));
}

}} // namespace cv::derand
