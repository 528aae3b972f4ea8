// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Chooses the settings of a model on labelled images: threshold, width and stride of the ablations.

#include <algorithm>
#include <functional>
#include <numeric>
#include <sstream>
#include <tuple>

#include <fmt/format.h>

#include "opencv2/derand.hpp"

#include "common/arguments.hpp"
#include "common/binomial.hpp"
#include "common/device.hpp"
#include "common/error.hpp"
#include "common/positions.hpp"
#include "common/progress.hpp"
#include "common/spread.hpp"
#include "common/text.hpp"
#include "data/faults.hpp"
#include "data/input.hpp"
#include "evaluation/alarm_curve.hpp"

namespace {

namespace derand = cv::derand;
using Classifier = derand::CertifiedClassifier;

const std::string ABOUT = R"(
Finds the best settings of a model on labelled images: those that certify most by the location rule, with at least the
clean accuracy asked for.

    derand_tune --model=FILE.onnx [options] --idx=IMAGES --labels=LABELS
    derand_tune --model=FILE.onnx [options] --cifar=FILE.bin
    derand_tune --model=FILE.onnx [options] FOLDER

Every image is run once for each threshold and width; all strides share one run. --limit uses fewer images, spread
evenly over the whole set. Tune on validation images and use the test images only once, afterwards: the best of many
settings looks better on the images it was chosen on than on others. Images that cannot be read are named and left out,
and the exit code is 1.
)";

const std::string KEYS = std::string(tools::INPUT_KEYS) + tools::DEVICE_KEYS + R"(
{patch     | 5x5    | patch size to certify against, WIDTHxHEIGHT, in frame pixels}
{theta     | .1,.2,.3,.4,.5,.6,.7 | thresholds to try, in (0, 1]}
{width     |        | ablation widths to try, for nets that see the whole input; default: as in the settings}
{stride    |        | strides to try; default: as in the settings}
{clean     | 0      | lowest clean accuracy to accept, in percent}
{save      |        | settings file to write with the best values; it uses the location rule}
)";

//! Reads "2,4" or ".2,.3".
template<typename T> std::vector<T> numbers(const tools::Arguments& arguments, const std::string& option,
        const std::function<T(const std::string&, const std::string&)>& parse)
{
    std::vector<T> values;
    for (const std::string& item : tools::split(arguments.get<std::string>(option), ','))
    {
        const T value = parse(fmt::format("{}: '{}'", arguments.text(option), item), item);
        if (std::find(values.begin(), values.end(), value) == values.end())
            values.push_back(value);
    }
    return values;
}

//! Sizes of an option, or none.
std::vector<int> sizes(const tools::Arguments& arguments, const std::string& option)
{
    if (!arguments.has(option))
        return {};
    return numbers<int>(
            arguments, option, [](const std::string& what, const std::string& text) { return tools::parseInt(what, text, 1); });
}

//! The same share of the votes as in the settings, for another number of ablations.
int minVotesOf(const Classifier& loaded, const derand::Ablation& ablation)
{
    const int64 least = loaded.getParams().minVotes;
    return least == 1 ? 1 : int(std::max<int64>(1, least * ablation.count() / loaded.getAblation().count()));
}

//! The model with another ablation.
cv::Ptr<Classifier> withAblation(const Classifier& loaded, const std::string& model, const tools::Device& device, int width, int stride)
{
    derand::ModelSettings settings = loaded.getSettings();
    settings.ablation.width = width;
    settings.ablation.stride = stride;
    settings.params.minVotes = minVotesOf(loaded, settings.ablation);
    cv::Ptr<Classifier> classifier = Classifier::create(model, settings);
    device.use(*classifier);
    return classifier;
}

//! Votes of every n-th ablation only, which are those of a stride n times as large.
cv::Mat thinned(const cv::Mat& votes, const derand::Ablation& all, const derand::Ablation& some)
{
    const cv::Size size = tools::positionsOf(some);
    const int step = some.stride / all.stride, row = tools::positionsOf(all).width;
    cv::Mat kept;
    for (int y = 0; y < size.height; y++)
        for (int x = 0; x < size.width; x++)
            kept.push_back(votes.row(step * (y * row + x)));
    return kept;
}

