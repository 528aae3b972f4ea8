// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_EARLY_STOP_HPP
#define OPENCV_DERAND_EARLY_STOP_HPP

#include "certificate/vote_table.hpp"

namespace cv { namespace derand {

/** Evaluation order of all ablations, in parts that are evaluated together.
@param positions along x and y
@param part positions of a part along x and y; empty: all are one part
@param spread order the parts, or the ablations of the only one, such that every prefix covers the image evenly and no patch touches
much of it; otherwise they are ordered by index
 */
std::vector<std::vector<int> > evaluationOrder(const Size& positions, const Size& part, bool spread);

/** Whether the ablations not evaluated yet can change neither the label nor whether it holds for the patch.
@param codes see vote_codes.hpp
 */
bool isSettled(const Mat& codes, const Ablation& ablation, const Ptr<FrameAxes>& axes, const CountingRules& rules, const Size& patch);

}} // namespace cv::derand

#endif
