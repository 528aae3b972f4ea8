// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"
#include "certificate.hpp"
#include "device_blob.hpp"
#include "early_stop.hpp"
#include "files.hpp"
#include "model_file.hpp"
#include "net_check.hpp"
#include "params.hpp"
#include "probes.hpp"
#include "vote_codes.hpp"

#include "opencv2/core/cuda.hpp"

namespace cv { namespace derand {

namespace {

// Floats of a picture or an ablation, of which the self-test makes a few, and of a chunk: 256 MB and 1 GB.
const double MAX_FLOATS = 1 << 26, MAX_CHUNK_FLOATS = 1 << 28;

double floatsOf(const AblationBlob& layout)
{
    const std::vector<int> shape = layout.shape(1);
    return (double)shape[1] * shape[2] * shape[3];
}

//! Checks that the arrays of one ablation, of its picture, and of a chunk for one frame are not too large.
Ptr<AblationBlob> layoutOf(const Ablation& ablation, const CertifiedClassifier::Params& params)
{
    const Ptr<AblationBlob> layout = makePtr<AblationBlob>(ablation, params.channels, params.encoding, params.fill,
            params.transpose);
    const Size size = ablation.inputSize;
    const double floats = std::max(floatsOf(*layout), (double)size.width * size.height * params.channels);
    if (floats > MAX_FLOATS)
        CV_Error_(Error::StsOutOfRange, ("an input of %d x %d pixels is %.0f numbers, expected at most %.0f: check "
                "Ablation::inputSize", size.width, size.height, floats, MAX_FLOATS));
    const int chunk = std::min(params.chunk, ablation.count());
    if (chunk * floatsOf(*layout) > MAX_CHUNK_FLOATS)
        CV_Error_(Error::StsOutOfRange, ("a chunk of %d ablations is %.0f numbers, expected at most %.0f: use a smaller "
                "Params::chunk, or 0", chunk, chunk * floatsOf(*layout), MAX_CHUNK_FLOATS));
    return layout;
}

class CertifiedClassifierImpl CV_FINAL : public CertifiedClassifier
{
public:
    CertifiedClassifierImpl(const dnn::Net& net, const Ablation& ablation, const Params& params,
            const String& modelChecksum);

    Certificate classify(InputArray frame) CV_OVERRIDE;
    void classifyBatch(InputArrayOfArrays frames, std::vector<Certificate>& certificates) CV_OVERRIDE;

    void setParams(const Params& params) CV_OVERRIDE;
    Params getParams() const CV_OVERRIDE { return params; }
    Ablation getAblation() const CV_OVERRIDE { return ablation; }
    ModelSettings getSettings() const CV_OVERRIDE;
    FrameMap getFrameMap(const Size& frameSize) const CV_OVERRIDE;
    void setPreferableBackend(int backendId) CV_OVERRIDE;
    void setPreferableTarget(int targetId) CV_OVERRIDE;
    void save(const String& config) const CV_OVERRIDE { getSettings().write(config); }

private:
    //! What is known of one frame.
    struct FrameVotes
    {
        Mat input;              // planar
        Mat codes;              // see vote_codes.hpp
        int evaluated, reused;
    };
    typedef std::vector<std::pair<FrameVotes*, int> > Chunk; // ablations that wait for the net

    void certify(const std::vector<_InputArray>& frames, std::vector<Certificate>& certificates);
    void reuse(const FrameVotes& last, FrameVotes& votes) const;
    void evaluate(Chunk& waiting);
    void checkFrames(const std::vector<_InputArray>& frames) const;
    void prepare(const std::vector<_InputArray>& frames);
    void prepareDevice();
    bool readsDevice(const std::vector<PlanarAblation>& ablations, const std::vector<PlanarAblation>& before);
    bool evaluatesAlone() const { return params.reuse || !params.earlyStop.empty(); }