//! One line of the table.
struct Trial
{
    double theta;
    derand::Ablation ablation;
    int images = 0, clean = 0, certified = 0;
    tools::AlarmCurve alarms = {};

    double cleanPercent() const { return images ? 100. * clean / images : 0; }

    //! Larger is better: among equals the cleaner, then the faster.
    std::tuple<int, int, int> rank() const { return {certified, clean, -ablation.count()}; }
};

class Tuning
{
public:
    explicit Tuning(const tools::Arguments& arguments)
        : patch(arguments.get<cv::Size>("patch")), thetas(numbers<double>(arguments, "theta", tools::parseThreshold)),
          widths(sizes(arguments, "width")), strides(sizes(arguments, "stride")), pictures(!arguments.inputs.empty()),
          model(arguments.get<std::string>("model")), device(tools::deviceOf(arguments)), loaded(tools::loadClassifier(arguments)),
          dataset(tools::openDataset(arguments, *loaded, {{"--save", arguments.get<std::string>("save")}})),
          count(tools::limited(arguments, *dataset))
    {
        tools::requireLabels(*dataset);
        Classifier::Params params = loaded->getParams();
        const derand::Ablation ablation = loaded->getAblation();
        if (widths.empty())
            widths = {ablation.width};
        if (strides.empty())
            strides = {ablation.stride};
        if ((params.encoding == derand::ENCODING_STRIP || params.encoding == derand::ENCODING_BARE_STRIP)
                && widths != std::vector<int>{ablation.width})
            tools::fail("--width: this net takes strips of {} px only (encoding strip), so its width cannot change: leave "
                        "--width out, or train a net for each width",
                    ablation.width);
        params.voteRule = derand::VOTE_THRESHOLD;
        params.rule = derand::CERTIFICATE_LOCATION;
        // Check all values before the first of them takes time.
        for (const double theta : thetas)
        {
            params.threshold = theta;
            loaded->setParams(params);
        }
        for (const int width : widths)
            for (const int stride : strides)
                derand::Ablation(ablation.type, width, ablation.inputSize, stride, ablation.wrap).count();
    }

    //! Fails if images were left out.
    void report() const { faults.report(count); }

    void all()
    {
        const int common = std::accumulate(strides.begin(), strides.end(), 0, std::gcd<int, int>);
        tools::Progress progress(count * thetas.size() * widths.size(), "runs of an image");
        faults.during(progress);
        for (const int width : widths)
        {
            const cv::Ptr<Classifier> classifier = withAblation(*loaded, model, device, width, common);
            for (const double theta : thetas)
            {
                run(*classifier, theta, progress);
                runs++;
            }
        }
        if (trials[0].images == 0)
            report();
    }

    std::string table() const
    {
        std::string text = fmt::format("{} images; percent, with 95 % Clopper-Pearson intervals\n\n", trials[0].images);
        text += fmt::format("  {:>6} {:>5} {:>6} {:>9}   {:24}  certified, {} px\n", "theta", "width", "stride", "ablations",
                "clean", tools::sizeText(patch));
        for (const Trial& t : trials)
            text += fmt::format("  {:>6} {:>5} {:>6} {:>9}   {}  {}\n", t.theta, t.ablation.width, t.ablation.stride,
                    t.ablation.count(), tools::shareText(t.images, t.clean), tools::shareText(t.images, t.certified));
        return text;
    }

    //! Among the trials that are clean enough, the one that certifies most.
    Trial best(double clean) const
    {
        const Trial* best = nullptr;
        double cleanest = 0;
        for (const Trial& t : trials)
        {
            cleanest = std::max(cleanest, t.cleanPercent());
            if (t.cleanPercent() >= clean && (!best || t.rank() > best->rank()))
                best = &t;
        }
        if (!best)
            tools::fail("--clean={}: the cleanest setting reaches {:.2f} %: accept that or train a better net", clean, cleanest);
        return *best;
    }

