// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_NET_LAYERS_HPP
#define OPENCV_DERAND_NET_LAYERS_HPP

#include "base_net.hpp"

namespace cv { namespace derand {

/** Refuses a net that declares another number of planes than it gets, or planes that come last.
@param what takes them, for the error
@param declared shape of its input, -1: any
@param shape of a chunk
 */
void checkDeclaredPlanes(const String& what, const std::vector<int64>& declared, const std::vector<int>& shape);

/** Refuses a net whose layers take another number of planes than they get: dnn (4.6 to 5.0) runs a convolution of 3 planes
on 6 as if it had two groups, without a word.
@param shape of a chunk
 */
void checkPlanes(const dnn::Net& net, const std::vector<int>& shape);

/** Whether dnn ends the process if it gets several ablations at once: behind a Reduce layer of 4.6 a batch has a dimension
more, by which a convolution divides by zero. One at a time is right. */
bool endsOnSeveral(const dnn::Net& net);

/** Refuses a net that reduces its batch: 4.6 reads as many ablations as the file says, also where the chunk has fewer.
@param shape of a chunk
 */
void checkReductions(const dnn::Net& net, const std::vector<int>& shape);

/** Refuses a net whose convolutions this dnn computes wrongly: where kernels reach over both sides of a map, or are padded
unlike, it reads into the next channel and the next picture. Every geometry of the net is tried, and compared with the exact
answer: 3 x 3 depthwise kernels on maps 1 wide or high (4.7 to 4.14 and the classic engine of 5.0; 4.6 on 1 high ones from 20
wide), with stride 2 on odd widths (4.7), padding of one side only, padded 1 x 1 kernels.
@param net has run
@param shape of a chunk
 */
void checkConvolutions(const BaseNet& net, const std::vector<int>& shape);

}} // namespace cv::derand

#endif
