// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_VOTE_CODES_HPP
#define OPENCV_DERAND_VOTE_CODES_HPP

namespace cv { namespace derand {

//! Internal code of a whole row, in addition to VoteCode: NaN or Inf among the scores. The ablation abstains, but any vote is
//! possible; getVotes() reports VOTE_CODE_EITHER.
const uchar INVALID_CODE = VOTE_CODE_EITHER | 8;

//! Whether the class has the vote in every run; in some run.
inline bool isCertain(uchar code) { return code == VOTE_CODE_VOTED; }
inline bool isPossible(uchar code) { return code != 0; }
//! These codes fill whole rows, so the first element is enough.
inline bool isUnknown(const uchar* row) { return row[0] == VOTE_CODE_NOT_EVALUATED; }
inline bool isInvalid(const uchar* row) { return row[0] == INVALID_CODE; }

}} // namespace cv::derand

#endif
