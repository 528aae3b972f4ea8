// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_SEVERAL_PATCHES_HPP
#define OPENCV_DERAND_SEVERAL_PATCHES_HPP

#include "geometry/grid.hpp"

namespace cv { namespace derand {

/** Largest sum of gain over the union of count windows (dynamic programming, exact).
@param gain one value >= 0 for each position
@param windows cyclic windows of these positions, of any length
 */
int largestUnion(const std::vector<int>& gain, const std::vector<Window>& windows, int count);

//! The positions shared by two cyclic windows of n positions: 0, 1 or 2 windows.
int intersect(const Window& a, const Window& b, int n, Window shared[2]);

}} // namespace cv::derand

#endif
