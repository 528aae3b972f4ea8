// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_TOOLS_SET_EVALUATOR_HPP
#define DERAND_TOOLS_SET_EVALUATOR_HPP

#include "evaluation/evaluator.hpp"
#include "set_ablation.hpp"

namespace tools {

/** @brief The baselines with sets of bands, blocks or pixels, see SetAblation; patches in network-input pixels.

The net sees the paper's layout, ENCODING_COMPLEMENT. If all sets can be evaluated, the certificate is the margin
rule on all of them, otherwise Randomised on drawn ones. Votes are taken as the net gives them, without the numeric
tolerance of cv::derand: for comparison, not for use.
 */
class SetEvaluator : public Evaluator
{
public:
    /** @brief A net and its settings.
    @param net the base classifier
    @param retain number of members of a set
    @param classifier settings for single members
    @param families see Outcome::family
    @param alarm see Evaluator; sets have none
     */
    SetEvaluator(const cv::dnn::Net& net, int retain, const cv::Ptr<cv::derand::CertifiedClassifier>& classifier,
            const Families& families, int alarm);

    std::string ablation() const override;
    Method usual(int draws) const override;
    std::vector<std::vector<Method>> groups(const std::vector<Method>& methods) const override;
    size_t batch() const override { return 1; }
    std::vector<std::vector<Outcome>> evaluate(const std::vector<LabelledImage>& images, const std::vector<Method>& methods) override;

private:
    std::vector<Outcome> evaluate(const LabelledImage& image, const std::vector<Method>& methods);
    cv::Mat planes(const cv::Mat& frame) const;
    cv::Mat probabilities(const cv::Mat& planes, const std::vector<std::vector<int>>& sets);
    Outcome certified(const LabelledImage& image, const std::vector<int>& counts) const;
    std::vector<double> touchedShares() const;

    cv::dnn::Net net;
    SetAblation sets;
    std::vector<std::vector<int>> all;    //!< sets, if they can all be evaluated
    std::vector<std::vector<int>> pixels; //!< y * width + x, retained by each band or block
};

} // namespace tools

#endif // DERAND_TOOLS_SET_EVALUATOR_HPP
