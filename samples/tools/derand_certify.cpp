// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Certifies images and data sets: label, certificate and votes of each, totals and a table
// over patch sizes, as text, JSON and pictures.

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "opencv2/derand.hpp"
#include "opencv2/imgcodecs.hpp"

#include "arguments.hpp"
#include "error.hpp"
#include "input.hpp"
#include "picture.hpp"
#include "progress.hpp"
#include "report.hpp"
#include "text.hpp"

namespace {

namespace derand = cv::derand;
namespace fs = std::filesystem;
using Classifier = derand::CertifiedClassifier;

const std::string ABOUT = R"(
Labels of images, and proofs that no adversarial patch can change them.

    derand_certify --model=FILE.onnx [options] IMAGE... | FOLDER...
    derand_certify --model=FILE.onnx [options] --idx=IMAGES [--labels=LABELS]
    derand_certify --model=FILE.onnx [options] --cifar=FILE.bin

A folder with one sub-folder for each class is a labelled set. Exit codes: 0 done, 1 an error.
)";

const std::string KEYS = std::string(tools::INPUT_KEYS) + R"(
{patch     | 5x5    | patch size to certify against, WIDTHxHEIGHT in frame pixels}
{patches   | 1-10   | patch sizes of the table, e.g. 1-10 or 8,16,32x4}
{rule      |        | location or margin; default: as in the settings}
{theta     |        | probability that earns a vote, (0, 1]; default: as in the settings}
{stride    |        | use every n-th ablation only: faster, certifies less}
{quiet q   | false  | totals only}
{json      | false  | one JSON object per line for each image, the totals at the end}
{out       |        | folder for one explaining picture of each image}
)";

int ruleOf(const std::string& name)
{
    if (name == "location")
        return derand::CERTIFICATE_LOCATION;
    if (name == "margin")
        return derand::CERTIFICATE_MARGIN;
    tools::fail("--rule={}: expected location or margin", name);
}

//! With the settings of the command line.
cv::Ptr<Classifier> adjustedClassifier(const tools::Arguments& arguments)
{
    cv::Ptr<Classifier> classifier = tools::loadClassifier(arguments);
    Classifier::Params params = classifier->getParams();
    if (arguments.has("rule"))
        params.rule = ruleOf(arguments.get<std::string>("rule"));
    if (arguments.has("theta"))
        params.threshold = arguments.get<double>("theta");
    if (!arguments.has("stride"))
    {
        classifier->setParams(params);
        return classifier;
    }
    derand::Ablation ablation = classifier->getAblation();
    ablation.stride = arguments.get<int>("stride");
    return Classifier::create(cv::dnn::readNet(arguments.get<std::string>("model")), ablation, params);
}

//! Certificates by both rules; the votes are the same, so the second needs no inference.
tools::Verdict verdictOf(const tools::Sample& sample, const derand::Certificate& asked,
        const Classifier& classifier)
{
    const int rule = classifier.getParams().rule;
    cv::Mat votes;
    asked.getVotes(votes);
    tools::checkLabel(sample.name, sample.label, votes.cols);
    const derand::FrameMap map = classifier.getFrameMap(sample.frame.size());
    const auto by = [&](int wanted) {
        return rule == wanted ? asked
                              : derand::certify(votes, classifier.getAblation(), map, wanted);
    };
    return {sample.name, sample.frame.size(), sample.label, asked, by(derand::CERTIFICATE_LOCATION),
            by(derand::CERTIFICATE_MARGIN)};
}

class Run
{
public:
    explicit Run(const tools::Arguments& arguments)
        : classifier(adjustedClassifier(arguments)), labels(classifier->getParams().labels),
          dataset(tools::openDataset(arguments, *classifier)),
          patch(arguments.get<cv::Size>("patch")),
          out(arguments.get<std::string>("out")), quiet(arguments.has("quiet")),
          json(arguments.has("json")), count(tools::limited(arguments, *dataset)),
          totals(patch, tools::parseSizes(arguments.text("patches"), arguments.get<std::string>("patches")),
                  dataset->labelled())
    {
        if (!out.empty())
            fs::create_directories(out);
    }

    void all()
    {
        double seconds = 0;
        {
            tools::Progress progress(count, "images");
            // Growing up to half a second: the first answers come soon, small nets get full chunks.
            for (size_t done = 0, batch = 1; done < count;)
            {
                const double before = progress.seconds();
                const size_t end = std::min(count, done + batch);
                const std::string lines = some(done, end);
                if (!lines.empty())
                    progress.hide();
                fmt::print("{}", lines);
                std::fflush(stdout);
                done = end;
                if (progress.seconds() - before < .5 && batch < 256)
                    batch *= 2;
                progress.update(done);
            }
            seconds = progress.seconds();
        }
        fmt::print("{}{}\n", quiet || json ? "" : "\n",
                json ? totals.json(seconds) : totals.text(seconds));
        if (unreadable > 0)
            tools::fail("{} of {} images could not be read, see above: the totals leave them out", unreadable, count);
    }

private:
    //! Certifies some of the images; returns what to print about them.
    std::string some(size_t begin, size_t end)
    {
        std::vector<tools::Sample> samples;
        std::vector<cv::Mat> frames;
        std::vector<size_t> numbers; // of the images in the data set
        for (size_t i = begin; i < end; i++)
        {
            try
            {
                samples.push_back(dataset->read(i));
                frames.push_back(samples.back().frame);
                numbers.push_back(i);
            }
            catch (const std::exception& e) // one bad file of many: the others count
            {
                fmt::print(stderr, "derand_certify: {}\n", e.what());
                unreadable++;
            }
        }
        std::vector<derand::Certificate> certificates;
        classifier->classifyBatch(frames, certificates);
        std::string lines = begin > 0 || quiet || json ? "" : tools::verdictHeading(patch) + '\n';
        for (size_t i = 0; i < samples.size(); i++)
        {
            const tools::Verdict verdict = verdictOf(samples[i], certificates[i], *classifier);
            totals.add(verdict);
            if (!quiet)
            {
                lines += json ? tools::verdictJson(verdict, patch, labels)
                              : tools::verdictText(verdict, patch, labels);
                lines += '\n';
            }
            if (!out.empty())
                draw(numbers[i], samples[i], certificates[i]);
        }
        return lines;
    }

    void draw(size_t index, const tools::Sample& sample,
            const derand::Certificate& certificate) const
    {
        const tools::Scene scene = {sample.name, sample.frame,
                classifier->getFrameMap(sample.frame.size()), classifier->getAblation(),
                patch, labels};
        // Numbered, since files in different folders may have the same name.
        const std::string stem = fs::path(sample.name).stem().string();
        const fs::path file = fs::path(out) / fmt::format("{:05}_{}.png", index, stem);
        if (!cv::imwrite(file.string(), tools::drawCertificate(scene, certificate)))
            tools::fail("{}: cannot be written: check --out, and the space left", file.string());
    }

    cv::Ptr<Classifier> classifier;
    std::vector<std::string> labels;
    std::unique_ptr<tools::Dataset> dataset;
    cv::Size patch;
    std::string out;
    bool quiet, json;
    size_t count;
    size_t unreadable = 0;
    tools::Totals totals;
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
