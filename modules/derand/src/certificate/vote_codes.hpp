// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_VOTE_CODES_HPP
#define OPENCV_DERAND_VOTE_CODES_HPP

namespace cv { namespace derand {

/** Codes of the vote table, see certify(). A row is one of three: votes, of the first two bits; or, in all of its elements, one of
the codes below. */
enum { VOTE_BIT = 1, EITHER_BIT = 2, UNKNOWN_BIT = 4, INVALID_BIT = 8 };

const uchar UNKNOWN_CODE = EITHER_BIT | UNKNOWN_BIT; //!< the ablation was not evaluated: any vote is possible
const uchar INVALID_CODE = EITHER_BIT | INVALID_BIT; //!< NaN or Inf among its scores: abstains, any vote is possible; 2 in public tables

//! A vote in every run; in some run.
inline bool isCertain(uchar code) { return code == VOTE_BIT; }
inline bool isPossible(uchar code) { return code != 0; }
//! Was the ablation of this row not evaluated?
inline bool isUnknown(const uchar* row) { return row[0] == UNKNOWN_CODE; }

}} // namespace cv::derand

#endif
