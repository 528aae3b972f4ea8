// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// What derand_try guesses about a net, measures and says.

#include "data/digits.hpp"
#include "scratch.hpp"
#include "try/guess.hpp"
#include "try/trial.hpp"
#include "try/verdict.hpp"

#include "opencv2/core/utils/filesystem.hpp"

namespace {

namespace derand = cv::derand;

const std::string MODELS = DERAND_MODELS_DIR;

//! A file that declares one input.
derand::OnnxInfo infoOf(const std::vector<int>& shape)
{
    derand::OnnxInfo info;
    info.complete = true;
    info.inputs = {"x"};
    info.outputs = {"y"};
    info.inputShape = shape;
    return info;
}

tools::Guess guessOf(const std::vector<int>& shape, const tools::Known& known = {})
{
    return tools::guessSettings("net", infoOf(shape), known);
}

std::string refusalOf(const derand::OnnxInfo& info, const tools::Known& known = {})
{
    return errorOf([&] { tools::guessSettings("net", info, known); });
}

void expectIn(const std::string& part, const std::string& text) { EXPECT_NE(std::string::npos, text.find(part)) << text; }

TEST(Derand_Guess, IsRightForAllModelsOfThisProject)
{
    std::vector<cv::String> files;
    cv::utils::fs::glob(MODELS, "*.yml", files, true);
    int tried = 0;
    for (const cv::String& file : files)
    {
        if (file.find(".sets.yml") != cv::String::npos)
            continue;
        const derand::ModelSettings settings = derand::ModelSettings::read(file);
        tools::Known known;
        if (settings.ablation.type == derand::ABLATION_BLOCK) // a square may be a whole picture
        {
            known.type = settings.ablation.type;
            known.encoding = settings.params.encoding;
            known.size = settings.ablation.inputSize;
        }
        const std::string model = std::filesystem::path(file).replace_extension(".onnx");
        if (file.find("blocks_2x5") != cv::String::npos || file.find("sparse") != cv::String::npos
                || file.find("columns_2x2") != cv::String::npos)
            continue; // sets of ablations
        const tools::Guess guess = tools::guessSettings(model, derand::getOnnxInfo(model), known);
        EXPECT_EQ(settings.params.channels, guess.channels) << file;
        EXPECT_EQ(settings.params.encoding, guess.encoding) << file;
        EXPECT_EQ(settings.ablation.type, guess.ablation.type) << file;
        EXPECT_EQ(settings.ablation.width, guess.ablation.width) << file;
        EXPECT_EQ(settings.ablation.stride, guess.ablation.stride) << file;
        EXPECT_EQ(settings.ablation.inputSize, guess.ablation.inputSize) << file;
        tried++;
    }
    EXPECT_GE(tried, 20);
}

TEST(Derand_Guess, OfAWholePictureIsABandOfAnEighth)
{
    const tools::Guess guess = guessOf({-1, 3, 224, 192});
    EXPECT_EQ(int(derand::ENCODING_FILL), guess.encoding);
    EXPECT_EQ(3, guess.channels);
    EXPECT_EQ(int(derand::ABLATION_COLUMN), guess.ablation.type);
    EXPECT_EQ(24, guess.ablation.width);
    EXPECT_EQ(6, guess.ablation.stride);
    EXPECT_EQ(cv::Size(192, 224), guess.ablation.inputSize);
    const std::vector<std::string> options = {"--type=column", "--channels=3", "--encoding=fill", "--width=24", "--stride=6"};
    EXPECT_EQ(options, guess.options);
    EXPECT_EQ(1, guessOf({1, 1, 6, 6}).ablation.width); // never 0
}

TEST(Derand_Guess, FollowsThePlanes)
{
    const int expected[][3] = {{1, 1, derand::ENCODING_FILL}, {2, 1, derand::ENCODING_COMPLEMENT}, {3, 3, derand::ENCODING_FILL},
            {4, 3, derand::ENCODING_FILL_MASK}, {5, 4, derand::ENCODING_FILL_MASK}, {6, 3, derand::ENCODING_COMPLEMENT},
            {8, 4, derand::ENCODING_COMPLEMENT}};
    for (const auto& e : expected)
    {
        const tools::Guess guess = guessOf({1, e[0], 32, 32});
        EXPECT_EQ(e[1], guess.channels) << e[0];
        EXPECT_EQ(e[2], guess.encoding) << e[0];
    }
    expectIn("7 planes do not fit any encoding", refusalOf(infoOf({1, 7, 32, 32})));
    tools::Known alpha;
    alpha.channels = 4;
    EXPECT_EQ(int(derand::ENCODING_FILL), guessOf({1, 4, 32, 32}, alpha).encoding);
    expectIn("3 planes do not fit these --channels and --encoding", refusalOf(infoOf({1, 3, 32, 32}), alpha));
    tools::Known bare;
    bare.encoding = derand::ENCODING_BARE_STRIP;
    EXPECT_EQ(int(derand::ENCODING_BARE_STRIP), guessOf({1, 3, 32, 4}).encoding);
    EXPECT_EQ(4, guessOf({1, 4, 32, 4}, bare).channels);
}

TEST(Derand_Guess, OptionsThatAreGivenAreKept)
{
    tools::Known known;
    known.type = derand::ABLATION_BLOCK;
    known.width = 10;
    known.stride = 3;
    known.wrap = false;
    const tools::Guess guess = guessOf({1, 3, 64, 48}, known);
    EXPECT_EQ(int(derand::ABLATION_BLOCK), guess.ablation.type);
    EXPECT_EQ(10, guess.ablation.width);
    EXPECT_EQ(3, guess.ablation.stride);
    EXPECT_FALSE(guess.ablation.wrap);
    EXPECT_EQ((std::vector<std::string>{"--channels=3", "--encoding=fill"}), guess.options);
    tools::Known transposed;
    transposed.transpose = true;
    EXPECT_EQ(cv::Size(64, 48), guessOf({1, 3, 64, 48}, transposed).ablation.inputSize);
}

TEST(Derand_Guess, UnknownSizesAreAskedFor)
{
    expectIn("expected --size=WIDTHxHEIGHT", refusalOf(infoOf({-1, 3, -1, -1})));
    expectIn("expected --channels and --encoding", refusalOf(infoOf({})));
    tools::Known known;
    known.size = {64, 48};
    EXPECT_EQ(8, guessOf({-1, 3, -1, -1}, known).ablation.width);
    known.channels = 1;
    known.encoding = derand::ENCODING_STRIP;
    expectIn("expected --width", refusalOf(infoOf({}), known));
    known.width = 5;
    EXPECT_EQ(5, guessOf({}, known).ablation.width);
    tools::Known block;
    block.encoding = derand::ENCODING_STRIP;
    block.type = derand::ABLATION_BLOCK;
    expectIn("expected --size", refusalOf(infoOf({1, 3, 10, 10}), block));
}

TEST(Derand_Guess, WhatCannotFitIsRefused)
{
    tools::Known known;
    known.size = {64, 64};
    expectIn("its input is 1 x 3 x 32 x 32, but these options write N x 3 x 64 x 64", refusalOf(infoOf({1, 3, 32, 32}), known));
    tools::Known wide;
    wide.width = 5;
    expectIn("write N x 4 x 32 x 5", refusalOf(infoOf({1, 4, 32, 4}), wide));
    expectIn("(NHWC", refusalOf(infoOf({1, 224, 224, 3})));
    expectIn("64 planes", refusalOf(infoOf({1, 64, 7, 7})));
    expectIn("expected pictures", refusalOf(infoOf({1, 768})));
    derand::OnnxInfo info = infoOf({});
    info.inputs = {"ids", "x"};
    expectIn("has 2 inputs ('ids', 'x')", refusalOf(info));
    info = infoOf({1, 3, 32, 32});
    info.notTensors = {"list"};
    expectIn("'list' is a sequence", refusalOf(info));
    info.complete = false;
    expectIn("no ONNX file, or is truncated", refusalOf(info));
}

TEST(Derand_Guess, NamesAreThoseOfSettingsFiles)
{
    for (int encoding = 0; encoding <= derand::ENCODING_BARE_STRIP; encoding++)
        for (int type = 0; type <= derand::ABLATION_BLOCK; type++)
        {
            derand::ModelSettings settings;
            settings.params.encoding = encoding;
            settings.ablation = derand::Ablation(type, 1, {4, 4});
            const auto field = [text = settings.text()](const std::string& name) {
                const size_t begin = text.find(" " + name + ": ") + name.size() + 3;
                return text.substr(begin, text.find('\n', begin) - begin);
            };
            EXPECT_EQ(encoding, tools::encodingOf("--encoding", field("encoding")));
            EXPECT_EQ(type, tools::typeOf("--type", field("type")));
        }
    EXPECT_EQ("--type=x: expected one of column, row, block", errorOf([] { tools::typeOf("--type=x", "x"); }));
}

// With n ablations for one class and D touched: certified as long as n - D >= D if the class wins ties, n - D > D if it loses them.
TEST(Derand_Trial, TheLargestPatchEverIsTheBoundOfTheTheorem)
{
    for (const int width : {1, 4, 7, 16, 17, 32})
    {
        const derand::Ablation columns(derand::ABLATION_COLUMN, width, {32, 40});
        EXPECT_EQ(std::max(0, 32 / 2 - width + 1), tools::largestPossiblePatch(columns, true)) << width;
        EXPECT_EQ(std::max(0, 32 / 2 - width), tools::largestPossiblePatch(columns, false)) << width;
        for (const int stride : {2, 3, 5})
            for (const bool wrap : {true, false})
            {
                const derand::Ablation ablation(derand::ABLATION_BLOCK, width, {32, 40}, stride, wrap);
                for (const bool first : {true, false})
                {
                    const int patch = tools::largestPossiblePatch(ablation, first);
                    const auto enough = [&](int side) {
                        return side == 0 || 2 * ablation.maxAffected({side, side}) + (first ? 0 : 1) <= ablation.count();
                    };
                    EXPECT_TRUE(enough(patch)) << width << " " << stride;
                    EXPECT_FALSE(patch < 40 && enough(patch + 1)) << width << " " << stride;
                }
            }
    }
}

derand::ModelSettings plainSettings()
{
    derand::ModelSettings settings;
    settings.params.channels = 1;
    settings.params.encoding = derand::ENCODING_FILL;
    settings.ablation = derand::Ablation(derand::ABLATION_COLUMN, 3, {28, 28});
    return settings;
}

TEST(Derand_Trial, OnlyANetThatWasTrainedOnAblationsDependsOnThem)
{
    const std::string trained = MODELS + "/mnist_column_s2_small.onnx";
    EXPECT_TRUE(tools::dependsOnPicture({trained, {}}, derand::ModelSettings::read(MODELS + "/mnist_column_s2_small.yml")));
    EXPECT_FALSE(tools::dependsOnPicture({MODELS + "/baselines/mnist_plain.onnx", {}}, plainSettings()));
}

TEST(Derand_Trial, ThePlainLabelIsThatOfTheWholePicture)
{
    const std::string model = MODELS + "/baselines/mnist_plain.onnx";
    const auto plain = tools::plainClassifier({model, {}}, plainSettings());
    cv::dnn::Net net = cv::dnn::readNet(model);
    for (int digit = 0; digit < 10; digit++)
    {
        const cv::Mat frame = tools::drawDigit(digit, 28);
        net.setInput(cv::dnn::blobFromImage(frame, 1. / 255));
        cv::Point best;
        cv::minMaxLoc(net.forward().reshape(1, 1), nullptr, nullptr, nullptr, &best);
        EXPECT_EQ(best.x, plain->classify(frame).label) << digit;
    }
    derand::ModelSettings strips = plainSettings();
    strips.params.encoding = derand::ENCODING_STRIP;
    EXPECT_TRUE(tools::plainClassifier({model, {}}, strips).empty());
}

TEST(Derand_Trial, TimesOnePassChunksAndStrides)
{
    const std::string model = MODELS + "/mnist_column_s2_small";
    const std::vector<tools::Trial> trials = tools::timeModel({model + ".onnx", {}}, derand::ModelSettings::read(model + ".yml"));
    ASSERT_EQ(3u, trials.size());
    EXPECT_TRUE(trials[0].onePass);
    EXPECT_FALSE(trials[1].onePass);
    EXPECT_EQ(trials[0].ablation.stride, trials[1].ablation.stride);
    EXPECT_EQ(2, trials[2].ablation.stride); // 4 would leave pixels out
    for (const tools::Trial& trial : trials)
    {
        EXPECT_GT(trial.next, 0);
        EXPECT_GT(trial.first, trial.next); // it has the self-test
    }
}

TEST(Derand_Trial, TimesAreReadable)
{
    EXPECT_EQ("1.23 ms", tools::timeText(.001234));
    EXPECT_EQ("123 ms", tools::timeText(.1234));
    EXPECT_EQ("12.3 s", tools::timeText(12.34));
}

TEST(Derand_Verdict, SaysWhetherTheNetIsWorthIt)
{
    tools::Findings findings;
    findings.settings = plainSettings();
    findings.largestPatch = 12;
    const std::string whole = tools::verdictOn("net.onnx", findings);
    expectIn("does not say whether it was trained on ablations", whole);
    expectIn("train.py --recipe recipes/pictures.toml", whole);
    findings.settings.params.encoding = derand::ENCODING_STRIP;
    const std::string good = tools::verdictOn("net.onnx", findings);
    expectIn("it is worth certifying", good);
    expectIn("derand_tune --model=net.onnx", good);
    EXPECT_EQ(std::string::npos, good.find("train.py"));
    findings.largestPatch = 0;
    expectIn("smaller --width", tools::verdictOn("net.onnx", findings));
    findings.dependsOnPicture = false;
    const std::string empty = tools::verdictOn("net.onnx", findings);
    expectIn("Not worth certifying", empty);
    expectIn("train_on_your_pictures", empty);
    findings.settings.ablation.inputSize = {224, 224};
    expectIn("recipes/imagenette.toml", tools::verdictOn("net.onnx", findings));
}

TEST(Derand_Verdict, CountsPictures)
{
    tools::Findings findings;
    findings.settings = plainSettings();
    findings.largestPatch = 12;
    findings.pictures = 10;
    findings.certified = 3;
    findings.abstained = 4;
    findings.sameAsPlain = 4;
    const std::string text = tools::verdictOn("net.onnx", findings);
    expectIn("Pictures: 10. Certified against at least a pixel: 3. Without any vote: 4. With the label of the whole picture: 4.", text);
    expectIn("Most labels change", text);
    findings.abstained = 6;
    expectIn("lower --theta", tools::verdictOn("net.onnx", findings));
    findings.abstained = 0;
    findings.sameAsPlain = -1;
    EXPECT_EQ(std::string::npos, tools::verdictOn("net.onnx", findings).find("whole picture:"));
}

} // namespace
