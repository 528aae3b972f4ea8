// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_ONNX_FILE_HPP
#define OPENCV_DERAND_ONNX_FILE_HPP

namespace cv { namespace derand {

//! What must be known about an ONNX file before dnn reads it.
struct OnnxFile
{
    bool externalData;             //!< a tensor has its values in another file
    std::vector<int64> inputShape; //!< of the only input without a default; -1: any; empty: not declared, or several inputs
};

/** Scans the fields of the file; values of tensors are skipped. For a file that is truncated or not ONNX, neither field is set: dnn
then reports what is wrong with it. */
OnnxFile scanOnnxFile(const String& file);

}} // namespace cv::derand

#endif
