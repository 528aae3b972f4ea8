// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_FRAME_MAP_HPP
#define OPENCV_DERAND_FRAME_MAP_HPP

#include "opencv2/core.hpp"
#include "opencv2/imgproc.hpp"

namespace cv { namespace derand {

//! @addtogroup derand
//! @{

/** @brief How a frame becomes the network input; lets a certificate speak of frame pixels.

One table per axis lists the frame pixels that each input pixel is computed from (its *taps*). The
same table makes the pixels (resample()) and the footprint of a patch (touched()), so the two cannot
disagree. cv::resize() does not say which pixels it reads, and its NEAREST and AREA differ from
their documentation for some sizes; where it does compute what its documentation says, resample()
agrees with it within one grey level.

Taps, for an axis of `S` frame pixels and `D` input pixels, in exact integer arithmetic:
- INTER_NEAREST: pixel `floor(j * S / D)`
- INTER_LINEAR: the two pixels around `(j + 1/2) * S / D - 1/2`, clamped to the region
- INTER_AREA: the pixels that `[j * S / D, (j + 1) * S / D)` overlaps, weighted by the overlap; along
  each axis by itself, enlarged or reduced

A camera may spread a sticker over more pixels than it covers, before the frame gets here: dilation and grid make its
footprint larger. They stand for filters of that radius and for a codec that codes each block by itself at
a fixed quality: not for a video codec, whose frames and blocks depend on each other. The blocks start at the
top-left corner of the frame: cut a region with roi, not before.
 */
struct CV_EXPORTS_W_SIMPLE FrameMap
{
    CV_WRAP FrameMap(); //!< empty: the frame is the network input

    /** @brief Sets all fields; checked when used.
    @param frameSize size of the frame, pixels
    @param roi part of the frame that becomes the network input
    @param interpolation INTER_NEAREST, INTER_LINEAR or INTER_AREA
     */
    CV_WRAP FrameMap(const Size& frameSize, const Rect& roi, int interpolation = INTER_LINEAR);

    CV_PROP_RW Size frameSize;    //!< frame, pixels; empty: the frame is the network input
    CV_PROP_RW Rect roi;          //!< part that is resampled to the network input, inside the frame; pixels outside are never read. A region that depends on the frame's content voids every certificate
    CV_PROP_RW int interpolation; //!< INTER_NEAREST, INTER_LINEAR, INTER_AREA
    CV_PROP_RW int dilation;      //!< a patch also changes the frame pixels up to so far around it, >= 0, pixels: what demosaicing, sharpening or denoising between the sticker and the frame can spread; 0
    CV_PROP_RW int grid;          //!< side of the blocks of a still-image codec that the frame went through, >= 1, pixels: 8 for JPEG with 4:4:4 sampling, 16 with 4:2:0 or 4:2:2; 1: none. Every block that the dilated patch reaches counts as changed, and one pixel around them, since decoders interpolate chroma

    /** @brief The part roi of the frame, resampled to the network input.
    @param frame CV_8U or CV_32F, 1..4 channels, of frameSize; a cuda::GpuMat is resampled on its device, 8-bit frames to the
    same values, if the module was built inside an OpenCV with CUDA (Error::GpuNotSupported otherwise); streams that wrote it
    have finished
    @param inputSize size of the network input, pixels
    @param image output, inputSize, of the frame's type; 8-bit values are rounded to the nearest
     */
    CV_WRAP void resample(InputArray frame, const Size& inputSize, OutputArray image) const;

    /** @brief The network-input pixels that a patch in the frame can change.
    @param patch the patch in frame pixels, grown as dilation and grid say; what then lies outside roi is ignored
    @param inputSize size of the network input, pixels
    @return network-input pixels; empty when the patch touches no tap
     */
    CV_WRAP Rect touched(const Rect& patch, const Size& inputSize) const;
};

//! @}

}} // namespace cv::derand

#endif // OPENCV_DERAND_FRAME_MAP_HPP
