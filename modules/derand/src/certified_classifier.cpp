// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"
#include "ablation_blob.hpp"
#include "device_blob.hpp"
#include "early_stop.hpp"
#include "self_test.hpp"
#include "settings.hpp"
#include "vote_sums.hpp"
#include "votes.hpp"

#include "opencv2/core/cuda.hpp"

namespace cv { namespace derand {

namespace {

//! Without one, a dnn with CUDA throws when it is asked for it, and one without CUDA takes the CPU.
bool haveCudaDevice()
{
    return cuda::getCudaEnabledDeviceCount() > 0; // -1: a driver that does not fit
}

bool isCuda(int target)
{
    return target == dnn::DNN_TARGET_CUDA || target == dnn::DNN_TARGET_CUDA_FP16;
}

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

//! The output that a name says, or the only one.
String chooseOutput(const dnn::Net& net, const String& name)
{
    const std::vector<String> outputs = net.getUnconnectedOutLayersNames();
    String list;
    for (const String& output : outputs)
    {
        if (output == name || (name.empty() && outputs.size() == 1))
            return output;
        list += (list.empty() ? "'" : ", '") + output + "'";
    }
    if (name.empty())
        CV_Error_(Error::StsBadArg, ("the net has %d outputs, expected 1, the scores: name it in Params::output, one of %s",
                (int)outputs.size(), list.c_str()));
    CV_Error_(Error::StsBadArg, ("Params::output is '%s', expected an output of the net, one of %s", name.c_str(),
            list.c_str()));
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
    FrameMap getFrameMap(const Size& frameSize) const CV_OVERRIDE;
    void setPreferableBackend(int backendId) CV_OVERRIDE;
    void setPreferableTarget(int targetId) CV_OVERRIDE;
    void save(const String& config) const CV_OVERRIDE;

private:
    //! What the first frame after a change of settings found out about the net.
    struct SetUp
    {
        int depth;        // of the frames, -1: not done
        int chunk;        // ablations per forward
        int classes;
        Tolerance tolerance;
    };

    //! What is known of one frame.
    struct FrameVotes
    {
        Mat input;              // planar
        Mat codes;              // as certify() takes them; EITHER_BIT for all classes of an unknown ablation: any vote is possible
        std::vector<uchar> known; // ablations that were evaluated or reused
        std::vector<uchar> invalid; // ablations with NaN or Inf among their scores
        int evaluated, reused;
    };
    typedef std::vector<std::pair<FrameVotes*, int> > Chunk; // ablations that wait for the net

    void certify(const std::vector<_InputArray>& frames, std::vector<Certificate>& certificates);
    void reuse(const FrameVotes& last, FrameVotes& votes) const;
    void evaluate(Chunk& waiting);
    void checkFrames(const std::vector<_InputArray>& frames) const;
    void prepare(int depth);
    bool tryChunk(int chunk, const Mat& fine, const Mat& coarse, String& reason);
    bool readsDevice(const std::vector<PlanarAblation>& ablations, const std::vector<PlanarAblation>& before);
    int chooseChunk() const;
    Mat toInput(const Mat& resampled) const;
    Mat score(const Mat& blob, bool onDevice = false);

    dnn::Net net;
    String modelChecksum; // of the file that the net was read from, or empty
    String output;
    Ablation ablation;
    Params params;
    int backend, target;
    SetUp setUp;
    Ptr<AblationBlob> layout;
    Mat chunkBlob;
    Ptr<DeviceBlob> device; // null: chunks come from the host
    FrameVotes last; // of the last frame, for reuse; before the first one, empty
};

CertifiedClassifierImpl::CertifiedClassifierImpl(const dnn::Net& net_, const Ablation& ablation_,
        const Params& params_, const String& modelChecksum_)
    : net(net_), modelChecksum(modelChecksum_), ablation(ablation_),
      backend(dnn::DNN_BACKEND_DEFAULT), target(dnn::DNN_TARGET_CPU), setUp(), last()
{
    if (net.empty())
        CV_Error(Error::StsBadArg, "the net is empty, expected a loaded dnn::Net: check the result of dnn::readNet()");
    ablation.count(); // checks
    setParams(params_);
}

void CertifiedClassifierImpl::setParams(const Params& params_)
{
    checkParams(params_);
    output = chooseOutput(net, params_.output);
    params = params_;
    setUp.depth = -1;
}

void CertifiedClassifierImpl::save(const String& config) const
{
    const Settings settings = {modelChecksum, ablation, params};
    saveSettings(config, settings);
}

void CertifiedClassifierImpl::setPreferableBackend(int backendId)
{
    setUp.depth = -1;
    backend = backendId;
    const bool onHost = backendId == dnn::DNN_BACKEND_CUDA && !haveCudaDevice();
    net.setPreferableBackend(onHost ? (int)dnn::DNN_BACKEND_OPENCV : backendId);
}

void CertifiedClassifierImpl::setPreferableTarget(int targetId)
{
    setUp.depth = -1;
    target = isCuda(targetId) && !haveCudaDevice() ? (int)dnn::DNN_TARGET_CPU : targetId;
    net.setPreferableTarget(target);
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
        prepare(frames[0].depth());
    }

