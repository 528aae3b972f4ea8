// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_VOTES_HPP
#define OPENCV_DERAND_VOTES_HPP

namespace cv { namespace derand {

/** How much a probability may differ in another run, in which the net rounds differently. Rounding errors grow with the scores,
and scores depend on what a patch shows. */
struct Tolerance
{
    double absolute; //!< of every probability
    double relative; //!< of every score, relative to the ablation's largest score
};

/** Turns the scores of one ablation into codes (vote_codes.hpp). A row with NaN or Inf abstains, and may vote for any class in
another run. */
void castVotes(const float* scores, int classes, const CertifiedClassifier::Params& params, const Tolerance& tolerance, uchar* codes);

}} // namespace cv::derand

#endif
