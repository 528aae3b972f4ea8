// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "text.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace tools {
namespace {

//! Length of the UTF-8 sequence at `start`, 0 if it is malformed.
size_t utf8Length(const std::string& text, size_t start)
{
    const auto byte = [&](size_t i) { return start + i < text.size() ? static_cast<unsigned char>(text[start + i]) : 0u; };
    const unsigned first = byte(0), second = byte(1);
    size_t length = 1;
    if (first >= 0x80)
        length = first < 0xc2 || first > 0xf4 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    for (size_t i = 1; i < length; i++)
    {
        if ((byte(i) & 0xc0) != 0x80)
            return 0;
    }
    const bool overlong = (first == 0xe0 && second < 0xa0) || (first == 0xf0 && second < 0x90);
    const bool noCharacter = (first == 0xed && second >= 0xa0) || (first == 0xf4 && second >= 0x90);
    return overlong || noCharacter ? 0 : length;
}

//! Terminal columns, as fmt counts them for padding.
size_t columnsOf(const std::string& character)
{
    return 2 * character.size() - fmt::format("{:<{}}", character, character.size()).size();
}

} // namespace

std::string sizeText(const cv::Size& size) { return fmt::format("{} x {}", size.width, size.height); }

std::string className(int label, const std::vector<std::string>& names)
{
    if (label < 0)
        return "none";
    const std::string number = std::to_string(label);
    if (size_t(label) >= names.size() || names[size_t(label)] == number)
        return number;
    return number + " " + names[size_t(label)];
}

std::string shortened(const std::string& text, size_t width)
{
    std::vector<std::string> characters;
    for (size_t i = 0; i < text.size(); i += std::max<size_t>(utf8Length(text, i), 1))
    {
        const size_t length = utf8Length(text, i);
        const bool control = length == 1 && (static_cast<unsigned char>(text[i]) < 0x20 || text[i] == 0x7f);
        characters.push_back(length == 0 || control ? "\ufffd" : text.substr(i, length));
    }
    size_t columns = 0, kept = characters.size(); // where the end begins that leaves room for dots
    for (size_t i = characters.size(); i-- > 0;)
    {
        columns += columnsOf(characters[i]);
        if (columns + 3 <= width)
            kept = i;
        if (columns > width)
            return fmt::format("...{}", fmt::join(characters.begin() + std::ptrdiff_t(kept), characters.end(), ""));
    }
    return fmt::format("{}", fmt::join(characters, ""));
}

std::string durationText(double seconds)
{
    const long long whole = std::llround(seconds);
    if (seconds < 10)
        return fmt::format("{:.1f} s", seconds);
    if (whole < 120)
        return fmt::format("{} s", whole);
    if (whole < 7200)
        return fmt::format("{} min", (whole + 30) / 60);
    return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

} // namespace tools
