// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_TOOLS_BALLOTS_HPP
#define DERAND_TOOLS_BALLOTS_HPP

#include <vector>

#include "opencv2/derand.hpp"

namespace tools {

//! What an ablation voted for, as pictures show it.
enum class Ballot
{
    NONE,
    LABEL,
    RUNNER_UP,
    BOTH,
    OTHERS
};

//! The ballot of each ablation, by the votes that count for the label; all NONE if there are no votes for any class.
std::vector<Ballot> ballotsOf(const cv::derand::Certificate& certificate);

} // namespace tools

#endif // DERAND_TOOLS_BALLOTS_HPP
