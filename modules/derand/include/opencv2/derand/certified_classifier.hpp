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

/** @brief Certified classification with any dnn::Net.

@code{.cpp}
    Ptr<derand::CertifiedClassifier> classifier = derand::CertifiedClassifier::create("model.onnx"); // and model.yml
    derand::Certificate c = classifier->classify(frame);
    if (c.holds(Size(40, 40)))
        std::cout << "class " << c.label << ", whatever a 40 x 40 sticker shows" << std::endl;

    c = classifier->classify(frame, Rect(80, 0, 480, 480)); // a part of the frame

    derand::CertifiedClassifier::Params params = classifier->getParams();
    params.setCodec(derand::CODEC_MJPEG); // what the camera does to a sticker
    params.reuse = true;                  // video: evaluate only what changed
    classifier->setParams(params);
@endcode

The net is the *base classifier*: its input is a chunk of ablations (see Encoding), its output one row of scores for each of
them. It must score every ablation independently. Therefore the first frame runs a self-test that feeds the same ablations in
different slots of the chunk, beside extreme neighbours, and twice. A net that fails is run one ablation at a time, and refused
if it fails even then; the spread of the scores sets the numeric tolerance of the votes. Also refused are nets that take
another number of planes than the encoding writes, and nets with a convolution that this OpenCV computes wrongly, reading into
other ablations. A net whose class does not depend on the picture, such as one that was not trained on ablations, gets a warning.
With pictures of 128 x 128 pixels or more, Params::chunk 0 and at least 6 ablations, the self-test takes the time of at most
two frames on a CPU.

*One pass.* A net of strips that is a sliding window, with no padding, no pooling across ablations and strides that multiply
to Ablation::stride, makes the scores of neighbouring ablations if it gets a wider strip, that shows them all: the whole picture and,
where ablations wrap around, its first pixels once more. Then a frame takes one forward, which is several times faster,
and Certificate::Run::onePass is true. Nothing has to be declared: getReceptiveField() proves from the layers that no score reads
beyond its own ablation, and the self-test compares the scores with those of the strips, at all positions, and at some of them
beside extreme neighbours; that adds the time of one or two frames of strips, and of up to a hundred frames in one pass (of large
inputs, four). Any other net gets strips, and a line of the log (level INFO) names the layer. A tutorial
says how to build such a net.

Errors (cv::Exception) are about settings, shapes and types only; the content of pixels never raises one. After an
error the object is as usable as before.

@note An object shares the state of the Net it was made from: objects made from the same Net must not run at
the same time. Read the model again for each thread, and after create() change backend and target only through
this object.
@note With DNN_BACKEND_CUDA, if the module was built inside an OpenCV whose dnn has it, ablations are written on the device
instead of being copied there. At set-up both ways are compared byte for byte; if they differ, or CUDA cannot be used, ablations
are built on the host. The log says which; level INFO: "ablations are written on the CUDA device". Certificates do not depend on
it. OPENCV_DERAND_CUDA_BLOB=0 in the environment turns it off.
@note A frame of another depth than the last one runs the self-test again.
@note The certificate covers preprocessing that does not depend on the content of the frame. A region
chosen by a detector, auto-levels or histogram equalisation before classify() void it.
 */
class CV_EXPORTS_W CertifiedClassifier
{
public:
    virtual ~CertifiedClassifier();

    //! Settings. See ModelSettings for a file that holds them.
    struct CV_EXPORTS_W_SIMPLE Params
    {
        CV_WRAP Params();

        // What the net was trained with. A wrong value here costs accuracy; certificates stay true.
        CV_PROP_RW int channels; //!< channels of a frame, 1 to 4, in the order that the net or swapRB expects; nothing is converted (default: 3)
        CV_PROP_RW Scalar scalefactor; //!< per channel of the net: input = scalefactor * (resampled frame - mean) (default: 1/255)
        CV_PROP_RW Scalar mean;        //!< per channel of the net, in units of the frame (default: 0)
        CV_PROP_RW bool swapRB;        //!< exchange the first and third channel: true for nets trained on RGB (default: false)
        CV_PROP_RW bool crop; //!< cut the largest centred part of the input's aspect ratio first, instead of stretching (default: false)
        CV_PROP_RW int interpolation; //!< INTER_NEAREST, INTER_LINEAR or INTER_AREA, see FrameMap. INTER_AREA suits frames much larger than the input (default: INTER_LINEAR)
        CV_PROP_RW int encoding;      //!< Encoding (default: ENCODING_COMPLEMENT)
        CV_PROP_RW Scalar fill;       //!< NULL of ENCODING_FILL and ENCODING_FILL_MASK, after scaling, per channel (default: 0)
        CV_PROP_RW bool transpose;    //!< feed transposed planes, for nets trained on transposed images (default: false)
        CV_PROP_RW bool softmax;      //!< true if the net gives logits, false if it gives probabilities (default: true)
        CV_PROP_RW String output; //!< name of the net's output with the scores, for nets that have several; empty: its only output (default: empty)
        CV_PROP_RW std::vector<String> labels; //!< names of the classes: all or none (default: none)

