// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Evaluates a model on a labelled data set: thresholds, top-1 votes and the randomised method, for all
// patch sizes, in runs that can be stopped, resumed and split.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "opencv2/derand.hpp"

#include "arguments.hpp"
#include "binomial.hpp"
#include "error.hpp"
#include "evaluation.hpp"
#include "input.hpp"
#include "progress.hpp"
#include "text.hpp"

namespace {

namespace derand = cv::derand;
using Classifier = derand::CertifiedClassifier;

const std::string ABOUT = R"(
Certified accuracy of a model on a labelled data set.

    derand_evaluate --model=FILE.onnx --out=RESULTS [options] --idx=IMAGES --labels=LABELS
    derand_evaluate --model=FILE.onnx --out=RESULTS [options] --cifar=FILE.bin
    derand_evaluate --model=FILE.onnx --out=RESULTS [options] FOLDER
    derand_evaluate [options] RESULTS...          tables of results, of all shards together

RESULTS keeps every outcome: a run that was stopped goes on, further methods are added.
)";

const std::string KEYS = std::string(tools::INPUT_KEYS) + R"(
{out       |        | file of the results}
{methods   |        | of: top1, random, and thresholds in (0, 1], e.g. .2,.3,top1; default: the model's threshold}
{shard     | 1/1    | i/n: only every n-th image, from the i-th on}
{patches   | 5,1-10 | patch sizes of the tables, sides of squares}
{classes   |        | also a table over the classes, for the first patch size}
{csv       |        | the tables as CSV}
)";

//! Randomised column smoothing (section 4.4 of the paper): so many ablations are drawn to choose a label, and to test it.
const int DRAWS_FOR_LABEL = 1000, DRAWS = 10000;
const double ALPHA = .05;

std::vector<int> squares(const std::string& text)
{
    std::vector<int> sides;
    for (const cv::Size& size : tools::parseSizes(text))
    {
        if (size.width != size.height)
            tools::fail("--patches={}: expected sides of squares, e.g. 5,1-10", text);
        if (std::find(sides.begin(), sides.end(), size.width) == sides.end())
            sides.push_back(size.width);
    }
    return sides;
}

/** @brief Successes among DRAWS that a label needs, and that a certificate against a patch of side 1, 2, ... needs.

A patch is certified if the lower bound of the label's share exceeds .5 by the share that the patch touches.
 */
std::vector<int> successesNeeded(const derand::Ablation& ablation)
{
    std::vector<int> needed(1, tools::successesFor(DRAWS, .5, ALPHA));
    for (int side = 1; side <= std::min(ablation.inputSize.width, ablation.inputSize.height); side++)
    {
        const double share = .5 + double(ablation.maxAffected(cv::Size(side, side))) / ablation.count();
        if (share >= 1)
            break;
        needed.push_back(tools::successesFor(DRAWS, share, ALPHA));
    }
    return needed;
}

//! Label and certificate by drawn ablations. The draws depend on the number of the image only, not on shards.
tools::Outcome randomised(const cv::Mat& votes, const std::vector<int>& needed, size_t image)
{
    cv::RNG rng(image + 1);
    const auto draw = [&](int draws) {
        std::vector<int> counts(size_t(votes.cols), 0);
        for (int i = 0; i < draws; i++)
        {
            const uchar* row = votes.ptr(rng.uniform(0, votes.rows));
            for (int c = 0; c < votes.cols; c++)
                counts[size_t(c)] += row[c] & 1;
        }
        return counts;
    };
    const std::vector<int> first = draw(DRAWS_FOR_LABEL);
    const int label = int(std::max_element(first.begin(), first.end()) - first.begin());
    const int successes = draw(DRAWS)[size_t(label)];
    if (successes < needed[0])
        return {-1, -1, 0, 0, 0};
    size_t patch = 0;
    while (patch + 1 < needed.size() && successes >= needed[patch + 1])
        patch++;
    return {-1, label, 0, int(patch), int(patch)};
}

//! What --methods names, all of one kind of votes, so that one inference serves them.
struct Methods
{
    int voteRule;
    double threshold; //!< of VOTE_THRESHOLD
    std::vector<std::string> names;
};

