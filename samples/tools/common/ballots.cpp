// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "ballots.hpp"

namespace tools {

using cv::derand::VOTE_CODE_VOTED;

std::vector<Ballot> ballotsOf(const cv::derand::Certificate& certificate)
{
    cv::Mat votes;
    certificate.getVotes(votes);
    std::vector<Ballot> ballots(size_t(votes.rows), Ballot::NONE);
    for (int i = 0; i < votes.rows; i++)
    {
        if (cv::countNonZero(votes.row(i) & VOTE_CODE_VOTED) == 0)
            continue;
        const auto voted = [&](int c) { return c >= 0 && (votes.at<uchar>(i, c) & VOTE_CODE_VOTED); };
        const bool first = voted(certificate.label), second = voted(certificate.runnerUp);
        ballots[size_t(i)] = first && second ? Ballot::BOTH : first ? Ballot::LABEL : second ? Ballot::RUNNER_UP : Ballot::OTHERS;
    }
    return ballots;
}

} // namespace tools
