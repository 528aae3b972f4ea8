// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "by_rule.hpp"

namespace tools {

namespace derand = cv::derand;

derand::Certificate byRule(
        const derand::Certificate& certificate, const derand::CertifiedClassifier& classifier, const cv::Size& frame, int rule)
{
    if (classifier.getParams().rule == rule)
        return certificate;
    cv::Mat votes;
    certificate.getVotes(votes);
    const derand::CertifiedClassifier::Params params = classifier.getParams();
    return derand::certify(votes, classifier.getAblation(), classifier.getFrameMap(frame), rule, params.minVotes, params.voteRule);
}

} // namespace tools
