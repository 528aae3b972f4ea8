// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_TOOLS_BY_RULE_HPP
#define DERAND_TOOLS_BY_RULE_HPP

#include "opencv2/derand.hpp"

namespace tools {

/** @brief The certificate of the same votes by one of the rules; needs no inference.
@param certificate of a whole frame, by the rule of the classifier's settings
@param classifier that made it
@param frame its size, pixels
@param rule CertificateRule
 */
cv::derand::Certificate byRule(const cv::derand::Certificate& certificate, const cv::derand::CertifiedClassifier& classifier,
        const cv::Size& frame, int rule);

} // namespace tools

#endif // DERAND_TOOLS_BY_RULE_HPP
