// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_PLACES_HPP
#define OPENCV_DERAND_PLACES_HPP

#include "geometry/frame_axis.hpp"
#include "position_sums.hpp"

namespace cv { namespace derand {

//! What a patch can touch in one of the grids of a vote table.
struct Part
{
    const Grid* grid;
    const std::vector<FrameAxis>* axes; // x, y
};

//! The positions that a patch touches from each location along one axis of the frame.
struct Locations
{
    //! vertical: along y
    Locations(const std::vector<Part>& parts, bool vertical, int patch);

    int count() const { return (int)(ranges.size() / parts); }
    const CyclicRange* of(int i) const { return &ranges[i * parts]; } //!< one range for each part

    size_t parts;
    std::vector<CyclicRange> ranges; // those that occur, each once
    std::vector<int> index;          // location -> of()
};

//! What one patch can touch: every pair of ranges along x and y, y major.
struct Places
{
    //! The frame of all parts has the same size.
    Places(const std::vector<Part>& parts, const Size& patch);

    int count() const { return (int)touched.size(); }
    const PositionSums::Place* of(int i) const { return &place[i * parts]; } //!< one for each part
    const CyclicRange* rangesX(int i) const { return x.of(i % x.count()); }
    const CyclicRange* rangesY(int i) const { return y.of(i / x.count()); }

    size_t parts;
    Locations x, y;
    std::vector<PositionSums::Place> place;
    std::vector<int> touched; // number of ablations of all parts
    int mostTouched;
};

}} // namespace cv::derand

#endif
