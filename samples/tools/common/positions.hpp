// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_TOOLS_POSITIONS_HPP
#define DERAND_TOOLS_POSITIONS_HPP

#include "opencv2/derand.hpp"

namespace tools {

//! Number of positions of the bands or blocks along x and y; ablations count them row by row.
inline cv::Size positionsOf(const cv::derand::Ablation& ablation)
{
    const auto along = [&](int type) {
        cv::derand::Ablation one = ablation;
        one.type = type;
        return ablation.type == type || ablation.type == cv::derand::ABLATION_BLOCK ? one.count() : 1;
    };
    return {along(cv::derand::ABLATION_COLUMN), along(cv::derand::ABLATION_ROW)};
}

} // namespace tools

#endif // DERAND_TOOLS_POSITIONS_HPP