    BaseNet net;
    String modelChecksum; // of the file that the net was read from, or empty
    Ablation ablation;
    Params params;
    Ptr<AblationBlob> layout;
    Ptr<CheckedNet> checked; // null: the next frame runs the self-test
    int checkedDepth;        // of the frames
    Mat chunkBlob;
    Ptr<DeviceBlob> device; // null: chunks come from the host
    FrameVotes last; // of the last frame, for reuse; before the first one, empty
};

CertifiedClassifierImpl::CertifiedClassifierImpl(const dnn::Net& net_, const Ablation& ablation_,
        const Params& params_, const String& modelChecksum_)
    : net(net_), modelChecksum(modelChecksum_), ablation(ablation_), checkedDepth(-1), last()
{
    ablation.count(); // checks
    setParams(params_);
}

void CertifiedClassifierImpl::setParams(const Params& params_)
{
    checkParams(params_);
    const Ptr<AblationBlob> newLayout = layoutOf(ablation, params_);
    net.chooseOutput(params_.output, newLayout->shape(1), (int)params_.labels.size());
    params = params_;
    layout = newLayout;
    checked.release();
}

ModelSettings CertifiedClassifierImpl::getSettings() const
{
    ModelSettings settings;
    settings.ablation = ablation;
    settings.params = params;
    settings.modelChecksum = modelChecksum;
    return settings;
}

void CertifiedClassifierImpl::setPreferableBackend(int backendId)
{
    checked.release();
    net.setPreferableBackend(backendId);
}

void CertifiedClassifierImpl::setPreferableTarget(int targetId)
{
    checked.release();
    net.setPreferableTarget(targetId);
}

FrameMap CertifiedClassifierImpl::getFrameMap(const Size& frame) const
{
    if (frame.width < 1 || frame.height < 1)
        CV_Error_(Error::StsBadSize, ("the frame is %d x %d, both sides must be at least 1", frame.width,
                frame.height));
    FrameMap map(frame, Rect(Point(), frame), params.interpolation);
    map.dilation = params.dilation;
    map.codecBlock = params.codecBlock;
    map.codecOffset = params.codecOffset;
    map.dilationAfterCodec = params.dilationAfterCodec;
    if (!params.crop)
        return map;
    // The largest centred part of the input's aspect ratio.
    const Size input = ablation.inputSize;
    const int64 fitWidth = std::max<int64>(1, (int64)frame.height * input.width / input.height);
    const int64 fitHeight = std::max<int64>(1, (int64)frame.width * input.height / input.width);
    const Size part((int)std::min<int64>(frame.width, fitWidth), (int)std::min<int64>(frame.height, fitHeight));
    map.roi = Rect(Point((frame.width - part.width) / 2, (frame.height - part.height) / 2), part);
    return map;
}

Certificate CertifiedClassifierImpl::classify(InputArray frame)
{
    CV_TRACE_FUNCTION();
    std::vector<Certificate> certificates;
    const bool onDevice = frame.kind() == _InputArray::CUDA_GPU_MAT;
    const Mat onHost = onDevice ? Mat() : frame.getMat();
    certify(std::vector<_InputArray>(1, onDevice ? frame : _InputArray(onHost)), certificates);
    return certificates[0];
}

void CertifiedClassifierImpl::classifyBatch(InputArrayOfArrays frames_, std::vector<Certificate>& certificates)
{
    CV_TRACE_FUNCTION();
    if (frames_.isMat() || frames_.isUMat() || frames_.kind() == _InputArray::CUDA_GPU_MAT)
        CV_Error(Error::StsBadArg, "the batch is one array, expected a vector of frames: use classify() for one");
    std::vector<Mat> onHost;
    std::vector<cuda::GpuMat> onDevice;
    if (frames_.isGpuMatVector())
        frames_.getGpuMatVector(onDevice);
    else
        frames_.getMatVector(onHost);
    std::vector<_InputArray> frames(onDevice.begin(), onDevice.end());
    frames.insert(frames.end(), onHost.begin(), onHost.end());
    certify(frames, certificates);
}

void CertifiedClassifierImpl::checkFrames(const std::vector<_InputArray>& frames) const
{
    for (size_t f = 0; f < frames.size(); f++)
    {
        const _InputArray& frame = frames[f];
        if (frame.empty() || frame.dims() > 2)
            CV_Error_(Error::StsBadSize, ("frame %d has the size %s, expected a picture of at least one pixel: check "
                    "that it was read", (int)f, shapeText(frame).c_str()));
        if (frame.depth() != CV_8U && frame.depth() != CV_32F)
            CV_Error_(Error::StsUnsupportedFormat, ("frame %d is %s, expected CV_8U or CV_32F: convert it first", (int)f,
                    typeToString(frame.type()).c_str()));
        if (frame.channels() != params.channels)
            CV_Error_(Error::BadNumChannels, ("frame %d has %d channels, expected %d as in Params::channels: convert it "
                    "with cvtColor()", (int)f, frame.channels(), params.channels));
        if (frame.depth() != frames[0].depth())
            CV_Error_(Error::StsUnmatchedFormats, ("frame %d is %s, expected %s as the first of the batch", (int)f,
                    typeToString(frame.type()).c_str(), typeToString(frames[0].type()).c_str()));
    }
}

void CertifiedClassifierImpl::certify(const std::vector<_InputArray>& frames, std::vector<Certificate>& certificates)
{
    std::vector<Certificate> result;
    if (!frames.empty())
    {
        checkFrames(frames);
        prepare(frames);
    }

    const int count = ablation.count();
    const bool stops = !params.earlyStop.empty(), alone = evaluatesAlone();
    const std::vector<int> order = evaluationOrder(count, stops);
    std::vector<FrameMap> maps;
    std::vector<FrameVotes> votes(frames.size());
    Chunk waiting; // across frames, unless one frame decides what the next has to evaluate
    for (size_t f = 0; f < frames.size(); f++)
    {
        maps.push_back(getFrameMap(frames[f].size()));
        Mat resampled;
        maps[f].resample(frames[f], ablation.inputSize, resampled);
        FrameVotes& v = votes[f];
        v.input = toInput(resampled, params);
        v.codes = Mat(count, checked->classes, CV_8UC1, Scalar(UNKNOWN_CODE));
        v.evaluated = v.reused = 0;
        if (params.reuse)
            reuse(f > 0 ? votes[f - 1] : last, v);
        int nextCheck = 1; // not after every chunk of a large input
        for (int k = 0; k < count; k++)
        {
            if (!isUnknown(v.codes.ptr(order[k])))
                continue;
            const int known = v.reused + v.evaluated;
            if (stops && waiting.empty() && known >= nextCheck)
            {
                if (isSettled(v.codes, ablation, maps[f], params.rule, params.earlyStop))
                    break;
                nextCheck = known + count / 32;
            }
            waiting.push_back(std::make_pair(&v, order[k]));
            if ((int)waiting.size() == checked->chunk)
                evaluate(waiting);
        }
        if (alone)
            evaluate(waiting);
    }
    evaluate(waiting);

    for (size_t f = 0; f < frames.size(); f++)
    {
        const FrameVotes& v = votes[f];
        result.push_back(certifyCodes(v.codes, ablation, maps[f], params.rule, v.reused));
    }
    if (params.reuse && !votes.empty())
        last = votes.back();
    certificates.swap(result);
}

//! Takes over the votes of the ablations whose input did not change.
void CertifiedClassifierImpl::reuse(const FrameVotes& from, FrameVotes& votes) const
{
    if (from.input.empty())
        return;
    const std::vector<uchar> changed = layout->changed(from.input, votes.input);
    for (int i = 0; i < (int)changed.size(); i++)
        if (!changed[i] && !isUnknown(from.codes.ptr(i)))
        {
            from.codes.row(i).copyTo(votes.codes.row(i));
            votes.reused++;
        }
}

//! Lets the ablations that wait vote; the chunk has one size, what is missing is padded with zeros.
void CertifiedClassifierImpl::evaluate(Chunk& waiting)
{
    if (waiting.empty())
        return;
    const int n = (int)waiting.size();
    std::vector<PlanarAblation> ablations(n);
    for (int k = 0; k < n; k++)
    {
        ablations[k].image = waiting[k].first->input;
        ablations[k].index = waiting[k].second;
    }
    if (device && !device->write(ablations))
        device.release();
    if (!device)
        layout->write(ablations, chunkBlob);
    const Mat scores = net.score(chunkBlob, !device.empty());
    parallel_for_(Range(0, n), [&](const Range& slots)
    {
        for (int k = slots.start; k < slots.end; k++)
        {
            FrameVotes& v = *waiting[k].first;
            castVotes(scores.ptr<float>(k), checked->classes, params, checked->tolerance, v.codes.ptr(waiting[k].second));
        }
    }, (double)scores.total() / (1 << 12));
    for (int k = 0; k < n; k++)
        waiting[k].first->evaluated++;
    waiting.clear();
}

/* The self-test, if the net or its settings are new or the frames have another depth. An asked-for chunk is never larger than the
frames can fill, nor than memory should hold. */
void CertifiedClassifierImpl::prepare(const std::vector<_InputArray>& frames)
{
    const int depth = frames[0].depth();
    const int64 work = (int64)ablation.count() * (evaluatesAlone() ? 1 : (int64)frames.size());
    const int64 most = std::max<int64>(1, (int64)(MAX_CHUNK_FLOATS / floatsOf(*layout)));
    const int asked = (int)std::min<int64>(params.chunk, std::min(work, most));
    if (checked && checkedDepth == depth && (asked == 0 || checked->chunk >= asked))
        return;
    checked.release();
    device.release();
    last = FrameVotes();
    const CheckedNet result = checkNet(net, ablation, params, *layout, asked, depth);
    if ((double)ablation.count() * result.classes > INT_MAX)
        CV_Error_(Error::StsOutOfRange, ("%d ablations of %d classes are %.0f votes, expected at most %d: use a larger "
                "Ablation::stride", ablation.count(), result.classes, (double)ablation.count() * result.classes, INT_MAX));
    chunkBlob = Mat::zeros(4, &layout->shape(result.chunk)[0], CV_32F);
    checked = makePtr<CheckedNet>(result);
    checkedDepth = depth;
    if (frames[0].kind() != _InputArray::CUDA_GPU_MAT)
        warnOfRange(frames[0].getMat(), params);
    prepareDevice();
}

void CertifiedClassifierImpl::prepareDevice()
{
    const std::vector<Mat> pictures = probePictures(ablation.inputSize, params, checkedDepth);
    const int chunk = checked->chunk;
    std::vector<PlanarAblation> probes(chunk), others(chunk);
    for (int i = 0; i < chunk; i++)
    {
        const bool half = i < chunk / 2;
        probes[i].image = pictures[half ? PROBE_FINE : PROBE_COARSE];
        others[i].image = pictures[half ? PROBE_COARSE : PROBE_FINE];
        probes[i].index = others[i].index = (int)((int64)i * ablation.count() / chunk) % ablation.count();
    }
    device = DeviceBlob::create(net.getNet(), *layout, probes, net.isCudaAskedFor());
    if (device && !readsDevice(probes, others))
    {
        CV_LOG_WARNING(NULL, "derand: ablations are written on the host, not on a CUDA device: the net scores something else "
                "than was written there");
        device.release();
    }
}

//! Whether the net scores what the device writes, and not what the host gave it before.
bool CertifiedClassifierImpl::readsDevice(const std::vector<PlanarAblation>& ablations,
        const std::vector<PlanarAblation>& before)
{
    layout->write(ablations, chunkBlob);
    const Mat expected = net.score(chunkBlob);
    layout->write(before, chunkBlob);
    net.score(chunkBlob);
    if (!device->write(ablations))
        return false;
    const double allowed = std::max(1e-6, checked->tolerance.relative) * cv::norm(expected, NORM_INF);
    return cv::norm(net.score(chunkBlob, true), expected, NORM_INF) <= allowed; // NaN is no score either
}

} // namespace

CertifiedClassifier::~CertifiedClassifier() {}

Ptr<CertifiedClassifier> CertifiedClassifier::create(const dnn::Net& net, const Ablation& ablation,
        const Params& params)
{
    return makePtr<CertifiedClassifierImpl>(net, ablation, params, String());
}

Ptr<CertifiedClassifier> CertifiedClassifier::create(const String& model, const String& config)
{
    if (!config.empty())
        return create(model, ModelSettings::read(config));
    const size_t name = model.find_last_of("/\\"), dot = model.rfind('.');
    const bool extension = dot != String::npos && (name == String::npos || dot > name);
    return create(model, ModelSettings::read(model.substr(0, extension ? dot : model.size()) + ".yml"));
}

Ptr<CertifiedClassifier> CertifiedClassifier::create(const String& model, const ModelSettings& settings)
{
    CV_TRACE_FUNCTION();
    const String checksum = checksumOf(model);
    if (!settings.modelChecksum.empty() && settings.modelChecksum != checksum)
        CV_Error_(Error::StsParseError, ("the model file '%s' is damaged, or mixed up with another: its CRC-32 is %s, the settings "
                "were made for %s. Clear 'modelChecksum' there if they are meant for this model", model.c_str(),
                checksum.c_str(), settings.modelChecksum.c_str()));
    checkParams(settings.params);
    const dnn::Net net = readModel(model, layoutOf(settings.ablation, settings.params)->shape(1));
    return makePtr<CertifiedClassifierImpl>(net, settings.ablation, settings.params, checksum);
}

}} // namespace cv::derand
