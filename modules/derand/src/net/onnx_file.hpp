// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_ONNX_FILE_HPP
#define OPENCV_DERAND_ONNX_FILE_HPP

namespace cv { namespace derand {

//! What is to be known of an ONNX file before dnn reads it.
struct OnnxFile
{
    bool externalData;            //!< a tensor has its values in another file
    std::vector<int64> inputShape; //!< of its only input without a default, -1: any; empty: not said, or several inputs
};

/** Walks through the fields of the file, its tensors' values are skipped. What is no ONNX file, or ends early, has neither: dnn
says what is wrong with it. */
OnnxFile scanOnnxFile(const String& file);

}} // namespace cv::derand

#endif
