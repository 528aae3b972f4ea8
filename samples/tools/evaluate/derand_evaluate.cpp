// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Evaluates a model on a labelled data set: thresholds, top-1 votes and the randomised method, for all
// patch sizes, in runs that can be stopped, resumed and split.

#include <algorithm>
#include <filesystem>
#include <sstream>

#include <fmt/format.h>

#include "opencv2/derand.hpp"

#include "baselines/randomised.hpp"
#include "common/arguments.hpp"
#include "common/device.hpp"
#include "common/error.hpp"
#include "common/progress.hpp"
#include "common/text.hpp"
#include "data/faults.hpp"
#include "data/input.hpp"
#include "evaluation/evaluation.hpp"
#include "open_evaluator.hpp"

namespace {

const std::string ABOUT = R"(
Certified accuracy of a model on a labelled data set.

    derand_evaluate --model=FILE.onnx --out=RESULTS [options] --idx=IMAGES --labels=LABELS
    derand_evaluate --model=FILE.onnx --out=RESULTS [options] --cifar=FILE.bin
    derand_evaluate --model=FILE.onnx --out=RESULTS [options] FOLDER
    derand_evaluate [options] RESULTS...          prints the tables of results, all shards together

Every outcome is stored in RESULTS: an interrupted run resumes, and new methods are appended. Images that cannot be
read are named and left out, and the exit code is 1. To reproduce the paper's figures:

    5        --methods=.1,.2,.3,.4,.5,.6,.7,.8,.9,top1 with a model for each s
    6        RESULTS --patches=1-10 --csv: all patch sizes from one inference
    Table 2  --methods=.3,top1,random
    1, 3     a model that retains sets of pixels, such as mnist_sparse_k45: this is set by a file NAME.sets.yml, not by an
             option. The same for sets of several bands or blocks; if there are too many sets, they are drawn (random)
)";

const std::string KEYS = std::string(tools::INPUT_KEYS) + tools::DEVICE_KEYS + R"(
{out       |        | results file}
{methods   |        | top1, random, thresholds in (0, 1], e.g. .2,.3,top1; default: as in the settings, or random}
{draws     | 10000  | number of ablations that random draws for the certificate; it draws a tenth as many for the label}
{families  |        | classes that may be confused with each other, by number or name: "0-8;9,10"; also counts labels that stay in their family}
{join      |        | further models, separated by commas: the votes of all are counted together, see Certificate::join()}
{alarm     | 5      | side of the square patch that the alarm is for, see Certificate::detects()}
{shard     | 1/1    | i/n: only every n-th image, starting at the i-th}
{patches   | 5,1-10 | patch sizes of the tables, sides of squares}
{classes   | false  | also print a table by class, for the first patch size}
{list      | false  | also list wrong labels certified against the first patch size, and images that were abstained from}
{alarms    | false  | print only how often the alarm protects and how often it is false, by its threshold}
{csv       | false  | print the tables as CSV}
)";

std::vector<int> squares(const tools::Arguments& arguments)
{
    std::vector<int> sides;
    for (const cv::Size& size : tools::parseSizes(arguments.text("patches"), arguments.get<std::string>("patches")))
    {
        if (size.width != size.height)
            tools::fail("{}: expected sides of squares, e.g. 5,1-10", arguments.text("patches"));
        if (std::find(sides.begin(), sides.end(), size.width) == sides.end())
            sides.push_back(size.width);
    }
    return sides;
}

