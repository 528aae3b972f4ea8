// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_RESAMPLE_HPP
#define OPENCV_DERAND_RESAMPLE_HPP

#include "geometry/frame_axis.hpp"

namespace cv { namespace derand {

//! As FrameMap::resample(), along these axes, x and y.
void resample(InputArray frame, const std::vector<FrameAxis>& axes, OutputArray image);

}} // namespace cv::derand

#endif
