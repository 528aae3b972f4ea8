// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_ABLATION_HPP
#define OPENCV_DERAND_ABLATION_HPP

#include "opencv2/core.hpp"

namespace cv { namespace derand {

//! @addtogroup derand
//! @{

//! What one ablation retains; everything else of the network input is NULL.
enum AblationType
{
    ABLATION_COLUMN = 0, //!< a band of Ablation::width columns, of the full height
    ABLATION_ROW    = 1, //!< a band of Ablation::width rows, of the full width
    ABLATION_BLOCK  = 2  //!< a square block of side Ablation::width
};

/** @brief All ablations of a network input.

Ablation `i` of a band scheme starts at pixel `i * stride`; ablation `i` of the block scheme has its
top-left corner at (`(i % n) * stride`, `(i / n) * stride`), where `n` is the number of positions
along x. Bands and blocks wrap around the border of the input (Fig. 4 of @cite Levine2020).

Every function checks the fields first and throws cv::Exception (Error::StsBadArg or
Error::StsOutOfRange) when they describe no ablation.
 */
struct CV_EXPORTS_W_SIMPLE Ablation
{
    CV_WRAP Ablation(); //!< empty; every function refuses it

    /** @brief Sets all fields; checked when used.
    @param type what is retained, see AblationType
    @param width width of the band or side of the block, network-input pixels
    @param inputSize size of the network input, pixels
    @param stride distance of neighbouring positions, network-input pixels
     */
    CV_WRAP Ablation(int type, int width, const Size& inputSize, int stride = 1);

    CV_PROP_RW int type;       //!< AblationType
    CV_PROP_RW int width;      //!< `s` of the paper: width of the band or side of the block, network-input pixels, >= 1 and no larger than the input
    CV_PROP_RW Size inputSize; //!< network input, pixels, 1 to 2^20 a side
    CV_PROP_RW int stride;     //!< every stride-th position is evaluated, both ways for blocks; >= 1

    /** @brief Number of ablations, `ceil(W / stride)`, `ceil(H / stride)` or their product, at most 2^27. */
    CV_WRAP int count() const;

    /** @brief Which pixels an ablation retains.
    @param index the ablation, 0 .. count() - 1
    @param mask output, CV_8UC1 of inputSize, 255 where retained, 0 where NULL; at most INT_MAX pixels
     */
    CV_WRAP void retained(int index, OutputArray mask) const;

    /** @brief Which ablations a patch touches: those that retain at least one of its pixels.
    @param patch the patch in network-input pixels; what lies outside the input is ignored,
           and an empty patch touches nothing
    @param indices output, the affected ablations in rising order
     */
    CV_WRAP void affected(const Rect& patch, CV_OUT std::vector<int>& indices) const;

    /** @brief Largest number of ablations that one patch can touch, over all its locations.

    Enumerated, never a formula: for stride 1 it equals the \f$m + s - 1\f$ of Theorem 2 of
    @cite Levine2020 (clamped to the input), for other strides no closed form is right at the
    wrap-around.
    @param patch size of the patch, network-input pixels, >= 1; a side longer than the input counts
           as covering it
     */
    CV_WRAP int maxAffected(const Size& patch) const;
};

//! @}

}} // namespace cv::derand

#endif // OPENCV_DERAND_ABLATION_HPP
