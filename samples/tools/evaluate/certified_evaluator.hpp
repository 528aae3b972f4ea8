// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_TOOLS_CERTIFIED_EVALUATOR_HPP
#define DERAND_TOOLS_CERTIFIED_EVALUATOR_HPP

#include "evaluation/evaluator.hpp"

namespace tools {

//! Single bands or blocks, through cv::derand, of one model or several joined; patches in frame pixels.
class CertifiedEvaluator : public Evaluator
{
public:
    using Evaluator::Evaluator;

    //! Every threshold needs its own inference: the classifier returns votes, not scores.
    std::vector<std::vector<Method>> groups(const std::vector<Method>& methods) const override;
    size_t batch() const override { return 16; }
    std::vector<std::vector<Outcome>> evaluate(const std::vector<LabelledImage>& images, const std::vector<Method>& methods) override;

private:
    void select(const Method& method);
    //! One certificate for each classifier.
    Outcome certified(const LabelledImage& image, const std::vector<cv::derand::Certificate>& certificates) const;
    std::vector<double> touchedShares() const;
};

} // namespace tools

#endif // DERAND_TOOLS_CERTIFIED_EVALUATOR_HPP