    void save(const Trial& trial, const std::string& file) const
    {
        const derand::Ablation ablation = trial.ablation;
        const cv::Ptr<Classifier> classifier = withAblation(*loaded, model, device, ablation.width, ablation.stride);
        Classifier::Params params = classifier->getParams();
        params.threshold = trial.theta;
        classifier->setParams(params);
        classifier->save(file);
    }

private:
    //! All images with one threshold and width, and all strides.
    void run(Classifier& classifier, double theta, tools::Progress& progress)
    {
        Classifier::Params params = classifier.getParams();
        params.threshold = theta;
        if (pictures)
            tools::mayBeTurned(params);
        classifier.setParams(params);
        const derand::Ablation ablation = classifier.getAblation();
        const size_t first = trials.size(), batch = 16;
        for (const int stride : strides)
        {
            trials.push_back({theta, ablation});
            trials.back().ablation.stride = stride;
        }
        for (size_t done = 0; done < count;)
        {
            const size_t end = std::min(count, done + batch);
            std::vector<size_t> indices;
            for (size_t i = done; i < end; i++)
                indices.push_back(i * dataset->size() / count);
            std::vector<tools::Sample> samples = faults.read(*dataset, indices);
            const std::vector<derand::Certificate> certificates = faults.classify(samples, classifier);
            for (size_t i = 0; i < samples.size(); i++)
            {
                cv::Mat votes;
                certificates[i].getVotes(votes);
                tools::checkLabel(samples[i].name, samples[i].label, votes.cols);
                const derand::FrameMap map = classifier.getFrameMap(samples[i].frame.size());
                for (size_t t = first; t < trials.size(); t++)
                {
                    const derand::Ablation& kept = trials[t].ablation;
                    add(trials[t],
                            derand::certify(thinned(votes, ablation, kept), kept, map, params.rule, minVotesOf(*loaded, kept), params.voteRule),
                            samples[i].label);
                }
            }
            done = end;
            progress.update(runs * count + done);
        }
    }

    void add(Trial& trial, const derand::Certificate& certificate, int truth) const
    {
        trial.images++;
        const bool right = certificate.label >= 0 && certificate.label == truth;
        trial.alarms.add(truth, certificate.label, tools::alarmOf(certificate, patch));
        trial.clean += right;
        trial.certified += right && certificate.holds(patch);
    }

    cv::Size patch;
    std::vector<double> thetas;
    std::vector<int> widths, strides;
    bool pictures; //!< which imread() may turn
    std::string model;
    tools::Device device;
    cv::Ptr<Classifier> loaded;
    std::unique_ptr<tools::Dataset> dataset;
    size_t count; //!< images
    tools::Faults faults{"derand_tune"};
    size_t runs = 0; //!< over all images, so far
    std::vector<Trial> trials;
};

void tune(const tools::Arguments& arguments)
{
    const double clean = arguments.getNumber("clean", 0, 100);
    tools::checkOutputs(arguments, {{"--save", arguments.get<std::string>("save")}});
    Tuning tuning(arguments);
    tuning.all();
    fmt::print("{}", tuning.table());
    std::fflush(stdout);
    const Trial best = tuning.best(clean);
    fmt::print("\nbest: theta {}, width {}, stride {}\n", best.theta, best.ablation.width, best.ablation.stride);
    fmt::print("{}", best.alarms.text(arguments.get<cv::Size>("patch")));
    if (arguments.has("save"))
    {
        const std::string file = arguments.get<std::string>("save");
        tuning.save(best, file);
        fmt::print("saved: {}\n", file);
    }
    std::fflush(stdout);
    tuning.report();
}

} // namespace

int main(int argc, char** argv)
{
    return tools::runProgram("derand_tune", [&] {
        const tools::Arguments arguments(argc, argv, KEYS, ABOUT);
        if (!arguments.helped())
            tune(arguments);
    });
}
