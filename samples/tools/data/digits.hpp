// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_TOOLS_DIGITS_HPP
#define DERAND_TOOLS_DIGITS_HPP

#include "opencv2/core.hpp"

namespace tools {

/** @brief A digit as in MNIST, drawn with pen strokes.

White on black, in the middle 20/28 of the frame.
@param digit 0..9
@param side of the frame, pixels; 28 for a picture like those of MNIST
@return CV_8UC1
 */
cv::Mat drawDigit(int digit, int side = 28);

} // namespace tools

#endif // DERAND_TOOLS_DIGITS_HPP
