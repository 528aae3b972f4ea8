// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_YAML_SCALARS_HPP
#define OPENCV_DERAND_YAML_SCALARS_HPP

namespace cv { namespace derand {

//! Not printable, and not part of a character of several bytes.
inline bool isControl(char c)
{
    return (uchar)c < 32 || c == 127;
}

//! Decimal digits that say the same to every reader of YAML; false for others, and for more than 32 bits.
bool parseInteger(const String& text, int& value);

//! The same for a number; false for what a double cannot hold, such as 1e400 or 1e-400.
bool parseDouble(const String& text, double& value);

//! The shortest text that is read back as the same bits.
String doubleText(double value);

//! In double quotes, as parseYaml() reads it back.
String quoted(const String& text);

//! The beginning of a text that may be long, for errors.
String excerpt(const String& text);

}} // namespace cv::derand

#endif
