// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_SRC_CERTIFICATE_HPP
#define OPENCV_DERAND_SRC_CERTIFICATE_HPP

#include "vote_table.hpp"

namespace cv { namespace derand {

//! Throws if this is not a CertificateRule.
void checkRule(int rule);
//! Throws if this is not a VoteRule.
void checkVoteRule(int voteRule);
//! Throws if a label cannot have as many votes.
void checkMinVotes(int minVotes, int ablations);

//! Friend of Certificate; creates certificates.
struct CertificateMaker
{
    /** As certify(), but the arguments are not checked.
    @param codes see vote_codes.hpp
    @param reused number of rows whose votes were kept from the last frame
     */
    static Certificate make(const Mat& codes, const Ablation& ablation, const Ptr<FrameAxes>& axes, const CountingRules& rules, int reused);
};

}} // namespace cv::derand

#endif
