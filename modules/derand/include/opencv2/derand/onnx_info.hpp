// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_ONNX_INFO_HPP
#define OPENCV_DERAND_ONNX_INFO_HPP

#include "opencv2/core.hpp"

namespace cv { namespace derand {

//! @addtogroup derand
//! @{

/** @brief What an ONNX file declares, without loading its net.

@code{.cpp}
    const derand::OnnxInfo info = derand::getOnnxInfo("net.onnx");
    if (info.inputShape.size() == 4) // such as 1 x 3 x 224 x 224
        std::cout << info.inputShape[1] << " planes of " << info.inputShape[3] << " x " << info.inputShape[2] << std::endl;
@endcode
 */
struct CV_EXPORTS_W_SIMPLE OnnxInfo
{
    CV_WRAP OnnxInfo(); //!< Of no file.

    CV_PROP bool complete;                  //!< false: the file is truncated or not ONNX, and the lists below are empty
    CV_PROP bool externalData;              //!< a tensor has its values in another file: CertifiedClassifier::create() refuses that
    CV_PROP std::vector<String> inputs;     //!< names of the inputs that have no default
    CV_PROP std::vector<String> outputs;    //!< names of the outputs
    CV_PROP std::vector<int> inputShape;    //!< of the only input, -1: any size; empty: not declared, or several inputs
    CV_PROP std::vector<String> notTensors; //!< inputs and outputs that are sequences, maps or the like, which dnn does not have
};

/** @brief Reads what an ONNX file declares; weights are skipped.
@param file ONNX file; Error::StsObjectNotFound or StsBadArg if it cannot be opened
 */
CV_EXPORTS_W OnnxInfo getOnnxInfo(const String& file);

//! @}

}} // namespace cv::derand

#endif // OPENCV_DERAND_ONNX_INFO_HPP
