// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Tries a net that has no settings yet: guesses them, times it, and says whether it is worth certifying.

#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "opencv2/derand.hpp"

#include "common/arguments.hpp"
#include "common/device.hpp"
#include "common/error.hpp"
#include "common/files.hpp"
#include "common/text.hpp"
#include "data/faults.hpp"
#include "data/input.hpp"
#include "guess.hpp"
#include "trial.hpp"
#include "verdict.hpp"

namespace {

namespace derand = cv::derand;
namespace fs = std::filesystem;
using Classifier = derand::CertifiedClassifier;

const std::string ABOUT = R"(
Finds out whether a net can be certified, and writes its first settings file.

    derand_try MODEL.onnx [options] [IMAGE... | FOLDER...]

No settings file is needed, and none is read. What the net sees at a time is guessed from the shape of its input; what the
file does not say (--scale, --mean, --swapRB, ...) must be as in training. Prints the guesses, the time of a frame in one
pass, in strips and with larger strides, the largest patch that could be certified if all ablations agreed, and whether
the net is worth certifying as it is. For pictures: label, votes, lead, largest certified patch, and the label of the
whole picture, which is not certified. Where messages name settings, such as Params::output, the option is called alike.
Exit codes: 0 success; 1 error, also if some pictures could not be read: these are named and left out; 2 the net gives
the same class whatever it is shown, so its certificates are empty.
)";

const std::string KEYS = std::string(tools::DEVICE_KEYS) + R"(
{help h    |        | print this text}
{channels  |        | channels of a picture: 1 (grey), 3 (B, G, R) or 4 (with alpha); default: guessed}
{encoding  |        | how an ablation is written: complement, fill, fill_mask, strip or bare_strip; default: guessed}
{type      |        | what an ablation shows: column, row or block; default: guessed}
{size      |        | the whole picture as the net takes it, WIDTHxHEIGHT; default: the size of the input, for strips a square}
{width     |        | width of a band or side of a block, pixels of --size; default: an eighth of --size, or that of the strip}
{stride    |        | distance between ablations; default: a quarter of --width, 1 for strips of pictures below 64 pixels}
{wrap      | true   | bands and blocks wrap around the border}
{scale     |        | input = scale * (pixel - mean): one number, or one for each channel of the net; default: 1/255}
{mean      | 0      | see --scale; for nets of torchvision: --mean=123.675,116.28,103.53 --scale=.017125,.017507,.017429}
{swapRB    |        | true for nets trained on R, G, B, false for B, G, R; default: true, but false for strips}
{fill      | 0      | value of what is not shown, for fill and fill_mask: like --scale, after scaling}
{transpose | false  | the net takes transposed pictures}
{probabilities | false | the net gives probabilities, not logits}
{output    |        | name of the output that has the scores, if there are several}
{labels    |        | text file with the names of the classes, one per line}
{theta     | .3     | probability that earns a vote, (0, 1]}
{top1      | false  | each ablation votes for its best class, whatever --theta is}
{save      | false  | write the settings next to the model, as MODEL.yml, unless that exists}
{overwrite | false  | write them even if it exists}
)";

//! "0.5" or "0.1,0.2,0.3".
cv::Scalar scalarOf(const tools::Arguments& arguments, const std::string& option, int channels)
{
    const std::string what = arguments.text(option);
    std::vector<double> values;
    for (const std::string& item : tools::split(arguments.get<std::string>(option), ','))
        values.push_back(tools::parseNumber(what, item));
    if (values.size() == 1)
        return cv::Scalar::all(values[0]);
    if (int(values.size()) != channels)
        tools::fail("{}: expected one number, or one for each of the {} channels, separated by commas", what, channels);
    values.resize(4);
    return cv::Scalar(values[0], values[1], values[2], values[3]);
}

std::vector<cv::String> namesIn(const std::string& file)
{
    std::error_code error;
    std::ifstream in(file);
    if (!fs::is_regular_file(file, error) || !in)
        tools::fail("--labels={}: cannot be opened: expected a text file with a name per line", file);
    std::vector<cv::String> names;
    for (std::string line; std::getline(in, line);)
        if (line.erase(line.find_last_not_of(" \t\r") + 1); !line.empty())
            names.push_back(line);
    return names;
}

