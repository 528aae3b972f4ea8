// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_TOOLS_SET_ABLATION_HPP
#define DERAND_TOOLS_SET_ABLATION_HPP

#include <cstdint>
#include <vector>

#include "opencv2/derand.hpp"

namespace tools {

/** @brief Ablations that each retain a set of several bands or blocks; all sets of this size are possible.

Several bands and several blocks are the variants that Levine and Feizi (2020) tried besides the single one. Blocks of
side 1 are pixels: the sparse ablation of their AAAI 2020 paper, the baseline of section 2.1. A patch touches a set
if it touches one of its members.
 */
class SetAblation
{
public:
    /** @brief Sets of bands or blocks.
    @param member what the members of a set are drawn from: its Ablation::count() positions
    @param size number of members, all different, 1..member.count(); std::runtime_error for others
     */
    SetAblation(const cv::derand::Ablation& member, int size);

    const cv::derand::Ablation& member() const { return ablation; }
    int size() const { return retained; }

    //! Number of sets; 0: more than 65,536, too many to evaluate all of them.
    int count() const { return sets; }

    //! All sets in lexicographic order, the members of each in rising order; only if count() is not 0.
    std::vector<std::vector<int>> all() const;

    /** @brief Share of the sets that a square patch can touch, the most over its locations.

    1 - C(N - a, k) / C(N, k) for sets of k among N positions, of which the patch touches a.
    @param side of the patch, network-input pixels, >= 1
     */
    double touchedShare(int side) const;

    //! Number of sets that a square patch can touch, C(N, k) - C(N - a, k); only if count() is not 0.
    int touched(int side) const;

private:
    cv::derand::Ablation ablation;
    int retained, sets;
};

//! Sets drawn at random, uniformly, one after the other; the same ones for the same seed.
class SetDraws
{
public:
    SetDraws(const SetAblation& ablation, uint64_t seed);
    std::vector<int> next();

private:
    cv::RNG rng;
    std::vector<int> positions; //!< in an order that changes with every draw
    int size;
};

/** @brief Votes by which a group of classes leads: certified against patches that touch at most half as many sets.

The margin rule (Theorems 1 and 2 of the paper) for sets: a touched set can give a rival one vote and take one away.
@param counts votes of each class
@param group classes, at least one
@return min over c' outside of the group of max over c inside of n_c - n_c' - [c > c']; INT_MAX if none is outside
 */
int leadOf(const std::vector<int>& counts, const std::vector<int>& group);

} // namespace tools

#endif // DERAND_TOOLS_SET_ABLATION_HPP
