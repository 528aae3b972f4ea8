// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_TOOLS_VICTIMS_HPP
#define DERAND_TOOLS_VICTIMS_HPP

#include <stdexcept>

#include "opencv2/derand.hpp"

#include "attack.hpp"

namespace tools {

//! A certificate was broken: the mathematics or the module is wrong.
struct BrokenCertificate : std::runtime_error
{
    using std::runtime_error::runtime_error;
};

//! An ordinary classifier: frames in [0, 1], logits.
Victim plainVictim(const cv::dnn::Net& net);

using Certificates = std::vector<cv::derand::Certificate>;

/** @brief A certified classifier; its scores are the votes.

Checks for every answer what the certificates promise, and throws BrokenCertificate if it does not hold.
@param classify the certificates of attacked frames
@param clean certificate of the frame before the attack
@param size of the patch
 */
Victim certifiedVictim(const std::function<Certificates(const std::vector<cv::Mat>& frames)>& classify,
        const cv::derand::Certificate& clean, const cv::Size& size);

} // namespace tools

#endif // DERAND_TOOLS_VICTIMS_HPP
