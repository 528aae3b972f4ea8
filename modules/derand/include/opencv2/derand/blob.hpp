// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_BLOB_HPP
#define OPENCV_DERAND_BLOB_HPP

#include "opencv2/derand/ablation.hpp"

namespace cv { namespace derand {

//! @addtogroup derand
//! @{

/** @brief How an ablation is written into the planes of the network input, for an image of `C` channels, `W x H`.

A net must be evaluated with the encoding that it was trained on. Strips are by far the fastest, since the net sees only the
retained pixels:
@verbatim
    image, W = 8, H = 4        ablation 6, width 4, wraps        its strip: C + 1 planes of 4 x 4

      abcdefgh                   ab....gh                        ghab   one plane for each channel
      ijklmnop                   ij....op                        opij
      qrstuvwx                   qr....wx                        wxqr
      yz012345                   yz....45                        45yz

                                                                 (6.5 7.5 .5 1.5) / 8 in every row: where the
                                                                 columns are in the image
@endverbatim
 */
enum Encoding
{
    ENCODING_COMPLEMENT = 0, //!< 2C planes: all channels x, then all 1 - x; NULL = 0 in all of them, a value no pixel has @cite Levine2020
    ENCODING_FILL = 1,      //!< C planes, NULL = fill
    ENCODING_FILL_MASK = 2, //!< C + 1 planes, NULL = fill; the last is 1 where retained, 0 where NULL @cite Salman2022
    ENCODING_STRIP = 3, //!< only the retained band or block, contiguous even where it wraps: C planes, then a plane of (x + .5) / W unless it is a row, then one of (y + .5) / H unless it is a column, where (x, y) is the pixel's place in the input
    ENCODING_BARE_STRIP = 4 //!< the same without coordinates: C planes, as nets see them that slide over a picture (BagNet, PatchGuard)
};

/** @brief Writes the network input of some ablations of an image.

@code{.cpp}
    Mat image, blob; // CV_32FC3 of 32 x 32, scaled
    const derand::Ablation columns(derand::ABLATION_COLUMN, 4, image.size());
    derand::blobFromAblations(image, columns, Range(0, 16), blob, derand::ENCODING_STRIP); // 16 x 4 x 32 x 4
    net.setInput(blob);
    Mat scores = net.forward(); // one row for each ablation
@endcode

@param image CV_32F, 1..4 channels, of Ablation::inputSize, scaled as the net expects
@param ablation what is retained
@param range the ablations, at least one, within 0 .. Ablation::count(); Range::all() for all of them
@param blob output, CV_32F, 4-D: ablations x planes x height x width. Height and width are those of the
       input, or for strips of the retained band or block
@param encoding see Encoding
@param fill NULL of ENCODING_FILL and ENCODING_FILL_MASK, per channel
@param transpose every plane is transposed (height and width change places), for nets trained on transposed images
 */
CV_EXPORTS_W void blobFromAblations(InputArray image, const Ablation& ablation, const Range& range, OutputArray blob,
        int encoding = ENCODING_COMPLEMENT, const Scalar& fill = Scalar(), bool transpose = false);

//! @}

}} // namespace cv::derand

#endif // OPENCV_DERAND_BLOB_HPP
