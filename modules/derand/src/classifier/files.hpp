// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_FILES_HPP
#define OPENCV_DERAND_FILES_HPP

namespace cv { namespace derand {

//! Content of the settings file, at most 1 MB.
String readSettings(const String& file);

//! Throws unless the model file can be read.
void checkModelFile(const String& file);

//! CRC-32 of a model file, 8 hexadecimal digits.
String checksumOf(const String& file);

}} // namespace cv::derand

#endif
