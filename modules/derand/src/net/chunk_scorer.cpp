// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"
#include "chunk_scorer.hpp"
#include "probes.hpp"

namespace cv { namespace derand {

namespace {

// Limits, in floats, of a picture or an ablation (256 MB; the self-test makes a few) and of a chunk (1 GB).
const double MAX_FLOATS = 1 << 26, MAX_CHUNK_FLOATS = 1 << 28;

} // namespace

Ptr<AblationBlob> layoutOf(const Ablation& ablation, const CertifiedClassifier::Params& params)
{
    const Ptr<AblationBlob> layout = makePtr<AblationBlob>(ablation, params.channels, params.encoding, params.fill, params.transpose);
    const Size size = ablation.inputSize;
    const double floats = std::max((double)layout->floats(), (double)size.width * size.height * params.channels);
    if (floats > MAX_FLOATS)
        CV_Error_(Error::StsOutOfRange, ("an input of %d x %d pixels is %.0f numbers, expected at most %.0f: check "
                "Ablation::inputSize", size.width, size.height, floats, MAX_FLOATS));
    const int chunk = std::min(params.chunk, ablation.count());
    if (chunk * (double)layout->floats() > MAX_CHUNK_FLOATS)
        CV_Error_(Error::StsOutOfRange, ("a chunk of %d ablations is %.0f numbers, expected at most %.0f: use a smaller "
                "Params::chunk, or 0", chunk, chunk * (double)layout->floats(), MAX_CHUNK_FLOATS));
    return layout;
}

int largestChunk(const AblationBlob& layout) { return (int)std::max(1., MAX_CHUNK_FLOATS / (double)layout.floats()); }

ChunkScorer::ChunkScorer(BaseNet& net_, const Ablation& ablation, const CertifiedClassifier::Params& params,
        const AblationBlob& layout_, int chunk, int depth)
    : checked(checkNet(net_, ablation, params, layout_, chunk, depth)), net(net_), layout(layout_),
      blob(Mat::zeros(4, &layout_.shape(checked.chunk)[0], CV_32F))
{
    prepareDevice(ablation, probePictures(ablation.inputSize, params, depth));
}

Mat ChunkScorer::score(const std::vector<PlanarAblation>& ablations)
{
    if (device && !device->write(ablations))
        device.release();
    if (!device)
        layout.write(ablations, blob);
    return net.score(blob, !device.empty());
}

void ChunkScorer::prepareDevice(const Ablation& ablation, const std::vector<Mat>& pictures)
{
    const int chunk = checked.chunk;
    std::vector<PlanarAblation> probes(chunk), others(chunk);
    for (int i = 0; i < chunk; i++)
    {
        const bool half = i < chunk / 2;
        probes[i].image = pictures[half ? PROBE_FINE : PROBE_COARSE];
        others[i].image = pictures[half ? PROBE_COARSE : PROBE_FINE];
        probes[i].index = others[i].index = (int)((int64)i * ablation.count() / chunk) % ablation.count();
    }
    device = DeviceBlob::create(net.getNet(), layout, probes, net.isCudaAskedFor());
    if (device && !readsDevice(probes, others))
    {
        CV_LOG_WARNING(NULL, "derand: ablations are written on the host, not on a CUDA device: the net does not score "
                "what was written there");
        device.release();
    }
}

//! Whether the net scores what the device writes, rather than what it got from the host before.
bool ChunkScorer::readsDevice(const std::vector<PlanarAblation>& ablations, const std::vector<PlanarAblation>& before)
{
    layout.write(ablations, blob);
    const Mat expected = net.score(blob);
    layout.write(before, blob);
    net.score(blob);
    if (!device->write(ablations))
        return false;
    const double allowed = std::max(1e-6, checked.tolerance.relative) * cv::norm(expected, NORM_INF);
    return cv::norm(net.score(blob, true), expected, NORM_INF) <= allowed; // false for NaN, too
}

}} // namespace cv::derand
