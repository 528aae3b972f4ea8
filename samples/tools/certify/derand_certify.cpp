// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Certifies images and data sets: label, certificate and votes of each, totals and a table
// over patch sizes, as text, JSON and pictures.

#include <algorithm>
#include <filesystem>
#include <numeric>

#include <fmt/format.h>

#include "opencv2/derand.hpp"
#include "opencv2/imgcodecs.hpp"

#include "common/arguments.hpp"
#include "common/by_rule.hpp"
#include "common/device.hpp"
#include "common/error.hpp"
#include "common/picture.hpp"
#include "common/progress.hpp"
#include "common/spread.hpp"
#include "common/text.hpp"
#include "data/faults.hpp"
#include "data/input.hpp"
#include "report.hpp"

namespace {

namespace derand = cv::derand;
namespace fs = std::filesystem;
using Classifier = derand::CertifiedClassifier;

const std::string ABOUT = R"(
Labels of images, and proofs that no adversarial patch can change them.

    derand_certify --model=FILE.onnx [options] IMAGE... | FOLDER...
    derand_certify --model=FILE.onnx [options] --idx=IMAGES [--labels=LABELS]
    derand_certify --model=FILE.onnx [options] --cifar=FILE.bin

A folder with one sub-folder for each class is a labelled set; the sub-folders are named after the classes, or all of
them by class number, from 0. If no ablation of an image votes, the classifier abstains: the image has no label.
Exit codes: 0 success; 1 error, also if some images could not be read: these are named and left out.
)";

const std::string KEYS = std::string(tools::INPUT_KEYS) + tools::DEVICE_KEYS + R"(
{patch     | 5x5    | patch size to certify against, WIDTHxHEIGHT, in frame pixels}
{patches   | 1-10   | patch sizes of the table, e.g. 1-10 or 8,16,32x4}
{rule      |        | location or margin; default: as in the settings}
{theta     |        | probability that earns a vote, (0, 1]; default: as in the settings}
{stride    |        | use only every n-th ablation: faster, but certifies less}
{quiet q   | false  | print the totals only}
{json      | false  | print JSON, one object per line: the run, each image, the totals; see doc/json.md}
{out       |        | folder for pictures that explain the certificate of each image}
)";

int ruleOf(const std::string& name)
{
    if (name == "location")
        return derand::CERTIFICATE_LOCATION;
    if (name == "margin")
        return derand::CERTIFICATE_MARGIN;
    tools::fail("--rule={}: expected location or margin", name);
}

//! The classifier with the settings of the command line.
cv::Ptr<Classifier> adjustedClassifier(const tools::Arguments& arguments)
{
    derand::ModelSettings settings = derand::ModelSettings::read(tools::configOf(arguments).string());
    if (arguments.has("rule"))
        settings.params.rule = ruleOf(arguments.get<std::string>("rule"));
    if (arguments.has("theta"))
        settings.params.threshold = tools::parseThreshold(arguments.text("theta"), arguments.get<std::string>("theta"));
    if (arguments.has("stride"))
        settings.ablation.stride = arguments.getInt("stride", 1);
    if (!arguments.inputs.empty()) // pictures
        tools::mayBeTurned(settings.params);
    const tools::Device device = tools::deviceOf(arguments);
    cv::Ptr<Classifier> classifier = Classifier::create(arguments.get<std::string>("model"), settings);
    device.use(*classifier);
    return classifier;
}

//! Certificates by both rules; they share the votes, so the second needs no inference.
tools::Verdict verdictOf(const tools::Sample& sample, const derand::Certificate& asked, const Classifier& classifier)
{
    cv::Mat votes;
    asked.getVotes(votes);
    tools::checkLabel(sample.name, sample.label, votes.cols);
    const auto by = [&](int rule) { return tools::byRule(asked, classifier, sample.frame.size(), rule); };
    return {sample.name, sample.frame.size(), sample.label, asked, by(derand::CERTIFICATE_LOCATION), by(derand::CERTIFICATE_MARGIN)};
}

//! The folder of --out. Must not be a folder that images are read from: its pictures would be inputs of the next run.
std::string folderOf(const tools::Arguments& arguments)
{
    const std::string out = arguments.get<std::string>("out");
    for (const std::string& input : arguments.inputs)
    {
        std::error_code error;
        const fs::path above = fs::path(input).parent_path();
        if (!out.empty()
                && (fs::is_directory(input, error) ? tools::within(out, input) : tools::samePath(out, above.empty() ? "." : above.string())))
            tools::fail("--out={}: {} is read from there, so the pictures would be inputs of the next run: expected "
                        "another folder",
                    out, input);
    }
    tools::checkOutputs(arguments, {{"--out", out}});
    return out;
}

