// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_TOOLS_EXPLANATION_HPP
#define DERAND_TOOLS_EXPLANATION_HPP

#include <string>
#include <vector>

#include "opencv2/derand.hpp"

namespace tools {

//! No ablation voted, and frames are not rejected: nothing is promised.
inline bool abstains(const cv::derand::Certificate& c) { return c.label < 0 && c.minVotes == 1; }
//! Too few votes for a label, see Params::minVotes.
inline bool isRejected(const cv::derand::Certificate& c) { return c.label < 0 && c.minVotes > 1; }

//! Name of the label; "none of these", "abstains".
std::string labelText(const cv::derand::Certificate& certificate, const std::vector<std::string>& labels);

//! Who has how many votes: "17 of 28 votes for bird, 6 for cat".
std::string votesText(const cv::derand::Certificate& certificate, const std::vector<std::string>& labels);

//! Why a patch of this size could change the label: "lead 7, a 60 x 60 px patch can take up to 14".
std::string reasonText(const cv::derand::Certificate& certificate, const cv::Size& patch);

} // namespace tools

#endif // DERAND_TOOLS_EXPLANATION_HPP
