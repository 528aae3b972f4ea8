// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Evaluates a model on a labelled data set: thresholds, top-1 votes and the randomised method, for all
// patch sizes, in runs that can be stopped, resumed and split.

#include <algorithm>

#include <fmt/format.h>

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
{limit     |        | stop after so many images}
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

/** @brief Label and certificate by drawn ablations: a patch is certified if the lower bound of the label's share exceeds .5 by the share that the patch touches.

The draws of an image depend on its number only, so that shards give what the whole gives.
 */
tools::Outcome randomised(const cv::Mat& votes, const derand::Ablation& ablation, size_t image)
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
    const auto certified = [&](int patch) {
        const double touched = double(ablation.maxAffected(cv::Size(patch, patch))) / votes.rows;
        return .5 + touched < 1 && successes >= tools::successesFor(DRAWS, .5 + touched, ALPHA);
    };
    const bool sure = successes >= tools::successesFor(DRAWS, .5, ALPHA);
    int patch = 0;
    while (sure && patch < std::min(ablation.inputSize.width, ablation.inputSize.height) && certified(patch + 1))
        patch++;
    return {-1, sure ? label : -1, 0, patch, patch};
}

class Run
{
public:
    explicit Run(const tools::Arguments& arguments)
        : classifier(tools::loadClassifier(arguments)), dataset(tools::openDataset(arguments, *classifier)),
          count(dataset->size()), evaluation(subject(arguments), dataset->size())
    {
        if (!dataset->labelled())
            tools::fail("the images have no labels: expected --labels, or one folder for each class");
        if (!arguments.has("out"))
            tools::fail("no --out=RESULTS: expected a file that keeps the outcomes, see --help");
        if (arguments.has("limit"))
            count = std::min(count, size_t(std::max(1, arguments.get<int>("limit"))));
        const std::string text = arguments.get<std::string>("shard");
        int end = 0;
        if (std::sscanf(text.c_str(), "%d/%d%n", &shard, &shards, &end) != 2 || size_t(end) != text.size() || shard < 1
                || shards < shard)
            tools::fail("--shard={}: expected i/n with i from 1 to n, e.g. 2/4", text);
        evaluation.keepIn(arguments.get<std::string>("out"));
    }

    void evaluate(const std::string& method)
    {
        Classifier::Params params = classifier->getParams();
        const bool top1 = method == "top1" || method == "random";
        params.voteRule = top1 ? derand::VOTE_TOP1 : derand::VOTE_THRESHOLD;
        if (!top1 && std::sscanf(method.c_str(), "%lf", &params.threshold) != 1)
            tools::fail("--methods: {} is unknown, expected top1, random, or a threshold in (0, 1]", method);
        classifier->setParams(params);
        const std::string name = top1 ? method : fmt::format("theta {:g}", params.threshold);

        std::vector<size_t> images;
        for (size_t i = size_t(shard) - 1; i < count; i += size_t(shards))
            if (!evaluation.has(name, i))
                images.push_back(i);
        tools::Progress progress(images.size(), "images, " + name);
        const size_t batch = 16;
        for (size_t done = 0; done < images.size();)
        {
            const size_t end = std::min(images.size(), done + batch);
            some(name, std::vector<size_t>(images.begin() + long(done), images.begin() + long(end)));
            progress.update(done = end);
        }
    }

    const tools::Evaluation& results() const { return evaluation; }
    double threshold() const { return classifier->getParams().threshold; }

private:
    //! What decides the outcomes: the model with its settings, and the data.
    std::string subject(const tools::Arguments& arguments) const
    {
        const derand::Ablation a = classifier->getAblation();
        const auto file = [&](const char* key) {
            const std::string path = arguments.get<std::string>(key);
            return path.substr(path.find_last_of("/\\") + 1);
        };
        const char* const types[] = {"column", "row", "block"};
        std::string data = file("idx") + file("cifar");
        if (data.empty() && !arguments.inputs.empty())
            data = arguments.inputs[0];
        return fmt::format("{}, {} of {}, stride {}, {}", file("model"), types[a.type], a.width, a.stride, data);
    }

    void some(const std::string& method, const std::vector<size_t>& images)
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
            const derand::Certificate& c = certificates[k];
            cv::Mat votes;
            c.getVotes(votes);
            if (truths[k] >= votes.cols)
                tools::fail("image {}: its label is {}, the model has the classes 0..{}: model and data do not belong "
                            "together", images[k], truths[k], votes.cols - 1);
            tools::Outcome outcome;
            if (method == "random")
            {
                if (frames[k].size() != classifier->getAblation().inputSize)
                    tools::fail("image {} is {} px: the randomised method is about network-input pixels, expected "
                                "images of {} px", images[k], tools::sizeText(frames[k].size()),
                            tools::sizeText(classifier->getAblation().inputSize));
                outcome = randomised(votes, classifier->getAblation(), images[k]);
            }
            else
            {
                const derand::FrameMap map = classifier->getFrameMap(frames[k].size());
                const auto patch = [&](int rule) {
                    return derand::certify(votes, classifier->getAblation(), map, rule).patch;
                };
                outcome = {-1, c.votes > 0 ? c.label : -1, 0, patch(derand::CERTIFICATE_LOCATION),
                           patch(derand::CERTIFICATE_MARGIN)};
            }
            outcome.truth = truths[k];
            outcome.invalid = c.invalid;
            evaluation.add(method, images[k], outcome);
        }
    }

    cv::Ptr<Classifier> classifier;
    std::unique_ptr<tools::Dataset> dataset;
    size_t count;
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
    std::string methods = arguments.has("methods") ? arguments.get<std::string>("methods")
                                                   : fmt::format("{:g}", run.threshold());
    for (size_t at = 0; at <= methods.size();)
    {
        const size_t comma = std::min(methods.find(',', at), methods.size());
        run.evaluate(methods.substr(at, comma - at));
        at = comma + 1;
    }
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
