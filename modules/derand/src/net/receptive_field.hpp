// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_NET_RECEPTIVE_FIELD_HPP
#define OPENCV_DERAND_NET_RECEPTIVE_FIELD_HPP

#include "opencv2/derand/receptive_field.hpp"
#include "net_graph.hpp"

namespace cv { namespace derand {

//! What a tensor reads along one axis of the input, and where that axis lies in the tensor's memory.
struct AxisField
{
    AxisField() : dim(-1), outer(1), inner(1) {} //!< a constant, or everything
    AxisField(const std::vector<Range>& reads, const Shape& shape, int dim);

    std::vector<Range> reads; //!< of each position, input pixels; empty: a constant
    int dim;                  //!< the side that is the axis; -1: it is part of a side, or lost
    int64 outer, inner;       //!< number (i * reads.size() + position) * inner + j belongs to position, i < outer, j < inner
    String layer;             //!< the first one that reads across the axis, see ReceptiveField
};

//! As getReceptiveField(), with an output that exists; throws as dnn does if the net does not take the input.
AxisField fieldOf(const dnn::Net& net, const std::vector<int>& inputShape, int axis, const String& output);

}} // namespace cv::derand

#endif
