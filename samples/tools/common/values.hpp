// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_TOOLS_VALUES_HPP
#define DERAND_TOOLS_VALUES_HPP

#include <climits>
#include <limits>
#include <string>
#include <vector>

#include "opencv2/core.hpp"

namespace tools {

/** @name Values of options

Each function reads the whole text or throws std::runtime_error; nothing is truncated, rounded or guessed.
The message starts with @p what: the option as it was given, such as "--limit=1e3".
 */
//! @{

//! A whole number in decimal digits, from `least` to `most`.
int parseInt(const std::string& what, const std::string& text, int least = INT_MIN, int most = INT_MAX);

//! A finite number with a decimal point, from `least` to `most`.
double parseNumber(const std::string& what, const std::string& text, double least = std::numeric_limits<double>::lowest(),
        double most = std::numeric_limits<double>::max());

//! A probability that earns a vote: above 0 and at most 1.
double parseThreshold(const std::string& what, const std::string& text);

//! true, yes, on or 1; false, no, off or 0.
bool parseBool(const std::string& what, const std::string& text);

//! A size, of a patch for example: "5x7" (width x height), or "5" for a square.
cv::Size parseSize(const std::string& what, const std::string& text);

//! Sizes and ranges of squares, "1-10,16,32x8".
std::vector<cv::Size> parseSizes(const std::string& what, const std::string& text);

//! The parts between the separators, including empty ones.
std::vector<std::string> split(const std::string& text, char separator);

//! @}

} // namespace tools

#endif // DERAND_TOOLS_VALUES_HPP
