// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_TOOLS_ATTACK_HPP
#define DERAND_TOOLS_ATTACK_HPP

#include <functional>
#include <vector>

#include "opencv2/core.hpp"

namespace tools {

//! A classifier's answer for a frame.
struct Answer
{
    int label;
    std::vector<double> scores; //!< of each class: logits, votes, ...
};

//! A classifier as an attacker sees it: frames in, answers out.
using Victim = std::function<std::vector<Answer>(const std::vector<cv::Mat>&)>;

//! A sticker on a frame.
struct Patch
{
    cv::Point corner; //!< top-left
    cv::Mat content;  //!< of the frame's type
};

struct AttackResult
{
    Answer before; //!< to the clean frame
    Answer after;  //!< to the attacked one
    Patch patch;   //!< the first that changes the label, otherwise the one that came closest
    int queries;   //!< frames that the classifier answered
    bool fooled() const { return before.label != after.label; }
};

//! The frame with the sticker on it.
cv::Mat applied(const Patch& patch, const cv::Mat& frame);

/** @brief Searches for a patch that changes the label; sees only the answers.

Random search: first patches of random place and content, then small changes of the best one, kept
unless they increase the lead of the label. Restarts once half-way, to escape a local minimum.
@param victim classifier, asked at most `budget` times
@param frame CV_8U; the patches are black, white and, of all its channels, noise
@param size of the patch, inside the frame
@param budget number of queries
@param seed of the random numbers: the same seed gives the same attack
 */
AttackResult attack(const Victim& victim, const cv::Mat& frame, const cv::Size& size, int budget, uint64 seed);

} // namespace tools

#endif // DERAND_TOOLS_ATTACK_HPP
