// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"
#include "frame_axis.hpp"
#include "grid.hpp"

namespace cv { namespace derand {

namespace {

// Weights of one input pixel before rounding: exact numerators over a common denominator.
struct TapRow
{
    int first;
    std::vector<int64> part;
    int64 whole;
};

int64 floorDiv(int64 a, int64 b) { return a >= 0 ? a / b : -((-a + b - 1) / b); }

// Taps of input pixel j, relative to the region; see the documentation of FrameMap.
TapRow tapsOf(int64 j, int64 length, int64 inputLength, int interpolation)
{
    TapRow row;
    if (interpolation == INTER_NEAREST)
    {
        row.first = (int)(j * length / inputLength);
        row.part.assign(1, 1);
        row.whole = 1;
    }
    else if (interpolation == INTER_LINEAR)
    {
        // (j + 1/2) * length / inputLength - 1/2 = left + rest / whole
        row.whole = 2 * inputLength;
        const int64 centre = (2 * j + 1) * length - inputLength;
        int64 left = floorDiv(centre, row.whole), rest = centre - left * row.whole;
        if (left < 0)
            left = rest = 0;
        if (left >= length - 1)
        {
            left = length - 1;
            rest = 0;
        }
        row.first = (int)left;
        row.part.assign(1, row.whole - rest);
        if (rest > 0)
            row.part.push_back(rest);
    }
    else // INTER_AREA: in units of 1 / inputLength the interval is [j * length, (j + 1) * length)
    {
        const int64 begin = j * length, end = begin + length;
        row.whole = length;
        row.first = (int)(begin / inputLength);
        for (int64 p = row.first; p * inputLength < end; p++)
            row.part.push_back(std::min(end, (p + 1) * inputLength) - std::max(begin, p * inputLength));
    }
    return row;
}

} // namespace

FrameAxis::FrameAxis(int frameLength_, int begin, int length, int inputLength_, int interpolation)
    : frameLength(frameLength_), first(inputLength_), offset(inputLength_ + 1)
{
    const int64 one = (int64)1 << WEIGHT_BITS;
    for (int j = 0; j < inputLength_; j++)
    {
        const TapRow row = tapsOf(j, length, inputLength_, interpolation);
        // Weights are differences of the rounded running sum, so they add up to exactly one.
        first[j] = begin + row.first;
        int64 sum = 0, rounded = 0;
        for (size_t k = 0; k < row.part.size(); k++)
        {
            sum += row.part[k];
            const int64 next = (sum * one + row.whole / 2) / row.whole;
            CV_Assert(next > rounded); // a tap of weight 0 would not be read: see MAX_SIDE
            weight.push_back((int)(next - rounded));
            rounded = next;
        }
        offset[j + 1] = (int)weight.size();
    }

    endingBefore.assign(frameLength + 1, 0);
    startingBefore.assign(frameLength + 1, 0);
    for (int j = 0; j < inputLength_; j++)
    {
        endingBefore[first[j] + taps(j)]++;
        startingBefore[first[j] + 1]++;
    }
    for (int p = 0; p < frameLength; p++)
    {
        endingBefore[p + 1] += endingBefore[p];
        startingBefore[p + 1] += startingBefore[p];
    }
}

void Spread::grow(int64& begin, int64& end) const
{
    // The longest filters found in encoders and decoders are swscale's bicubic ones: 4 samples of a plane subsampled by block / 8
    // reach block / 4 - 1 pixels, and halving a full plane (4:4:0 to BGR) reads 4 pixels.
    const int chroma = block > 1 ? std::max(4, (block + 3) / 4) : 0;
    begin -= dilation + chroma;
    end += dilation + chroma;
    if (offset < 0) // the first pixel may be the last of its block, and the last pixel the first of its block
    {
        begin -= block - 1;
        end += block - 1;
    }
    else
    {
        begin = offset + floorDiv(begin - offset, block) * block;
        end = offset - floorDiv(offset - end, block) * block;
    }
    begin -= chroma + dilationAfterCodec;
    end += chroma + dilationAfterCodec;
}

// First and last taps never decrease with j, so the touched pixels are an interval.
Range FrameAxis::touched(int64 begin, int64 end) const
{
    spread.grow(begin, end);
    begin = std::max<int64>(begin, 0);
    end = std::min<int64>(end, frameLength);
    if (begin >= end)
        return Range(0, 0);
    return Range(endingBefore[begin], std::max(endingBefore[begin], startingBefore[end]));
}

void checkRegion(const Rect& roi, const Size& frame)
{
    // Written so that no sum can overflow.
    if (roi.width < 1 || roi.height < 1 || roi.x < 0 || roi.y < 0 || roi.width > frame.width || roi.x > frame.width - roi.width
            || roi.height > frame.height || roi.y > frame.height - roi.height)
        CV_Error_(Error::StsOutOfRange, ("the region is %d x %d at (%d, %d), expected at least one pixel "
                "inside the frame of %d x %d", roi.width, roi.height, roi.x, roi.y, frame.width, frame.height));
}

std::vector<FrameAxis> axesOf(const FrameMap& map, const Size& inputSize)
{
    if (inputSize.width < 1 || inputSize.height < 1)
        CV_Error_(Error::StsBadSize, ("the network input is %d x %d, both sides must be at least 1",
                inputSize.width, inputSize.height));
    const bool identity = map.frameSize == Size();
    const Size frame = identity ? inputSize : map.frameSize;
    const Rect roi = identity ? Rect(Point(), inputSize) : map.roi;
    if (frame.width < 1 || frame.height < 1 || std::max(frame.width, frame.height) > MAX_SIDE)
        CV_Error_(Error::StsBadSize, ("FrameMap::frameSize is %d x %d, both sides must be 1 to %d",
                frame.width, frame.height, MAX_SIDE));
    if (std::max(inputSize.width, inputSize.height) > MAX_SIDE)
        CV_Error_(Error::StsBadSize, ("the network input is %d x %d, no side may exceed %d",
                inputSize.width, inputSize.height, MAX_SIDE));
    checkRegion(roi, frame);
    const int interpolation = identity ? (int)INTER_NEAREST : map.interpolation;
    if (interpolation != INTER_NEAREST && interpolation != INTER_LINEAR && interpolation != INTER_AREA)
        CV_Error_(Error::StsBadArg, ("the interpolation is %d, expected INTER_NEAREST (%d), INTER_LINEAR (%d) "
                "or INTER_AREA (%d)", interpolation, (int)INTER_NEAREST, (int)INTER_LINEAR, (int)INTER_AREA));
    const Size block = map.codecBlock;
    const Point offset = map.codecOffset;
    if (map.dilation < 0 || map.dilation > MAX_SIDE)
        CV_Error_(Error::StsOutOfRange, ("dilation is %d, expected 0 to %d pixels", map.dilation, MAX_SIDE));
    if (map.dilationAfterCodec < 0 || map.dilationAfterCodec > MAX_SIDE)
        CV_Error_(Error::StsOutOfRange, ("dilationAfterCodec is %d, expected 0 to %d pixels", map.dilationAfterCodec,
                MAX_SIDE));
    if (block.width < 1 || block.height < 1 || std::max(block.width, block.height) > MAX_SIDE)
        CV_Error_(Error::StsOutOfRange, ("codecBlock is %d x %d, expected 1 to %d pixels a side: 16 x 16 for most JPEG "
                "files, 1 x 1 for no codec", block.width, block.height, MAX_SIDE));
    if (std::max(offset.x, offset.y) > MAX_SIDE)
        CV_Error_(Error::StsOutOfRange, ("codecOffset is (%d, %d), expected 0 to %d pixels, or a negative number if it "
                "is unknown", offset.x, offset.y, MAX_SIDE));
    std::vector<FrameAxis> xy;
    xy.push_back(FrameAxis(frame.width, roi.x, roi.width, inputSize.width, interpolation));
    xy.push_back(FrameAxis(frame.height, roi.y, roi.height, inputSize.height, interpolation));
    for (size_t i = 0; i < xy.size(); i++)
    {
        xy[i].spread.dilation = map.dilation;
        xy[i].spread.block = i == 0 ? block.width : block.height;
        xy[i].spread.offset = i == 0 ? offset.x : offset.y;
        xy[i].spread.dilationAfterCodec = map.dilationAfterCodec;
    }
    return xy;
}

}} // namespace cv::derand
