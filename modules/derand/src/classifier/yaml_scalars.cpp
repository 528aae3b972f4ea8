// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"
#include "yaml_scalars.hpp"

#include <cfloat>
#include <iomanip>
#include <sstream>

namespace cv { namespace derand {

namespace {

// The first character from `begin` on that is not a digit.
size_t skipDigits(const String& text, size_t begin) { return std::min(text.find_first_not_of("0123456789", begin), text.size()); }

size_t skipSign(const String& text, size_t begin)
{
    return begin + (begin < text.size() && (text[begin] == '-' || text[begin] == '+'));
}

// Some readers read 010 as 8, others as 10.
bool isOctal(const String& text)
{
    const size_t begin = skipSign(text, 0);
    return skipDigits(text, begin) > begin + 1 && text[begin] == '0';
}

} // namespace

bool parseInteger(const String& text, int& value)
{
    const size_t begin = skipSign(text, 0), digits = text.size() - std::min(begin, text.size());
    if (digits < 1 || digits > 10 || skipDigits(text, begin) != text.size() || isOctal(text))
        return false;
    const int64 wide = strtoll(text.c_str(), 0, 10);
    value = (int)wide;
    return value == wide;
}

bool parseDouble(const String& text, double& value)
{
    const size_t begin = skipSign(text, 0);
    size_t end = skipDigits(text, begin), digits = end - begin;
    if (end < text.size() && text[end] == '.')
    {
        const size_t point = end++;
        end = skipDigits(text, end);
        digits += end - point - 1;
    }
    const size_t mantissa = end;
    if (end < text.size() && (text[end] == 'e' || text[end] == 'E'))
    {
        const size_t exponent = skipSign(text, end + 1);
        end = skipDigits(text, exponent);
        if (end == exponent)
            return false;
    }
    if (digits == 0 || end != text.size() || isOctal(text))
        return false;
    std::istringstream in(text);
    in.imbue(std::locale::classic()); // no decimal comma
    in >> value;
    const bool zero = text.find_first_of("123456789") >= mantissa;
    return !in.fail() && std::abs(value) <= DBL_MAX && (value == 0) == zero;
}

// Always with a point or an exponent, since FileStorage truncates whole numbers to 32 bits.
String doubleText(double value)
{
    for (int digits = 15; digits <= 17; digits++)
    {
        std::ostringstream out;
        out.imbue(std::locale::classic());
        out << std::setprecision(digits) << value;
        String text = out.str();
        if (text.find_first_of(".e") == String::npos)
            text += '.';
        Cv64suf back, same; // 0 and -0 are equal, and not the same
        same.f = value;
        if (parseDouble(text, back.f) && back.u == same.u)
            return text;
    }
    CV_Error_(Error::StsOutOfRange, ("%g cannot be written as text", value));
}

String quoted(const String& text)
{
    String made = "\"";
    for (size_t i = 0; i < text.size(); i++)
    {
        const char c = text[i];
        if (c == '"' || c == '\\')
            made += '\\';
        if (isControl(c))
            made += format("\\x%02x", c);
        else
            made += c;
    }
    return made + "\"";
}

String excerpt(const String& text)
{
    size_t size = 40;
    if (text.size() <= size)
        return text;
    while (size > 0 && ((uchar)text[size] & 0xc0) == 0x80) // do not cut inside a multi-byte character
        size--;
    return text.substr(0, size) + "...";
}

}} // namespace cv::derand