        // How votes become a certificate. derand_tune chooses the vote rule and the threshold; the last four must cover what
        // happens to a sticker before the frame gets here, or the certificate is not true.
        CV_PROP_RW int voteRule; //!< VoteRule (default: VOTE_THRESHOLD)
        CV_PROP_RW double threshold; //!< theta of the paper, in (0, 1]. A larger value gives fewer but surer votes; at 1 hardly any class reaches it (default: .3)
        CV_PROP_RW double tolerance; //!< numeric tolerance of a probability, [0, 1): a vote that a change of this size could turn counts as VOTE_CODE_EITHER. Negative: chosen by the self-test, ten times the spread that it sees, at least 1e-5, growing with the scores. A value of your own must not be below that spread, and you must make sure that it holds for all frames (default: -1)
        CV_PROP_RW int rule;         //!< CertificateRule (default: CERTIFICATE_LOCATION)
        CV_PROP_RW int minVotes; //!< a class with fewer votes is no label: the frame is rejected, label -1, "none of these"; 1 to Ablation::count(). See Certificate::label (default: 1)
        CV_PROP_RW int dilation; //!< as FrameMap::dilation, frame pixels (default: 0)
        CV_PROP_RW Size codecBlock;        //!< as FrameMap::codecBlock, frame pixels (default: 1 x 1)
        CV_PROP_RW Point codecOffset;      //!< as FrameMap::codecOffset, frame pixels (default: (-1, -1), unknown)
        CV_PROP_RW int dilationAfterCodec; //!< as FrameMap::dilationAfterCodec, frame pixels (default: 0)

        // How it runs. The votes do not depend on onePass, chunk and reuse, except within the tolerance.
        CV_PROP_RW bool onePass; //!< evaluate all ablations of a frame in one forward where the net allows it, see above; otherwise, or if false, chunks of them (default: true)
        CV_PROP_RW int chunk; //!< ablations per forward, 1 to 65536, at most 2^28 numbers and never more than the frames have; constant, the last chunk is padded. Without effect in one pass. 0: chosen by the module, 1 if the net takes no more (default: 0)
        CV_PROP_RW bool reuse; //!< for video: keep the votes of ablations whose network input is byte for byte that of the last frame; makes chunks smaller (default: false)
        CV_PROP_RW Size earlyStop; //!< for video: stop as soon as the label and Certificate::holds() of this patch size, frame pixels, cannot change any more; makes chunks smaller. Such certificates are partial: pool() and join() refuse them, and their lead, silent() and detects() assume the worst of what was not evaluated. Empty: never (default: empty)

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

    /** @brief Loads a model file and its settings.
    @param model model file that dnn::readNet() reads, e.g. ONNX; refused if its checksum is not the one in the settings
    @param config settings file, see ModelSettings::read(); empty: the file with the name of the model, ending in .yml
     */
    static CV_WRAP Ptr<CertifiedClassifier> create(const String& model, const String& config = String());

    /** @brief Loads a model file.
    @param model as above
    @param settings from a file, or changed
     */
    static CV_WRAP Ptr<CertifiedClassifier> create(const String& model, const ModelSettings& settings);

    /** @brief Classifies and certifies a frame.
    @param frame CV_8U or CV_32F in the same units (0 to 255 if Params::scalefactor is for bytes, not 0 to 1), Params::channels
    channels, any size; Mat, UMat or, if the module was built inside an OpenCV with CUDA, cuda::GpuMat (Error::GpuNotSupported
    otherwise), complete: streams that write it have finished
    @param roi part of the frame that is classified; Rect(): the whole frame (so check a region that you intersected), any other
    empty one is refused. Patch sizes, codec blocks and safeMap() still refer to the whole frame; pixels outside are never read. A
    region that depends on what the frame shows voids the certificate
     */
    CV_WRAP virtual Certificate classify(InputArray frame, const Rect& roi = Rect()) = 0;

    /** @brief Classifies and certifies several frames; chunks are filled across frames.
    @param frames as for classify(); they may differ in size, but not in depth
    @param certificates output, one for each frame
     */
    CV_WRAP virtual void classifyBatch(InputArrayOfArrays frames, CV_OUT std::vector<Certificate>& certificates) = 0;

    /** @brief Changes the settings. They are checked at once; the self-test runs again with the next frame.
    @param params settings
     */
    CV_WRAP virtual void setParams(const CertifiedClassifier::Params& params) = 0;

    /** @brief The settings. */
    CV_WRAP virtual CertifiedClassifier::Params getParams() const = 0;

    /** @brief What the base classifier sees at a time. */
    CV_WRAP virtual Ablation getAblation() const = 0;

    /** @brief Ablation, settings and the checksum of the model file, if there is one. */
    CV_WRAP virtual ModelSettings getSettings() const = 0;

    /** @brief How a frame becomes the network input.
    @param frameSize pixels
    @param roi as for classify(); with Params::crop its largest centred part is taken
     */
    CV_WRAP virtual FrameMap getFrameMap(const Size& frameSize, const Rect& roi = Rect()) const = 0;

    /** @brief As dnn::Net::setPreferableBackend(); the self-test runs again with the next frame.
    @param backendId dnn::Backend; without a CUDA device, DNN_BACKEND_CUDA means DNN_BACKEND_OPENCV
     */
    CV_WRAP virtual void setPreferableBackend(int backendId) = 0;

    /** @brief As dnn::Net::setPreferableTarget(); the self-test runs again with the next frame.
    @param targetId dnn::Target; without a CUDA device, those of CUDA mean DNN_TARGET_CPU
     */
    CV_WRAP virtual void setPreferableTarget(int targetId) = 0;

    /** @brief Writes getSettings() to a file that create() reads.
    @param config file to write, for example the name of the model, ending in .yml
     */
    CV_WRAP virtual void save(const String& config) const = 0;
};

//! @}

}} // namespace cv::derand

#endif // OPENCV_DERAND_CERTIFIED_CLASSIFIER_HPP