std::vector<Methods> parseMethods(const std::string& text, double threshold)
{
    std::vector<Methods> all;
    if (text.empty())
        return {{derand::VOTE_THRESHOLD, threshold, {fmt::format("theta {}", threshold)}}};
    Methods top1 = {derand::VOTE_TOP1, threshold, {}};
    for (size_t at = 0; at <= text.size();)
    {
        const size_t comma = std::min(text.find(',', at), text.size());
        const std::string name = text.substr(at, comma - at);
        at = comma + 1;
        int end = 0;
        double theta;
        if (name == "top1" || name == "random")
            top1.names.push_back(name);
        else if (std::sscanf(name.c_str(), "%lf%n", &theta, &end) == 1 && size_t(end) == name.size())
            all.push_back({derand::VOTE_THRESHOLD, theta, {fmt::format("theta {}", theta)}});
        else
            tools::fail("--methods={}: '{}' is unknown, expected top1, random, or a threshold in (0, 1]", text, name);
    }
    if (!top1.names.empty())
        all.push_back(top1);
    return all;
}

//! FNV-1a, 64 bits.
struct Digest
{
    uint64_t value = 14695981039346656037ull;

    void add(const void* data, size_t size)
    {
        for (size_t i = 0; i < size; i++)
            value = (value ^ static_cast<const uchar*>(data)[i]) * 1099511628211ull;
    }
};

class Run
{
public:
    explicit Run(const tools::Arguments& arguments)
        : classifier(tools::loadClassifier(arguments)), dataset(tools::openDataset(arguments, *classifier)),
          count(tools::limited(arguments, *dataset)), needed(successesNeeded(classifier->getAblation())),
          evaluation(subject(arguments), dataset->size())
    {
        if (!dataset->labelled())
            tools::fail("the images have no labels: expected --labels, or one folder for each class");
        if (!arguments.has("out"))
            tools::fail("no --out=RESULTS: expected a file that keeps the outcomes, see --help");
        const std::string text = arguments.get<std::string>("shard");
        int end = 0;
        if (std::sscanf(text.c_str(), "%d/%d%n", &shard, &shards, &end) != 2 || size_t(end) != text.size() || shard < 1
                || shards < shard)
            tools::fail("--shard={}: expected i/n with i from 1 to n, e.g. 2/4", text);
        evaluation.keepIn(arguments.get<std::string>("out"));
    }

    void evaluate(const Methods& methods)
    {
        Classifier::Params params = classifier->getParams();
        params.voteRule = methods.voteRule;
        params.threshold = methods.threshold;
        classifier->setParams(params);

        std::vector<size_t> images;
        for (size_t i = size_t(shard) - 1; i < count; i += size_t(shards))
            for (const std::string& name : methods.names)
                if (!evaluation.has(name, i))
                {
                    images.push_back(i);
                    break;
                }
        tools::Progress progress(images.size(), fmt::format("images, {}", fmt::join(methods.names, " and ")));
        const size_t batch = 16;
        for (size_t done = 0; done < images.size();)
        {
            const size_t end = std::min(images.size(), done + batch);
            some(methods, std::vector<size_t>(images.begin() + long(done), images.begin() + long(end)));
            progress.update(done = end);
        }
    }

    const tools::Evaluation& results() const { return evaluation; }
    double threshold() const { return classifier->getParams().threshold; }

private:
    //! Model, settings and data: names for people, a digest of the settings, the model's checksum among them, and of
    //! images from the whole set.
    std::string subject(const tools::Arguments& arguments) const
    {
        Digest digest;
        const std::string settings = cv::tempfile(".yml");
        classifier->save(settings);
        std::stringstream text;
        text << std::ifstream(settings).rdbuf();
        std::filesystem::remove(settings);
        digest.add(text.str().data(), text.str().size());
        for (size_t i = 0; i < dataset->size(); i += 1 + dataset->size() / 100)
        {
            const tools::Sample sample = dataset->read(i);
            digest.add(&sample.label, sizeof(sample.label));
            for (int y = 0; y < sample.frame.rows; y++)
                digest.add(sample.frame.ptr(y), size_t(sample.frame.cols) * sample.frame.elemSize());
        }
        const derand::Ablation a = classifier->getAblation();
        const auto file = [&](const char* key) {
            const std::string path = arguments.get<std::string>(key);
            return path.substr(path.find_last_of("/\\") + 1);
        };
        const char* const types[] = {"column", "row", "block"};
        std::string data = file("idx") + file("cifar");
        if (data.empty())
            data = arguments.inputs[0];
        return fmt::format("{}, {} of {}, stride {}, {}, {:016x}", file("model"), types[a.type], a.width, a.stride, data,
                digest.value);
    }

