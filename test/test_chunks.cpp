// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// How many ablations go through the net at a time, and which nets are refused more than one, or altogether?

#include "column_net.hpp"

namespace opencv_test { namespace {

TEST(Derand_Chunks, ANetThatMixesNeighboursIsRunOneAblationAtATime)
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

TEST(Derand_Chunks, ARandomOrStatefulNetIsRefused)
{
    const Flaw flaws[] = {FLAW_RANDOM, FLAW_STATE};
    for (Flaw flaw : flaws)
        for (int chunk = 0; chunk <= 2; chunk++)
        {
            Params params = stripParams();
            params.chunk = chunk;
            Ptr<CertifiedClassifier> classifier = CertifiedClassifier::create(columnNet(1, 1, flaw), columns(), params);
            EXPECT_REFUSED(classifier->classify(randomFrame(INPUT, CV_8UC1)), "from run to run") << (int)flaw;
        }
}

TEST(Derand_Chunks, ANetThatOverflowsOnOrdinaryPicturesIsRefused)
{
    Ptr<CertifiedClassifier> classifier = CertifiedClassifier::create(columnNet(1, 1, FLAW_OVERFLOW), columns(), stripParams());
    EXPECT_REFUSED(classifier->classify(randomFrame(INPUT, CV_8UC1)), "NaN or Inf for ordinary pictures: check");
}

TEST(Derand_Chunks, ABatchOneNetRunsOneAblationAtATime)
{
    const Mat frame = randomFrame(INPUT, CV_8UC1);
    const Certificate expected = CertifiedClassifier::create(columnNet(), columns(), stripParams())->classify(frame);
    const Certificate c = CertifiedClassifier::create(columnNet(1, 1, FLAW_NONE, true), columns(), stripParams())->classify(frame);
    EXPECT_TRUE(equal(votesOf(expected), votesOf(c)));
}

TEST(Derand_Chunks, AChunkIsNoLargerThanTheFramesCanFill)
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

}} // namespace opencv_test
