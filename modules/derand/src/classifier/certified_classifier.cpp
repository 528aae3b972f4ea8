// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"
#include "certificate/certificate.hpp"
#include "certificate/vote_codes.hpp"
#include "early_stop.hpp"
#include "input/planar.hpp"
#include "input/resample.hpp"
#include "model_file.hpp"
#include "net/ablation_scorer.hpp"
#include "net/probes.hpp"
#include "params.hpp"

#include "opencv2/core/cuda.hpp"

namespace cv { namespace derand {

namespace {

class CertifiedClassifierImpl CV_FINAL : public CertifiedClassifier
{
public:
    CertifiedClassifierImpl(const dnn::Net& net, const Ablation& ablation, const Params& params, const String& modelChecksum);

    Certificate classify(InputArray frame, const Rect& roi) CV_OVERRIDE;
    void classifyBatch(InputArrayOfArrays frames, std::vector<Certificate>& certificates) CV_OVERRIDE;

    void setParams(const Params& params) CV_OVERRIDE;
    Params getParams() const CV_OVERRIDE { return params; }
    Ablation getAblation() const CV_OVERRIDE { return ablation; }
    ModelSettings getSettings() const CV_OVERRIDE;
    FrameMap getFrameMap(const Size& frameSize, const Rect& roi) const CV_OVERRIDE;
    void setPreferableBackend(int backendId) CV_OVERRIDE;
    void setPreferableTarget(int targetId) CV_OVERRIDE;
    void save(const String& config) const CV_OVERRIDE { getSettings().write(config); }

private:
    //! What is known about one frame.
    struct FrameVotes
    {
        Mat input; // planar
        Mat codes; // see vote_codes.hpp
        int evaluated, reused;
    };
    typedef std::vector<std::pair<FrameVotes*, int> > Chunk; // ablations waiting for the net

    void certify(const std::vector<_InputArray>& frames, const Rect& roi, std::vector<Certificate>& certificates);
    void reuse(const FrameVotes& last, FrameVotes& votes) const;
    void evaluate(Chunk& waiting);
    void checkFrames(const std::vector<_InputArray>& frames) const;
    void prepare(const std::vector<_InputArray>& frames, const Rect& read);
    bool evaluatesAlone() const { return params.reuse || !params.earlyStop.empty(); }

