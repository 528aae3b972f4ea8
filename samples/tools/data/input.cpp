// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "input.hpp"

#include <algorithm>
#include <filesystem>

#include "common/device.hpp"
#include "common/error.hpp"
#include "common/text.hpp"

namespace tools {

namespace {

using Classifier = cv::derand::CertifiedClassifier;

//! A data set without its first samples.
class Rest : public Dataset
{
public:
    Rest(std::unique_ptr<Dataset> all_, size_t first_) : all(std::move(all_)), first(first_) {}
    size_t size() const override { return all->size() - first; }
    std::string name(size_t index) const override { return all->name(first + index); }
    int label(size_t index) const override { return all->label(first + index); }
    Sample read(size_t index) const override { return all->read(first + index); }
    int channels() const override { return all->channels(); }
    std::vector<std::string> files() const override { return all->files(); }

private:
    std::unique_ptr<Dataset> all;
    size_t first;
};

std::unique_ptr<Dataset> openAll(const Arguments& arguments, const Classifier::Params& params)
{
    if (!arguments.has("idx") && !arguments.has("cifar"))
        return openImages(arguments.inputs, params.labels, params.channels);
    std::unique_ptr<Dataset> dataset = arguments.has("idx")
            ? openIdx(arguments.get<std::string>("idx"), arguments.get<std::string>("labels"))
            : openCifar(arguments.get<std::string>("cifar"));
    if (dataset->channels() != params.channels)
    {
        fail("{}: its images have {} channels, but the model needs {} (Params::channels): model and data do not belong "
             "together",
                dataset->files()[0], dataset->channels(), params.channels);
    }
    return dataset;
}

int countClasses(Classifier& classifier)
{
    const size_t names = classifier.getParams().labels.size();
    if (names > 0)
        return int(names);
    cv::Mat votes;
    classifier.classify(noiseFrame(classifier)).getVotes(votes);
    return votes.cols;
}

//! Fails if a right class is not a class of the model; reports which classes have no images.
void checkLabels(Dataset& dataset, Classifier& classifier)
{
    const int classes = countClasses(classifier);
    std::vector<bool> seen(size_t(classes), false);
    for (size_t i = 0; i < dataset.size(); i++)
    {
        checkLabel(dataset.name(i), dataset.label(i), classes);
        seen[size_t(dataset.label(i))] = true;
    }
    std::string missing;
    for (int label = 0; label < classes; label++)
        if (!seen[size_t(label)])
            missing += (missing.empty() ? "" : ", ") + className(label, classifier.getParams().labels);
    if (!missing.empty())
        dataset.notes.push_back(
                fmt::format("no images of {} of the {} classes: {}", std::count(seen.begin(), seen.end(), false), classes, missing));
}

} // namespace

std::filesystem::path configOf(const Arguments& arguments)
{
    if (!arguments.has("model"))
        fail("no model: expected --model=FILE.onnx, see --help");
    const std::string config = arguments.get<std::string>("config");
    return !config.empty() ? std::filesystem::path(config)
                           : std::filesystem::path(arguments.get<std::string>("model")).replace_extension(".yml");
}

void checkOutputs(const Arguments& arguments, const std::vector<NamedPath>& outputs)
{
    std::vector<NamedPath> inputs = {{"--model", arguments.get<std::string>("model")}, {"the settings", configOf(arguments).string()},
            {"the settings", configOf(arguments).replace_extension(".sets.yml").string()}, // of baselines
            {"--idx", arguments.get<std::string>("idx")}, {"--labels", arguments.get<std::string>("labels")},
            {"--cifar", arguments.get<std::string>("cifar")}};
    for (const std::string& input : arguments.inputs)
        inputs.push_back({"the input", input});
    checkOutputs(outputs, inputs);
}

cv::Ptr<Classifier> loadClassifier(const Arguments& arguments)
{
    const std::string config = configOf(arguments).string();
    const Device device = deviceOf(arguments);
    cv::Ptr<Classifier> classifier = Classifier::create(arguments.get<std::string>("model"), config);
    device.use(*classifier);
    return classifier;
}

std::unique_ptr<Dataset> openDataset(const Arguments& arguments, Classifier& classifier, const std::vector<NamedPath>& outputs)
{
    const int sources = arguments.has("idx") + arguments.has("cifar") + !arguments.inputs.empty();
    if (sources != 1)
    {
        fail("{}: expected either images and folders, or --idx, or --cifar, see --help",
                sources == 0 ? "nothing to certify" : "too many kinds of input");
    }
    if (arguments.has("labels") && !arguments.has("idx"))
        fail("--labels needs --idx; for other images, sub-folders give the classes");
    std::unique_ptr<Dataset> all = openAll(arguments, classifier.getParams());
    for (const std::string& file : all->files())
        checkOutputs(outputs, {{"the image", file}});
    if (all->labelled())
        checkLabels(*all, classifier);
    for (const std::string& note : all->notes)
        fmt::print(stderr, "{}\n", note);
    const int last = int(std::min<size_t>(all->size(), INT_MAX)) - 1;
    const int first = arguments.getInt("first", 0);
    if (first > last)
        fail("{}: expected the number of an image, 0 to {}", arguments.text("first"), last);
    return first == 0 ? std::move(all) : std::make_unique<Rest>(std::move(all), size_t(first));
}

cv::Mat noiseFrame(const Classifier& classifier)
{
    cv::Mat frame(classifier.getAblation().inputSize, CV_8UC(classifier.getParams().channels));
    cv::RNG(1).fill(frame, cv::RNG::UNIFORM, 0, 256);
    return frame;
}

size_t limited(const Arguments& arguments, const Dataset& dataset)
{
    if (!arguments.has("limit"))
        return dataset.size();
    return std::min(dataset.size(), size_t(arguments.getInt("limit", 1)));
}

void requireLabels(const Dataset& dataset)
{
    if (!dataset.labelled())
        fail("the images have no labels: expected --labels, or one folder for each class");
}

void checkLabel(const std::string& image, int label, int classes)
{
    if (label >= classes)
        fail("{}: its label is {}, but the model has the classes 0..{}: model and data do not belong together", image, label, classes - 1);
}

} // namespace tools
