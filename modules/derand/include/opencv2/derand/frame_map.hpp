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

//! What coded the frames, see FrameMap::setCodec().
enum Codec
{
    CODEC_NONE = 0, //!< nothing, or something lossless
    CODEC_MJPEG = 1 //!< JPEG or MJPEG of a fixed quality; sampling 4:4:4, 4:2:2, 4:4:0 or 4:2:0 (not 4:1:1)
};

/** @brief How a frame becomes the network input, so that a certificate can speak of frame pixels.

@code{.cpp}
    derand::FrameMap map(Size(640, 480), Rect(80, 0, 480, 480), INTER_AREA);
    map.setCodec(derand::CODEC_MJPEG);
    map.codecOffset = Point(0, 0);                                    // frames as they were decoded
    Rect input = map.touched(Rect(100, 100, 40, 40), Size(32, 32));   // what a sticker there can change
@endcode

One table per axis lists the frame pixels that each input pixel is computed from (its *taps*). The
same table produces the pixels (resample()) and the footprint of a patch (touched()), so the two cannot
disagree. cv::resize() does not say which pixels it reads, and its NEAREST and AREA differ from
their documentation for some sizes; where it computes what its documentation says, resample()
agrees with it within one grey level.

Taps, for an axis of `S` frame pixels and `D` input pixels, in exact integer arithmetic:
- INTER_NEAREST: pixel `floor(j * S / D)`
- INTER_LINEAR: the two pixels around `(j + 1/2) * S / D - 1/2`, clamped to the region
- INTER_AREA: the pixels that `[j * S / D, (j + 1) * S / D)` overlaps, weighted by the overlap; along
  each axis by itself, enlarged or reduced

A sticker may change more pixels of the frame than it covers. In the order in which this happens:
1. filters (demosaicing, sharpening, denoising) change the pixels up to dilation around it;
2. a codec that codes each block independently, at a fixed quality, changes every codecBlock that contains one of those pixels.
Encoders and decoders also filter the subsampled colour planes, so 4 pixels, or a quarter of a longer block
(rounded up; 8 of 32), are added on both sides, before the blocks and once more after them. This covers libjpeg, the readers of
VideoCapture, and ffmpeg's encoder with its default scaler;
3. filters after the decoder change the pixels up to dilationAfterCodec around all that;
4. crops, flips and quarter turns move the corner of a block to codecOffset.
@verbatim
    P  sticker of 2 x 2                       ..+------+------+..
    d  pixels within dilation = 1             ..|BBBBBB|BBBBBB|..
    B  all other pixels of the blocks that    ..|BBBddd|dBBBBB|..
       P or d reaches; the filters of the     ..|BBBdPP|dBBBBB|..
       colour planes are not drawn            ..|BBBdPP|dBBBBB|..
                                              ..|BBBddd|dBBBBB|..
                                              ..+------+------+..
@endverbatim

Without a codec, 1 and 3 add up. Not covered is everything that lets distant pixels change: video codecs, whose blocks and
frames depend on each other, noise reduction over time, exposure and white balance chosen from the picture, and MJPEG that
ffmpeg made from packed RGB rows of an odd width (rawvideo), since its scaler reads the first pixel of the next row.
 */
struct CV_EXPORTS_W_SIMPLE FrameMap
{
    CV_WRAP FrameMap(); //!< An empty map: the frame is the network input.

    /** @brief Sets all fields; checked when used.
    @param frameSize size of the frame, pixels
    @param roi part of the frame that becomes the network input
    @param interpolation INTER_NEAREST, INTER_LINEAR or INTER_AREA
     */
    CV_WRAP FrameMap(const Size& frameSize, const Rect& roi, int interpolation = INTER_LINEAR);

    CV_PROP_RW Size frameSize; //!< frame, pixels; empty: the frame is the network input
    CV_PROP_RW Rect roi; //!< part that is resampled to the network input, inside the frame; pixels outside are never read. A region that depends on what the frame shows voids every certificate
    CV_PROP_RW int interpolation; //!< INTER_NEAREST, INTER_LINEAR, INTER_AREA
    CV_PROP_RW int dilation; //!< radius of the filters between sticker and codec, or between sticker and frame if there is no codec, 0 to 2^20, pixels. 1 for chroma subsampling of raw frames (NV12, YUY2), 2 for demosaicing; see the tutorial (default: 0)
    CV_PROP_RW Size codecBlock; //!< what the codec codes at a time, 1 to 2^20 frame pixels a side; JPEG's minimum coded unit: 8 x 8 for grey and 4:4:4, 16 x 8 for 4:2:2, 8 x 16 for 4:4:0, 16 x 16 for 4:2:0, 32 x 8 for 4:1:1; sides swapped if the picture was turned by 90 degrees. 1 x 1: no codec (default: 1 x 1)
    CV_PROP_RW Point codecOffset; //!< where in the frame the corner of a block lies, up to 2^20 pixels; only the rest modulo codecBlock counts. (0, 0) for frames as they were decoded, the size of the decoded frame for frames that are turned by 180 degrees; after a crop that begins at (x, y), subtract (x, y). A negative number: unknown on this axis, a block may begin anywhere (default: (-1, -1))
    CV_PROP_RW int dilationAfterCodec; //!< radius of the filters between decoder and frame, not counting the decoder's own, 0 to 2^20, pixels (default: 0)

    /** @brief Sets codecBlock and codecOffset; the radii stay.
    @param codec Codec. CODEC_MJPEG: blocks of 16 x 16 that may begin anywhere, so that cropped, flipped and turned frames are
    covered; for frames as they were decoded, codecOffset = Point(0, 0) certifies more. CODEC_NONE: 1 x 1
     */
    CV_WRAP void setCodec(int codec);

    /** @brief Resamples the part roi of the frame to the network input.
    @param frame CV_8U or CV_32F, 1..4 channels, of frameSize. A cuda::GpuMat is resampled on its device, 8-bit frames to the
    same values, if the module was built inside an OpenCV with CUDA (Error::GpuNotSupported otherwise); streams that write it
    must have finished
    @param inputSize size of the network input, pixels
    @param image output, inputSize, of the frame's type; 8-bit values are rounded to the nearest
     */
    CV_WRAP void resample(InputArray frame, const Size& inputSize, OutputArray image) const;

    /** @brief The network-input pixels that a patch in the frame can change.
    @param patch the patch, frame pixels; it is enlarged by dilation, codec and dilationAfterCodec, then what lies outside roi is
    ignored
    @param inputSize size of the network input, pixels
    @return network-input pixels; empty if the patch touches no tap
     */
    CV_WRAP Rect touched(const Rect& patch, const Size& inputSize) const;
};

/** @brief The largest centred part of a region that has the aspect ratio of the network input, as CertifiedClassifier::Params::crop takes it.
@param region of a frame, pixels; both sides >= 1
@param inputSize size of the network input, pixels; both sides >= 1
Error::StsOutOfRange for other sides.
 */
CV_EXPORTS_W Rect centredPart(const Rect& region, const Size& inputSize);

//! @}

}} // namespace cv::derand

#endif // OPENCV_DERAND_FRAME_MAP_HPP