class Run
{
public:
    explicit Run(const tools::Arguments& arguments)
        : out(folderOf(arguments)), patch(arguments.get<cv::Size>("patch")), quiet(arguments.has("quiet")),
          json(arguments.has("json")), model(arguments.get<std::string>("model")), classifier(adjustedClassifier(arguments)),
          labels(classifier->getParams().labels), dataset(tools::openDataset(arguments, *classifier, {{"--out", out}})),
          count(tools::limited(arguments, *dataset)),
          totals(patch, tools::parseSizes(arguments.text("patches"), arguments.get<std::string>("patches")), dataset->labelled())
    {
        std::error_code error;
        if (!out.empty() && !fs::is_directory(out) && !fs::create_directories(out, error))
            tools::fail("--out={}: the folder cannot be created ({}): expected a writable folder", out, error.message());
    }

    void all()
    {
        tools::Progress progress(count, "images");
        tools::Faults faults("derand_certify");
        faults.during(progress);
        if (json)
            fmt::print("{}", tools::lineOf(tools::runRecord("derand_certify", model, classifier->getSettings())));
        // Batches grow up to half a second: the first answers come soon, and small nets get full chunks.
        for (size_t done = 0, batch = 1; done < count;)
        {
            const double before = progress.seconds();
            const size_t end = std::min(count, done + batch);
            const std::string lines = some(done, end, faults);
            if (!lines.empty())
                progress.hide();
            fmt::print("{}", lines);
            std::fflush(stdout);
            done = end;
            if (progress.seconds() - before < .5 && batch < 256)
                batch *= 2;
            progress.update(done);
        }
        const double seconds = progress.seconds();
        progress.hide();
        if (json)
            fmt::print("{}", tools::lineOf(totals.record(seconds)));
        else
            fmt::print("{}{}\n", quiet ? "" : "\n", totals.text(seconds));
        faults.report(count);
    }

private:
    //! Certifies some of the images; returns the text to print about them.
    std::string some(size_t begin, size_t end, tools::Faults& faults)
    {
        std::vector<size_t> numbers(end - begin);
        std::iota(numbers.begin(), numbers.end(), begin);
        std::vector<tools::Sample> samples = faults.read(*dataset, numbers);
        const std::vector<derand::Certificate> certificates = faults.classify(samples, *classifier);
        std::string lines = begin > 0 || quiet || json ? "" : tools::verdictHeading(patch) + '\n';
        for (size_t i = 0; i < samples.size(); i++)
        {
            const tools::Verdict verdict = verdictOf(samples[i], certificates[i], *classifier);
            totals.add(verdict);
            if (!quiet)
            {
                lines += json ? tools::lineOf(tools::verdictRecord(verdict, patch, labels))
                              : tools::verdictText(verdict, patch, labels) + '\n';
            }
            if (!out.empty())
                draw(samples[i], certificates[i]);
        }
        return lines;
    }

    void draw(const tools::Sample& sample, const derand::Certificate& certificate) const
    {
        const tools::PictureInput input = {
                sample.name, sample.frame, classifier->getFrameMap(sample.frame.size()), classifier->getAblation(), patch, labels};
        // Numbered, because files in different folders may have the same name.
        const std::string stem = tools::shortened(fs::path(sample.name).stem().string(), 60);
        const fs::path file = fs::path(out) / fmt::format("{:05}_{}.png", sample.number, stem);
        if (!cv::imwrite(file.string(), tools::drawCertificate(input, certificate)))
            tools::fail("{}: cannot be written: check --out, and the free space", file.string());
    }

    std::string out; //!< first: it is checked before anything is opened
    cv::Size patch;
    bool quiet, json;
    std::string model;
    cv::Ptr<Classifier> classifier;
    std::vector<std::string> labels;
    std::unique_ptr<tools::Dataset> dataset;
    size_t count;
    tools::ReportTotals totals;
};

} // namespace

int main(int argc, char** argv)
{
    return tools::runProgram("derand_certify", [&] {
        const tools::Arguments arguments(argc, argv, KEYS, ABOUT);
        if (!arguments.helped())
            Run(arguments).all();
    });
}
