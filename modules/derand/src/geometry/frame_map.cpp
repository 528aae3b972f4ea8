// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"
#include "frame_axis.hpp"

namespace cv { namespace derand {

FrameMap::FrameMap() : interpolation(INTER_LINEAR), dilation(0), codecBlock(1, 1), codecOffset(-1, -1), dilationAfterCodec(0) {}

FrameMap::FrameMap(const Size& frameSize_, const Rect& roi_, int interpolation_)
    : frameSize(frameSize_), roi(roi_), interpolation(interpolation_), dilation(0), codecBlock(1, 1), codecOffset(-1, -1),
      dilationAfterCodec(0)
{}

void FrameMap::setCodec(int codec)
{
    if (codec != CODEC_NONE && codec != CODEC_MJPEG)
        CV_Error_(Error::StsBadArg, ("the codec is %d, expected CODEC_NONE (%d) or CODEC_MJPEG (%d)", codec,
                (int)CODEC_NONE, (int)CODEC_MJPEG));
    codecBlock = codec == CODEC_MJPEG ? Size(16, 16) : Size(1, 1);
    codecOffset = Point(-1, -1);
}

Rect FrameMap::touched(const Rect& patch, const Size& inputSize) const
{
    const std::vector<FrameAxis> axes = axesOf(*this, inputSize);
    if (patch.width < 1 || patch.height < 1)
        return Rect();
    const Range x = axes[0].touched(patch.x, (int64)patch.x + patch.width);
    const Range y = axes[1].touched(patch.y, (int64)patch.y + patch.height);
    return x.empty() || y.empty() ? Rect() : Rect(x.start, y.start, x.size(), y.size());
}

Rect centredPart(const Rect& region, const Size& inputSize)
{
    if (region.empty() || inputSize.empty())
        CV_Error_(Error::StsOutOfRange, ("the region is %d x %d and the input %d x %d, expected sides of at least 1", region.width,
                region.height, inputSize.width, inputSize.height));
    const int64 fitWidth = std::max<int64>(1, (int64)region.height * inputSize.width / inputSize.height);
    const int64 fitHeight = std::max<int64>(1, (int64)region.width * inputSize.height / inputSize.width);
    const Size part((int)std::min<int64>(region.width, fitWidth), (int)std::min<int64>(region.height, fitHeight));
    return Rect(region.tl() + Point((region.width - part.width) / 2, (region.height - part.height) / 2), part);
}

}} // namespace cv::derand
