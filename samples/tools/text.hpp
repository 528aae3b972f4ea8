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

//! Number and name of a class: "14 stop sign"; the number alone if there is no (other) name.
std::string className(int label, const std::vector<std::string>& names);

//! A JSON string with its quotes; bytes that are no UTF-8 become U+FFFD.
std::string jsonString(const std::string& text);

//! "1.5 s", "85 s", "4 min", "2 h 10 min"
std::string durationText(double seconds);

} // namespace tools

#endif // DERAND_TOOLS_TEXT_HPP