    void some(const Methods& methods, const std::vector<size_t>& images)
    {
        std::vector<cv::Mat> frames;
        std::vector<int> truths;
        for (const size_t i : images)
        {
            const tools::Sample sample = dataset->read(i);
            frames.push_back(sample.frame);
            truths.push_back(sample.label);
        }
        std::vector<derand::Certificate> certificates;
        classifier->classifyBatch(frames, certificates);
        for (size_t k = 0; k < images.size(); k++)
        {
            cv::Mat votes;
            certificates[k].getVotes(votes);
            if (truths[k] >= votes.cols)
                tools::fail("image {}: its label is {}, the model has the classes 0..{}: model and data do not belong "
                            "together", images[k], truths[k], votes.cols - 1);
            for (const std::string& name : methods.names)
            {
                if (evaluation.has(name, images[k]))
                    continue;
                tools::Outcome outcome = name == "random" ? randomOutcome(frames[k].size(), votes, images[k])
                                                          : certifiedOutcome(certificates[k], votes, frames[k].size());
                outcome.truth = truths[k];
                outcome.invalid = certificates[k].invalid;
                evaluation.add(name, images[k], outcome);
            }
        }
    }

    tools::Outcome randomOutcome(const cv::Size& frame, const cv::Mat& votes, size_t image) const
    {
        const cv::Size input = classifier->getAblation().inputSize;
        if (frame != input)
            tools::fail("image {} is {} px: the randomised method is about network-input pixels, expected images of {} px",
                    image, tools::sizeText(frame), tools::sizeText(input));
        return randomised(votes, needed, image);
    }

    //! By both rules; one of the certificates is at hand.
    tools::Outcome certifiedOutcome(const derand::Certificate& c, const cv::Mat& votes, const cv::Size& frame) const
    {
        const int rule = classifier->getParams().rule;
        const auto patch = [&](int wanted) {
            return rule == wanted ? c.patch
                                  : derand::certify(votes, classifier->getAblation(), classifier->getFrameMap(frame),
                                            wanted).patch;
        };
        return {-1, c.votes > 0 ? c.label : -1, 0, patch(derand::CERTIFICATE_LOCATION), patch(derand::CERTIFICATE_MARGIN)};
    }

    cv::Ptr<Classifier> classifier;
    std::unique_ptr<tools::Dataset> dataset;
    size_t count;
    std::vector<int> needed; //!< see successesNeeded()
    int shard = 1, shards = 1;
    tools::Evaluation evaluation;
};

void print(const tools::Evaluation& evaluation, const tools::Arguments& arguments)
{
    const std::vector<int> patches = squares(arguments.get<std::string>("patches"));
    fmt::print("{}", arguments.has("csv") ? evaluation.csv(patches) : evaluation.text(patches, arguments.has("classes")));
}

void evaluate(const tools::Arguments& arguments)
{
    if (!arguments.has("model"))
    {
        if (arguments.inputs.empty())
            tools::fail("nothing to evaluate: expected --model and data, or files of results, see --help");
        print(tools::Evaluation::read(arguments.inputs), arguments);
        return;
    }
    Run run(arguments);
    const std::string text = arguments.has("methods") ? arguments.get<std::string>("methods") : "";
    for (const Methods& methods : parseMethods(text, run.threshold()))
        run.evaluate(methods);
    print(run.results(), arguments);
}

} // namespace

int main(int argc, char** argv)
{
    return tools::runProgram("derand_evaluate", [&] {
        const tools::Arguments arguments(argc, argv, KEYS, ABOUT);
        if (!arguments.helped())
            evaluate(arguments);
    });
}