    const int count = ablation.count();
    const bool stops = !params.earlyStop.empty(), alone = stops || params.reuse;
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
        v.input = toInput(resampled);
        v.codes = Mat(count, setUp.classes, CV_8UC1, Scalar(EITHER_BIT));
        v.known.assign(count, 0);
        v.invalid.assign(count, 0);
        v.evaluated = v.reused = 0;
        if (params.reuse)
            reuse(f > 0 ? votes[f - 1] : last, v);
        int nextCheck = 1; // not after every chunk of a large input
        for (int k = 0; k < count; k++)
        {
            if (v.known[order[k]])
                continue;
            const int known = v.reused + v.evaluated;
            if (stops && waiting.empty() && known >= nextCheck)
            {
                if (isSettled(v.codes, v.known, ablation, maps[f], params.rule, params.earlyStop))
                    break;
                nextCheck = known + count / 32;
            }
            waiting.push_back(std::make_pair(&v, order[k]));
            if ((int)waiting.size() == setUp.chunk)
                evaluate(waiting);
        }
        if (alone)
            evaluate(waiting);
    }
    evaluate(waiting);

    for (size_t f = 0; f < frames.size(); f++)
    {
        const FrameVotes& v = votes[f];
        Certificate c = derand::certify(v.codes, ablation, maps[f], params.rule);
        c.evaluated = v.evaluated;
        c.reused = v.reused;
        c.abstained -= count - v.evaluated - v.reused;
        c.invalid = countNonZero(v.invalid);
        result.push_back(c);
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
        if (!changed[i] && from.known[i])
        {
            from.codes.row(i).copyTo(votes.codes.row(i));
            votes.known[i] = 1;
            votes.invalid[i] = from.invalid[i];
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
    const Mat scores = score(chunkBlob, !device.empty());
    parallel_for_(Range(0, n), [&](const Range& slots)
    {
        for (int k = slots.start; k < slots.end; k++)
        {
            FrameVotes& v = *waiting[k].first;
            const int i = waiting[k].second;
            v.invalid[i] = !castVotes(scores.ptr<float>(k), setUp.classes, params, setUp.tolerance, v.codes.ptr(i));
            v.known[i] = 1;
        }
    }, (double)scores.total() / (1 << 12));
    for (int k = 0; k < n; k++)
        waiting[k].first->evaluated++;
    waiting.clear();
}

//! Scaled as the net expects, planar.
Mat CertifiedClassifierImpl::toInput(const Mat& resampled) const
{
    std::vector<Mat> planes;
    split(resampled, planes);
    if (params.swapRB)
        std::swap(planes[0], planes[2]);
    const int rows = resampled.rows;
    Mat planar(rows * resampled.channels(), resampled.cols, CV_32FC1);
    for (int c = 0; c < resampled.channels(); c++)
        planes[c].convertTo(planar.rowRange(c * rows, (c + 1) * rows), CV_32F, params.scalefactor[c],
                -params.scalefactor[c] * params.mean[c]);
    return planar;
}

//! Scores of a chunk, CV_32F, ablations x classes, a copy. Where the net has it on the device, the blob is but its shape.
Mat CertifiedClassifierImpl::score(const Mat& blob, bool onDevice)
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
        CV_Error_(Error::StsUnmatchedSizes, ("the net failed on an input of %s (ablations x planes x height x width): "
                "check Params::channels, Params::encoding and Ablation::inputSize against what it was trained "
                "with, Params::chunk (1 if it takes one ablation at a time), backend and target. It said: %s",
                shapeText(blob).c_str(), reasonOf(e).c_str()));
    }
    const int n = blob.size[0];
    const int classes = scores.empty() ? 0 : (int)(scores.total() / n);
    if (scores.dims < 2 || scores.size[0] != n || scores.size[1] != classes)
        CV_Error_(Error::StsUnmatchedSizes, ("the net made %s of an input of %s, expected one row of scores for each "
                "ablation, %d x classes: cut it after its scores, or set Params::chunk to 1 if it takes one ablation at "
                "a time", shapeText(scores).c_str(), shapeText(blob).c_str(), n));
    Mat copy;
    scores.reshape(1, n).convertTo(copy, CV_32F);
    return copy;
}

//! About 1 MB of input, at least 8 ablations, split so that the last chunk is nearly full; more on a CUDA device, which is
//! idle otherwise. What is left by reuse or early stop must not cost a large chunk: at most a fifth or a tenth of all.
int CertifiedClassifierImpl::chooseChunk() const
{
    const std::vector<int> s = layout->shape(1);
    const int64 bytes = (int64)s[1] * s[2] * s[3] * sizeof(float);
    const int count = ablation.count();
    int most = isCuda(target) ? (int)std::min<int64>(256, std::max<int64>(32, (64 << 20) / bytes))
            : (int)std::min<int64>(64, std::max<int64>(8, (1 << 20) / bytes));
    if (!params.earlyStop.empty())
        most = std::min(most, std::max(1, count / 10));
    else if (params.reuse)
    {
        // A chunk of dnn costs as much as the next multiple of its threads.
        const int fifth = std::max(1, count / 5), threads = std::max(1, getNumThreads());
        most = std::min(most, fifth > threads ? fifth / threads * threads : fifth);
    }
    const int chunks = (count + most - 1) / most;
    return (count + chunks - 1) / chunks;
}

void CertifiedClassifierImpl::prepare(int depth)
{
    if (setUp.depth == depth)
        return;
    setUp.depth = -1;
    device.release();
    last = FrameVotes();
    const int channels = params.channels;
    layout = makePtr<AblationBlob>(ablation, channels, params.encoding, params.fill, params.transpose);

    // Float frames have no known range: assume that scalefactor makes it about 0 to 1.
    double scale = 0;
    for (int c = 0; c < channels; c++)
        scale = std::max(scale, std::abs(params.scalefactor[c]));
    const double largest = depth == CV_8U || scale <= 1. / 255 ? 255 : 1 / scale;
    const Mat fine = toInput(probeImage(ablation.inputSize, channels, largest, false));
    const Mat coarse = toInput(probeImage(ablation.inputSize, channels, largest, true));

    const int chunk = params.chunk > 0 ? params.chunk : chooseChunk();
    String reason;
    bool passed = tryChunk(chunk, fine, coarse, reason);
    if (!passed && params.chunk == 0 && chunk > 1)
    {
        passed = tryChunk(1, fine, coarse, reason);
        if (passed)
            CV_LOG_WARNING(NULL, "derand: the net is run one ablation at a time: " << reason
                    << "; export it for any batch size to be faster");
    }
    if (!passed)
        CV_Error(Error::StsBadArg, params.chunk > 1
                ? "the scores of an ablation depend on the others in the chunk or change from run to run, so no "
                  "certificate would be true: set Params::chunk to 1, or export the net without random layers, batch "
                  "statistics and dynamic quantisation"
                : "the scores of an ablation change from run to run, so no certificate would be true: export the "
                  "net without random or stateful layers");
    chunkBlob = Mat::zeros(4, &layout->shape(setUp.chunk)[0], CV_32F);
    std::vector<PlanarAblation> probes(setUp.chunk), others(setUp.chunk);
    for (int i = 0; i < setUp.chunk; i++)
    {
        const bool half = i < setUp.chunk / 2;
        probes[i].image = half ? fine : coarse;
        others[i].image = half ? coarse : fine;
        probes[i].index = others[i].index = (int)((int64)i * ablation.count() / setUp.chunk) % ablation.count();
    }
    device = DeviceBlob::create(net, *layout, probes, backend == dnn::DNN_BACKEND_CUDA);
    if (device && !readsDevice(probes, others))
    {
        CV_LOG_WARNING(NULL, "derand: ablations are written on the host, not on a CUDA device: the net scores something else "
                "than was written there");
        device.release();
    }
    setUp.depth = depth;
}

//! Whether the net scores what the device writes, and not what the host gave it before.
bool CertifiedClassifierImpl::readsDevice(const std::vector<PlanarAblation>& ablations,
        const std::vector<PlanarAblation>& before)
{
    layout->write(ablations, chunkBlob);
    const Mat expected = score(chunkBlob);
    layout->write(before, chunkBlob);
    score(chunkBlob);
    if (!device->write(ablations))
        return false;
    const double allowed = std::max(1e-6, setUp.tolerance.relative) * cv::norm(expected, NORM_INF);
    return cv::norm(score(chunkBlob, true), expected, NORM_INF) <= allowed; // NaN is no score either
}

/** Whether the net scores this many ablations independently of each other; sets the rest of setUp. If more than one is
too many for it, the reason says so. */
bool CertifiedClassifierImpl::tryChunk(int chunk, const Mat& fine, const Mat& coarse, String& reason)
{
    const bool fewer = params.chunk == 0 && chunk > 1; // one at a time is tried next
    Mat probes = Mat::zeros(4, &layout->shape(chunk)[0], CV_32F);
    const int count = ablation.count();
    for (int i = 0; i < chunk; i++)
        layout->write(i % 2 ? coarse : fine, (int)((int64)i * count / chunk) % count, probes.ptr<float>(i));
    Mat scores;
    try
    {
        scores = score(probes);
    }
    catch (const Exception& e)
    {
        if (!fewer)
            throw;
        reason = e.err;
        return false;
    }
    if (scores.cols < 2)
        CV_Error_(Error::StsUnmatchedSizes, ("the net gives %d score for each ablation, expected at least 2 classes: a "
                "net of one class cannot be certified", scores.cols));
    if (!params.labels.empty() && (int)params.labels.size() != scores.cols)
        CV_Error_(Error::StsUnmatchedSizes, ("Params::labels names %d classes, the net has %d",
                (int)params.labels.size(), scores.cols));

    if (!checkRange(scores))
    {
        reason = format("it gives NaN or Inf for %d of them", chunk);
        if (fewer)
            return false;
        CV_Error(Error::StsBadArg, "the net gives NaN or Inf for ordinary pictures: check Params::scalefactor and mean, "
                "and use a target of full precision");
    }
    const ScoreSpread spread = measureSpread([this](const Mat& blob) { return score(blob); }, probes, scores,
            params.softmax);
    const bool half = target != dnn::DNN_TARGET_CPU && target != dnn::DNN_TARGET_OPENCL
            && target != dnn::DNN_TARGET_CUDA;
    if (!spread.finite || spread.probability > (half ? 5e-2 : 1e-3))
    {
        if (fewer)
            reason = format("it does not score %d of them independently of each other", chunk);
        return false;
    }
    Mat sums;
    reduce(scores, sums, 1, REDUCE_SUM);
    if (params.softmax && checkRange(scores, true, 0, 0., 1. + FLT_EPSILON) && checkRange(sums, true, 0, .999, 1.001))
        CV_LOG_WARNING(NULL, "derand: the net seems to give probabilities already: set Params::softmax to false, or "
                "hardly any class reaches the threshold");
    setUp.chunk = chunk;
    setUp.classes = scores.cols;
    if (params.tolerance >= 0 && params.tolerance < spread.probability)
    {
        reason = format("Params::tolerance is %g, but the probabilities of the same ablation differ by %g in a chunk of %d",
                params.tolerance, spread.probability, chunk);
        if (fewer)
            return false;
        CV_Error(Error::StsOutOfRange, reason + ": expected more than that, or a negative value for the self-test's own");
    }
    const Tolerance measured = {std::max(1e-5, 10 * spread.probability), std::max(1e-6, 10 * spread.relative)};
    const Tolerance given = {params.tolerance, 0};
    setUp.tolerance = params.tolerance < 0 ? measured : given;
    return true;
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
    CV_TRACE_FUNCTION();
    const String checksum = checksumOf(model);
    String file = config;
    if (file.empty())
    {
        const size_t name = model.find_last_of("/\\"), dot = model.rfind('.');
        const bool extension = dot != String::npos && (name == String::npos || dot > name);
        file = model.substr(0, extension ? dot : model.size()) + ".yml";
    }
    const Settings settings = loadSettings(file);
    if (!settings.modelChecksum.empty() && settings.modelChecksum != checksum)
        CV_Error_(Error::StsParseError, ("the model file '%s' is damaged, or another one than '%s' was saved for: its "
                "CRC-32 is %s, not %s. Set 'modelChecksum' there if the settings are meant for this model", model.c_str(),
                file.c_str(), checksum.c_str(), settings.modelChecksum.c_str()));
    dnn::Net net;
    try
    {
        net = dnn::readNet(model);
    }
    catch (const std::exception& e)
    {
        CV_Error_(Error::StsParseError, ("the model file '%s' is not a model that dnn::readNet() reads, e.g. ONNX, or "
                "is damaged. It said: %s", model.c_str(), reasonOf(e).c_str()));
    }
    return makePtr<CertifiedClassifierImpl>(net, settings.ablation, settings.params, checksum);
}

}} // namespace cv::derand
