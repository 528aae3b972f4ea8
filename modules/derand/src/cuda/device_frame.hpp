// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_DEVICE_FRAME_HPP
#define OPENCV_DERAND_DEVICE_FRAME_HPP

#include "geometry/frame_axis.hpp"

namespace cv { namespace derand {

//! FrameMap::resample() of a cuda::GpuMat, into a GpuMat or into host memory; the frame was checked. Returns when it is done.
void resampleOnDevice(InputArray frame, const FrameAxis& x, const FrameAxis& y, const Size& inputSize, OutputArray image);

}} // namespace cv::derand

#endif
