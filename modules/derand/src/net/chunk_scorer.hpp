// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_CHUNK_SCORER_HPP
#define OPENCV_DERAND_CHUNK_SCORER_HPP

#include "device_blob.hpp"
#include "net_check.hpp"

namespace cv { namespace derand {

//! Makes the network input; throws if the arrays of one ablation, its picture, or a chunk for one frame would be too large.
Ptr<AblationBlob> layoutOf(const Ablation& ablation, const CertifiedClassifier::Params& params);

//! The largest chunk that memory allows, in ablations.
int largestChunk(const AblationBlob& layout);

//! A net that passed the self-test: chunks of ablations in, scores out. Chunks are written on the host or on a CUDA device.
class ChunkScorer
{
public:
    //! Runs the self-test; arguments as for checkNet(). Keeps references to net and layout.
    ChunkScorer(BaseNet& net, const Ablation& ablation, const CertifiedClassifier::Params& params, const AblationBlob& layout,
            int chunk, int depth);

    //! One row of scores for each of at most checked.chunk ablations; a short chunk is padded with zeros.
    Mat score(const std::vector<PlanarAblation>& ablations);

    const CheckedNet checked;

private:
    void prepareDevice(const Ablation& ablation, const std::vector<Mat>& pictures);
    bool readsDevice(const std::vector<PlanarAblation>& ablations, const std::vector<PlanarAblation>& before);

    BaseNet& net;
    const AblationBlob& layout;
    Mat blob;
    Ptr<DeviceBlob> device; // null: chunks are written on the host
};

}} // namespace cv::derand

#endif