    BaseNet net;
    String modelChecksum; // of the file that the net was read from, or empty
    Ablation ablation;
    Params params;
    Ptr<AblationBlob> layout;
    Ptr<AblationScorer> scorer; // null: the next frame runs the self-test
    int checkedDepth;           // of the frames
    FrameVotes last;            // of the last frame, for reuse; empty before the first frame
};

CertifiedClassifierImpl::CertifiedClassifierImpl(
        const dnn::Net& net_, const Ablation& ablation_, const Params& params_, const String& modelChecksum_)
    : net(net_), modelChecksum(modelChecksum_), ablation(ablation_), checkedDepth(-1), last()
{
    setParams(params_);
}

void CertifiedClassifierImpl::setParams(const Params& params_)
{
    checkParams(params_, ablation.count());
    const Ptr<AblationBlob> newLayout = layoutOf(ablation, params_);
    net.chooseOutput(params_.output, newLayout->shape(1), (int)params_.labels.size());
    scorer.release(); // it refers to the layout
    params = params_;
    layout = newLayout;
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
    scorer.release();
    net.setPreferableBackend(backendId);
}

void CertifiedClassifierImpl::setPreferableTarget(int targetId)
{
    scorer.release();
    net.setPreferableTarget(targetId);
}

FrameMap CertifiedClassifierImpl::getFrameMap(const Size& frame, const Rect& roi) const
{
    return frameMapOf(params, ablation.inputSize, frame, roi);
}

Certificate CertifiedClassifierImpl::classify(InputArray frame, const Rect& roi)
{
    CV_TRACE_FUNCTION();
    std::vector<Certificate> certificates;
    const bool onDevice = frame.kind() == _InputArray::CUDA_GPU_MAT;
    const Mat onHost = onDevice ? Mat() : frame.getMat();
    certify(std::vector<_InputArray>(1, onDevice ? frame : _InputArray(onHost)), roi, certificates);
    return certificates[0];
}

void CertifiedClassifierImpl::classifyBatch(InputArrayOfArrays frames_, std::vector<Certificate>& certificates)
{
    CV_TRACE_FUNCTION();
    if (frames_.isMat() || frames_.isUMat() || frames_.kind() == _InputArray::CUDA_GPU_MAT)
        CV_Error(Error::StsBadArg, "the batch is a single array, expected a vector of frames: use classify() for one frame");
    std::vector<Mat> onHost;
    std::vector<cuda::GpuMat> onDevice;
    if (frames_.isGpuMatVector())
        frames_.getGpuMatVector(onDevice);
    else
        frames_.getMatVector(onHost);
    std::vector<_InputArray> frames(onDevice.begin(), onDevice.end());
    frames.insert(frames.end(), onHost.begin(), onHost.end());
    certify(frames, Rect(), certificates);
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
            CV_Error_(Error::BadNumChannels, ("frame %d has %d channels, expected %d (Params::channels): convert it "
                    "with cvtColor()", (int)f, frame.channels(), params.channels));
        if (frame.depth() != frames[0].depth())
            CV_Error_(Error::StsUnmatchedFormats, ("frame %d is %s, expected %s like the first of the batch", (int)f,
                    typeToString(frame.type()).c_str(), typeToString(frames[0].type()).c_str()));
    }
}

void CertifiedClassifierImpl::certify(const std::vector<_InputArray>& frames, const Rect& roi, std::vector<Certificate>& certificates)
{
    std::vector<Certificate> result;
    std::vector<Ptr<FrameAxes> > axes;
    if (!frames.empty())
    {
        checkFrames(frames);
        for (size_t f = 0; f < frames.size(); f++)
            axes.push_back(f > 0 && frames[f].size() == frames[f - 1].size()
                            ? axes.back()
                            : makePtr<FrameAxes>(getFrameMap(frames[f].size(), roi), ablation.inputSize));
        prepare(frames, axes[0]->region);
    }

    const int count = ablation.count();
    const CountingRules rules = countingRulesOf(params);
    const bool stops = !params.earlyStop.empty(), alone = evaluatesAlone();
    std::vector<std::vector<int> > parts;
    if (!frames.empty())
        parts = evaluationOrder(Size(layout->layout.x.count(), layout->layout.y.count()), scorer->part(), stops);
    std::vector<FrameVotes> votes(frames.size());
    Chunk waiting; // filled across frames, unless each frame decides what the next one has to evaluate
    for (size_t f = 0; f < frames.size(); f++)
    {
        Mat resampled;
        resample(frames[f], axes[f]->frame, resampled);
        FrameVotes& v = votes[f];
        v.input = toInput(resampled, params);
        v.codes = Mat(count, scorer->getChecked().classes, CV_8UC1, Scalar(VOTE_CODE_NOT_EVALUATED));
        v.evaluated = v.reused = 0;
        if (params.reuse)
            reuse(f > 0 ? votes[f - 1] : last, v);
        int nextCheck = 1; // for large inputs, less often than after every chunk
        bool settled = false;
        for (size_t part = 0; part < parts.size() && !settled; part++)
        {
            for (size_t k = 0; k < parts[part].size() && !settled; k++)
            {
                const int index = parts[part][k], known = v.reused + v.evaluated;
                if (!isUnknown(v.codes.ptr(index)))
                    continue;
                if (stops && waiting.empty() && known >= nextCheck)
                {
                    settled = isSettled(v.codes, ablation, axes[f], rules, params.earlyStop);
                    nextCheck = known + count / 32;
                    if (settled)
                        continue;
                }
                waiting.push_back(std::make_pair(&v, index));
                if ((int)waiting.size() == scorer->most())
                    evaluate(waiting);
            }
            if (alone)
                evaluate(waiting);
        }
    }
    evaluate(waiting);

    for (size_t f = 0; f < frames.size(); f++)
    {
        const FrameVotes& v = votes[f];
        result.push_back(CertificateMaker::make(v.codes, ablation, axes[f], rules, v.reused));
        result.back().run.onePass = scorer->isOnePass();
    }
    if (params.reuse && !votes.empty())
        last = votes.back();
    certificates.swap(result);
}

//! Copies the votes of ablations whose input did not change.
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

//! Scores the waiting ablations and records their votes.
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
    const Mat scores = scorer->score(ablations);
    const CheckedNet& checked = scorer->getChecked();
    parallel_for_(
            Range(0, n),
            [&](const Range& slots) {
                for (int k = slots.start; k < slots.end; k++)
                {
                    FrameVotes& v = *waiting[k].first;
                    castVotes(scores.ptr<float>(k), checked.classes, params, checked.tolerance, v.codes.ptr(waiting[k].second));
                }
            },
            (double)scores.total() / (1 << 12));
    for (int k = 0; k < n; k++)
        waiting[k].first->evaluated++;
    waiting.clear();
}

/* Runs the self-test if the net or its settings are new or the frames have another depth. A chunk set by Params::chunk is limited to
what the frames can fill and memory should hold. Of the first frame, `read` is looked at. */
void CertifiedClassifierImpl::prepare(const std::vector<_InputArray>& frames, const Rect& read)
{
    const int depth = frames[0].depth();
    const int64 work = (int64)ablation.count() * (evaluatesAlone() ? 1 : (int64)frames.size());
    const int asked = (int)std::min<int64>(params.chunk, std::min<int64>(work, largestChunk(*layout)));
    if (scorer && checkedDepth == depth && (asked == 0 || scorer->isOnePass() || scorer->getChecked().chunk >= asked))
        return;
    scorer.release();
    last = FrameVotes();
    const Ptr<AblationScorer> next(new AblationScorer(net, ablation, params, *layout, asked, depth));
    const int64 votes = (int64)ablation.count() * next->getChecked().classes;
    if (votes > INT_MAX)
        CV_Error_(Error::StsOutOfRange, ("%d ablations of %d classes are %.0f votes, expected at most %d: use a larger "
                "Ablation::stride", ablation.count(), next->getChecked().classes, (double)votes, INT_MAX));
    scorer = next;
    checkedDepth = depth;
    if (frames[0].kind() != _InputArray::CUDA_GPU_MAT)
        warnOfRange(frames[0].getMat()(read), params);
}

} // namespace

CertifiedClassifier::~CertifiedClassifier() {}

Ptr<CertifiedClassifier> CertifiedClassifier::create(const dnn::Net& net, const Ablation& ablation, const Params& params)
{
    return makePtr<CertifiedClassifierImpl>(net, ablation, params, String());
}

Ptr<CertifiedClassifier> CertifiedClassifier::create(const String& model, const String& config)
{
    return create(model, ModelSettings::read(config.empty() ? settingsFileOf(model) : config));
}

Ptr<CertifiedClassifier> CertifiedClassifier::create(const String& model, const ModelSettings& settings)
{
    CV_TRACE_FUNCTION();
    String checksum;
    const dnn::Net net = readModel(model, settings, checksum);
    return makePtr<CertifiedClassifierImpl>(net, settings.ablation, settings.params, checksum);
}

}} // namespace cv::derand
