// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_ABLATION_HPP
#define OPENCV_DERAND_ABLATION_HPP

#include "opencv2/core.hpp"

namespace cv { namespace derand {

//! @addtogroup derand
//! @{

//! What one ablation retains. Everything else of the network input is NULL: the net gets no information about it.
enum AblationType
{
    ABLATION_COLUMN = 0, //!< a band of Ablation::width columns, of the full height
    ABLATION_ROW = 1,    //!< a band of Ablation::width rows, of the full width
    ABLATION_BLOCK = 2   //!< a square block of side Ablation::width
};

/** @brief The ablations of a network input: what the base classifier sees, one at a time.

@code{.cpp}
    derand::Ablation columns(derand::ABLATION_COLUMN, 4, Size(32, 32)); // each of the 32 columns with its three right neighbours
    CV_Assert(columns.maxAffected(Size(5, 5)) == 8);                    // a 5 x 5 patch is seen by at most 8 of them
@endcode

Band `i` starts at pixel `i * stride`. Block `i` has its top-left corner at (`(i % n) * stride`, `(i / n) * stride`), where
`n` is the number of positions along x. Bands and blocks wrap around the border of the input (Fig. 4 of @cite Levine2020):
@verbatim
    columns of width 4, input of width 8           a patch of 2 columns, P, touches m + s - 1 = 5 of them

    ablation 0  |####....|                         |..PP....|
    ablation 1  |.####...|                          ^^^^   ^
          ...                                       ablations 0, 1, 2, 3 and 7: they begin inside the
    ablation 6  |##....##|   wraps around           patch, or at most s - 1 = 3 columns left of it
    ablation 7  |###....#|   wraps around
@endverbatim

With #wrap = false only the bands and blocks inside the input exist, as in nets that score every place of the picture by its
receptive field (BagNet):
@verbatim
    columns of width 4, stride 2, input of width 9      a patch of 2 columns, P, touches 2 of them

    ablation 0  |####.....|                             |..PP.....|
    ablation 1  |..####...|                              ^ ^
    ablation 2  |....####.|   the last one              ablations 0 and 1; in the last column it would touch
                                                        only ablation 2, and a narrower patch there none
@endverbatim

All member functions check the fields first and throw cv::Exception (Error::StsBadArg or Error::StsOutOfRange) if they do not
describe an ablation.
 */
struct CV_EXPORTS_W_SIMPLE Ablation
{
    CV_WRAP Ablation(); //!< An empty ablation; every member function throws.

    /** @brief Sets all fields; checked when used.
    @param type what is retained, see AblationType
    @param width width of the band or side of the block, network-input pixels
    @param inputSize size of the network input, pixels
    @param stride distance between neighbouring positions, network-input pixels
    @param wrap whether bands and blocks wrap around the border
     */
    CV_WRAP Ablation(int type, int width, const Size& inputSize, int stride = 1, bool wrap = true);

    CV_PROP_RW int type;  //!< AblationType
    CV_PROP_RW int width; //!< width of the band (`s` of the paper) or side of the block, network-input pixels, 1 to the side of the input. Wide bands tell the net more, narrow ones are touched by fewer patches: about an eighth of the input is a good start
    CV_PROP_RW Size inputSize; //!< size of the network input, pixels, 1 to 2^20 a side
    CV_PROP_RW int stride; //!< every stride-th position is evaluated, along both axes for blocks; >= 1 (default: 1). Twice the stride halves the time; a quarter of the width is a good start
    CV_PROP_RW bool wrap; //!< true: bands and blocks wrap around the border; false: those that would extend beyond it do not exist, so patches near the border touch fewer, and pixels behind the last one are never seen (default: true)

    /** @brief Number of ablations: `ceil(W / stride)`, `ceil(H / stride)` or their product, at most 2^27. Without wrap-around
    `(W - width) / stride + 1`, rounded down, and so on. */
    CV_WRAP int count() const;

    /** @brief Which pixels an ablation retains.
    @param index the ablation, 0 .. count() - 1
    @param mask output, CV_8UC1 of inputSize, 255 where retained, 0 where NULL; at most INT_MAX pixels
     */
    CV_WRAP void retained(int index, OutputArray mask) const;

    /** @brief Which ablations a patch touches: those that retain at least one of its pixels.
    @param patch the patch, network-input pixels; what lies outside the input is ignored,
           and an empty patch touches nothing
    @param indices output, the affected ablations in ascending order
     */
    CV_WRAP void affected(const Rect& patch, CV_OUT std::vector<int>& indices) const;

    /** @brief Largest number of ablations that one patch can touch, over all its locations.

    Found by enumeration: for stride 1 it equals the \f$m + s - 1\f$ of Theorem 2 of @cite Levine2020 (clamped to the
    input), but for other strides no closed form is right where bands wrap around. Without wrap-around it is, along each axis
    with `n` positions, \f$\min(n, \lceil (m + s - 1) / t \rceil)\f$ for stride `t`.
    @param patch size of the patch, network-input pixels, >= 1; a side longer than the input counts
           as covering it
     */
    CV_WRAP int maxAffected(const Size& patch) const;
};

//! @}

}} // namespace cv::derand

#endif // OPENCV_DERAND_ABLATION_HPP
