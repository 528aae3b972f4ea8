// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_VERSION_HPP
#define OPENCV_DERAND_VERSION_HPP

#include "opencv2/core.hpp"

#define CV_DERAND_VERSION "0.1.0" //!< of these headers, see https://semver.org

namespace cv { namespace derand {

//! @addtogroup derand
//! @{

/** @brief Version of the library in use, which may be newer than the headers: CV_DERAND_VERSION as it was built. */
CV_EXPORTS_W String getVersion();

//! @}

}} // namespace cv::derand

#endif // OPENCV_DERAND_VERSION_HPP