std::vector<tools::Method> parseMethods(const tools::Arguments& arguments, int draws)
{
    std::vector<tools::Method> methods;
    for (const std::string& name : tools::split(arguments.get<std::string>("methods"), ','))
    {
        if (name == "top1")
            methods.push_back({tools::Method::TOP1, 0, 0});
        else if (name == "random")
            methods.push_back({tools::Method::RANDOM, 0, draws});
        else
        {
            const std::string what = fmt::format("{}: '{}' is not top1 or random", arguments.text("methods"), name);
            methods.push_back({tools::Method::THRESHOLD, tools::parseThreshold(what, name), 0});
        }
    }
    return methods;
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
        : out(outputOf(arguments)), shard(shardOf(arguments)), draws(arguments.getInt("draws", 1)),
          methods(arguments.has("methods") ? parseMethods(arguments, draws) : std::vector<tools::Method>()),
          evaluator(tools::openEvaluator(arguments)), dataset(tools::openDataset(arguments, evaluator->classifier(), {{"--out", out}})),
          count(tools::limited(arguments, *dataset)), model(nameOf(arguments.get<std::string>("model"))),
          evaluation(subject(arguments), dataset->size(), evaluator->families(), evaluator->alarm())
    {
        tools::requireLabels(*dataset);
        groups = evaluator->groups(methods.empty() ? std::vector<tools::Method>{evaluator->usual(draws)} : methods);
        evaluation.keepIn(out);
    }

    //! Evaluates what is missing in the results; returns the time per image, for people.
    std::string evaluate()
    {
        std::string times;
        for (const std::vector<tools::Method>& group : groups)
            times += evaluate(group);
        return times;
    }

    //! Fails if images were left out.
    void report() const { faults.report(count); }

    const tools::Evaluation& results() const { return evaluation; }

private:
    //! Every n-th image, from the i-th on.
    struct Shard
    {
        int i, n;
    };

    static std::string outputOf(const tools::Arguments& arguments)
    {
        const std::string out = arguments.get<std::string>("out");
        if (out.empty())
            tools::fail("no --out=RESULTS: expected a file that keeps the outcomes, see --help");
        tools::checkOutputs(arguments, {{"--out", out}});
        return out;
    }

    static Shard shardOf(const tools::Arguments& arguments)
    {
        const std::vector<std::string> parts = tools::split(arguments.get<std::string>("shard"), '/');
        const std::string what = arguments.text("shard") + ": expected i/n, such as 2/4";
        const int all = tools::parseInt(what, parts.back(), 1);
        return {tools::parseInt(what, parts.size() == 2 ? parts[0] : "", 1, all), all};
    }

    //! Without its parent folders: results can be resumed wherever the data is.
    static std::string nameOf(const std::string& path) { return std::filesystem::weakly_canonical(path).filename().string(); }

    //! Model, settings and data: names for people, a digest of the settings, the model's checksum among them, and of
    //! images from the whole set.
    std::string subject(const tools::Arguments& arguments)
    {
        Digest digest;
        for (const auto& classifier : evaluator->classifiers())
        {
            const std::string settings = classifier->getSettings().text();
            digest.add(settings.data(), settings.size());
        }
        for (size_t i = 0; i < dataset->size(); i += 1 + dataset->size() / 100)
        {
            const int label = dataset->label(i);
            digest.add(&label, sizeof(label));
            for (const tools::Sample& sample : faults.read(*dataset, {i})) // one or none
                for (int y = 0; y < sample.frame.rows; y++)
                    digest.add(sample.frame.ptr(y), size_t(sample.frame.cols) * sample.frame.elemSize());
        }
        const std::string data = arguments.has("idx") ? arguments.get<std::string>("idx")
                : arguments.has("cifar")              ? arguments.get<std::string>("cifar")
                                                      : arguments.inputs[0];
        return fmt::format("{}, {}, {}, {:016x}", model, evaluator->ablation(), nameOf(data), digest.value);
    }

    std::string evaluate(const std::vector<tools::Method>& group)
    {
        std::string names;
        for (const tools::Method& method : group)
            names += (names.empty() ? "" : " and ") + method.name();
        std::vector<size_t> images;
        for (size_t i = size_t(shard.i) - 1; i < count; i += size_t(shard.n))
            if (std::any_of(
                        group.begin(), group.end(), [&](const tools::Method& method) { return !evaluation.has(method.name(), i); }))
                images.push_back(i);
        if (images.empty())
            return "";
        tools::Progress progress(images.size(), "images, " + names);
        faults.during(progress);
        cv::TickMeter meter;
        using Outcomes = std::vector<tools::Outcome>; // of an image by all methods
        const auto work = [&](const std::vector<tools::Sample>& samples) {
            std::vector<tools::LabelledImage> labelled;
            for (const tools::Sample& sample : samples)
                labelled.push_back({sample.number, sample.frame, sample.label});
            return evaluator->evaluate(labelled, group);
        };
        const auto healthy = [&] { evaluator->evaluate({{0, tools::noiseFrame(evaluator->classifier()), 0}}, group); };
        size_t evaluated = 0;
        for (size_t done = 0; done < images.size();)
        {
            const size_t end = std::min(images.size(), done + evaluator->batch());
            std::vector<tools::Sample> some = faults.read(*dataset, {&images[done], &images[done] + (end - done)});
            done = end;
            meter.start();
            const std::vector<Outcomes> outcomes = faults.leaveOut<Outcomes>(some, work, healthy);
            meter.stop();
            evaluated += some.size();
            for (size_t i = 0; i < some.size(); i++)
                for (size_t m = 0; m < group.size(); m++)
                    if (!evaluation.has(group[m].name(), some[i].number))
                        evaluation.add(group[m].name(), some[i].number, outcomes[i][m]);
            progress.update(done);
        }
        if (evaluated == 0)
            return "";
        return fmt::format("{:.4g} s per image: inference, votes and certificates, mean of {} images, {}, {}; "
                           "{} threads, OpenCV {}\n",
                meter.getTimeSec() / double(evaluated), evaluated, model, names, cv::getNumThreads(), cv::getVersionString());
    }

    std::string out; //!< this and the next ones first: they are checked before anything is opened
    Shard shard;
    int draws;
    std::vector<tools::Method> methods;
    std::unique_ptr<tools::Evaluator> evaluator;
    std::unique_ptr<tools::Dataset> dataset;
    tools::Faults faults{"derand_evaluate"}; //!< before `evaluation`, which reads images
    size_t count;
    std::string model;                              //!< its file's name
    std::vector<std::vector<tools::Method>> groups; //!< of methods, one inference each
    tools::Evaluation evaluation;
};

void print(const tools::Evaluation& evaluation, const tools::Arguments& arguments, const std::vector<int>& patches)
{
    fmt::print("{}",
            arguments.has("alarms")        ? evaluation.alarms(arguments.has("csv"))
                    : arguments.has("csv") ? evaluation.csv(patches)
                                           : evaluation.text(patches, arguments.has("classes")));
    if (arguments.has("list"))
        fmt::print("{}", evaluation.list(patches[0]));
}

void evaluate(const tools::Arguments& arguments)
{
    if (arguments.has("csv") && arguments.has("list"))
        tools::fail("--csv and --list: expected only one; the lines of the results are CSV already");
    const std::vector<int> patches = squares(arguments);
    if (!arguments.has("model"))
    {
        if (arguments.inputs.empty())
            tools::fail("nothing to evaluate: expected --model and data, or files of results, see --help");
        arguments.refuse(
                {"config", "idx", "labels", "cifar", "first", "limit", "out", "methods", "draws", "families", "join", "alarm", "shard"},
                "needs --model: results files keep the value they were made with");
        print(tools::Evaluation::read(arguments.inputs), arguments, patches);
        return;
    }
    Run run(arguments);
    const std::string times = run.evaluate();
    if (!arguments.has("csv"))
        fmt::print("{}", times);
    print(run.results(), arguments, patches);
    run.report();
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
