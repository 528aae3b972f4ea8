// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_TOOLS_TEXT_HPP
#define DERAND_TOOLS_TEXT_HPP

#include <string>
#include <vector>

#include "opencv2/core.hpp"

namespace tools {

//! "5 x 5"
std::string sizeText(const cv::Size& size);

//! Number and name of a class: "14 stop sign"; only the number if there is no (other) name; "none" if negative.
std::string className(int label, const std::vector<std::string>& names);

/** @brief The end of a long text, which says more about a path than its beginning: "...igits/7/0.png".

Cut between characters. Bytes that are not UTF-8 and control characters become U+FFFD, so that tables stay aligned.
@param text in UTF-8
@param width maximum number of terminal columns, of which many East Asian characters take two
 */
std::string shortened(const std::string& text, size_t width);

//! "1.5 s", "85 s", "4 min", "2 h 10 min"
std::string durationText(double seconds);

} // namespace tools

#endif // DERAND_TOOLS_TEXT_HPP
