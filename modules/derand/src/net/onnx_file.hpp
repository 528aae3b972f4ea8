// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_ONNX_FILE_HPP
#define OPENCV_DERAND_ONNX_FILE_HPP

namespace cv { namespace derand {

//! Scans the fields of the file; values of tensors are skipped.
OnnxInfo scanOnnxFile(const String& file);

}} // namespace cv::derand

#endif
