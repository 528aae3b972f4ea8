// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"
#include "base_net.hpp"

#include "opencv2/core/cuda.hpp"

namespace cv { namespace derand {

String shapeText(InputArray m)
{
    std::vector<int> sizes(m.sizend(0));
    if (!sizes.empty())
        m.sizend(&sizes[0]);
    String text;
    for (size_t i = 0; i < sizes.size(); i++)
        text += format("%s%d", i ? " x " : "", sizes[i]);
    return text.empty() ? String("nothing") : text;
}

// Without one, a dnn with CUDA throws when it is asked for it, and one without CUDA takes the CPU.
static bool haveCudaDevice()
{
    return cuda::getCudaEnabledDeviceCount() > 0; // -1: a driver that does not fit
}

static bool isCuda(int target)
{
    return target == dnn::DNN_TARGET_CUDA || target == dnn::DNN_TARGET_CUDA_FP16;
}

// Classes of an output for n ablations: N x C, or that with sides of 1 beside C; 0: another shape.
static int classesOf(const Mat& scores, int n)
{
    if (scores.dims < 2 || scores.size[0] != n)
        return 0;
    int classes = 1;
    for (int i = 1; i < scores.dims; i++)
        if (scores.size[i] != 1)
        {
            if (classes != 1)
                return 0;
            classes = scores.size[i];
        }
    return classes;
}

BaseNet::BaseNet(const dnn::Net& net_)
    : net(net_), backend(dnn::DNN_BACKEND_DEFAULT), target(dnn::DNN_TARGET_CPU)
{
    if (net.empty())
        CV_Error(Error::StsBadArg, "the net is empty, expected a loaded dnn::Net: check the result of dnn::readNet()");
}

void BaseNet::chooseOutput(const String& name, const std::vector<int>& shape, int labels)
{
    const std::vector<String> outputs = net.getUnconnectedOutLayersNames();
    const std::vector<String>::const_iterator named = std::find(outputs.begin(), outputs.end(), name);
    if (named == outputs.end() && !name.empty())
        CV_Error_(Error::StsBadArg, ("Params::output is '%s', expected an output of the net, one of %s", name.c_str(),
                describeOutputs(outputs, shape, labels).c_str()));
    if (named == outputs.end() && outputs.size() != 1)
        CV_Error_(Error::StsBadArg, ("the net has %d outputs, expected 1, the scores: name it in Params::output, one of %s",
                (int)outputs.size(), describeOutputs(outputs, shape, labels).c_str()));
    output = named == outputs.end() ? outputs[0] : *named;
}

// Their shapes as they come out of a forward pass: declared ones are not kept by every OpenCV.
String BaseNet::describeOutputs(const std::vector<String>& outputs, const std::vector<int>& shape, int labels)
{
    std::vector<Mat> made;
    try
    {
        net.setInput(Mat::zeros((int)shape.size(), &shape[0], CV_32F));
        net.forward(made, outputs);
    }
    catch (const std::exception&)
    {
        made.clear(); // the names will do
    }
    String list;
    std::vector<String> fitting;
    for (size_t i = 0; i < outputs.size(); i++)
    {
        const String scores = i < made.size() ? " (" + shapeText(made[i]) + ")" : String();
        list += (i ? ", '" : "'") + outputs[i] + "'" + scores;
        if (i < made.size() && classesOf(made[i], 1) > 1 && (labels == 0 || classesOf(made[i], 1) == labels))
            fitting.push_back(outputs[i]);
    }
    return fitting.size() == 1 ? list + "; only '" + fitting[0] + "' has the shape of scores"
            + (labels ? format(" of %d classes, as Params::labels names", labels) : String()) : list;
}

void BaseNet::setPreferableBackend(int backendId)
{
    backend = backendId;
    const bool onHost = backendId == dnn::DNN_BACKEND_CUDA && !haveCudaDevice();
    net.setPreferableBackend(onHost ? (int)dnn::DNN_BACKEND_OPENCV : backendId);
}

void BaseNet::setPreferableTarget(int targetId)
{
    target = isCuda(targetId) && !haveCudaDevice() ? (int)dnn::DNN_TARGET_CPU : targetId;
    net.setPreferableTarget(target);
}

bool BaseNet::isCudaTarget() const
{
    return isCuda(target);
}

bool BaseNet::isHalfPrecision() const
{
    return target != dnn::DNN_TARGET_CPU && target != dnn::DNN_TARGET_OPENCL && target != dnn::DNN_TARGET_CUDA;
}

void BaseNet::copyBackendTo(dnn::Net& other) const
{
    const bool onHost = backend == dnn::DNN_BACKEND_CUDA && !haveCudaDevice();
    other.setPreferableBackend(onHost ? (int)dnn::DNN_BACKEND_OPENCV : backend);
    other.setPreferableTarget(target);
}

// What to say if the net takes the blob with its planes last.
String BaseNet::layoutHint(const Mat& blob)
{
    const int shape[] = {blob.size[0], blob.size[2], blob.size[3], blob.size[1]};
    try
    {
        net.setInput(Mat::zeros(4, shape, CV_32F));
        net.forward(output);
    }
    catch (const std::exception&)
    {
        return String();
    }
    return "it takes height x width x planes instead (NHWC, as TensorFlow exports): export it with --inputs-as-nchw of "
           "tf2onnx, or transpose its input first. ";
}

Mat BaseNet::score(const Mat& blob, bool onDevice)
{
    Mat scores;
    try
    {
        if (!onDevice)
            net.setInput(blob);
        scores = net.forward(output);
    }
    catch (const std::exception& e)
    {
        const String reason = reasonOf(e), hint = layoutHint(blob);
        CV_Error_(Error::StsUnmatchedSizes, ("the net failed on an input of %s (ablations x planes x height x width): "
                "%scheck Params::channels, Params::encoding and Ablation::inputSize against what it was trained "
                "with, Params::chunk (1 if it takes one ablation at a time), backend and target. It said: %s",
                shapeText(blob).c_str(), hint.c_str(), reason.c_str()));
    }
    const int n = blob.size[0], classes = scores.empty() ? 0 : classesOf(scores, n);
    if (classes == 0)
        CV_Error_(Error::StsUnmatchedSizes, ("the net made %s of an input of %s, expected one row of scores for each "
                "ablation, %d x classes: cut it after its scores, or set Params::chunk to 1 if it takes one ablation at "
                "a time", shapeText(scores).c_str(), shapeText(blob).c_str(), n));
    Mat copy;
    scores.reshape(1, n).convertTo(copy, CV_32F);
    return copy;
}

}} // namespace cv::derand