tools::Known knownOf(const tools::Arguments& arguments)
{
    tools::Known known;
    const auto number = [&](const char* option, int most) {
        return arguments.has(option) ? std::optional<int>(arguments.getInt(option, 1, most)) : std::nullopt;
    };
    known.channels = number("channels", 4);
    known.width = number("width", INT_MAX);
    known.stride = number("stride", INT_MAX);
    if (arguments.has("encoding"))
        known.encoding = tools::encodingOf(arguments.text("encoding"), arguments.get<std::string>("encoding"));
    if (arguments.has("type"))
        known.type = tools::typeOf(arguments.text("type"), arguments.get<std::string>("type"));
    if (arguments.has("size"))
        known.size = arguments.get<cv::Size>("size");
    known.transpose = arguments.has("transpose");
    known.wrap = arguments.has("wrap");
    return known;
}

derand::ModelSettings settingsOf(const tools::Arguments& arguments, tools::Guess& guess)
{
    derand::ModelSettings settings;
    settings.ablation = guess.ablation;
    Classifier::Params& p = settings.params;
    p.channels = guess.channels;
    p.encoding = guess.encoding;
    p.transpose = arguments.has("transpose");
    p.mean = scalarOf(arguments, "mean", p.channels);
    p.fill = scalarOf(arguments, "fill", p.channels);
    if (arguments.has("scale"))
        p.scalefactor = scalarOf(arguments, "scale", p.channels);
    if (arguments.has("swapRB"))
        p.swapRB = arguments.get<bool>("swapRB");
    else if (p.channels >= 3)
    {
        p.swapRB = p.encoding != derand::ENCODING_STRIP; // such nets were trained with this project, on B, G, R
        guess.options.push_back(fmt::format("--swapRB={}", p.swapRB));
    }
    p.softmax = !arguments.has("probabilities");
    p.output = arguments.get<std::string>("output");
    p.threshold = tools::parseThreshold(arguments.text("theta"), arguments.get<std::string>("theta"));
    p.voteRule = arguments.has("top1") ? derand::VOTE_TOP1 : derand::VOTE_THRESHOLD;
    if (arguments.has("labels"))
        p.labels = namesIn(arguments.get<std::string>("labels"));
    return settings;
}

std::string timesText(const std::vector<tools::Trial>& trials)
{
    const int all = tools::largestPossiblePatch(trials[0].ablation), best = tools::largestPossiblePatch(trials[0].ablation, true);
    std::string text = fmt::format("\n  {:8}  {:>6}  {:>9}  {:>11}  {:>11}  largest patch ever\n", "run in", "stride", "ablations",
            "first frame", "next frames");
    for (const tools::Trial& t : trials)
    {
        const int patch = tools::largestPossiblePatch(t.ablation);
        text += fmt::format("  {:8}  {:>6}  {:>9}  {:>11}  {:>11}  {}\n", t.onePass ? "one pass" : "chunks", t.ablation.stride,
                t.ablation.count(), tools::timeText(t.first), tools::timeText(t.next),
                patch > 0 ? fmt::format("{} of {} px", tools::sizeText({patch, patch}), tools::sizeText(t.ablation.inputSize)) : "none");
    }
    return text
            + fmt::format("\nThe first frame includes the self-test. The largest patch ever is what a frame is certified against if all ablations\n"
                          "vote for its class, whichever it is{}; in larger frames it grows along.\n",
                    best > all ? fmt::format(" (class 0 wins ties: {} in the first line)", tools::sizeText({best, best})) : "");
}

class Try
{
public:
    explicit Try(const tools::Arguments& arguments)
        : model{modelOf(arguments), tools::deviceOf(arguments)}, config(fs::path(model.file).replace_extension(".yml").string()),
          saves(saved(arguments)), pictures(arguments.inputs.begin() + 1, arguments.inputs.end()),
          info(derand::getOnnxInfo(model.file)), guess(tools::guessSettings(model.file, info, knownOf(arguments))),
          settings(settingsOf(arguments, guess)), classifier(model.with(settings))
    {
        if (!pictures.empty())
            dataset = tools::openImages(pictures, settings.params.labels, settings.params.channels);
    }

