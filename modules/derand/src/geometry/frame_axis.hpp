// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_FRAME_AXIS_HPP
#define OPENCV_DERAND_FRAME_AXIS_HPP

#include "tap_sums.hpp"

namespace cv { namespace derand {

/** What lies between a sticker and the frame, along one axis: grow() turns the pixels that the sticker covers, [begin, end), into
those that it can change, which may extend beyond the frame. Fields as in FrameMap, whose documentation gives the order. */
struct Spread
{
    Spread() : dilation(0), block(1), offset(0), dilationAfterCodec(0) {}
    void grow(int64& begin, int64& end) const;

    int dilation, block, offset, dilationAfterCodec;
};

/** One axis of a FrameMap. Input pixel j is the weighted sum of the frame pixels first[j] .. first[j] + taps(j) - 1, with the weights
starting at weight[offset[j]]. Weights add up to 1 << WEIGHT_BITS and none is 0, so exactly the listed pixels are read. */
struct FrameAxis
{
    //! Enough for the rounded weights of thousands of taps.
    enum
    {
        WEIGHT_BITS = TapSums<uchar>::WEIGHT_BITS
    };

    //! The frame pixels [begin, begin + length) of frameLength become inputLength pixels.
    FrameAxis(int frameLength, int begin, int length, int inputLength, int interpolation);

    int inputLength() const { return (int)first.size(); }
    int taps(int j) const { return offset[j + 1] - offset[j]; }
    //! Whether the input is a part of the frame, pixel by pixel.
    bool isShift() const { return (int)weight.size() == inputLength() && first.back() - first[0] == inputLength() - 1; }
    TapTable table() const
    {
        const TapTable t = {&first[0], &offset[0], &weight[0]};
        return t;
    }
    //! Input pixels that a patch on the frame pixels [begin, end) can change.
    Range touched(int64 begin, int64 end) const;

    int frameLength;
    Spread spread;
    std::vector<int> first, offset, weight;

private:
    // Tables, because certificates query them often: a binary search in `first` made certificates 50 % slower.
    std::vector<int> endingBefore;   // [p]: number of input pixels whose taps all lie before p
    std::vector<int> startingBefore; // [p]: number of input pixels with a tap before p
};

//! Throws if a region does not lie inside the frame.
void checkRegion(const Rect& roi, const Size& frame);

//! The axes of a map, x and y; checks its fields. An empty map is the identity.
std::vector<FrameAxis> axesOf(const FrameMap& map, const Size& inputSize);

//! What is known of a frame's geometry: made once for it, and shared by all that ask where its pixels go.
struct FrameAxes
{
    FrameAxes(const FrameMap& map, const Size& inputSize)
        : region(map.roi), frame(axesOf(map, inputSize)), input(axesOf(FrameMap(), inputSize))
    {}

    const Rect region;                  //!< of the frame, that becomes the network input
    const std::vector<FrameAxis> frame; //!< of the frame, x and y
    const std::vector<FrameAxis> input; //!< of the network input as a frame of its own, for sizes in its pixels
};

}} // namespace cv::derand

#endif
