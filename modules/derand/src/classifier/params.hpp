// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_PARAMS_HPP
#define OPENCV_DERAND_PARAMS_HPP

#include "certificate/vote_table.hpp"

namespace cv { namespace derand {

//! How a part of a frame, Rect() for all of it, becomes a network input with these settings.
FrameMap frameMapOf(const CertifiedClassifier::Params& params, const Size& inputSize, const Size& frame, const Rect& roi);

//! How votes that were cast with these settings become a certificate.
CountingRules countingRulesOf(const CertifiedClassifier::Params& params);

//! Checks every field; errors say what was wrong, what was expected and what to do.
void checkParams(const CertifiedClassifier::Params& params, int ablations);

}} // namespace cv::derand

#endif
