// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Which votes result from scores that are inexact: rounding, NaN and Inf, neither logits nor probabilities?

#include "column_net.hpp"
#include "test_log.hpp"

#include <cfloat>

namespace opencv_test { namespace {

TEST(Derand_Scores, NaNAndInfAbstainAndAreCounted)
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
            if (i >= 3 && i <= 5)                                      // columns 3, 4 and 5 retain pixel 5
                invalid += countNonZero(codes.row(i) == 2) == CLASSES; // no vote, and any vote is possible
            else
                EXPECT_TRUE(equal(cleanCodes.row(i), codes.row(i))) << i;
        EXPECT_EQ(c.run.invalid, invalid);
    }
    // No state is left behind.
    Mat codes, cleanCodes;
    classifier->classify(frame).getVotes(codes);
    clean.getVotes(cleanCodes);
    EXPECT_TRUE(equal(cleanCodes, codes));
}

TEST(Derand_Scores, ProbabilitiesWithinTheToleranceAreEither)
{
    const Mat frame = randomFrame(INPUT, CV_8UC1);
    const Mat image = imageOf(frame);
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

TEST(Derand_Scores, AProbabilityEqualToTheThresholdVotes)
{
    // The scores are the bias, whatever the picture.
    const Mat bias = (Mat_<float>(1, CLASSES) << .25f, .5f, .75f, .5f - FLT_EPSILON);
    dnn::LayerParams constant;
    constant.set("num_output", CLASSES);
    constant.set("axis", 1);
    constant.set("bias_term", true);
    constant.blobs.push_back(Mat::zeros(CLASSES, 2 * 3 * 10, CV_32F));
    constant.blobs.push_back(bias);
    dnn::Net net;
    net.addLayerToPrev("scores", "InnerProduct", constant);
    Params params = stripParams();
    params.softmax = false;
    params.tolerance = 0;
    params.threshold = .5;
    const Certificate c = CertifiedClassifier::create(net, columns(), params)->classify(randomFrame(INPUT, CV_8UC1));
    Mat codes;
    c.getVotes(codes);
    const Mat expected = (Mat_<uchar>(1, CLASSES) << 0, 1, 1, 0);
    for (int i = 0; i < codes.rows; i++)
        EXPECT_TRUE(equal(expected, codes.row(i))) << codes.row(i);
}

TEST(Derand_Scores, AToleranceBelowTheSpreadIsRefused)
{
    const Mat frame = randomFrame(INPUT, CV_8UC1);
    Params params = stripParams();
    Ptr<CertifiedClassifier> classifier = CertifiedClassifier::create(columnNet(1, .1, FLAW_SLOT), columns(), params);
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

TEST(Derand_Scores, TheToleranceGrowsWithTheScores)
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

TEST(Derand_Scores, ScoresThatAreNotWhatSoftmaxSaysGiveOneWarning)
{
    const struct
    {
        const char* layer; // behind the linear one, or none
        double strength;
        bool softmax;
        const char* warning; // or none
    } cases[] = {{"", 1, true, ""}, {"Softmax", 1, false, ""}, {"Softmax", 1, true, "they add up to 1"},
            {"Sigmoid", 1, true, "from 0 to 1, as a sigmoid gives them"}, {"", 1, false, "so they are not probabilities"}, // signs
            {"ReLU", 50, false, "so they are not probabilities"},                                // above 1
            {"Sigmoid", 1, false, "not 1: right only for a net with a sigmoid for each class"}}; // sums
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
        const string log = logOf([&]() {
            for (int k = 0; k < 3; k++)
                classifier->classify(randomFrame(INPUT, CV_8UC1, k));
        });
        EXPECT_EQ(*example.warning ? 1 : 0, count(log, "Params::softmax")) << log;
        EXPECT_EQ(*example.warning ? 1 : 0, count(log, *example.warning ? example.warning : "probabilit")) << log;
    }
}

}} // namespace opencv_test
