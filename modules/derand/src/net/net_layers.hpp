// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_NET_LAYERS_HPP
#define OPENCV_DERAND_NET_LAYERS_HPP

#include "base_net.hpp"

namespace cv { namespace derand {

/** Refuses a net that declares a different number of planes from what it gets, or that expects planes last.
@param what the net or file, for the error
@param declared shape of its input; -1: any
@param shape of a chunk
 */
void checkDeclaredPlanes(const String& what, const std::vector<int>& declared, const std::vector<int>& shape);

/** Refuses a net whose layers take a different number of planes from what they get: dnn (4.6 to 5.0) silently runs a convolution
of 3 planes on 6 planes, as if it had two groups.
@param shape of a chunk
 */
void checkPlanes(const dnn::Net& net, const std::vector<int>& shape);

/** Whether dnn ends the process if it gets several ablations at once: after a Reduce layer of 4.6 a batch has an extra dimension,
which makes a convolution divide by zero. One ablation at a time works. */
bool endsOnSeveral(const dnn::Net& net);

/** Refuses a net that reduces over its batch: 4.6 reads as many ablations as the file declares, even if the chunk has fewer.
@param shape of a chunk
 */
void checkReductions(const dnn::Net& net, const std::vector<int>& shape);

/** Refuses a net whose convolutions this dnn computes wrongly: if kernels extend beyond both sides of a map, or padding differs
between sides, it reads into the next channel and the next picture. Every geometry of the net is tried and compared with the exact
answer. Known to be wrong: 3 x 3 depthwise kernels on maps 1 wide or high (4.7 to 4.14 and the classic engine of 5.0; 4.6 on maps
1 high and at least 20 wide), with stride 2 on odd widths (4.7), padding on one side only, padded 1 x 1 kernels.
@param net must have run
@param shape of a chunk
 */
void checkConvolutions(const BaseNet& net, const std::vector<int>& shape);

}} // namespace cv::derand

#endif
