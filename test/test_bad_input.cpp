// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Which settings, nets and frames does a classifier refuse, and is it usable afterwards?

#include "column_net.hpp"

#include <climits>

namespace opencv_test { namespace {

TEST(Derand_BadInput, BadSettingsAreRefusedAndLeaveTheObjectUsable)
{
    Ptr<CertifiedClassifier> classifier = CertifiedClassifier::create(columnNet(), columns(), stripParams());
    const Mat frame = randomFrame(INPUT, CV_8UC1);
    const Mat expected = votesOf(classifier->classify(frame));
    const auto refuses = [&](const std::function<void(Params&)>& change, const string& value) {
        Params p = stripParams();
        change(p);
        EXPECT_REFUSED(classifier->setParams(p), value);
        EXPECT_REFUSED(CertifiedClassifier::create(columnNet(), columns(), p), value);
        EXPECT_TRUE(equal(expected, votesOf(classifier->classify(frame)))) << value;
    };
    const double nan = std::numeric_limits<double>::quiet_NaN();
    refuses([](Params& p) { p.threshold = 0; }, "threshold is 0");
    refuses([](Params& p) { p.threshold = -.1; }, "threshold is -0.1");
    refuses([](Params& p) { p.threshold = 1.1; }, "threshold is 1.1");
    refuses([=](Params& p) { p.threshold = nan; }, "threshold");
    refuses([](Params& p) { p.tolerance = 1; }, "tolerance is 1");
    refuses([=](Params& p) { p.tolerance = nan; }, "tolerance");
    refuses([](Params& p) { p.channels = 0; }, "channels is 0");
    refuses([](Params& p) { p.channels = 5; }, "channels is 5");
    refuses([](Params& p) { p.swapRB = true; }, "swapRB");
    refuses([](Params& p) { p.chunk = -1; }, "chunk is -1");
    refuses([](Params& p) { p.chunk = INT_MAX; }, "chunk is 2147483647");
    refuses([](Params& p) { p.interpolation = INTER_CUBIC; }, "interpolation");
    refuses([](Params& p) { p.encoding = 5; }, "encoding is 5");
    refuses([](Params& p) { p.encoding = -1; }, "encoding is -1");
    refuses([](Params& p) { p.voteRule = 2; }, "voteRule is 2");
    refuses([](Params& p) { p.rule = 2; }, "rule is 2");
    refuses([](Params& p) { p.minVotes = 0; }, "minVotes is 0");
    refuses([](Params& p) { p.minVotes = 1000; }, "minVotes is 1000, expected 1 to ");
    refuses([=](Params& p) { p.mean[2] = nan; }, "mean");
    refuses([](Params& p) { p.labels.assign(1, "one"); }, "1 class");
}

TEST(Derand_BadInput, SettingsOfVideoThatMeanNothingAreRefused)
{
    Params params = stripParams();
    params.earlyStop = Size(5, 0);
    EXPECT_REFUSED(CertifiedClassifier::create(columnNet(), columns(), params), "5 x 0");
    params.earlyStop = Size();
    params.dilation = -1;
    EXPECT_REFUSED(CertifiedClassifier::create(columnNet(), columns(), params), "dilation");
    params.dilation = 0;
    params.dilationAfterCodec = -2;
    EXPECT_REFUSED(CertifiedClassifier::create(columnNet(), columns(), params), "dilationAfterCodec is -2");
    params.dilationAfterCodec = 0;
    params.codecBlock = Size(16, 0);
    EXPECT_REFUSED(CertifiedClassifier::create(columnNet(), columns(), params), "16 x 0");
    params.codecBlock = Size();
    EXPECT_REFUSED(CertifiedClassifier::create(columnNet(), columns(), params), "codecBlock");
    params.codecBlock = Size(INT_MAX, 8);
    EXPECT_REFUSED(CertifiedClassifier::create(columnNet(), columns(), params), "2147483647 x 8");
    params.codecBlock = Size(1, 1);
    params.codecOffset = Point(3, INT_MAX);
    EXPECT_REFUSED(CertifiedClassifier::create(columnNet(), columns(), params), "(3, 2147483647)");
    EXPECT_REFUSED(params.setCodec(2), "the codec is 2");
}

TEST(Derand_BadInput, WhatIsTooLargeForMemoryIsRefusedBeforeItIsMade)
{
    Params params = stripParams(4);
    params.encoding = ENCODING_COMPLEMENT;
    const dnn::Net net = columnNet();
    const struct
    {
        Ablation ablation;
        int chunk;
        const char* message;
    } cases[] = {{Ablation(ABLATION_COLUMN, 1, Size(1 << 30, 1 << 30), 1 << 30), 0, "1073741824 x 1073741824"},
            {Ablation(ABLATION_ROW, 1, Size(1 << 20, 1 << 20), 1 << 20), 0, "an input of 1048576 x 1048576 pixels is 8796093022208 numbers"},
            {Ablation(ABLATION_COLUMN, 1, Size(4096, 4096)), 0, "134217728 numbers, expected at most 67108864"},
            {Ablation(ABLATION_COLUMN, 1, Size(1024, 1024)), 65536, "a chunk of 1024 ablations is 8589934592 numbers"}};
    for (const auto& c : cases)
    {
        params.chunk = c.chunk;
        EXPECT_REFUSED(CertifiedClassifier::create(net, c.ablation, params), c.message);
    }
    // 4 million blocks of one pixel, with planes for x and y, of 1000 classes.
    const Ptr<CertifiedClassifier> blocks = CertifiedClassifier::create(
            linearNet(3, 1000), Ablation(ABLATION_BLOCK, 1, Size(2048, 2048)), stripParams());
    EXPECT_REFUSED(blocks->classify(randomFrame(INPUT, CV_8UC1)), "4194304 ablations of 1000 classes are 4194304000 votes");
    const Mat image(3000, 3000, CV_32FC1, Scalar(0));
    Mat blob;
    EXPECT_REFUSED(blobFromAblations(image, Ablation(ABLATION_COLUMN, 5, image.size()), Range::all(), blob),
            "a blob of 3000 ablations has 54000000000 numbers");
}

TEST(Derand_BadInput, BadNetsAreRefused)
{
    EXPECT_REFUSED(CertifiedClassifier::create(dnn::Net(), columns()), "net is empty");
    EXPECT_REFUSED(CertifiedClassifier::create(columnNet(), Ablation()), "inputSize");
    EXPECT_REFUSED(CertifiedClassifier::create(columnNet(), Ablation(ABLATION_COLUMN, 13, INPUT)), "Ablation::width is 13");
    EXPECT_REFUSED(CertifiedClassifier::create(columnNet(), Ablation(ABLATION_COLUMN, 3, INPUT, 0)), "stride is 0");

    const Mat frame = randomFrame(INPUT, CV_8UC1);
    // One class only.
    EXPECT_REFUSED(CertifiedClassifier::create(linearNet(60, 1), columns(), stripParams())->classify(frame), "1 score");
    // A net of batch 1 with another chunk.
    Params chunk = stripParams();
    chunk.chunk = 4;
    EXPECT_REFUSED(CertifiedClassifier::create(columnNet(1, 1, FLAW_NONE, true), columns(), chunk)->classify(frame),
            "Params::chunk");
    // An output that is not a row of scores.
    dnn::Net image;
    dnn::LayerParams relu;
    image.addLayerToPrev("image", "ReLU", relu);
    EXPECT_REFUSED(CertifiedClassifier::create(image, columns(), stripParams())->classify(frame), "row of scores");
    // Two outputs.
    dnn::Net two = columnNet();
    dnn::LayerParams second;
    const int id = two.addLayer("second", "ReLU", second);
    two.connect(0, 0, id, 0);
    EXPECT_REFUSED(CertifiedClassifier::create(two, columns(), stripParams()), "2 outputs");
    // The wrong number of labels.
    Params params = stripParams();
    params.labels.assign(3, "label");
    EXPECT_REFUSED(CertifiedClassifier::create(columnNet(1, .1), columns(), params)->classify(frame), "names 3 classes");
}

TEST(Derand_BadInput, BadFramesAreRefusedAndLeaveTheObjectUsable)
{
    Ptr<CertifiedClassifier> classifier = CertifiedClassifier::create(columnNet(3), columns(), stripParams(3));
    const Mat frame = randomFrame(INPUT, CV_8UC3);
    const Mat expected = votesOf(classifier->classify(frame));
    const auto refuses = [&](const Mat& bad, const string& value) {
        EXPECT_REFUSED(classifier->classify(bad), value);
        vector<Mat> batch(1, frame);
        batch.push_back(bad);
        vector<Certificate> certificates(7);
        EXPECT_REFUSED(classifier->classifyBatch(batch, certificates), "frame 1");
        EXPECT_EQ(7u, certificates.size()) << "a failed call leaves its output alone";
        EXPECT_TRUE(equal(expected, votesOf(classifier->classify(frame)))) << value;
    };
    refuses(Mat(), "expected a picture");
    refuses(randomFrame(INPUT, CV_16UC3), "CV_16UC3");
    refuses(randomFrame(INPUT, CV_64FC1), "CV_64FC1");
    refuses(randomFrame(INPUT, CV_8UC(5)), "5 channels");
    refuses(randomFrame(INPUT, CV_8UC1), "1 channels");
    refuses(randomFrame(INPUT, CV_8UC4), "4 channels");

    vector<Certificate> certificates;
    EXPECT_REFUSED(classifier->classifyBatch(frame, certificates), "vector of frames");
    EXPECT_REFUSED(classifier->getFrameMap(Size(0, 4)), "0 x 4");

    // Settings that do not fit the net: of frames, of the encoding, of the input.
    Params params = stripParams(1);
    classifier->setParams(params);
    EXPECT_REFUSED(classifier->classify(randomFrame(INPUT, CV_8UC1)), "Params::channels");
    params = stripParams(3);
    params.encoding = ENCODING_FILL;
    classifier->setParams(params);
    EXPECT_REFUSED(classifier->classify(frame), "Params::encoding");
    EXPECT_REFUSED(CertifiedClassifier::create(columnNet(3), Ablation(ABLATION_COLUMN, 3, Size(12, 11)),
            stripParams(3))->classify(frame), "Ablation::inputSize");
    classifier->setParams(stripParams(3));
    EXPECT_TRUE(equal(expected, votesOf(classifier->classify(frame))));
}

}} // namespace opencv_test
