// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"
#include "base_net.hpp"
#include "dnn_layers.hpp"

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

// Without a device, a dnn built with CUDA throws when asked for CUDA, and one built without it uses the CPU.
static bool haveCudaDevice()
{
    return cuda::getCudaEnabledDeviceCount() > 0; // -1: unsuitable driver
}

static bool isCuda(int target) { return target == dnn::DNN_TARGET_CUDA || target == dnn::DNN_TARGET_CUDA_FP16; }

// Number of classes in an output for n ablations: N x C, possibly with additional sides of 1; 0: another shape.
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

// Those of all encodings and numbers of channels, the usual ones first: dnn also accepts 1 plane for a depthwise net of 3.
static const int USUAL_PLANES[] = {3, 6, 1, 2, 4, 5, 7, 8, 9};

static Mutex& logMutex()
{
    static Mutex mutex;
    return mutex;
}

SilentLog::SilentLog() : lock(logMutex()), level(utils::logging::setLogLevel(utils::logging::LOG_LEVEL_SILENT)) {}

SilentLog::~SilentLog() { utils::logging::setLogLevel(level); }

BaseNet::BaseNet(const dnn::Net& net_) : net(net_), backend(dnn::DNN_BACKEND_DEFAULT), target(dnn::DNN_TARGET_CPU), winograd(false)
{
    if (net.empty())
        CV_Error(Error::StsBadArg, "the net is empty, expected a loaded dnn::Net: check the result of dnn::readNet()");
#if CV_VERSION_MAJOR >= 5 || CV_VERSION_MINOR >= 7
#if CV_VERSION_MAJOR >= 5
    if (net.getMainGraph()) // has no such algorithm
        return;
#endif
    for (const String& name : net.getLayerNames())
    {
        const Ptr<dnn::ConvolutionLayer> layer = net.getLayer(net.getLayerId(name)).dynamicCast<dnn::ConvolutionLayer>();
        winograd = winograd || (layer && layer->useWinograd);
    }
#endif
}

void BaseNet::chooseOutput(const String& name, const std::vector<int>& shape, int labels)
{
    const std::vector<String> outputs = net.getUnconnectedOutLayersNames();
    const std::vector<String>::const_iterator named = std::find(outputs.begin(), outputs.end(), name);
    if (named == outputs.end() && !name.empty())
        CV_Error_(Error::StsBadArg, ("Params::output is '%s', expected an output of the net, one of %s", name.c_str(),
                describeOutputs(outputs, shape, labels).c_str()));
    if (named == outputs.end() && outputs.size() != 1)
        CV_Error_(Error::StsBadArg, ("the net has %d outputs: name the one with the scores in Params::output, one of %s",
                (int)outputs.size(), describeOutputs(outputs, shape, labels).c_str()));
    output = named == outputs.end() ? outputs[0] : *named;
}

// With their shapes from a forward pass, since not every OpenCV keeps the declared ones.
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
        made.clear(); // list the names only
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
                    + (labels ? format(" of %d classes, as Params::labels names", labels) : String())
                               : list;
}

void BaseNet::setPreferableBackend(int backendId)
{
    backend = backendId;
    net.setPreferableBackend(usableBackend());
}

void BaseNet::setPreferableTarget(int targetId)
{
    target = isCuda(targetId) && !haveCudaDevice() ? (int)dnn::DNN_TARGET_CPU : targetId;
    net.setPreferableTarget(target);
}

bool BaseNet::isCudaTarget() const { return isCuda(target); }

bool BaseNet::isHalfPrecision() const
{
    return target != dnn::DNN_TARGET_CPU && target != dnn::DNN_TARGET_OPENCL && target != dnn::DNN_TARGET_CUDA;
}

int BaseNet::usableBackend() const { return isCudaAskedFor() && !haveCudaDevice() ? (int)dnn::DNN_BACKEND_OPENCV : backend; }

void BaseNet::copyBackendTo(dnn::Net& other) const
{
    other.setPreferableBackend(usableBackend());
    other.setPreferableTarget(target);
}

bool BaseNet::takes(const Mat& blob)
{
    try
    {
        net.setInput(blob);
        net.forward(output);
        return true;
    }
    catch (const std::exception&)
    {
        return false;
    }
}

// What the net takes instead of a blob of this shape, if that can easily be found out.
String BaseNet::inputHint(const Mat& blob)
{
    const SilentLog silent;
    const int last[] = {blob.size[0], blob.size[2], blob.size[3], blob.size[1]};
    String hint;
    if (takes(Mat::zeros(4, last, CV_32F)))
        hint = String("it takes ") + NHWC_HINT + ". ";
    for (int planes : USUAL_PLANES)
    {
        const int other[] = {blob.size[0], planes, blob.size[2], blob.size[3]};
        if (hint.empty() && planes != blob.size[1] && takes(Mat::zeros(4, other, CV_32F)))
            hint = format("it takes %d planes of this size, not the %d that these settings write: ", planes, blob.size[1]);
    }
    return hint;
}

void BaseNet::setWinograd(bool allow)
{
    CV_UNUSED(allow);
#if CV_VERSION_MAJOR >= 5 || CV_VERSION_MINOR >= 7
    if (winograd)
        net.enableWinograd(allow);
#endif
}

Mat BaseNet::forward(const Mat& blob, bool onDevice)
{
    if (!onDevice)
        net.setInput(blob);
    Mat copy;
    net.forward(output).convertTo(copy, CV_32F);
    return copy;
}

Mat BaseNet::score(const Mat& blob, bool onDevice)
{
    Mat scores;
    try
    {
        scores = forward(blob, onDevice);
    }
    catch (const std::exception& e)
    {
        const String reason = reasonOf(e), hint = inputHint(blob);
        CV_Error_(Error::StsUnmatchedSizes, ("the net failed on an input of %s (ablations x planes x height x width): "
                "%scheck Params::channels, Params::encoding and Ablation::inputSize against what it was trained "
                "with, Params::chunk (1 if it takes one ablation at a time), backend and target. It said: %s",
                shapeText(blob).c_str(), hint.c_str(), reason.c_str()));
    }
    const int n = blob.size[0], classes = scores.empty() ? 0 : classesOf(scores, n);
    if (classes == 0)
    {
        const int pictures = scores.empty() || scores.size[0] % n ? 0 : scores.size[0] / n; // for each ablation
        const String hint = pictures > 1 && blob.size[1] % pictures == 0
                ? format("it seems to take %d planes, not the %d that "
                         "these settings write: check Params::channels and Params::encoding; or ",
                        blob.size[1] / pictures, blob.size[1])
                : String();
        CV_Error_(Error::StsUnmatchedSizes, ("the net made %s from an input of %s, expected one row of scores for each "
                "ablation, %d x classes: %scut it off after its scores, or set Params::chunk to 1 if it takes one ablation at "
                "a time", shapeText(scores).c_str(), shapeText(blob).c_str(), n, hint.c_str()));
    }
    return scores.reshape(1, n);
}

}} // namespace cv::derand
