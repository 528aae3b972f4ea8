// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// ModelSettings: what is written is read back, what is left out has its default. For what is refused, see test_settings_text.cpp.

#include "test_files.hpp"

#include <cfloat>
#include <clocale>
#include <cstring>
#include <limits>

namespace opencv_test { namespace {

typedef CertifiedClassifier::Params Params;

ModelSettings readBack(const ModelSettings& settings)
{
    const TemporaryFile file;
    settings.write(file.name);
    EXPECT_EQ(settings.text(), readText(file.name));
    return ModelSettings::read(file.name);
}

ModelSettings parsed(const string& text) { return ModelSettings::read(TemporaryFile(".yml", text).name); }

ModelSettings ofColumns()
{
    ModelSettings settings;
    settings.ablation = Ablation(ABLATION_COLUMN, 2, Size(28, 28));
    return settings;
}

ModelSettings withNothingAtItsDefault()
{
    ModelSettings settings;
    settings.ablation = Ablation(ABLATION_BLOCK, 3, Size(20, 10), 2, false);
    settings.modelChecksum = "00af19c3";
    Params& p = settings.params;
    p.channels = 4;
    p.scalefactor = Scalar(.1, 1. / 3, 1e-7, 4);
    p.mean = Scalar(-1, 127.5, 3, 4e10);
    p.swapRB = p.crop = p.transpose = true;
    p.softmax = false;
    p.interpolation = INTER_AREA;
    p.encoding = ENCODING_FILL_MASK;
    p.fill = Scalar(.5, -.25, 1e-3, 7);
    p.voteRule = VOTE_TOP1;
    p.threshold = .2;
    p.tolerance = 3e-4;
    p.rule = CERTIFICATE_MARGIN;
    p.minVotes = 3;
    p.onePass = false;
    p.chunk = 5;
    p.reuse = true;
    p.earlyStop = Size(7, 6);
    p.dilation = 2;
    p.codecBlock = Size(32, 8);
    p.codecOffset = Point(6, 5);
    p.dilationAfterCodec = 4;
    p.output = "scores: of \"all\"";
    p.labels.push_back("0");
    p.labels.push_back("stop: \"no entry\" #1");
    p.labels.push_back("");
    return settings;
}

void expectEqual(const ModelSettings& a, const ModelSettings& b)
{
    EXPECT_EQ(a.modelChecksum, b.modelChecksum);
    EXPECT_EQ(a.ablation.type, b.ablation.type);
    EXPECT_EQ(a.ablation.width, b.ablation.width);
    EXPECT_EQ(a.ablation.inputSize, b.ablation.inputSize);
    EXPECT_EQ(a.ablation.stride, b.ablation.stride);
    EXPECT_EQ(a.ablation.wrap, b.ablation.wrap);
    const Params &p = a.params, &q = b.params;
    EXPECT_EQ(p.channels, q.channels);
    EXPECT_EQ(p.scalefactor, q.scalefactor);
    EXPECT_EQ(p.mean, q.mean);
    EXPECT_EQ(p.swapRB, q.swapRB);
    EXPECT_EQ(p.crop, q.crop);
    EXPECT_EQ(p.interpolation, q.interpolation);
    EXPECT_EQ(p.encoding, q.encoding);
    EXPECT_EQ(p.fill, q.fill);
    EXPECT_EQ(p.transpose, q.transpose);
    EXPECT_EQ(p.voteRule, q.voteRule);
    EXPECT_EQ(p.threshold, q.threshold);
    EXPECT_EQ(p.tolerance, q.tolerance);
    EXPECT_EQ(p.softmax, q.softmax);
    EXPECT_EQ(p.rule, q.rule);
    EXPECT_EQ(p.minVotes, q.minVotes);
    EXPECT_EQ(p.onePass, q.onePass);
    EXPECT_EQ(p.chunk, q.chunk);
    EXPECT_EQ(p.reuse, q.reuse);
    EXPECT_EQ(p.earlyStop, q.earlyStop);
    EXPECT_EQ(p.dilation, q.dilation);
    EXPECT_EQ(p.codecBlock, q.codecBlock);
    EXPECT_EQ(p.codecOffset, q.codecOffset);
    EXPECT_EQ(p.dilationAfterCodec, q.dilationAfterCodec);
    EXPECT_EQ(p.output, q.output);
    EXPECT_EQ(p.labels, q.labels);
}

//! Mantissas and exponents of all kinds.
double randomDouble(RNG& rng)
{
    while (true)
    {
        const uint64 bits = (uint64)rng.next() << 32 | rng.next();
        double value;
        memcpy(&value, &bits, sizeof(value));
        if (std::abs(value) < DBL_MAX) // neither NaN nor Inf
            return value;
    }
}

TEST(Derand_Settings, SurviveWritingAndReading)
{
    expectEqual(ofColumns(), readBack(ofColumns()));
    expectEqual(withNothingAtItsDefault(), readBack(withNothingAtItsDefault()));
}

TEST(Derand_Settings, TheFileHasALineForEachField)
{
    // What is missing in the list of fields would be lost. Two texts that differ in each line that has a value.
    ModelSettings other = withNothingAtItsDefault();
    other.params.mean[0] = 5;
    std::istringstream a(ofColumns().text()), b(other.text());
    string lineA, lineB;
    int fields = 0;
    while (std::getline(a, lineA) && std::getline(b, lineB))
    {
        const bool value = lineA.find(": ") != string::npos && lineA != "format: 1";
        EXPECT_EQ(!value, lineA == lineB) << lineA;
        fields += value;
    }
    EXPECT_EQ(1 + 5 + 25, fields) << "checksum, ablation, parameters";
}

TEST(Derand_Settings, EveryNumberSurvivesBitForBit)
{
    RNG rng(5);
    vector<double> values = {4e10, 2147483647., 2147483648., -2147483648., -2147483649., 4294967296., 9007199254740993., 1e15, 1e16,
            1e17, 1e22, 1e23, .1, 1. / 3, 1. / 255, 1e-300, DBL_MIN, DBL_MAX / 2, -DBL_MAX / 2, DBL_EPSILON,
            std::numeric_limits<double>::denorm_min(), 3e-310, 0., -0.};
    for (int i = 0; i < 20000; i++)
        values.push_back(randomDouble(rng));
    while (values.size() % 12)
        values.push_back(0);
    for (size_t i = 0; i < values.size(); i += 12)
    {
        ModelSettings settings = ofColumns();
        Scalar* const fields[] = {&settings.params.mean, &settings.params.scalefactor, &settings.params.fill};
        for (size_t j = 0; j < 12; j++)
            fields[j / 4]->val[j % 4] = values[i + j];
        const ModelSettings same = parsed(settings.text());
        EXPECT_EQ(0, memcmp(settings.params.mean.val, same.params.mean.val, sizeof(Scalar))) << i;
        EXPECT_EQ(0, memcmp(settings.params.scalefactor.val, same.params.scalefactor.val, sizeof(Scalar))) << i;
        EXPECT_EQ(0, memcmp(settings.params.fill.val, same.params.fill.val, sizeof(Scalar))) << i;
    }
}

// Others read these files too: train.py's helpers do, with FileStorage.
TEST(Derand_Settings, FileStorageReadsTheSameNumbersAndNames)
{
    ModelSettings settings = withNothingAtItsDefault();
    settings.params.fill = Scalar(2147483648., -1e-300, 1e22, 1. / 255);
    settings.params.labels.assign(300, "caf\xc3\xa9 \"x\" \\ 'y'");
    const FileStorage fs(settings.text(), FileStorage::READ | FileStorage::MEMORY);
    const FileNode params = fs["params"];
    Scalar mean, fill;
    params["mean"] >> mean;
    params["fill"] >> fill;
    EXPECT_EQ(settings.params.mean, mean);
    EXPECT_EQ(settings.params.fill, fill);
    EXPECT_EQ(.2, (double)params["threshold"]);
    EXPECT_EQ("block", (String)fs["ablation"]["type"]);
    vector<String> labels;
    params["labels"] >> labels;
    EXPECT_EQ(settings.params.labels, labels);
}

TEST(Derand_Settings, NamesOfAnyCharactersSurvive)
{
    vector<String> labels = {"[", "]", "{", "}", ":", "#", "- a", "0", "true", "~", "", " space ", "line\nfeed", "\r\n", "\t", "'",
            "\"", "\\", "\\\"", "\\x41", "a\\", "''", "caf\xc3\xa9", "\xe7\x8c\xab", "latin \xe9", "\x01\x7f", "%YAML:1.0"};
    string bytes;
    for (int c = 0; c < 256; c++)
        bytes += (char)c;
    labels.push_back(bytes);
    labels.push_back(string(5000, 'x')); // FileStorage takes 4096 characters
    ModelSettings settings = ofColumns();
    settings.params.labels = labels;
    settings.params.output = bytes;
    expectEqual(settings, readBack(settings));
}

TEST(Derand_Settings, WhatIsLeftOutHasItsDefault)
{
    ModelSettings expected = ofColumns();
    expectEqual(expected, parsed("ablation: { type: column, width: 2, inputSize: [ 28, 28 ] }"));
    expected.params.channels = 1;
    expected.params.encoding = ENCODING_STRIP;
    expected.params.labels = {"cat", "dog"};
    const char* const texts[] = {
            "ablation:\n  type: column\n  width: 2\n  inputSize: [28, 28]\nparams:\n  channels: 1\n  encoding: strip\n  labels:\n  - cat\n  - dog\n",
            "%YAML:1.0\n---\nparams:\n   labels: [ \"cat\", 'dog' ]\n   encoding: \"strip\"\n   channels: 1\nablation:\n"
            "   inputSize:\n      - 28\n      - 28\n   width: 2\n   type: column\n",
            "%YAML 1.2\r\n# by hand\r\n\r\n---   \r\n# comment\r\nablation: {type: column, width: 2, # px\r\n  inputSize: [\r\n28, 28,],}\r\n"
            "params:\r\n   channels: 1 # grey\r\n   encoding: strip\r\n   labels: [ cat,\r\n      dog ]\r\n# end\r\n",
            "\xef\xbb\xbf%YAML:1.0\n---\nformat: 1\nmodelChecksum: \"\"\nablation: { type: column, width: 2, inputSize: [ 28, 28 ] }\n"
            "params: { channels: 1, encoding: strip, labels: [ cat, dog ] }",
            "{\"ablation\": {\"type\": \"column\", \"width\": 2, \"inputSize\": [28, 28]},\n"
            " \"params\": {\"channels\": 1, \"encoding\": \"strip\", \"labels\": [\"cat\", \"dog\"]}}\n",
            "  ablation:\n    { type: column, width: +2, inputSize: [ 28, 28 ] }\n  params:\n      labels:\n        - 'cat'\n"
            "        - dog   \n      channels: 1\n\n      encoding: strip"};
    for (const char* text : texts)
    {
        SCOPED_TRACE(text);
        expectEqual(expected, parsed(text));
    }
}

TEST(Derand_Settings, TheNameOfACodecStandsForItsBlocks)
{
    ModelSettings expected = ofColumns();
    const string fields = "params: { codec: ";
    const string ablation = "ablation: { type: column, width: 2, inputSize: [ 28, 28 ] }\n";
    expected.params.setCodec(CODEC_MJPEG);
    expectEqual(expected, parsed(ablation + fields + "mjpeg }"));
    expectEqual(expected, readBack(expected));
    expected.params.codecOffset = Point(3, 2);
    expectEqual(expected, parsed(ablation + fields + "mjpeg, codecOffset: [ 3, 2 ] }"));
    expectEqual(ofColumns(), parsed(ablation + fields + "none }"));
    EXPECT_REFUSED(parsed(ablation + fields + "mjpeg, codecBlock: [ 16, 16 ] }"), "codecBlock");
    EXPECT_REFUSED(parsed(ablation + fields + "h264 }"), "'params.codec' is 'h264', expected none, mjpeg");
}

TEST(Derand_Settings, NumbersAreWhatTheirTextSays)
{
    const struct
    {
        const char* text;
        double value;
    } cases[] = {{".3", .3}, {"3e-1", .3}, {"+.3", .3}, {"0.30", .3}, {"3E-01", .3}, {"30.e-2", .3}, {"1", 1}, {"1.", 1},
            {"1e0", 1}, {"1e-300", 1e-300}, {"0.3000000000000000000000000000000000000001", .3},
            {"4.9406564584124654e-324", std::numeric_limits<double>::denorm_min()}};
    for (const auto& c : cases)
        EXPECT_EQ(c.value,
                parsed("ablation: { type: row, width: 1, inputSize: [ 5, 5 ] }\nparams:\n  threshold: " + string(c.text)).params.threshold)
                << c.text;
}

// The user's decimal comma, in C's and in C++'s way.
TEST(Derand_Settings, NumbersDoNotDependOnTheLocale)
{
    struct Comma : std::numpunct<char>
    {
        char do_decimal_point() const CV_OVERRIDE { return ','; }
        char do_thousands_sep() const CV_OVERRIDE { return '.'; }
        string do_grouping() const CV_OVERRIDE { return "\3"; }
    };
    const string expected = withNothingAtItsDefault().text();
    const std::locale before = std::locale::global(std::locale(std::locale::classic(), new Comma));
    const string c = setlocale(LC_NUMERIC, 0);
    setlocale(LC_NUMERIC, "de_DE.UTF-8"); // if it is installed
    const string text = withNothingAtItsDefault().text();
    const ModelSettings settings = parsed(expected);
    setlocale(LC_NUMERIC, c.c_str());
    std::locale::global(before);
    EXPECT_EQ(expected, text);
    expectEqual(withNothingAtItsDefault(), settings);
}

TEST(Derand_Settings, AClassifierGivesAndTakesThem)
{
    ModelSettings settings = ModelSettings::read(mnistSettings());
    EXPECT_EQ(10u, settings.params.labels.size());
    settings.params.threshold = .45;
    settings.ablation.stride = 2;
    const Ptr<CertifiedClassifier> classifier = CertifiedClassifier::create(mnistModel(), settings);
    expectEqual(settings, classifier->getSettings());
    EXPECT_EQ(.45, classifier->getParams().threshold);
    EXPECT_EQ(2, classifier->getAblation().stride);
    settings.params.chunk = 3;
    classifier->setParams(settings.params);
    expectEqual(settings, classifier->getSettings());
    const TemporaryFile file;
    classifier->save(file.name);
    EXPECT_EQ(settings.text(), readText(file.name));
    // If the settings do not name a file, those of the classifier name the one that it read.
    const String checksum = settings.modelChecksum;
    settings.modelChecksum = "";
    EXPECT_EQ(checksum, CertifiedClassifier::create(mnistModel(), settings)->getSettings().modelChecksum);
    EXPECT_EQ("", CertifiedClassifier::create(dnn::readNet(mnistModel()), settings.ablation, settings.params)->getSettings().modelChecksum);
}

TEST(Derand_Settings, ThoseOfTheModelsAreRead)
{
    vector<String> files;
    glob(string(DERAND_MODELS_DIR) + "/*.yml", files, true);
    int models = 0;
    for (const String& file : files)
    {
        if (file.find(".sets.yml") != String::npos) // of a baseline: see derand_evaluate
            continue;
        const ModelSettings settings = ModelSettings::read(file);
        EXPECT_EQ(8u, settings.modelChecksum.size()) << file;
        expectEqual(settings, readBack(settings));
        models++;
    }
    EXPECT_GT(models, 10);
}

}} // namespace opencv_test
