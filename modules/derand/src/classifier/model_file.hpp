// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_MODEL_FILE_HPP
#define OPENCV_DERAND_MODEL_FILE_HPP

namespace cv { namespace derand {

/** Reads a model file. Files that would crash dnn, or that it silently accepts although they do not fit, are refused first.
@param shape of a chunk that the net must accept
 */
dnn::Net readModel(const String& file, const std::vector<int>& shape);

}} // namespace cv::derand

#endif
