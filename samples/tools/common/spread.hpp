// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_TOOLS_SPREAD_HPP
#define DERAND_TOOLS_SPREAD_HPP

#include "opencv2/derand.hpp"

#include "arguments.hpp"

namespace tools {

//! The options that setSpread() reads, for Arguments.
constexpr const char* SPREAD_KEYS = R"(
{dilation | | radius of the filters (demosaicing, sharpening, denoising) between sticker and codec, in frame pixels; default: as in the settings}
{codec | | codec of the frames: none, or mjpeg for JPEG and MJPEG of a fixed quality; its blocks may begin anywhere; default: as in the settings}
{codec-block | | instead of --codec: size of its blocks, WIDTHxHEIGHT, such as 32x8 for JPEG with 4:1:1 sampling; default: as in the settings}
{codec-offset | | where a block begins in the frame, x,y: 0,0 for frames as decoded, which certifies more; or unknown; default: as in the settings}
{dilation-after-codec | | radius of the filters between decoder and frame, in frame pixels; default: as in the settings})";

//! Sets what lies between a sticker and the frames, as the options say; the rest is unchanged.
void setSpread(const Arguments& arguments, cv::derand::CertifiedClassifier::Params& params);

/** @brief Makes the codec's blocks as large as they can be in pictures that a reader may have turned.

imread() turns pictures by their EXIF orientation without telling the caller: the blocks may then begin anywhere, and
width and height may be swapped.
 */
void mayBeTurned(cv::derand::CertifiedClassifier::Params& params);

} // namespace tools

#endif // DERAND_TOOLS_SPREAD_HPP
