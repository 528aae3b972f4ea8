// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_MODEL_FILE_HPP
#define OPENCV_DERAND_MODEL_FILE_HPP

namespace cv { namespace derand {

//! The settings file that belongs to a model file: the same name, ending in .yml.
String settingsFileOf(const String& model);

/** Reads a model file. Files that would crash dnn, that it silently accepts although they do not fit, or whose checksum is not that
of the settings are refused first.
@param checksum output, of the file
 */
dnn::Net readModel(const String& file, const ModelSettings& settings, String& checksum);

}} // namespace cv::derand

#endif
