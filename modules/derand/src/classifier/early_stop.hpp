// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_EARLY_STOP_HPP
#define OPENCV_DERAND_EARLY_STOP_HPP

namespace cv { namespace derand {

//! All ablations, as they come, or so that the first ones are spread evenly: then no patch touches many of them.
std::vector<int> evaluationOrder(int count, bool spread);

/** Whether ablations that are not known yet can change neither the label nor whether it holds for the patch.
@param codes see vote_codes.hpp
 */
bool isSettled(const Mat& codes, const Ablation& ablation, const FrameMap& frame, int rule, const Size& patch);

}} // namespace cv::derand

#endif
