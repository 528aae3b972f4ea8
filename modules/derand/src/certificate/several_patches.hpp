// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_SEVERAL_PATCHES_HPP
#define OPENCV_DERAND_SEVERAL_PATCHES_HPP

#include "geometry/grid.hpp"

namespace cv { namespace derand {

/** Largest sum of gain over the union of count ranges (dynamic programming, exact).
@param gain one value >= 0 for each position
@param ranges cyclic ranges of these positions, of any length
 */
int largestUnion(const std::vector<int>& gain, const std::vector<CyclicRange>& ranges, int count);

//! The positions shared by two cyclic ranges of n positions: 0, 1 or 2 ranges.
int intersect(const CyclicRange& a, const CyclicRange& b, int n, CyclicRange shared[2]);

}} // namespace cv::derand

#endif
