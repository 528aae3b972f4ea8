// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_TOOLS_MODEL_HPP
#define DERAND_TOOLS_MODEL_HPP

#include <string>

#include "opencv2/derand.hpp"

namespace tools {

/** @brief Channels of the frames that a classifier takes: 1 or 3.

Asks by classifying a grey frame, since only the net knows.
 */
int frameChannels(cv::derand::CertifiedClassifier& classifier);

//! How the classifier maps a frame of that size to the network input, for cv::derand::certify().
cv::derand::FrameMap frameMapOf(
        const cv::derand::CertifiedClassifier& classifier, const cv::Size& frame);

} // namespace tools

#endif // DERAND_TOOLS_MODEL_HPP
