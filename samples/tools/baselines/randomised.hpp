// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_TOOLS_RANDOMISED_HPP
#define DERAND_TOOLS_RANDOMISED_HPP

#include <vector>

#include "evaluation/evaluator.hpp"

namespace tools {

/** @brief Randomised smoothing, section 2.3 of the paper: label and certificate from drawn ablations.

A tenth as many draws, before the others, choose the label. It is certified against a patch if the one-sided lower
Clopper-Pearson bound of its share among the others exceeds .5 by the share of all ablations that the patch touches; the
method abstains if the bound does not even exceed .5.
 */
class Randomised
{
public:
    static constexpr double ALPHA = .05; //!< error of a certificate

    struct Result
    {
        int label; //!< -1: abstained
        int patch; //!< side of the largest square certified, 0: none
    };

    /** @brief For one ablation scheme.
    @param draws for the certificate, >= 10; std::runtime_error for fewer
    @param touched share of all ablations that a square patch of side 1, 2, ... touches
     */
    Randomised(int draws, const std::vector<double>& touched);

    int draws() const { return forLabel + forShare; } //!< both kinds

    /** @brief Label and certificate.
    @param top class of each draw, draws() of them; -1: none
     */
    Result result(const std::vector<int>& top) const;

private:
    int forLabel, forShare;
    std::vector<int> needed; //!< successes for a label, and for a certificate against a patch of side 1, 2, ...
};

/** @brief Outcome by Method::RANDOM.
@param image must have the size of the network input, where shares are counted
@param method its number of draws
@param touched share of all ablations that a square patch of side 1, 2, ... touches
@param top class of each ablation, -1: none
@param drawn whether `top` already holds draws; otherwise it holds all ablations, and draws are taken from them
 */
Outcome randomisedOutcome(const LabelledImage& image, const Method& method, const std::vector<double>& touched,
        const std::vector<int>& top, bool drawn);

} // namespace tools

#endif // DERAND_TOOLS_RANDOMISED_HPP
