// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_RECEPTIVE_FIELD_HPP
#define OPENCV_DERAND_RECEPTIVE_FIELD_HPP

#include "opencv2/dnn.hpp"

namespace cv { namespace derand {

//! @addtogroup derand
//! @{

/** @brief Which pixels of its input, along one axis, the output of a net can depend on.

@code{.cpp}
    dnn::Net net = dnn::readNetFromONNX("net.onnx");
    derand::ReceptiveField columns = derand::getReceptiveField(net, {1, 3, 32, 35}, 3);
    if (columns.layer.empty() && !columns.reads.empty())
        std::cout << "output 0 reads the columns " << columns.reads[0].start << " to " << columns.reads[0].end - 1;
    else
        std::cout << "every output reads all columns, because of the layer " << columns.layer;
@endcode

Found from the layers alone, whatever picture and weights are: what is not in an interval has no influence. (A pixel
in it may have none either, for example because a weight is 0.) An interval that would extend beyond the input, by padding, is
cut at its border.
 */
struct CV_EXPORTS_W_SIMPLE ReceptiveField
{
    CV_WRAP ReceptiveField() {} //!< An empty field.

    /** One interval for each position of the output along the axis, input pixels, also where a reshape has made the axis a part of a
    side. The whole axis alone if a layer reads across it; empty if the output does not depend on the input. */
    CV_PROP std::vector<Range> reads;
    /** The first layer that reads across the whole axis or is not known, with its type, such as "pool (Pooling)"; empty if
    there is none. */
    CV_PROP String layer;
};

/** @brief The receptive field of a net along one axis of its input.

Known layers: convolution, pooling, activation, batch normalisation, elementwise operations (of equal shapes or broadcast),
concatenation, slices without steps, padding and resizing (in OpenCV 5's new engine only along other axes, or not at all),
transposition, reshaping that keeps the axis, fully connected layers and products with constant matrices across other axes, softmax and
(not in 4.6) reductions across other axes, constants. All others read everything.
@param net with one input; it is not run
@param inputShape such as {1, 3, 224, 224}; sides >= 1. The net must take it, see dnn::Net::getLayersShapes()
@param axis of inputShape, 0 .. its number of sides - 1; 3 is x and 2 is y of pictures in NCHW
@param output its name; empty: the only output
Errors: Error::StsOutOfRange for an axis that does not exist or a side below 1, Error::StsBadArg for an empty net, an output that
does not exist, or none named of several, Error::StsUnmatchedSizes if the net does not take inputShape.
 */
CV_EXPORTS_W ReceptiveField getReceptiveField(
        const dnn::Net& net, const std::vector<int>& inputShape, int axis, const String& output = String());

//! @}

}} // namespace cv::derand

#endif // OPENCV_DERAND_RECEPTIVE_FIELD_HPP
