// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_VIDEO_ADVERSARY_HPP
#define DERAND_VIDEO_ADVERSARY_HPP

#include <string>

#include "certifier.hpp"

namespace video {

/** @brief Searches for a sticker that changes the label of a frame, anywhere in its region.
@param certifier of the video; it is not modified
@param shot the frame, taken without a sticker
@param patch size of the sticker, frame pixels
@param budget number of tries
@param sticker output: the one that changed the label, or else came closest, at its place
@return the finding, one sentence; tools::BrokenCertificate if it contradicts a certificate
 */
std::string attack(const Certifier& certifier, const Shot& shot, const cv::Size& patch, int budget, Sticker& sticker);

} // namespace video

#endif // DERAND_VIDEO_ADVERSARY_HPP
