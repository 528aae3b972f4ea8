// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"
#include "net_check.hpp"
#include "net_layers.hpp"
#include "probes.hpp"

namespace cv { namespace derand {

typedef CertifiedClassifier::Params Params;

namespace {

//! From this number of pixels of the picture, or floats of one ablation, a forward is so slow that the self-test must not run many.
const int64 LARGE_INPUT = 1 << 14;

int chooseChunk(const BaseNet& net, const Ablation& ablation, const Params& params, const AblationBlob& layout);

class NetCheck
{
public:
    NetCheck(BaseNet& net_, const Ablation& ablation_, const Params& params_, const AblationBlob& layout_, int depth)
        : net(net_), ablation(ablation_), params(params_), layout(layout_), pictures(probePictures(ablation_.inputSize, params_, depth))
    {}

    CheckedNet run(int asked);

private:
    bool tryChunk(int chunk, bool last, CheckedNet& checked, String& reason);
    bool scoresAlone(const Mat& probes, const Mat& scores);
    Mat score(const Mat& blob);
    void checkScores(const Mat& scores) const;
    void warnOfUnusedPlanes(const CheckedNet& checked);
    void warnOfUntrainedNet(int chunk);
    void writeProbe(int picture, int position, int positions, Mat& blob, int slot) const;

