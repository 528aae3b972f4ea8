// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "input.hpp"

#include <algorithm>

#include "error.hpp"

namespace tools {

namespace {

//! A data set without its first samples.
class Rest : public Dataset
{
public:
    Rest(std::unique_ptr<Dataset> all_, size_t first_) : all(std::move(all_)), first(first_) {}
    size_t size() const override { return all->size() - first; }
    bool labelled() const override { return all->labelled(); }
    Sample read(size_t index) const override { return all->read(first + index); }

private:
    std::unique_ptr<Dataset> all;
    size_t first;
};

std::unique_ptr<Dataset> openAll(const Arguments& arguments, const cv::derand::CertifiedClassifier& classifier)
{
    const std::string labels = arguments.get<std::string>("labels");
    if (arguments.has("idx"))
        return openIdx(arguments.get<std::string>("idx"), labels);
    if (arguments.has("cifar"))
        return openCifar(arguments.get<std::string>("cifar"));
    const cv::derand::CertifiedClassifier::Params params = classifier.getParams();
    return openImages(arguments.inputs, params.labels, params.channels);
}

} // namespace

cv::Ptr<cv::derand::CertifiedClassifier> loadClassifier(const Arguments& arguments)
{
    if (!arguments.has("model"))
        fail("no model: expected --model=FILE.onnx, see --help");
    return cv::derand::CertifiedClassifier::create(arguments.get<std::string>("model"),
            arguments.get<std::string>("config"));
}

std::unique_ptr<Dataset> openDataset(const Arguments& arguments,
        const cv::derand::CertifiedClassifier& classifier)
{
    const int sources = arguments.has("idx") + arguments.has("cifar") + !arguments.inputs.empty();
    if (sources != 1)
    {
        fail("{}: expected either images and folders, or --idx, or --cifar, see --help",
                sources == 0 ? "nothing to certify" : "too many kinds of input");
    }
    if (arguments.has("labels") && !arguments.has("idx"))
        fail("--labels goes with --idx; sub-folders say the classes of other images");
    std::unique_ptr<Dataset> all = openAll(arguments, classifier);
    const int first = arguments.get<int>("first");
    if (first < 0 || size_t(first) >= all->size())
        fail("--first={}: expected the number of an image, 0 to {}", first, int(all->size()) - 1);
    return first == 0 ? std::move(all) : std::make_unique<Rest>(std::move(all), size_t(first));
}

size_t limited(const Arguments& arguments, const Dataset& dataset)
{
    if (!arguments.has("limit"))
        return dataset.size();
    const int limit = arguments.get<int>("limit");
    if (limit < 1)
        fail("--limit={}: expected at least 1", limit);
    return std::min(dataset.size(), size_t(limit));
}

void requireLabels(const Dataset& dataset)
{
    if (!dataset.labelled())
        fail("the images have no labels: expected --labels, or one folder for each class");
}

void checkLabel(const std::string& image, int label, int classes)
{
    if (label >= classes)
        fail("{}: its label is {}, the model has the classes 0..{}: model and data do not belong together", image, label,
                classes - 1);
}

} // namespace tools
