// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_CERTIFIED_CLASSIFIER_HPP
#define OPENCV_DERAND_CERTIFIED_CLASSIFIER_HPP

#include "opencv2/dnn.hpp"
#include "opencv2/derand/blob.hpp"
#include "opencv2/derand/certificate.hpp"

namespace cv { namespace derand {

//! @addtogroup derand
//! @{

struct ModelSettings;

//! How the scores of one ablation become votes.
enum VoteRule
{
    VOTE_THRESHOLD = 0, //!< every class of probability >= CertifiedClassifier::Params::threshold gets a vote: none, one or several
    VOTE_TOP1      = 1  //!< the class of the highest score gets the vote, ties to the smaller index
};

/** @brief Certified classification with any dnn::Net.

The net is the *base classifier*: its input is a chunk of ablations (see Encoding), its output one row of
scores for each of them. It must score every ablation by itself: the first frame runs a self-test
that feeds the same ablations in different slots of the chunk, beside extreme neighbours, and twice. A
net that fails it is run one ablation at a time, and refused if it fails even then; the spread seen
sets the numeric tolerance of the votes. Refused are also nets that take another number of planes than the encoding
writes, and nets with a convolution that the OpenCV at hand computes wrongly, into other ablations. A net whose class
does not depend on the picture, as one that was not trained on ablations, gets a warning. With pictures of 128 x 128
pixels or more, Params::chunk 0 and at least 6 ablations the self-test takes the time of two frames at most on a CPU.

@code{.cpp}
    Ptr<derand::CertifiedClassifier> classifier = derand::CertifiedClassifier::create("model.onnx");
    derand::Certificate c = classifier->classify(frame);
    if (c.holds(Size(40, 40)))
        std::cout << "class " << c.label << ", whatever a 40 x 40 sticker shows" << std::endl;
@endcode

Errors (cv::Exception) are for settings, shapes and types only; pixel content never raises one. After an
error the object is as usable as before.

@note An object shares the state of the Net it was made from: objects made from the same Net must not run at
the same time. Read the model again for each thread, and after create() change backend and target through
this object only.
@note With DNN_BACKEND_CUDA, and the module built inside an OpenCV whose dnn has it, the ablations are written on the device
instead of being copied there. At set-up both ways are compared byte for byte; where they differ, or anything else is in the
way, the ablations come from the host. A line of the log says which, the former at level INFO: "ablations are written on the CUDA
device". Certificates do not depend on it. OPENCV_DERAND_CUDA_BLOB=0 in the environment turns it off.
@note A frame of another depth than the last one runs the self-test again.
@note The certificate covers a preprocessing that does not depend on the content of the frame. A region
chosen by a detector, auto-levels or histogram equalisation before classify() void it.
 */
class CV_EXPORTS_W CertifiedClassifier
{
public:
    virtual ~CertifiedClassifier();

    //! Settings; the default of each field stands at the end of its line.
    struct CV_EXPORTS_W_SIMPLE Params
    {
        CV_WRAP Params();
        CV_PROP_RW int channels;       //!< channels of a frame, 1..4: what the net was trained on, nothing is converted; 3
        CV_PROP_RW Scalar scalefactor; //!< input = scalefactor * (resampled frame - mean), per channel of the net; change it to what the net was trained with; 1/255
        CV_PROP_RW Scalar mean;        //!< in frame units, per channel of the net; 0
        CV_PROP_RW bool swapRB;        //!< exchange the first and third channel: true for nets trained on RGB; false
        CV_PROP_RW bool crop;          //!< cut the largest centred part of the input's aspect ratio first, instead of stretching; false
        CV_PROP_RW int interpolation;  //!< INTER_NEAREST, INTER_LINEAR or INTER_AREA, see FrameMap; INTER_LINEAR
        CV_PROP_RW int encoding;       //!< Encoding; ENCODING_COMPLEMENT
        CV_PROP_RW Scalar fill;        //!< NULL of ENCODING_FILL and ENCODING_FILL_MASK, after scaling, per channel; 0
        CV_PROP_RW bool transpose;     //!< feed transposed planes, for nets trained on transposed images; false
        CV_PROP_RW int voteRule;       //!< VoteRule; VOTE_THRESHOLD
        CV_PROP_RW double threshold;   //!< theta of the paper, in (0, 1]; larger: fewer votes, each of more weight, at 1 none that is certain; .3
        CV_PROP_RW double tolerance;   //!< numeric tolerance of a probability, [0, 1): a vote that a change of this size could turn counts as "either"; negative: from the self-test, ten times the spread seen, at least 1e-5, and growing with the scores. A value of your own must not be below the spread seen, and holds for all content of a frame only if you know that; -1
        CV_PROP_RW bool softmax;       //!< the net gives logits; false if it gives probabilities; true
        CV_PROP_RW int rule;           //!< CertificateRule; CERTIFICATE_LOCATION
        CV_PROP_RW int chunk;          //!< ablations per forward, constant, the last chunk is padded; 1 to 65536, at most 2^28 numbers; no more than the frames have; 0: chosen by the module, 1 if the net takes no more; 0
        CV_PROP_RW bool reuse;         //!< for video: keep the votes of the ablations whose network input is byte for byte the last frame's, in smaller chunks; false
        CV_PROP_RW Size earlyStop;     //!< stop when the label and Certificate::holds() of this patch size, frame pixels, cannot change any more, in smaller chunks; empty: never. Such certificates are partial, and Certificate::pool() refuses them: leave it empty for frames that are to be pooled; empty
        CV_PROP_RW int dilation;       //!< as FrameMap::dilation, frame pixels; 0
        CV_PROP_RW Size codecBlock;    //!< as FrameMap::codecBlock, frame pixels; 1 x 1
        CV_PROP_RW Point codecOffset;  //!< as FrameMap::codecOffset, frame pixels; (-1, -1), unknown
        CV_PROP_RW int dilationAfterCodec; //!< as FrameMap::dilationAfterCodec, frame pixels; 0
        CV_PROP_RW String output;      //!< name of the net's output with the scores, for nets that have several; empty: its only output (default: empty)
        CV_PROP_RW std::vector<String> labels; //!< names of the classes, all or none; none

