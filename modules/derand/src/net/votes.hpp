// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_VOTES_HPP
#define OPENCV_DERAND_VOTES_HPP

namespace cv { namespace derand {

/** How much a probability may differ in another run, where a net rounds differently. Rounding grows with
the scores, and the scores with what a patch may show. */
struct Tolerance
{
    double absolute; //!< of every probability
    double relative; //!< of every score, by the largest score of the ablation
};

/** Codes (vote_codes.hpp) from the scores of one ablation. A row with NaN or Inf abstains, and may be any vote
in another run. */
void castVotes(const float* scores, int classes, const CertifiedClassifier::Params& params, const Tolerance& tolerance,
        uchar* codes);

}} // namespace cv::derand

#endif
