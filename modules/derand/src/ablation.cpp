// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"
#include "grid.hpp"

namespace cv { namespace derand {

Window Axis::affected(const Range& pixels) const
{
    const Window none = {0, 0};
    if (pixels.start >= pixels.end)
        return none;
    CV_DbgAssert(0 <= pixels.start && pixels.end <= length);

    // Bands that start in [low, high] meet the interval; low < 0 means length + low, by wrap-around.
    const int low = pixels.start - width + 1, high = pixels.end - 1;
    const Window all = {0, count()};
    if (high - low + 1 >= length)
        return all;
    const int head = high / stride + 1; // positions that start in [0, high]
    if (low >= 0)
    {
        const int first = (low + stride - 1) / stride;
        const Window w = {first, head - first};
        return w.length > 0 ? w : none;
    }
    const int first = (length + low + stride - 1) / stride;
    const int tail = std::max(0, count() - first);
    const Window w = {tail > 0 ? first : 0, tail + head};
    return w;
}

static Axis makeAxis(int length, bool ablated, const Ablation& ablation)
{
    // A stride beyond the length leaves the same one position.
    const Axis axis = {length, ablated ? ablation.width : length,
                       ablated ? std::min(ablation.stride, length) : length};
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
            : a.type == ABLATION_ROW ? size.height : std::min(size.width, size.height);
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

Ablation::Ablation() : type(ABLATION_COLUMN), width(0), stride(1) {}

Ablation::Ablation(int type_, int width_, const Size& inputSize_, int stride_)
    : type(type_), width(width_), inputSize(inputSize_), stride(stride_)
{
}

int Ablation::count() const
{
    return Grid(*this).count();
}

void Ablation::retained(int index, OutputArray mask) const
{
    const Grid grid(*this);
    if (index < 0 || index >= grid.count())
        CV_Error_(Error::StsOutOfRange, ("index is %d, expected 0 to %d", index, grid.count() - 1));
    if ((int64)inputSize.width * inputSize.height > INT_MAX)
        CV_Error_(Error::StsOutOfRange, ("the mask of an input of %d x %d pixels is too large, expected at most %d pixels",
                inputSize.width, inputSize.height, INT_MAX));
    Mat m = Mat::zeros(inputSize, CV_8UC1);
    const int x0 = index % grid.x.count() * grid.x.stride, y0 = index / grid.x.count() * grid.y.stride;
    for (int v = 0; v < grid.y.width; v++)
        for (int u = 0; u < grid.x.width; u++)
            m.at<uchar>((y0 + v) % grid.y.length, (x0 + u) % grid.x.length) = 255;
    m.copyTo(mask);
}

void Ablation::affected(const Rect& patch, std::vector<int>& indices) const
{
    const Grid grid(*this);
    const Rect inside = patch & Rect(Point(), inputSize);
    indices.clear();
    if (inside.empty())
        return;
    const Window wx = grid.x.affected(Range(inside.x, inside.x + inside.width));
    const Window wy = grid.y.affected(Range(inside.y, inside.y + inside.height));
    for (int j = 0; j < wy.length; j++)
        for (int i = 0; i < wx.length; i++)
            indices.push_back((wy.start + j) % grid.y.count() * grid.x.count()
                    + (wx.start + i) % grid.x.count());
    std::sort(indices.begin(), indices.end());
}

static int maxAffected(const Axis& axis, int patch)
{
    patch = std::min(patch, axis.length);
    int most = 0;
    for (int a = 0; a + patch <= axis.length; a++)
        most = std::max(most, axis.affected(Range(a, a + patch)).length);
    return most;
}

int Ablation::maxAffected(const Size& patch) const
{
    const Grid grid(*this);
    if (patch.width < 1 || patch.height < 1)
        CV_Error_(Error::StsOutOfRange, ("the patch is %d x %d, both sides must be at least 1",
                patch.width, patch.height));
    return derand::maxAffected(grid.x, patch.width) * derand::maxAffected(grid.y, patch.height);
}

}} // namespace cv::derand
