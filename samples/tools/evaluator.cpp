// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "evaluator.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "certified_evaluator.hpp"
#include "error.hpp"
#include "input.hpp"
#include "randomised.hpp"
#include "set_evaluator.hpp"
#include "spread.hpp"
#include "text.hpp"

namespace tools {

namespace {

//! Members of a set, for the baselines: in NAME.sets.yml beside the settings NAME.yml. 0: no such file.
int membersOfSets(const std::filesystem::path& config)
{
    const std::string file = std::filesystem::path(config).replace_extension(".sets.yml").string();
    if (!std::filesystem::exists(file))
        return 0;
    std::ifstream in(file);
    std::string line;
    int members = 0, end = 0;
    while (std::getline(in, line) && (line.compare(0, 1, "%") == 0 || line == "---"))
        ;
    if (std::sscanf(line.c_str(), "retain: %9d %n", &members, &end) != 1 || size_t(end) != line.size() || members < 1)
        fail("{}: \"{}\" is no number of bands or blocks, expected 'retain: ' and at least 1", file, line);
    return members;
}

} // namespace

std::string Method::name() const
{
    return kind == THRESHOLD ? fmt::format("theta {}", threshold)
            : kind == TOP1   ? "top1"
                             : fmt::format("random {} draws", draws);
}

Evaluator::Evaluator(const cv::Ptr<cv::derand::CertifiedClassifier>& classifier_, const Families& families_)
    : classifier(classifier_), related(families_)
{
}

std::string Evaluator::ablation() const
{
    const char* const types[] = {"column", "row", "block"};
    const cv::derand::Ablation a = classifier->getAblation();
    return fmt::format("{} of {}, stride {}", types[a.type], a.width, a.stride);
}

Method Evaluator::usual(int) const
{
    return {Method::THRESHOLD, classifier->getParams().threshold, 0};
}

void Evaluator::checkClasses(const LabelledImage& image, int classes) const
{
    checkLabel(fmt::format("image {}", image.number), image.truth, classes);
    if (related.largest() >= classes)
        fail("--families: class {} is named, the model has the classes 0..{}", related.largest(), classes - 1);
}

void Evaluator::checkSize(const LabelledImage& image) const
{
    const cv::Size input = classifier->getAblation().inputSize;
    if (image.frame.size() != input)
        fail("image {} is {} px: this method is about network-input pixels, expected images of {} px", image.number,
                sizeText(image.frame.size()), sizeText(input));
}

int Evaluator::longestSide() const
{
    const cv::Size input = classifier->getAblation().inputSize;
    return std::max(input.width, input.height);
}

Outcome Evaluator::randomised(const LabelledImage& image, const Method& method, const std::vector<double>& touched,
        const std::vector<int>& top, bool drawn) const
{
    checkSize(image);
    const Randomised random(method.draws, touched);
    std::vector<int> draws = top;
    if (!drawn)
    {
        draws.resize(size_t(random.draws()));
        cv::RNG rng(image.number + 1);
        for (int& draw : draws)
            draw = top[size_t(rng.uniform(0, int(top.size())))];
    }
    const Randomised::Result result = random.result(draws);
    return {image.truth, result.label, 0, result.patch, result.patch, result.patch};
}

std::unique_ptr<Evaluator> openEvaluator(const Arguments& arguments)
{
    const int members = membersOfSets(configOf(arguments));
    const auto classifier = loadClassifier(arguments);
    if (!arguments.inputs.empty()) // pictures
    {
        cv::derand::CertifiedClassifier::Params params = classifier->getParams();
        mayBeTurned(params);
        classifier->setParams(params);
    }
    const Families families(arguments.get<std::string>("families"), classifier->getParams().labels);
    if (members == 0)
        return std::make_unique<CertifiedEvaluator>(classifier, families);
    return std::make_unique<SetEvaluator>(cv::dnn::readNet(arguments.get<std::string>("model")), members, classifier, families);
}

} // namespace tools
