// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"
#include "ablation_scorer.hpp"
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

AblationScorer::AblationScorer(BaseNet& net_, const Ablation& ablation, const CertifiedClassifier::Params& params,
        const AblationBlob& layout_, int chunk, int depth)
    : net(net_), layout(layout_), count(ablation.count()), checked(checkNet(net_, ablation, params, layout_, chunk, depth))
{
    const std::vector<Mat> pictures = probePictures(ablation.inputSize, params, depth);
    onePass = OnePass::create(net, ablation, params, layout, pictures, checked);
    if (onePass)
        return;
    std::vector<PlanarAblation> probes(checked.chunk), others(checked.chunk);
    for (int i = 0; i < checked.chunk; i++)
    {
        const bool half = i < checked.chunk / 2;
        probes[i].image = pictures[half ? PROBE_FINE : PROBE_COARSE];
        others[i].image = pictures[half ? PROBE_COARSE : PROBE_FINE];
        probes[i].index = others[i].index = (int)((int64)i * count / checked.chunk) % count;
    }
    input = makePtr<ChunkInput>(layout, checked.chunk);
    input->useDevice(net, probes, others, checked.tolerance.relative);
}

Mat AblationScorer::score(const std::vector<PlanarAblation>& ablations)
{
    if (!onePass)
    {
        input->write(ablations);
        return input->score(net);
    }
    Mat scores;
    for (size_t begin = 0, end; begin < ablations.size(); begin = end) // image by image
    {
        std::vector<int> indices;
        for (end = begin; end < ablations.size() && ablations[end].image.data == ablations[begin].image.data; end++)
            indices.push_back(ablations[end].index);
        scores.push_back(onePass->score(ablations[begin].image, indices));
    }
    return scores;
}

}} // namespace cv::derand
