// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_YAML_SCALARS_HPP
#define OPENCV_DERAND_YAML_SCALARS_HPP

namespace cv { namespace derand {

//! Not printable, and not part of a multi-byte character.
inline bool isControl(char c) { return (uchar)c < 32 || c == 127; }

//! Accepts only decimal digits that every YAML reader reads alike; false for anything else, and for more than 32 bits.
bool parseInteger(const String& text, int& value);

//! The same for a number; false if a double cannot hold it, as with 1e400 or 1e-400.
bool parseDouble(const String& text, double& value);

//! The shortest text that is read back as the same bits.
String doubleText(double value);

//! The text in double quotes, such that parseYaml() reads it back.
String quoted(const String& text);

//! The beginning of a possibly long text, for errors.
String excerpt(const String& text);

}} // namespace cv::derand

#endif
