// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_BLOB_HPP
#define OPENCV_DERAND_BLOB_HPP

#include "opencv2/derand/ablation.hpp"

namespace cv { namespace derand {

//! @addtogroup derand
//! @{

//! How an ablation is written into the planes of the network input; `C` channels, size `W x H`.
enum Encoding
{
    ENCODING_COMPLEMENT = 0, //!< 2C planes: all channels x, then all 1 - x; NULL = 0 in all of them, a value no pixel has @cite Levine2020
    ENCODING_FILL       = 1, //!< C planes, NULL = fill
    ENCODING_FILL_MASK  = 2, //!< C + 1 planes, NULL = fill; the last is 1 where retained, 0 where NULL @cite Salman2022
    ENCODING_STRIP      = 3  //!< the retained band or block only, in the order of its own pixels (also where it wraps): C planes, then (x + .5) / W unless a row, then (y + .5) / H unless a column, of the pixel in the input
};

/** @brief The network input of some ablations of an image.

@param image CV_32F, 1..4 channels, of Ablation::inputSize, scaled as the net expects
@param ablation what is retained
@param range the ablations, at least one, inside 0 .. Ablation::count(); Range::all() for all of them
@param blob output, CV_32F, 4-D: ablations x planes x height x width. Height and width are those of the
       input, or for ENCODING_STRIP of the retained band or block
@param encoding see Encoding
@param fill NULL of ENCODING_FILL and ENCODING_FILL_MASK, per channel
@param transpose every plane is transposed (height and width change places), for nets that were
       trained on transposed images
 */
CV_EXPORTS_W void blobFromAblations(InputArray image, const Ablation& ablation, const Range& range,
        OutputArray blob, int encoding = ENCODING_COMPLEMENT, const Scalar& fill = Scalar(),
        bool transpose = false);

//! @}

}} // namespace cv::derand

#endif // OPENCV_DERAND_BLOB_HPP
