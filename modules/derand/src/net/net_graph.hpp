// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_NET_GRAPH_HPP
#define OPENCV_DERAND_NET_GRAPH_HPP

#include <map>

#include "opencv2/dnn.hpp"

namespace cv { namespace derand {

#if CV_VERSION_MAJOR >= 5
typedef MatShape Shape;
#else
typedef dnn::MatShape Shape;
#endif

//! A layer of a net and the tensors, by number, that it reads and makes.
struct GraphLayer
{
    Ptr<dnn::Layer> layer;
    std::vector<int> inputs, outputs;
};

/** The layers on which an output of a net depends, each after those that it reads. The layers of the classic engine do not tell
which output of another layer they read: there, a tensor stands for all outputs of its layer. */
struct NetGraph
{
    /** Throws if dnn finds that the net does not take this input.
    @param output its name
    @param inputShape of the net
     */
    NetGraph(const dnn::Net& net, const String& output, const std::vector<int>& inputShape);

    std::vector<GraphLayer> layers;
    std::vector<Shape> shapes;                 //!< of tensors; empty: unknown, or not the same for all outputs of a layer
    std::map<int, std::vector<int> > integers; //!< values of short constant tensors of integers, where the engine has such
    int input, output;                         //!< tensors
};

}} // namespace cv::derand

#endif
