// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_PLACES_HPP
#define OPENCV_DERAND_PLACES_HPP

#include "geometry/frame_axis.hpp"
#include "position_sums.hpp"

namespace cv { namespace derand {

//! The positions that a patch touches from each location along one axis of the frame.
struct Locations
{
    Locations(const FrameAxis& frame, const Axis& axis, int patch);

    bool touch() const; //!< whether any location touches an ablation

    std::vector<CyclicRange> ranges; // each once
    std::vector<int> index;          // location -> ranges
};

//! What one patch can touch: every pair of ranges, y major.
struct Places
{
    Places(const Grid& grid, const std::vector<FrameAxis>& axes, const Size& patch);

    int count() const { return (int)place.size(); }
    const CyclicRange& rangeX(int i) const { return x.ranges[i % x.ranges.size()]; }
    const CyclicRange& rangeY(int i) const { return y.ranges[i / x.ranges.size()]; }

    Locations x, y;
    std::vector<PositionSums::Place> place;
    std::vector<int> touched; // number of ablations
    int mostTouched;
};

}} // namespace cv::derand

#endif
