// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "onnx_writer.hpp"
#include "test_log.hpp"
#include "test_nets.hpp"

namespace opencv_test { namespace {

typedef CertifiedClassifier::Params Params;

const Size INPUT(12, 10);
const int CLASSES = 4;

Ablation columns()
{
    return Ablation(ABLATION_COLUMN, 3, INPUT);
}

Params stripParams(int channels = 1)
{
    Params p;
    p.channels = channels;
    p.encoding = ENCODING_STRIP;
    return p;
}

// C planes and the x plane of a 3 x 10 column.
dnn::Net columnNet(int channels = 1, double strength = 1, Flaw flaw = FLAW_NONE, bool batchOne = false)
{
    return linearNet((channels + 1) * 3 * 10, CLASSES, strength, flaw, batchOne);
}

// Probabilities of every ablation, with nothing of the module but the documentation: the net is linear.
Mat referenceProbabilities(const Mat& image32f, bool softmax = true, double strength = 1)
{
    dnn::Net net = columnNet(image32f.channels(), strength);
    vector<Mat> planes;
    split(image32f, planes);
    Mat all(INPUT.width, CLASSES, CV_64F);
    for (int i = 0; i < INPUT.width; i++)
    {
        const int shape[] = {1, (int)planes.size() + 1, 10, 3};
        Mat blob(4, shape, CV_32F);
        for (int u = 0; u < 3; u++)
            for (int y = 0; y < 10; y++)
            {
                const int x = (i + u) % INPUT.width;
                for (size_t c = 0; c < planes.size(); c++)
                    blob.ptr<float>(0, (int)c)[y * 3 + u] = planes[c].at<float>(y, x);
                blob.ptr<float>(0, (int)planes.size())[y * 3 + u] = (x + .5f) / INPUT.width;
            }
        net.setInput(blob);
        const Mat scores = net.forward().clone();
        double sum = 0;
        for (int c = 0; c < CLASSES; c++)
            sum += all.at<double>(i, c) = softmax ? std::exp((double)scores.at<float>(0, c))
                                                  : (double)scores.at<float>(0, c);
        for (int c = 0; softmax && c < CLASSES; c++)
            all.at<double>(i, c) /= sum;
    }
    return all;
}

TEST(Derand_CertifiedClassifier, VotesAreThoseOfTheNetOnEveryAblation)
{
    for (int channels = 1; channels <= 4; channels++)
    {
        const Mat frame = randomFrame(INPUT, CV_8UC(channels));
        Mat image;
        frame.convertTo(image, CV_32F, 1. / 255);
        const Mat p = referenceProbabilities(image);
        const Certificate c = CertifiedClassifier::create(columnNet(channels), columns(), stripParams(channels))->classify(frame);
        EXPECT_EQ(0, countNonZero(votesOf(c) != (p >= .3) / 255)) << channels << " channels";
        EXPECT_EQ(INPUT.width, c.run.ablations);
        EXPECT_EQ(0, c.run.invalid);
    }
}

TEST(Derand_CertifiedClassifier, Top1VotesForTheLargestScore)
{
    const Mat frame = randomFrame(INPUT, CV_8UC1);
    Mat image;
    frame.convertTo(image, CV_32F, 1. / 255);
    const Mat p = referenceProbabilities(image);
    Params params = stripParams();
    params.voteRule = VOTE_TOP1;
    const Mat votes = votesOf(CertifiedClassifier::create(columnNet(), columns(), params)->classify(frame));
    for (int i = 0; i < votes.rows; i++)
    {
        Point largest;
        minMaxLoc(p.row(i), 0, 0, 0, &largest);
        EXPECT_EQ(1, sum(votes.row(i))[0]);
        EXPECT_EQ(1, votes.at<uchar>(i, largest.x));
    }
}

TEST(Derand_CertifiedClassifier, ScoresMayBeProbabilitiesAlready)
{
    const Mat frame = randomFrame(INPUT, CV_8UC1);
    Mat image;
    frame.convertTo(image, CV_32F, 1. / 255);
    Params params = stripParams();
    params.softmax = false;
    const Mat votes = votesOf(CertifiedClassifier::create(columnNet(), columns(), params)->classify(frame));
    EXPECT_EQ(0, countNonZero(votes != (referenceProbabilities(image, false) >= .3) / 255));
}

TEST(Derand_CertifiedClassifier, ScalesSwapsAndCropsAsDocumented)
{
    Params params = stripParams(3);
    params.scalefactor = Scalar(.01, .02, .03);
    params.mean = Scalar(1, 2, 3);
    params.swapRB = true;
    params.crop = true;
    // 12 x 10 inside 30 x 20: the largest part of this aspect is 24 x 20, three columns from the left.
    const Mat frame = randomFrame(Size(30, 20), CV_8UC3);
    Mat part, image;
    FrameMap(frame.size(), Rect(3, 0, 24, 20)).resample(frame, INPUT, part);
    vector<Mat> bgr, rgb;
    split(part, bgr);
    for (int c = 0; c < 3; c++)
    {
        Mat plane;
        bgr[2 - c].convertTo(plane, CV_32F);
        rgb.push_back((plane - params.mean[c]) * params.scalefactor[c]);
    }
    merge(rgb, image);
    Ptr<CertifiedClassifier> classifier = CertifiedClassifier::create(columnNet(3), columns(), params);
    EXPECT_EQ(0, countNonZero(votesOf(classifier->classify(frame)) != (referenceProbabilities(image) >= .3) / 255));

    EXPECT_EQ(Rect(3, 0, 24, 20), classifier->getFrameMap(Size(30, 20)).roi);
    EXPECT_EQ(Rect(0, 7, 12, 10), classifier->getFrameMap(Size(12, 25)).roi);
    EXPECT_EQ(Rect(250, 0, 1, 1), classifier->getFrameMap(Size(501, 1)).roi);
    params.crop = false;
    classifier->setParams(params);
    EXPECT_EQ(Rect(0, 0, 30, 20), classifier->getFrameMap(Size(30, 20)).roi);
    EXPECT_EQ(Size(30, 20), classifier->getFrameMap(Size(30, 20)).frameSize);
}

TEST(Derand_CertifiedClassifier, NothingChangesTheVotesButTheFrame)
{
    const Mat frame = randomFrame(Size(40, 33), CV_8UC3);
    Params params = stripParams(3);
    const Mat expected = votesOf(CertifiedClassifier::create(columnNet(3), columns(), params)->classify(frame));
    EXPECT_GT(countNonZero(expected), 0);

    const int threads = getNumThreads();
    for (int chunk = 0; chunk <= 13; chunk++)
        for (int t = 1; t <= 2; t++)
        {
            setNumThreads(t);
            params.chunk = chunk;
            Ptr<CertifiedClassifier> classifier = CertifiedClassifier::create(columnNet(3), columns(), params);
            EXPECT_TRUE(equal(expected, votesOf(classifier->classify(frame)))) << "chunk " << chunk;
            EXPECT_TRUE(equal(expected, votesOf(classifier->classify(frame)))) << "second time, chunk " << chunk;
            vector<Certificate> batch;
            classifier->classifyBatch(vector<Mat>(3, frame), batch);
            ASSERT_EQ(3u, batch.size());
            EXPECT_TRUE(equal(expected, votesOf(batch[2]))) << "in a batch, chunk " << chunk;
        }
    setNumThreads(threads);

    UMat umat;
    frame.copyTo(umat);
    params.chunk = 0;
    Ptr<CertifiedClassifier> classifier = CertifiedClassifier::create(columnNet(3), columns(), params);
    EXPECT_TRUE(equal(expected, votesOf(classifier->classify(umat))));
    // A part of a larger picture, not continuous.
    Mat larger(50, 60, CV_8UC3, Scalar(9, 9, 9)), part = larger(Rect(7, 5, 40, 33));
    frame.copyTo(part);
    EXPECT_TRUE(equal(expected, votesOf(classifier->classify(part))));
}

TEST(Derand_CertifiedClassifier, FramesOfABatchMayDifferInSize)
{
    vector<Mat> frames;
    for (int i = 0; i < 5; i++)
        frames.push_back(randomFrame(Size(12 + 5 * i, 10 + 7 * i), CV_8UC1, i));
    Ptr<CertifiedClassifier> classifier = CertifiedClassifier::create(columnNet(), columns(), stripParams());
    vector<Certificate> batch;
    classifier->classifyBatch(frames, batch);
    ASSERT_EQ(frames.size(), batch.size());
    for (size_t i = 0; i < frames.size(); i++)
    {
        const Certificate one = classifier->classify(frames[i]);
        EXPECT_TRUE(equal(votesOf(one), votesOf(batch[i])));
        EXPECT_EQ(one.label, batch[i].label);
        EXPECT_EQ(one.patch, batch[i].patch);
    }
    classifier->classifyBatch(vector<Mat>(), batch);
    EXPECT_TRUE(batch.empty());
}

TEST(Derand_CertifiedClassifier, FloatFramesAreNotRounded)
{
    Mat frame8 = randomFrame(INPUT, CV_8UC1), frame32;
    frame8.convertTo(frame32, CV_32F);
    Ptr<CertifiedClassifier> classifier = CertifiedClassifier::create(columnNet(), columns(), stripParams());
    EXPECT_TRUE(equal(votesOf(classifier->classify(frame8)), votesOf(classifier->classify(frame32))));
    frame32 += .25f;
    Mat image = frame32 / 255;
    EXPECT_EQ(0, countNonZero(votesOf(classifier->classify(frame32)) != (referenceProbabilities(image) >= .3) / 255));
}

TEST(Derand_CertifiedClassifier, TransposedNetsGetTransposedPlanes)
{
    // The rows of a picture, transposed, are the columns of the transposed picture (without its x plane, which
    // is the y plane here: both hold (position + .5) / length).
    const Mat frame = randomFrame(INPUT, CV_8UC1);
    const Certificate c = CertifiedClassifier::create(columnNet(), columns(), stripParams())->classify(frame);
    Params params = stripParams();
    params.transpose = true;
    const Ablation rows(ABLATION_ROW, 3, Size(INPUT.height, INPUT.width));
    const Certificate t = CertifiedClassifier::create(columnNet(), rows, params)->classify(Mat(frame.t()));
    EXPECT_TRUE(equal(votesOf(c), votesOf(t)));
    EXPECT_EQ(c.label, t.label);
    EXPECT_EQ(c.patch, t.patch);
}

TEST(Derand_CertifiedClassifier, RowsAndBlocksOfEveryEncodingRun)
{
    const Mat frame = randomFrame(Size(31, 22), CV_8UC3);
    for (int type = ABLATION_COLUMN; type <= ABLATION_BLOCK; type++)
        for (int encoding = ENCODING_COMPLEMENT; encoding <= ENCODING_STRIP; encoding++)
        {
            const Ablation ablation(type, 4, Size(9, 8), 2);
            Params params; // of colour frames
            params.encoding = encoding;
            Mat blob;
            blobFromAblations(Mat(8, 9, CV_32FC3, Scalar()), ablation, Range(0, 1), blob, encoding);
            const dnn::Net net = linearNet((int)blob.total(), CLASSES);
            const Certificate c = CertifiedClassifier::create(net, ablation, params)->classify(frame);
            EXPECT_EQ(ablation.count(), c.run.ablations);
            EXPECT_GE(c.label, 0);
        }
}

//---- numbers: the self-test, the tolerance, NaN and Inf ----

TEST(Derand_CertifiedClassifier, ANetThatMixesNeighboursIsRunOneAblationAtATime)
{
    const Flaw flaws[] = {FLAW_NEIGHBOURS, FLAW_MAXIMUM, FLAW_DYNAMIC_SCALE, FLAW_NAN_BATCH};
    for (Flaw flaw : flaws)
    {
        const Mat frame = randomFrame(INPUT, CV_8UC1);
        Params params = stripParams();
        params.chunk = 1;
        const Certificate one = CertifiedClassifier::create(columnNet(1, 1, flaw), columns(), params)->classify(frame);
        params.chunk = 0;
        const Certificate c = CertifiedClassifier::create(columnNet(1, 1, flaw), columns(), params)->classify(frame);
        EXPECT_TRUE(equal(votesOf(one), votesOf(c))) << (int)flaw;
        params.chunk = 4;
        Ptr<CertifiedClassifier> refused = CertifiedClassifier::create(columnNet(1, 1, flaw), columns(), params);
        EXPECT_REFUSED(refused->classify(frame), flaw == FLAW_NAN_BATCH ? "NaN or Inf" : "Params::chunk");
        params.chunk = 1;
        refused->setParams(params);
        EXPECT_TRUE(equal(votesOf(one), votesOf(refused->classify(frame))));
    }
}

TEST(Derand_CertifiedClassifier, ARandomOrStatefulNetIsRefused)
{
    const Flaw flaws[] = {FLAW_RANDOM, FLAW_STATE};
    for (Flaw flaw : flaws)
        for (int chunk = 0; chunk <= 2; chunk++)
        {
            Params params = stripParams();
            params.chunk = chunk;
            Ptr<CertifiedClassifier> classifier =
                    CertifiedClassifier::create(columnNet(1, 1, flaw), columns(), params);
            EXPECT_REFUSED(classifier->classify(randomFrame(INPUT, CV_8UC1)), "from run to run") << (int)flaw;
        }
}

TEST(Derand_CertifiedClassifier, ANetThatOverflowsOnOrdinaryPicturesIsRefused)
{
    Ptr<CertifiedClassifier> classifier =
            CertifiedClassifier::create(columnNet(1, 1, FLAW_OVERFLOW), columns(), stripParams());
    EXPECT_REFUSED(classifier->classify(randomFrame(INPUT, CV_8UC1)), "NaN or Inf for ordinary pictures: check");
}

TEST(Derand_CertifiedClassifier, ABatchOneNetRunsOneAblationAtATime)
{
    const Mat frame = randomFrame(INPUT, CV_8UC1);
    const Certificate expected = CertifiedClassifier::create(columnNet(), columns(), stripParams())->classify(frame);
    const Certificate c = CertifiedClassifier::create(columnNet(1, 1, FLAW_NONE, true), columns(), stripParams())
            ->classify(frame);
    EXPECT_TRUE(equal(votesOf(expected), votesOf(c)));
}

TEST(Derand_CertifiedClassifier, NaNAndInfAbstainAndAreCounted)
{
    const float bad[] = {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(), 3e38f};
    Ptr<CertifiedClassifier> classifier = CertifiedClassifier::create(columnNet(1, 1000), columns(), stripParams());
    Mat frame;
    randomFrame(INPUT, CV_8UC1).convertTo(frame, CV_32F);
    const Certificate clean = classifier->classify(frame);
    EXPECT_EQ(0, clean.run.invalid);
    for (float value : bad)
    {
        Mat attacked = frame.clone();
        attacked.row(4).col(5).setTo(value);
        if (value == 3e38f)
            attacked.col(5).setTo(value); // the sum overflows
        const Certificate c = classifier->classify(attacked);
        Mat codes, cleanCodes;
        c.getVotes(codes);
        clean.getVotes(cleanCodes);
        EXPECT_GT(c.run.invalid, 0);
        EXPECT_LE(c.run.invalid, 3);
        EXPECT_GE(c.run.abstained, c.run.invalid);
        int invalid = 0;
        for (int i = 0; i < codes.rows; i++)
            if (i >= 3 && i <= 5) // columns 3, 4 and 5 retain pixel 5
                invalid += countNonZero(codes.row(i) == 2) == CLASSES; // no vote, and any vote is possible
            else
                EXPECT_TRUE(equal(cleanCodes.row(i), codes.row(i))) << i;
        EXPECT_EQ(c.run.invalid, invalid);
    }
    // Nothing sticks.
    Mat codes, cleanCodes;
    classifier->classify(frame).getVotes(codes);
    clean.getVotes(cleanCodes);
    EXPECT_TRUE(equal(cleanCodes, codes));
}

TEST(Derand_CertifiedClassifier, ProbabilitiesWithinTheToleranceAreEither)
{
    const Mat frame = randomFrame(INPUT, CV_8UC1);
    Mat image;
    frame.convertTo(image, CV_32F, 1. / 255);
    const Mat p = referenceProbabilities(image, true, .1);
    Params params = stripParams();
    const double tolerances[] = {0, .05, .2};
    for (double tolerance : tolerances)
    {
        params.tolerance = tolerance;
        Mat codes;
        CertifiedClassifier::create(columnNet(1, .1), columns(), params)->classify(frame).getVotes(codes);
        int either = 0;
        for (int i = 0; i < codes.rows; i++)
            for (int c = 0; c < CLASSES; c++)
            {
                const double q = p.at<double>(i, c);
                const int expected = (q >= .3 ? 1 : 0) + (std::abs(q - .3) < tolerance ? 2 : 0);
                EXPECT_EQ(expected, codes.at<uchar>(i, c)) << q;
                either += expected >= 2;
            }
        EXPECT_EQ(tolerance > 0, either > 0);
    }
    // Top-1: a class that two changes of less than the tolerance could bring to the top.
    params.voteRule = VOTE_TOP1;
    params.tolerance = .1;
    Mat codes;
    CertifiedClassifier::create(columnNet(1, .1), columns(), params)->classify(frame).getVotes(codes);
    for (int i = 0; i < codes.rows; i++)
    {
        double top, second = -1;
        Point at;
        minMaxLoc(p.row(i), 0, &top, 0, &at);
        for (int c = 0; c < CLASSES; c++)
            if (c != at.x)
                second = std::max(second, p.at<double>(i, c));
        for (int c = 0; c < CLASSES; c++)
        {
            const bool near = c == at.x ? top - second < .2 : top - p.at<double>(i, c) < .2;
            EXPECT_EQ((c == at.x ? 1 : 0) + (near ? 2 : 0), codes.at<uchar>(i, c));
        }
    }
}

TEST(Derand_CertifiedClassifier, AToleranceBelowTheSpreadIsRefused)
{
    const Mat frame = randomFrame(INPUT, CV_8UC1);
    Params params = stripParams();
    Ptr<CertifiedClassifier> classifier =
            CertifiedClassifier::create(columnNet(1, .1, FLAW_SLOT), columns(), params);
    Mat automatic, own;
    classifier->classify(frame).getVotes(automatic);
    params.chunk = 12;
    params.tolerance = 1e-5; // 11 slots times 4e-5, halved by softmax
    classifier->setParams(params);
    EXPECT_REFUSED(classifier->classify(frame), "tolerance is 1e-05");
    params.tolerance = 1e-3;
    classifier->setParams(params);
    classifier->classify(frame).getVotes(own);
    EXPECT_TRUE(equal(automatic & 1, own & 1));
    params.chunk = 0; // one ablation at a time there is no spread
    params.tolerance = 1e-5;
    classifier->setParams(params);
    classifier->classify(frame).getVotes(own);
    EXPECT_TRUE(equal(automatic & 1, own & 1));
}

TEST(Derand_CertifiedClassifier, TheToleranceGrowsWithTheScores)
{
    // Rounding is relative to the scores, and a float frame may show any numbers.
    Mat frame, codes;
    randomFrame(INPUT, CV_8UC1).convertTo(frame, CV_32F);
    Ptr<CertifiedClassifier> classifier = CertifiedClassifier::create(columnNet(), columns(), stripParams());
    classifier->classify(frame).getVotes(codes);
    EXPECT_EQ(0, countNonZero(codes > 1));
    const Certificate c = classifier->classify(frame * 1e9);
    c.getVotes(codes);
    EXPECT_EQ((int)codes.total(), countNonZero(codes > 1)) << "the scores are some 1e9, so they say nothing";
    EXPECT_FALSE(c.holds(Size(1, 1)));
}

TEST(Derand_CertifiedClassifier, NarrowInputsFullBandsAndAbstentionWork)
{
    Mat frame = randomFrame(Size(7, 9), CV_8UC1);
    const Ablation ablations[] = {Ablation(ABLATION_COLUMN, 1, Size(1, 10)), Ablation(ABLATION_COLUMN, 12, INPUT),
                                  Ablation(ABLATION_ROW, 10, INPUT), Ablation(ABLATION_BLOCK, 1, Size(1, 1))};
    for (const Ablation& ablation : ablations)
    {
        Mat blob;
        blobFromAblations(Mat(ablation.inputSize, CV_32FC1, Scalar()), ablation, Range(0, 1), blob, ENCODING_STRIP);
        const dnn::Net net = linearNet((int)blob.total(), CLASSES);
        const Certificate c = CertifiedClassifier::create(net, ablation, stripParams())->classify(frame);
        EXPECT_EQ(ablation.count(), c.run.ablations);
        EXPECT_EQ(0, c.patch) << "a patch of one pixel touches every ablation";
    }
    Params params = stripParams();
    params.threshold = 1;
    const Certificate c = CertifiedClassifier::create(columnNet(1, .1), columns(), params)->classify(frame);
    EXPECT_EQ(INPUT.width, c.run.abstained);
    EXPECT_EQ(-1, c.label);
    EXPECT_EQ(0, c.votes);
    EXPECT_EQ(0, c.patch);
    EXPECT_FALSE(c.holds(Size(1, 1)));
}

TEST(Derand_CertifiedClassifier, ScoresThatAreNotWhatSoftmaxSaysGiveOneWarning)
{
    const struct
    {
        const char* layer; // behind the linear one, or none
        double strength;
        bool softmax;
        const char* warning; // or none
    } cases[] = {{"", 1, true, ""},
                 {"Softmax", 1, false, ""},
                 {"Softmax", 1, true, "they add up to 1"},
                 {"Sigmoid", 1, true, "from 0 to 1, as a sigmoid gives them"},
                 {"", 1, false, "so they are no probabilities"},    // signs
                 {"ReLU", 50, false, "so they are no probabilities"}, // above 1
                 {"Sigmoid", 1, false, "not to 1: right only for a net with a sigmoid for each class"}}; // sums
    for (const auto& example : cases)
    {
        SCOPED_TRACE(format("%s, softmax %d", example.layer, (int)example.softmax));
        dnn::Net net = columnNet(1, example.strength);
        dnn::LayerParams none;
        if (*example.layer)
            net.addLayerToPrev("last", example.layer, none);
        Params params = stripParams();
        params.softmax = example.softmax;
        const Ptr<CertifiedClassifier> classifier = CertifiedClassifier::create(net, columns(), params);
        const string log = logOf([&]()
        {
            for (int k = 0; k < 3; k++)
                classifier->classify(randomFrame(INPUT, CV_8UC1, k));
        });
        EXPECT_EQ(*example.warning ? 1 : 0, count(log, "Params::softmax")) << log;
        EXPECT_EQ(*example.warning ? 1 : 0, count(log, *example.warning ? example.warning : "probabilit")) << log;
    }
}

//---- bad input ----

TEST(Derand_CertifiedClassifier, BadSettingsAreRefusedAndLeaveTheObjectUsable)
{
    Ptr<CertifiedClassifier> classifier = CertifiedClassifier::create(columnNet(), columns(), stripParams());
    const Mat frame = randomFrame(INPUT, CV_8UC1);
    const Mat expected = votesOf(classifier->classify(frame));
    const auto refuses = [&](const std::function<void(Params&)>& change, const string& value)
    {
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
    refuses([](Params& p) { p.encoding = 4; }, "encoding is 4");
    refuses([](Params& p) { p.encoding = -1; }, "encoding is -1");
    refuses([](Params& p) { p.voteRule = 2; }, "voteRule is 2");
    refuses([](Params& p) { p.rule = 2; }, "rule is 2");
    refuses([=](Params& p) { p.mean[2] = nan; }, "mean");
    refuses([](Params& p) { p.labels.assign(1, "one"); }, "1 class");
}

TEST(Derand_CertifiedClassifier, WhatIsTooLargeForMemoryIsRefusedBeforeItIsMade)
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
    const Ptr<CertifiedClassifier> blocks =
            CertifiedClassifier::create(linearNet(3, 1000), Ablation(ABLATION_BLOCK, 1, Size(2048, 2048)), stripParams());
    EXPECT_REFUSED(blocks->classify(randomFrame(INPUT, CV_8UC1)), "4194304 ablations of 1000 classes are 4194304000 votes");
    const Mat image(3000, 3000, CV_32FC1, Scalar(0));
    Mat blob;
    EXPECT_REFUSED(blobFromAblations(image, Ablation(ABLATION_COLUMN, 5, image.size()), Range::all(), blob),
            "a blob of 3000 ablations has 54000000000 numbers");
}

TEST(Derand_CertifiedClassifier, AChunkIsNoLargerThanTheFramesCanFill)
{
    const WithoutRule last;
    int largest = 0; // batch
    const dnn::Net net = ruledBy([&](const Mat& in, Mat&) { largest = std::max(largest, in.size[0]); }, columnNet());
    Params params = stripParams();
    params.chunk = 1 << 16;
    const Ptr<CertifiedClassifier> classifier = CertifiedClassifier::create(net, columns(), params);
    const Mat frame = randomFrame(INPUT, CV_8UC1);
    const Mat expected = votesOf(CertifiedClassifier::create(columnNet(), columns(), stripParams())->classify(frame));
    largest = 0;
    EXPECT_TRUE(equal(expected, votesOf(classifier->classify(frame))));
    EXPECT_EQ(INPUT.width, largest);
    vector<Certificate> batch;
    classifier->classifyBatch(vector<Mat>(5, frame), batch);
    EXPECT_EQ(5 * INPUT.width, largest);
    params.reuse = true; // frames are evaluated one by one
    classifier->setParams(params);
    largest = 0;
    classifier->classifyBatch(vector<Mat>(5, frame), batch);
    EXPECT_TRUE(equal(expected, votesOf(batch[4])));
    EXPECT_EQ(INPUT.width, largest);
}

TEST(Derand_CertifiedClassifier, BadNetsAreRefused)
{
    EXPECT_REFUSED(CertifiedClassifier::create(dnn::Net(), columns()), "net is empty");
    EXPECT_REFUSED(CertifiedClassifier::create(columnNet(), Ablation()), "inputSize");
    EXPECT_REFUSED(CertifiedClassifier::create(columnNet(), Ablation(ABLATION_COLUMN, 13, INPUT)), "13");
    EXPECT_REFUSED(CertifiedClassifier::create(columnNet(), Ablation(ABLATION_COLUMN, 3, INPUT, 0)), "stride is 0");

    const Mat frame = randomFrame(INPUT, CV_8UC1);
    // One class only.
    EXPECT_REFUSED(CertifiedClassifier::create(linearNet(60, 1), columns(), stripParams())->classify(frame), "1 score");
    // A net of batch 1 with another chunk.
    Params chunk = stripParams();
    chunk.chunk = 4;
    EXPECT_REFUSED(CertifiedClassifier::create(columnNet(1, 1, FLAW_NONE, true), columns(), chunk)->classify(frame),
            "Params::chunk");
    // An output that is no row of scores.
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

TEST(Derand_CertifiedClassifier, BadFramesAreRefusedAndLeaveTheObjectUsable)
{
    Ptr<CertifiedClassifier> classifier = CertifiedClassifier::create(columnNet(3), columns(), stripParams(3));
    const Mat frame = randomFrame(INPUT, CV_8UC3);
    const Mat expected = votesOf(classifier->classify(frame));
    const auto refuses = [&](const Mat& bad, const string& value)
    {
        EXPECT_REFUSED(classifier->classify(bad), value);
        vector<Mat> batch(1, frame);
        batch.push_back(bad);
        vector<Certificate> certificates(7);
        EXPECT_REFUSED(classifier->classifyBatch(batch, certificates), "");
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

TEST(Derand_CertifiedClassifier, BackendAndTargetArePassedOn)
{
    Ptr<CertifiedClassifier> classifier = CertifiedClassifier::create(columnNet(), columns(), stripParams());
    const Mat frame = randomFrame(INPUT, CV_8UC1);
    const Mat expected = votesOf(classifier->classify(frame));
    classifier->setPreferableBackend(dnn::DNN_BACKEND_OPENCV);
    classifier->setPreferableTarget(dnn::DNN_TARGET_CPU);
    EXPECT_TRUE(equal(expected, votesOf(classifier->classify(frame))));
}

TEST(Derand_CertifiedClassifier, CertificatesAreTheOnesOfTheVotes)
{
    // classify() = votes + certify() of the same frame map.
    const Mat frame = randomFrame(Size(60, 44), CV_8UC1);
    for (int rule = CERTIFICATE_LOCATION; rule <= CERTIFICATE_MARGIN; rule++)
    {
        Params params = stripParams();
        params.rule = rule;
        params.threshold = .2;
        const Certificate c = CertifiedClassifier::create(columnNet(1, .1), columns(), params)->classify(frame);
        Mat codes;
        c.getVotes(codes);
        const Certificate d = certify(codes, columns(), FrameMap(frame.size(), Rect(Point(), frame.size())), rule);
        EXPECT_EQ(d.label, c.label);
        EXPECT_EQ(d.votes, c.votes);
        EXPECT_EQ(d.patch, c.patch);
        EXPECT_EQ(d.inputPatch, c.inputPatch);
    }
}

}} // namespace opencv_test