        /** @brief As FrameMap::setCodec().
        @param codec Codec
         */
        CV_WRAP void setCodec(int codec);
    };

    /** @brief Wraps a net.
    @param net the base classifier; its output, or the one that Params::output names: a row of at least 2 scores for each ablation
    @param ablation what it sees at a time
    @param params settings
     */
    static CV_WRAP Ptr<CertifiedClassifier> create(const dnn::Net& net, const Ablation& ablation,
            const CertifiedClassifier::Params& params = CertifiedClassifier::Params());

    /** @brief Loads a model file and the settings saved beside it.
    @param model model file that dnn::readNet() reads, e.g. ONNX; refused if it does not have the checksum of the settings
    @param config settings file, see ModelSettings::read(); empty: the file of the same name ending in .yml
     */
    static CV_WRAP Ptr<CertifiedClassifier> create(const String& model, const String& config = String());

    /** @brief Loads a model file.
    @param model as above
    @param settings from a file, or changed
     */
    static CV_WRAP Ptr<CertifiedClassifier> create(const String& model, const ModelSettings& settings);

    /** @brief Label and certificate of a frame.
    @param frame CV_8U or CV_32F in the same units (0 to 255 if Params::scalefactor is for bytes, not 0 to 1), Params::channels
    channels, any size; Mat, UMat or, where the module was built inside an
    OpenCV with CUDA, cuda::GpuMat (Error::GpuNotSupported otherwise), complete: streams that wrote it have finished
    @param roi part of the frame that is classified, inside it; empty: the whole frame. Patch sizes, codec blocks and safeMap() are
    those of the whole frame; what lies outside is never read. A region that depends on what the frame shows voids the certificate
     */
    CV_WRAP virtual Certificate classify(InputArray frame, const Rect& roi = Rect()) = 0;

    /** @brief Labels and certificates of several frames; chunks are filled across frames.
    @param frames as for classify(); their sizes may differ, their depth may not
    @param certificates output, one for each frame
     */
    CV_WRAP virtual void classifyBatch(InputArrayOfArrays frames,
            CV_OUT std::vector<Certificate>& certificates) = 0;

    /** @brief Changes the settings. They are checked at once; the self-test runs again with the next frame.
    @param params settings
     */
    CV_WRAP virtual void setParams(const CertifiedClassifier::Params& params) = 0;

    /** @brief The settings. */
    CV_WRAP virtual CertifiedClassifier::Params getParams() const = 0;

    /** @brief What the base classifier sees at a time. */
    CV_WRAP virtual Ablation getAblation() const = 0;

    /** @brief All that create() was given, and the checksum of the model file, if there is one. */
    CV_WRAP virtual ModelSettings getSettings() const = 0;

    /** @brief How a frame becomes the network input.
    @param frameSize pixels
    @param roi as for classify(); with Params::crop its largest centred part is taken
     */
    CV_WRAP virtual FrameMap getFrameMap(const Size& frameSize, const Rect& roi = Rect()) const = 0;

    /** @brief As dnn::Net::setPreferableBackend(); the self-test runs again with the next frame.
    @param backendId dnn::Backend; DNN_BACKEND_CUDA is DNN_BACKEND_OPENCV where no CUDA device is
     */
    CV_WRAP virtual void setPreferableBackend(int backendId) = 0;

    /** @brief As dnn::Net::setPreferableTarget(); the self-test runs again with the next frame.
    @param targetId dnn::Target; those of CUDA are DNN_TARGET_CPU where no CUDA device is
     */
    CV_WRAP virtual void setPreferableTarget(int targetId) = 0;

    /** @brief Writes getSettings() to a file for create().
    @param config file to write, e.g. the name of the model with .yml
     */
    CV_WRAP virtual void save(const String& config) const = 0;
};

//! @}

}} // namespace cv::derand

#endif // OPENCV_DERAND_CERTIFIED_CLASSIFIER_HPP
