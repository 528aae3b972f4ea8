// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_BASE_NET_HPP
#define OPENCV_DERAND_BASE_NET_HPP

#include <functional>

namespace cv { namespace derand {

//! For example "2 x 3 x 224 x 224".
String shapeText(InputArray m);

//! While it exists, nothing is logged: dnn logs every failure, also those that are expected.
class SilentLog
{
public:
    SilentLog();
    ~SilentLog();

private:
    AutoLock lock; // one at a time, or the level of another one would be restored
    const utils::logging::LogLevel level;
};

//! Advice for a net whose planes come last; continues a message that ends in "takes".
const char* const NHWC_HINT = "height x width x planes (NHWC, as TensorFlow exports), expected planes x height x width: "
                              "export it with --inputs-as-nchw of tf2onnx, or transpose its input first";

//! The base classifier: a dnn::Net, its output, backend and target. A chunk of ablations goes in, rows of scores come out.
class BaseNet
{
public:
    explicit BaseNet(const dnn::Net& net);

    /** Chooses the output that holds the scores.
    @param name an output of the net; empty: its only output
    @param shape of a chunk of one ablation; used in a trial run to describe the outputs in the error
    @param labels number of class names; 0: unknown
     */
    void chooseOutput(const String& name, const std::vector<int>& shape, int labels);

    void setPreferableBackend(int backend);
    void setPreferableTarget(int target);
    bool isCudaAskedFor() const { return backend == dnn::DNN_BACKEND_CUDA; }
    bool isCudaTarget() const;
    bool isHalfPrecision() const;
    //! For nets that this module makes itself.
    void copyBackendTo(dnn::Net& other) const;

    //! Scores of a chunk, CV_32F, ablations x classes, as a copy. If the chunk is already on the device, only the blob's shape is used.
    Mat score(const Mat& blob, bool onDevice = false);
    //! What the net makes of a blob, CV_32F of any shape, as a copy.
    Mat forward(const Mat& blob, bool onDevice = false);

    //! Lets convolutions add up and subtract neighbours to be faster, if the net came like that, or not.
    void setWinograd(bool allow);
    //! Whether this net can do that.
    bool canUseWinograd() const { return winograd; }

    const dnn::Net& getNet() const { return net; }
    const String& getOutput() const { return output; }

private:
    int usableBackend() const; //!< the one asked for, or the CPU's if it needs a CUDA device and there is none
    String describeOutputs(const std::vector<String>& outputs, const std::vector<int>& shape, int labels);
    bool takes(const Mat& blob);
    String inputHint(const Mat& blob);

    dnn::Net net;
    String output;
    int backend, target;
    bool winograd; // as the net came
};

}} // namespace cv::derand

#endif
