// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_NET_LAYERS_HPP
#define OPENCV_DERAND_NET_LAYERS_HPP

#include "base_net.hpp"

namespace cv { namespace derand {

/** Refuses a net whose layers take another number of planes than they get: dnn (4.6 to 5.0) runs a convolution of 3 planes
on 6 as if it had two groups, without a word.
@param shape of a chunk
 */
void checkPlanes(const dnn::Net& net, const std::vector<int>& shape);

/** Refuses a net whose grouped convolutions this dnn computes wrongly. 4.7 to 4.14 read into the next channel and the next picture
where a 3 x 3 depthwise kernel reaches over both sides of a map. Every geometry of the net is tried, and compared with the exact
answer.
@param net has run
@param shape of a chunk
 */
void checkConvolutions(const BaseNet& net, const std::vector<int>& shape);

//! The error of a net that was made for another number of planes.
CV_NORETURN void refusePlanes(const String& what, int64 wanted, int64 given);

}} // namespace cv::derand

#endif
