// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_TOOLS_TRY_VERDICT_HPP
#define DERAND_TOOLS_TRY_VERDICT_HPP

#include <string>

#include "opencv2/derand.hpp"

namespace tools {

//! What was found out about a net.
struct Findings
{
    cv::derand::ModelSettings settings;
    bool dependsOnPicture = true;
    int largestPatch = 0; //!< that can ever be certified, of the class that wins ties, network-input pixels
    // Of the pictures, if there are any:
    int pictures = 0, abstained = 0, certified = 0;
    int sameAsPlain = -1; //!< labels that are those of the whole picture; -1: the net takes only strips
};

//! Whether the net is worth certifying as it is, or how to get one that is, in plain words.
std::string verdictOn(const std::string& model, const Findings& findings);

} // namespace tools

#endif // DERAND_TOOLS_TRY_VERDICT_HPP
