// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "evaluator.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "common/error.hpp"
#include "common/text.hpp"
#include "data/input.hpp"

namespace tools {

namespace {

const char* nameOf(int ablationType)
{
    switch (ablationType)
    {
    case cv::derand::ABLATION_COLUMN: return "column";
    case cv::derand::ABLATION_ROW: return "row";
    case cv::derand::ABLATION_BLOCK: return "block";
    }
    fail("ablation type {}: has no name here, expected columns, rows or blocks", ablationType);
}

} // namespace

std::string Method::name() const
{
    switch (kind)
    {
    case THRESHOLD: return fmt::format("theta {}", threshold);
    case TOP1: return "top1";
    case SETTINGS: return "own settings";
    case RANDOM: break;
    }
    return fmt::format("random {} draws", draws);
}

Evaluator::Evaluator(const Classifiers& classifiers, const Families& families_, int alarm)
    : related(families_), models(classifiers), alarmSide(alarm)
{}

std::string Evaluator::ablation() const
{
    std::string text;
    for (const auto& model : models)
    {
        const cv::derand::Ablation a = model->getAblation();
        text += fmt::format("{}{} of {}, stride {}{}", text.empty() ? "" : " and ", nameOf(a.type), a.width, a.stride,
                a.wrap ? "" : ", no wrap");
    }
    return text;
}

Method Evaluator::usual(int) const
{
    if (models.size() > 1)
        return {Method::SETTINGS, 0, 0};
    const cv::derand::CertifiedClassifier::Params params = classifier().getParams();
    return params.voteRule == cv::derand::VOTE_TOP1 ? Method{Method::TOP1, 0, 0} : Method{Method::THRESHOLD, params.threshold, 0};
}

void Evaluator::checkClasses(const LabelledImage& image, int classes) const
{
    checkLabel(fmt::format("image {}", image.number), image.truth, classes);
    if (related.largest() >= classes)
        fail("--families: class {} does not exist: the model has the classes 0..{}", related.largest(), classes - 1);
}

void Evaluator::checkSize(const LabelledImage& image) const
{
    const cv::Size input = classifier().getAblation().inputSize;
    if (image.frame.size() != input)
        fail("image {} is {} px: this method counts network-input pixels, expected images of {} px", image.number,
                sizeText(image.frame.size()), sizeText(input));
}

int Evaluator::longestSide() const
{
    const cv::Size input = classifier().getAblation().inputSize;
    return std::max(input.width, input.height);
}

} // namespace tools
