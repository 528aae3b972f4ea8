// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"
#include "grid.hpp"

namespace cv { namespace derand {

Ablation::Ablation() : type(ABLATION_COLUMN), width(0), stride(1), wrap(true) {}

Ablation::Ablation(int type_, int width_, const Size& inputSize_, int stride_, bool wrap_)
    : type(type_), width(width_), inputSize(inputSize_), stride(stride_), wrap(wrap_)
{}

int Ablation::count() const { return Grid(*this).count(); }

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
    const CyclicRange wx = grid.x.affected(Range(inside.x, inside.x + inside.width));
    const CyclicRange wy = grid.y.affected(Range(inside.y, inside.y + inside.height));
    for (int j = 0; j < wy.length; j++)
        for (int i = 0; i < wx.length; i++)
            indices.push_back((wy.start + j) % grid.y.count() * grid.x.count() + (wx.start + i) % grid.x.count());
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