    BaseNet& net;
    const Ablation& ablation;
    const Params& params;
    const AblationBlob& layout;
    const std::vector<Mat> pictures; // planar
    int64 scored = 0;                // ablations so far
    bool wasFinite = false;
};

CheckedNet NetCheck::run(int asked)
{
    const int chunk = asked > 0 ? asked : chooseChunk(net, ablation, params, layout);
    CV_LOG_INFO(NULL, "derand: self-test of the net, first frame only: " << slotTestForwards(chunk) + 3 << " chunks of "
            << chunk << " ablations");
    CheckedNet checked;
    String reason;
    bool passed = tryChunk(chunk, asked > 0 || chunk == 1, checked, reason);
    if (!passed && asked == 0 && chunk > 1)
    {
        const String severalAtOnce = reason;
        try
        {
            passed = tryChunk(1, true, checked, reason);
        }
        catch (const Exception& e)
        {
            if (wasFinite) // several at once did run, so the error alone does not explain why one at a time was tried
                CV_Error(e.code, e.err + ". It was run one ablation at a time because " + severalAtOnce);
            throw;
        }
        if (passed)
            CV_LOG_WARNING(NULL, "derand: the net is run one ablation at a time: " << reason);
    }
    if (!passed)
        CV_Error(Error::StsBadArg, asked > 1
                ? "the scores of an ablation depend on the others in the chunk or change from run to run, so no "
                  "certificate would be true: set Params::chunk to 1, or export the net without random layers, batch "
                  "statistics and dynamic quantisation"
                : "the scores of an ablation change from run to run, so no certificate would be true: export the "
                  "net without random or stateful layers");
    warnOfUnusedPlanes(checked);
    warnOfUntrainedNet(checked.chunk);
    return checked;
}

void NetCheck::writeProbe(int picture, int position, int positions, Mat& blob, int slot) const
{
    const int index = (int)((2 * (int64)position + 1) * ablation.count() / (2 * (int64)positions));
    layout.write(pictures[picture], index, blob.ptr<float>(slot));
}

Mat NetCheck::score(const Mat& blob)
{
    scored += blob.size[0];
    return net.score(blob);
}

/* Whether the net scores this many ablations independently of each other; if not, `reason` says why. Throws if there is nothing else
to try. */
bool NetCheck::tryChunk(int chunk, bool last, CheckedNet& checked, String& reason)
{
    if (chunk > 1 && endsOnSeveral(net.getNet()))
    {
        reason = "OpenCV 4.6 ends the process on several at once if a convolution follows a ReduceMean or a similar layer: to be "
                 "faster, use GlobalAveragePool there, or another OpenCV";
        if (last)
            CV_Error(Error::StsBadArg, "the net cannot be run in chunks, set Params::chunk to 1: " + reason);
        return false;
    }
    Mat probes = Mat::zeros(4, &layout.shape(chunk)[0], CV_32F);
    for (int i = 0; i < chunk; i++)
        writeProbe(i % 2 ? PROBE_COARSE : PROBE_FINE, i, chunk, probes, i);
    checkPlanes(net.getNet(), layout.shape(chunk)); // before the net runs: dnn silently accepts wrong ones, or crashes
    if (chunk == 1)
        checkReductions(net.getNet(), layout.shape(1));
    Mat scores;
    try
    {
        scores = score(probes);
    }
    catch (const Exception&)
    {
        if (last)
            throw;
        reason = "it fails on several at once, probably because it reshapes by its batch size (x.view(x.size(0), -1)): "
                 "to be faster, use torch.flatten(x, 1) there and export it for any batch size";
        return false;
    }
    checkConvolutions(net, layout.shape(chunk)); // after a run, since only then do layers know their padding
    checkScores(scores);
    if (!checkRange(scores))
    {
        if (last)
            CV_Error(Error::StsBadArg, wasFinite
                    ? "the net gives NaN or Inf for ordinary pictures but did not at first, so it changes from run to run: "
                      "export it without random or stateful layers"
                    : "the net gives NaN or Inf for ordinary pictures: check Params::scalefactor and mean, and use a target of "
                      "full precision");
        reason = format("it gives NaN or Inf for %d of them", chunk);
        return false;
    }
    wasFinite = true;
    const int behind = endsOnSeveral(net.getNet()) ? 0 : isLarge(ablation, layout) ? 1 : 7;
    const ScoreSpread spread = measureSpread([this](const Mat& blob) { return score(blob); }, probes, scores, params.softmax, behind);
    if (!spread.finite || spread.probability > spreadLimit(net) || !scoresAlone(probes, scores))
    {
        reason = format("it does not score %d of them independently of each other", chunk);
        return false;
    }
    if (params.tolerance >= 0 && params.tolerance < spread.probability)
    {
        reason = format("Params::tolerance is %g, but the probabilities of the same ablation differ by %g in a chunk of %d",
                params.tolerance, spread.probability, chunk);
        if (!last)
            return false;
        CV_Error(Error::StsOutOfRange, reason + ": expected a larger value, or a negative one to let the self-test choose");
    }
    checked.chunk = chunk;
    checked.classes = scores.cols;
    checked.tolerance = toleranceOf(spread, params);
    warnOfScale(scores, params.softmax);
    return true;
}

/* Whether the first probes get the same scores alone as in the chunk: this is the only way to see what a net adds to every slot of
a chunk. Other chunk sizes may round differently, which is allowed. */
bool NetCheck::scoresAlone(const Mat& probes, const Mat& scores)
{
    const int n = probes.size[0];
    for (int i = 0; i < std::min(n, 2) && n > 1; i++)
    {
        Mat alone(4, &layout.shape(1)[0], CV_32F, const_cast<float*>(probes.ptr<float>(i))), single;
        try
        {
            single = score(alone);
        }
        catch (const Exception&)
        {
            return true; // the net was made for a single batch size, so there is nothing to compare
        }
        if (single.cols != scores.cols || !checkRange(single))
            return false;
        const double largest = cv::norm(scores.row(i), NORM_INF);
        if (cv::norm(single, scores.row(i), NORM_INF) > std::max(spreadLimit(net), spreadLimit(net) / 100 * largest))
            return false;
    }
    return true;
}

void NetCheck::checkScores(const Mat& scores) const
{
    if (scores.cols < 2)
        CV_Error_(Error::StsUnmatchedSizes, ("the net gives %d score for each ablation, expected at least 2 classes: a "
                "net of one class cannot be certified. If it has one score z for two classes (a sigmoid), export it with "
                "the scores [0, z] before the sigmoid", scores.cols));
    if (!params.labels.empty() && (int)params.labels.size() != scores.cols)
        CV_Error_(Error::StsUnmatchedSizes, ("Params::labels names %d classes, the net has %d",
                (int)params.labels.size(), scores.cols));
}

//! A net that ignores planes, because of a Slice or Gather, was made for another encoding.
void NetCheck::warnOfUnusedPlanes(const CheckedNet& checked)
{
    const int planes = layout.shape(1)[1], chunk = checked.chunk;
    if (isLarge(ablation, layout) && scored + planes + 1 + PROBE_COUNT + chunk > 2 * (int64)ablation.count())
        return;
    const size_t area = (size_t)layout.shape(1)[2] * layout.shape(1)[3];
    Mat blob = Mat::zeros(4, &layout.shape(chunk)[0], CV_32F), expected;
    String unused;
    int count = 0;
    for (int start = 0; start <= planes; start += chunk) // the first probe is unchanged, each of the others has noise in one plane
    {
        const int end = std::min(start + chunk, planes + 1);
        for (int i = start; i < end; i++)
        {
            writeProbe(PROBE_FINE, 0, 1, blob, i - start);
            if (i == 0)
                continue;
            Mat plane(1, (int)area, CV_32F, blob.ptr<float>(i - start) + (i - 1) * area);
            RNG rng(23);
            rng.fill(plane, RNG::UNIFORM, -1, 1);
        }
        const Mat scores = score(blob);
        for (int i = start; i < end; i++)
            if (i == 0)
                expected = scores.row(0).clone();
            else if (cv::norm(scores.row(i - start), expected, NORM_INF) <= checked.tolerance.relative * cv::norm(expected, NORM_INF))
            {
                unused += format(count ? ", %d" : "%d", i - 1);
                count++;
            }
    }
    if (count > 0 && count < planes) // a net that looks at nothing is left to warnOfUntrainedNet()
        CV_LOG_WARNING(NULL, "derand: the net does not look at planes " << unused << " of the " << planes << " that these "
                "settings write (counted from 0): it seems to be made for another Params::encoding or other Params::channels");
}

//! A net that gives the same class whatever the picture was never trained on ablations like these.
void NetCheck::warnOfUntrainedNet(int chunk)
{
    const int kinds = (int)pictures.size(), most = 8;
    const int64 left = 2 * (int64)ablation.count() - scored - chunk; // of the time of two frames
    // Use a quarter of it: the first forwards of each size take longer than those of a frame.
    const int positions = isLarge(ablation, layout) ? (int)std::max<int64>(1, std::min<int64>(most, left / (4 * (int64)kinds))) : most;
    std::vector<int> first(positions, -1);
    std::vector<uchar> same(positions, 1);
    Mat blob = Mat::zeros(4, &layout.shape(chunk)[0], CV_32F), scores;
    for (int start = 0; start < kinds * positions; start += chunk)
    {
        const int end = std::min(start + chunk, kinds * positions);
        for (int i = start; i < end; i++)
            writeProbe(i % kinds, i / kinds, positions, blob, i - start);
        scores = score(blob);
        for (int i = start; i < end; i++)
        {
            const float* row = scores.ptr<float>(i - start);
            const int top = (int)(std::max_element(row, row + scores.cols) - row), p = i / kinds;
            same[p] = same[p] && (first[p] < 0 || first[p] == top);
            first[p] = top;
        }
    }
    if (2 * countNonZero(same) >= positions)
        CV_LOG_WARNING(NULL, "derand: the net gives the same class for blank pictures, noise and shapes: it does not seem to be "
                "trained on ablations of this kind, or gets a different input than in training. Its certificates are true but "
                "empty: a label that does not depend on the picture does not depend on a patch either");
}

/* About 1 MB of input, split so that the last chunk is nearly full; more on a CUDA device, which would be idle otherwise. The few
ablations that reuse or early stop leave must not take a large chunk: a chunk is at most a fifth or a tenth of all. */
int chooseChunk(const BaseNet& net, const Ablation& ablation, const Params& params, const AblationBlob& layout)
{
    const std::vector<int> s = layout.shape(1);
    const int64 floats = layout.floats(), bytes = floats * (int64)sizeof(float);
    const int count = ablation.count();
    int most = net.isCudaTarget() ? (int)std::min<int64>(256, std::max<int64>(32, (64 << 20) / bytes))
                                  : (int)std::min<int64>(64, std::max<int64>(floats < LARGE_INPUT ? 8 : 1, (1 << 20) / bytes));
    if (!params.earlyStop.empty())
        most = std::min(most, std::max(1, count / 10));
    else if (params.reuse)
    {
        // In dnn, a chunk takes as long as one of the next multiple of the number of threads.
        const int fifth = std::max(1, count / 5), threads = std::max(1, getNumThreads());
        most = std::min(most, fifth > threads ? fifth / threads * threads : fifth);
    }
    // A single ablation has no neighbours to test. Batches gain little if one forward takes long, and the self-test must not take
    // longer than two frames, even if it falls back to one ablation at a time, and including the probes of the warnings.
    const int others = 2 + slotTestForwards(1) + 1 + s[1] + 1 + PROBE_COUNT;
    while (!net.isCudaTarget() && isLarge(ablation, layout) && most > 1 && (slotTestForwards(most) + 1 + 2) * most + others > 2 * count)
        most--;
    const int chunks = (count + most - 1) / most;
    return (count + chunks - 1) / chunks;
}

} // namespace

bool isLarge(const Ablation& ablation, const AblationBlob& layout)
{
    return std::max((int64)ablation.inputSize.area(), layout.floats()) >= LARGE_INPUT;
}

double spreadLimit(const BaseNet& net) { return net.isHalfPrecision() ? 5e-2 : 1e-3; }

Tolerance toleranceOf(const ScoreSpread& spread, const Params& params)
{
    const Tolerance measured = {std::max(1e-5, 10 * spread.probability), std::max(1e-6, 10 * spread.relative)};
    const Tolerance given = {params.tolerance, 0};
    return params.tolerance < 0 ? measured : given;
}

CheckedNet checkNet(BaseNet& net, const Ablation& ablation, const Params& params, const AblationBlob& layout, int chunk, int depth)
{
    net.setWinograd(true); // one pass may have switched it off
    return NetCheck(net, ablation, params, layout, depth).run(chunk);
}

}} // namespace cv::derand
