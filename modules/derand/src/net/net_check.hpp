// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_NET_CHECK_HPP
#define OPENCV_DERAND_NET_CHECK_HPP

#include "input/ablation_blob.hpp"
#include "base_net.hpp"
#include "slot_test.hpp"
#include "votes.hpp"

namespace cv { namespace derand {

//! What the self-test found out about a net.
struct CheckedNet
{
    int chunk; // ablations per forward
    int classes;
    Tolerance tolerance;
};

//! Whether a forward is so slow that few must be enough to check the net.
bool isLarge(const Ablation& ablation, const AblationBlob& layout);

//! From this spread of a probability on, a net does not score ablations independently of each other.
double spreadLimit(const BaseNet& net);

//! Ten times what was seen, or what Params::tolerance says.
Tolerance toleranceOf(const ScoreSpread& spread, const CertifiedClassifier::Params& params);

/** The self-test: refuses a net for which no certificate would be true, and warns about settings that do not fit it.
@param chunk ablations per forward, as asked for; 0: chosen here, 1 if the net cannot take more
@param depth of the frames
 */
CheckedNet checkNet(BaseNet& net, const Ablation& ablation, const CertifiedClassifier::Params& params, const AblationBlob& layout,
        int chunk, int depth);

}} // namespace cv::derand

#endif
