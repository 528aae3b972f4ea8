// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_ABLATION_SCORER_HPP
#define OPENCV_DERAND_ABLATION_SCORER_HPP

#include "chunk_input.hpp"
#include "net_check.hpp"
#include "one_pass.hpp"

namespace cv { namespace derand {

//! Makes the network input; throws if the arrays of one ablation, its picture, or a chunk for one frame would be too large.
Ptr<AblationBlob> layoutOf(const Ablation& ablation, const CertifiedClassifier::Params& params);

//! The largest chunk that memory allows, in ablations.
int largestChunk(const AblationBlob& layout);

//! A net that passed the self-test: ablations in, scores out, one strip for each ablation or all in one pass.
class AblationScorer
{
public:
    //! Runs the self-test; arguments as for checkNet(). Keeps references to net and layout.
    AblationScorer(BaseNet& net, const Ablation& ablation, const CertifiedClassifier::Params& params, const AblationBlob& layout,
            int chunk, int depth);

    //! One row of scores for each of at most most() ablations.
    Mat score(const std::vector<PlanarAblation>& ablations);

    const CheckedNet& getChecked() const { return checked; }
    bool isOnePass() const { return !onePass.empty(); }
    //! How many ablations to score at a time.
    int most() const { return onePass ? count : checked.chunk; }
    //! Positions along x and y to score at a time if not all of a frame are needed; empty: any.
    Size part() const { return onePass ? onePass->part() : Size(); }

private:
    BaseNet& net;
    const AblationBlob& layout;
    const int count; // of a frame
    CheckedNet checked;
    Ptr<OnePass> onePass;  // null: strips
    Ptr<ChunkInput> input; // of strips
};

}} // namespace cv::derand

#endif
