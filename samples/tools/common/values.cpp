// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "values.hpp"
#include "error.hpp"

#include <algorithm>
#include <charconv>
#include <locale>
#include <sstream>

#include <fmt/format.h>

namespace tools {
namespace {

constexpr int LONGEST_SIDE = 999999; // of a patch, pixels; longer than any picture that OpenCV reads
constexpr size_t MOST_SIZES = 10000; // of patches in a list

bool readInt(const std::string& text, int& value)
{
    const char* const end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, value);
    return result.ec == std::errc() && result.ptr == end;
}

//! Reads as in the "C" locale, whatever the environment and GUI libraries have set; no nan, inf or hexadecimal numbers.
bool readNumber(const std::string& text, double& value)
{
    std::istringstream in(text);
    in.imbue(std::locale::classic());
    return text.find_first_not_of("+-.0123456789eE") == std::string::npos && in >> value
            && in.peek() == std::istringstream::traits_type::eof();
}

bool readSide(const std::string& text, int& side) { return readInt(text, side) && side >= 1 && side <= LONGEST_SIDE; }

bool readSize(const std::string& text, cv::Size& size)
{
    const size_t x = text.find('x');
    if (!readSide(text.substr(0, x), size.width))
        return false;
    size.height = size.width;
    return x == std::string::npos || readSide(text.substr(x + 1), size.height);
}

} // namespace

int parseInt(const std::string& what, const std::string& text, int least, int most)
{
    int value;
    if (readInt(text, value) && value >= least && value <= most)
        return value;
    fail("{}: expected a whole number{}, in digits only", what,
            least == INT_MIN          ? ""
                    : most == INT_MAX ? fmt::format(" of at least {}", least)
                                      : fmt::format(" from {} to {}", least, most));
}

double parseNumber(const std::string& what, const std::string& text, double least, double most)
{
    double value;
    if (readNumber(text, value) && value >= least && value <= most)
        return value;
    const bool bounded = least > std::numeric_limits<double>::lowest();
    fail("{}: expected one number{} such as 0.5, with a point and no comma", what,
            bounded ? fmt::format(" from {} to {}", least, most) : "");
}

double parseThreshold(const std::string& what, const std::string& text)
{
    double value;
    if (readNumber(text, value) && value > 0 && value <= 1)
        return value;
    fail("{}: expected a number above 0 and at most 1 such as 0.3, with a point and no comma", what);
}

bool parseBool(const std::string& what, const std::string& text)
{
    for (const char* word : {"true", "yes", "on", "1"})
        if (text == word)
            return true;
    for (const char* word : {"false", "no", "off", "0"})
        if (text == word)
            return false;
    fail("{}: expected true or false", what);
}

cv::Size parseSize(const std::string& what, const std::string& text)
{
    cv::Size size;
    if (readSize(text, size))
        return size;
    fail("{}: expected a size in pixels, 1 to {}: 5 (a square) or 5x7 (width x height)", what, LONGEST_SIDE);
}

std::vector<cv::Size> parseSizes(const std::string& what, const std::string& text)
{
    std::vector<cv::Size> sizes;
    for (const std::string& item : split(text, ','))
    {
        const size_t dash = item.find('-');
        cv::Size size;
        int first = 0, last = 0;
        if (dash == std::string::npos && readSize(item, size))
            sizes.push_back(size);
        else if (dash != std::string::npos && readSide(item.substr(0, dash), first) && readSide(item.substr(dash + 1), last)
                && first <= last && last - first < int(MOST_SIZES))
        {
            for (int side = first; side <= last; side++)
                sizes.emplace_back(side, side);
        }
        else
        {
            fail("{}: '{}': expected sizes of patches in pixels, separated by commas: 5 (a square), 5x7 (width x "
                 "height) or 1-10 (squares)",
                    what, item);
        }
        if (sizes.size() > MOST_SIZES)
            fail("{}: expected at most {} sizes", what, MOST_SIZES);
    }
    return sizes;
}

std::vector<std::string> split(const std::string& text, char separator)
{
    std::vector<std::string> parts(1);
    for (const char c : text)
    {
        if (c == separator)
            parts.emplace_back();
        else
            parts.back() += c;
    }
    return parts;
}

} // namespace tools
