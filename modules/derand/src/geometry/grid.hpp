// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_GRID_HPP
#define OPENCV_DERAND_GRID_HPP

#include "host_device.hpp"

namespace cv { namespace derand {

/** Limits of the side of frames and network inputs, in pixels, and of the number of ablations: sums of a few of either, and eight
times the latter, fit into an int. (In a larger region an area tap could get the weight 0.) */
const int MAX_SIDE = 1 << 20, MAX_ABLATIONS = 1 << 27;

//! Positions start, start + 1, ..., start + length - 1, modulo the number of positions.
struct CyclicRange
{
    int start, length;
};

/** One axis of an Ablation: position p retains the pixels p * stride .. p * stride + width - 1,
modulo the length of the axis. An axis along which everything is retained has one position. */
struct Axis
{
    int length, width, stride;
    int starts; // pixels at which a band may begin: the length or, without wrap-around, length - width + 1

    DERAND_HOST_DEVICE int count() const { return (starts - 1) / stride + 1; }
    //! Whether the first position follows the last at the distance of all others.
    bool isCyclic() const { return count() * stride == length; }
    //! Positions that retain a pixel of the interval [pixels.start, pixels.end), a part of the axis.
    CyclicRange affected(const Range& pixels) const;
};

//! Positions of all ablations: index = y position * x.count() + x position.
struct Grid
{
    explicit Grid(const Ablation& ablation); //!< the only place that checks an Ablation

    Axis x, y;
    int count() const { return x.count() * y.count(); }
};

}} // namespace cv::derand

#endif
