// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"
#include "wide_picture.hpp"
#include "receptive_field.hpp"

namespace cv { namespace derand {

namespace {

const int64 MAX_FLOATS = 1 << 28; // 1 GB

/** What a position of the wide picture reads beyond its own ablation; empty: nothing.
@param wide the picture, for the text
 */
String leakOf(const AxisField& field, const Axis& axis, int count, const String& wide)
{
    if (!field.layer.empty())
        return "its layer " + field.layer + " reads across ablations, or is not known to keep them apart";
    if ((int)field.reads.size() != count)
        return format("it makes scores for %d instead of %d positions of ", (int)field.reads.size(), count) + wide
                + ": its strides do not multiply to Ablation::stride, or it pads or pools along it";
    for (int p = 0; p < count; p++)
    {
        const Range own(p * axis.stride, p * axis.stride + axis.width), read = field.reads[p];
        if (read.start < own.start || read.end > own.end)
            return format("the scores of pixels %d to %d of ", own.start, own.end - 1) + wide
                    + format(" depend on pixels %d to %d: a layer pads, or its kernels are too wide", read.start, read.end - 1);
    }
    return String();
}

} // namespace

Ptr<WidePicture> WidePicture::create(const BaseNet& net, const AblationBlob& strips, const Size& positions, int classes, String& reason)
{
    const AblationBlob layout = strips.neighbours(positions);
    const String wide = format("a picture of %d x %d (width x height)", layout.layout.stripX, layout.layout.stripY);
    if (std::max(layout.floats(), (int64)positions.area() * classes) > MAX_FLOATS)
    {
        reason = wide + " is too large";
        return Ptr<WidePicture>();
    }
    Steps steps(0, 0, 0);
    for (int along = 0; along < 2; along++) // x, y
    {
        const Axis& axis = along ? strips.layout.y : strips.layout.x;
        const int count = along ? positions.height : positions.width, side = (along == 1) != strips.layout.transpose ? 2 : 3;
        if (count == 1)
            continue;                                                                    // the picture is as narrow as one ablation
        AxisField field = fieldOf(net.getNet(), strips.shape(1), side, net.getOutput()); // a strip fits, so this can name a layer
        try
        {
            const SilentLog silent;
            if (field.layer.empty())
                field = fieldOf(net.getNet(), layout.shape(1), side, net.getOutput());
            reason = leakOf(field, axis, count, wide);
        }
        catch (const Exception& e)
        {
            reason = "the net does not take " + wide + ": " + reasonOf(e);
        }
        if (!reason.empty())
            return Ptr<WidePicture>();
        steps[along] = field.inner;
    }
    if (findSteps(classes, positions, steps))
        return Ptr<WidePicture>(new WidePicture(layout, positions, classes, steps));
    reason = "of its output for " + wide + format(", %d classes are not one side", classes);
    return Ptr<WidePicture>();
}

/* Positions and classes are the sides of the output that are not 1, in any order: the step of each is the product of the sides after it.
(How many numbers the output has is checked when it is there: OpenCV 5's new engine rounds the planes of a shape up.) */
bool WidePicture::findSteps(int classes, const Size& positions, Steps& steps)
{
    bool x = positions.width == 1, y = positions.height == 1, c = false; // found
    int64 next = 1;
    for (int side = 0; side < 3; side++)
    {
        if (!x && steps[0] == next)
        {
            x = true;
            next *= positions.width;
        }
        else if (!y && steps[1] == next)
        {
            y = true;
            next *= positions.height;
        }
        else if (!c)
        {
            c = true;
            steps[2] = next;
            next *= classes;
        }
    }
    return x && y && c;
}

WidePicture::WidePicture(const AblationBlob& layout_, const Size& positions_, int classes_, const Steps& steps_)
    : layout(layout_), positions(positions_), classes(classes_), steps(steps_), input(layout_, 1)
{}

Mat WidePicture::score(BaseNet& net, const Mat& planar, int first)
{
    const PlanarAblation all = {planar, first};
    input.write(std::vector<PlanarAblation>(1, all));
    const Mat made = input.forward(net);
    if ((int64)made.total() != (int64)positions.area() * classes)
        CV_Error_(Error::StsUnmatchedSizes, ("the net made %s, expected %d scores for each of %d x %d positions",
                shapeText(made).c_str(), classes, positions.width, positions.height));
    Mat scores(positions.area(), classes, CV_32F);
    const float* from = made.ptr<float>();
    for (int p = 0; p < scores.rows; p++)
        for (int c = 0; c < classes; c++)
            scores.at<float>(p, c) = from[p % positions.width * steps[0] + p / positions.width * steps[1] + c * steps[2]];
    return scores;
}

void WidePicture::useDevice(BaseNet& net, const Mat& image, const Mat& other, double relative)
{
    const PlanarAblation probe = {image, 0}, before = {other, 0};
    input.useDevice(net, std::vector<PlanarAblation>(1, probe), std::vector<PlanarAblation>(1, before), relative);
}

}} // namespace cv::derand
