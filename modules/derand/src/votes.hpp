// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_VOTES_HPP
#define OPENCV_DERAND_VOTES_HPP

namespace cv { namespace derand {

//! Probabilities of a row of scores; false if a score is NaN or Inf.
bool probabilities(const float* scores, int classes, bool softmax, double* p);

/** Codes of certify() from the scores of one ablation. A row with NaN or Inf abstains, and may be any vote
in another run.
@param tolerance every probability is assumed to differ by less than this in another run; 0: not at all
@return false if a score is NaN or Inf
 */
bool castVotes(const float* scores, int classes, const CertifiedClassifier::Params& params, double tolerance,
        uchar* codes);

}} // namespace cv::derand

#endif
