// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_CHUNK_SCORER_HPP
#define OPENCV_DERAND_CHUNK_SCORER_HPP

#include "device_blob.hpp"
#include "net_check.hpp"

namespace cv { namespace derand {

//! The network input, if the arrays of one ablation, of its picture, and of a chunk for one frame are not too large.
Ptr<AblationBlob> layoutOf(const Ablation& ablation, const CertifiedClassifier::Params& params);

//! Most ablations of a chunk, for memory.
int largestChunk(const AblationBlob& layout);

//! A net that passed the self-test: chunks of ablations in, scores out. Chunks are written on the host or on a CUDA device.
class ChunkScorer
{
public:
    //! The self-test, arguments as of checkNet(); keeps references to net and layout.
    ChunkScorer(BaseNet& net, const Ablation& ablation, const CertifiedClassifier::Params& params, const AblationBlob& layout,
            int chunk, int depth);

    //! A row of scores for each; at most checked.chunk. The rest of the chunk, which has one size, is zeros.
    Mat score(const std::vector<PlanarAblation>& ablations);

    const CheckedNet checked;

private:
    void prepareDevice(const Ablation& ablation, const std::vector<Mat>& pictures);
    bool readsDevice(const std::vector<PlanarAblation>& ablations, const std::vector<PlanarAblation>& before);

    BaseNet& net;
    const AblationBlob& layout;
    Mat blob;
    Ptr<DeviceBlob> device; // null: chunks come from the host
};

}} // namespace cv::derand

#endif
