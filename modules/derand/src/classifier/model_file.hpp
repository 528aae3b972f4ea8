// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_MODEL_FILE_HPP
#define OPENCV_DERAND_MODEL_FILE_HPP

namespace cv { namespace derand {

/** Reads a model file. One that dnn dies of, or takes without a word although it does not fit, is refused before.
@param shape of a chunk that the net is to take
 */
dnn::Net readModel(const String& file, const std::vector<int>& shape);

}} // namespace cv::derand

#endif