    //! The exit code.
    int run()
    {
        fmt::print("{}: its input '{}' is {}\n", model.file, info.inputs[0], tools::shapeText(info.inputShape));
        if (!guess.options.empty())
            fmt::print("guessed: {}\n", fmt::join(guess.options, " "));
        if (!saves && fs::exists(config))
            fmt::print("{} exists and was not read\n", config);
        std::fflush(stdout);
        const std::vector<tools::Trial> trials = tools::timeModel(model, settings);
        fmt::print("{}", timesText(trials));
        std::fflush(stdout);
        tools::Findings findings;
        findings.settings = settings;
        findings.largestPatch = tools::largestPossiblePatch(settings.ablation, true);
        findings.dependsOnPicture = tools::dependsOnPicture(model, settings);
        if (dataset)
            tryPictures(findings);
        fmt::print("\n{}", tools::verdictOn(model.file, findings));
        if (saves)
        {
            classifier->save(config); // with the checksum of the model
            fmt::print("saved: {}\n", config);
        }
        std::fflush(stdout);
        if (dataset)
            faults.report(dataset->size());
        return findings.dependsOnPicture ? 0 : 2;
    }

private:
    static std::string modelOf(const tools::Arguments& arguments)
    {
        if (arguments.inputs.empty())
            tools::fail("no model: expected an ONNX file, see --help");
        const std::string file = arguments.inputs[0];
        if (fs::path(file).extension() != ".onnx")
            tools::fail("{}: expected a model whose name ends in .onnx, before all pictures", file);
        return file;
    }

    bool saved(const tools::Arguments& arguments) const
    {
        const bool overwrite = arguments.has("overwrite");
        if (!overwrite && arguments.has("save") && fs::exists(config))
            tools::fail("--save: {} exists: expected --overwrite to replace it", config);
        return overwrite || arguments.has("save");
    }

    void tryPictures(tools::Findings& findings)
    {
        for (const std::string& note : dataset->notes)
            fmt::print(stderr, "{}\n", note);
        const cv::Ptr<Classifier> plain = tools::plainClassifier(model, settings);
        findings.sameAsPlain = plain ? 0 : -1;
        fmt::print("\n  {:28}  {:16}  {:>9}  {:>5}  {:>17}  {}\n", "picture", "label", "votes", "lead", "certified against",
                plain ? "whole picture, not certified" : "");
        for (size_t i = 0; i < dataset->size(); i++)
        {
            std::vector<tools::Sample> samples = faults.read(*dataset, {i});
            const std::vector<derand::Certificate> certificates = faults.classify(samples, *classifier);
            if (certificates.empty())
                continue;
            const derand::Certificate& c = certificates[0];
            const int whole = plain ? plain->classify(samples[0].frame).label : -1;
            findings.pictures++;
            findings.abstained += c.label < 0;
            findings.certified += c.patch > 0;
            findings.sameAsPlain += plain && whole == c.label;
            const auto name = [&](int label) { return tools::shortened(tools::className(label, settings.params.labels), 16); };
            fmt::print("  {:28}  {:16}  {:>9}  {:>5}  {:>17}  {}\n", tools::shortened(samples[0].name, 28), name(c.label),
                    fmt::format("{}:{}", c.votes, c.runnerUpVotes), c.votes - c.runnerUpVotes,
                    c.patch > 0 ? tools::sizeText({c.patch, c.patch}) + " px" : "nothing", plain ? name(whole) : "");
            std::fflush(stdout);
        }
    }

    const tools::Model model;
    const std::string config;
    const bool saves;
    const std::vector<std::string> pictures;
    const derand::OnnxInfo info;
    tools::Guess guess;
    const derand::ModelSettings settings;
    cv::Ptr<Classifier> classifier;
    std::unique_ptr<tools::Dataset> dataset;
    tools::Faults faults{"derand_try"};
};

} // namespace

int main(int argc, char** argv)
{
    int code = 0;
    const int error = tools::runProgram("derand_try", [&] {
        const tools::Arguments arguments(argc, argv, KEYS, ABOUT);
        if (!arguments.helped())
            code = Try(arguments).run();
    });
    return error ? error : code;
}
