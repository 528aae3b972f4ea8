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
#include "text.hpp"

namespace tools {

namespace {

const std::string RETAIN = "retain:"; //!< the field of sets in a settings file, on a line of its own

//! The settings file without its field `retain`, which the module does not know, for as long as the object lives.
class PlainSettings
{
public:
    explicit PlainSettings(const std::string& file) : name(cv::tempfile(".yml"))
    {
        std::ifstream in(file);
        std::string text;
        for (std::string line; std::getline(in, line);)
        {
            if (line.compare(0, RETAIN.size(), RETAIN) != 0)
                text += line + '\n';
            else if (std::sscanf(line.c_str() + RETAIN.size(), "%d", &retain) != 1 || retain < 1)
                fail("{}: \"{}\" is no number of bands or blocks: expected at least 1", file, line);
        }
        std::ofstream(name) << text;
    }
    ~PlainSettings() { std::filesystem::remove(name); }
    PlainSettings(const PlainSettings&) = delete;
    PlainSettings& operator=(const PlainSettings&) = delete;

    std::string name;
    int retain = 0;
};

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
    const std::string model = arguments.get<std::string>("model");
    std::string config = arguments.get<std::string>("config");
    if (config.empty())
        config = std::filesystem::path(model).replace_extension(".yml").string();
    const PlainSettings plain(config);
    const auto families = [&](const cv::derand::CertifiedClassifier& classifier) {
        return Families(arguments.get<std::string>("families"), classifier.getParams().labels);
    };
    if (plain.retain == 0)
    {
        const auto classifier = loadClassifier(arguments);
        return std::make_unique<CertifiedEvaluator>(classifier, families(*classifier));
    }
    try
    {
        const auto classifier = cv::derand::CertifiedClassifier::create(model, plain.name);
        return std::make_unique<SetEvaluator>(cv::dnn::readNet(model), plain.retain, classifier, families(*classifier));
    }
    catch (const cv::Exception& e)
    {
        std::string message = e.err;
        for (size_t at; (at = message.find(plain.name)) != std::string::npos;)
            message.replace(at, plain.name.size(), config);
        fail("{}", message);
    }
}

} // namespace tools
