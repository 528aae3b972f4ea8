// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_PRECOMP_HPP
#define OPENCV_DERAND_PRECOMP_HPP

#ifdef __OPENCV_BUILD
#include "cvconfig.h" // HAVE_CUDA
#endif

#include "opencv2/derand.hpp"
#include "opencv2/core/utils/logger.hpp"
#include "opencv2/core/utils/trace.hpp"

namespace cv { namespace derand {

//! The message of an exception from OpenCV or its dependencies, on one line.
inline String reasonOf(const std::exception& e)
{
    const Exception* own = dynamic_cast<const Exception*>(&e);
    return own ? own->err : String(e.what());
}

}} // namespace cv::derand

#endif
