// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Regions of a frame: which pixels classify() reads, and that its certificates cover the whole frame.

#include "column_net.hpp"
#include "test_log.hpp"

namespace opencv_test { namespace {

const Size FRAME(46, 38);
const Rect REGIONS[] = {Rect(0, 0, 46, 38), Rect(0, 0, 12, 10), Rect(34, 28, 12, 10), Rect(7, 5, 30, 21), Rect(45, 37, 1, 1)};

Ptr<CertifiedClassifier> columnClassifier(const Params& params)
{
    return CertifiedClassifier::create(columnNet(params.channels), columns(), params);
}

TEST(Derand_Region, TheVotesAreThoseOfTheCutOutRegion)
{
    Params params = stripParams(3);
    const int interpolations[] = {INTER_NEAREST, INTER_LINEAR, INTER_AREA};
    for (int interpolation : interpolations)
        for (int crop = 0; crop < 2; crop++)
            for (int type : {CV_8UC3, CV_32FC3})
            {
                params.interpolation = interpolation;
                params.crop = crop != 0;
                const Ptr<CertifiedClassifier> classifier = columnClassifier(params);
                const Mat frame = randomFrame(FRAME, type);
                for (const Rect& region : REGIONS)
                {
                    const Certificate c = classifier->classify(frame, region), cut = classifier->classify(frame(region).clone());
                    EXPECT_TRUE(equal(votesOf(cut), votesOf(c))) << region << ", interpolation " << interpolation;
                    EXPECT_EQ(classifier->getFrameMap(region.size()).roi + region.tl(), classifier->getFrameMap(FRAME, region).roi);
                }
                EXPECT_TRUE(equal(votesOf(classifier->classify(frame)), votesOf(classifier->classify(frame, REGIONS[0]))));
            }
}

TEST(Derand_Region, OnlyItDecidesWhetherFloatFramesSeemToBeScaled)
{
    const Rect region(7, 5, 30, 21);
    for (const bool scaled : {false, true})
    {
        Mat frame(FRAME, CV_32FC1, Scalar(scaled ? 200 : .5));
        frame(region).setTo(scaled ? .5 : 200);
        const string log = logOf([&]() { columnClassifier(stripParams())->classify(frame, region); });
        EXPECT_EQ(scaled ? 1 : 0, count(log, "Params::scalefactor is for 0 to 255"));
    }
}

TEST(Derand_Region, PixelsOutsideAreNeverRead)
{
    const Ptr<CertifiedClassifier> classifier = columnClassifier(stripParams());
    const Mat frame = randomFrame(FRAME, CV_8UC1);
    for (const Rect& region : REGIONS)
    {
        Mat other = randomFrame(FRAME, CV_8UC1, 77);
        frame(region).copyTo(other(region));
        EXPECT_TRUE(equal(votesOf(classifier->classify(frame, region)), votesOf(classifier->classify(other, region)))) << region;
    }
}

// The blocks of the codec begin at the corner of the frame, wherever the region does.
TEST(Derand_Region, APatchIsSafeExactlyWhereTheVotesThatItTouchesInTheFrameAllowIt)
{
    Params params = stripParams();
    params.voteRule = VOTE_TOP1;
    const struct
    {
        int dilation;
        Size block;
        Point offset;
    } spreads[] = {{0, Size(1, 1), Point(-1, -1)}, {2, Size(1, 1), Point(-1, -1)}, {0, Size(8, 4), Point(0, 0)},
            {1, Size(8, 8), Point(3, 5)}};
    int safe = 0, unsafe = 0;
    for (const auto& spread : spreads)
    {
        params.dilation = spread.dilation;
        params.codecBlock = spread.block;
        params.codecOffset = spread.offset;
        const Ptr<CertifiedClassifier> classifier = columnClassifier(params);
        for (int k = 0; k < 5; k++)
        {
            Mat frame = randomFrame(FRAME, CV_8UC1, 50 + k);
            if (k > 1) // nearly the same everywhere: a lead that some patches cannot take
                frame = frame / 16 + 20 * k;
            for (const Rect& region : REGIONS)
            {
                const Certificate c = classifier->classify(frame, region);
                const Mat votes = votesOf(c);
                FrameMap map(FRAME, region, params.interpolation);
                map.dilation = params.dilation;
                map.codecBlock = params.codecBlock;
                map.codecOffset = params.codecOffset;
                const Size patch(3, 2);
                Mat safeMap;
                c.safeMap(patch, safeMap);
                ASSERT_EQ(Size(FRAME.width - 2, FRAME.height - 1), safeMap.size());
                bool everywhere = true;
                for (int y = 0; y < safeMap.rows; y++)
                    for (int x = 0; x < safeMap.cols; x++)
                    {
                        vector<int> touched;
                        columns().affected(map.touched(Rect(Point(x, y), patch), INPUT), touched);
                        int lead = INT_MAX; // over any other class, without the touched columns
                        for (int other = 0; other < CLASSES; other++)
                        {
                            if (other == c.label)
                                continue;
                            int left = -(c.label > other);
                            for (int i = 0; i < votes.rows; i++)
                                if (std::find(touched.begin(), touched.end(), i) == touched.end())
                                    left += votes.at<uchar>(i, c.label) - votes.at<uchar>(i, other);
                            lead = std::min(lead, left);
                        }
                        const bool expected = lead >= (int)touched.size();
                        ASSERT_EQ(expected ? 255 : 0, safeMap.at<uchar>(y, x)) << region << ", patch at " << x << ", " << y;
                        everywhere = everywhere && expected;
                        (expected ? safe : unsafe)++;
                    }
                ASSERT_EQ(everywhere, c.holds(patch)) << region;
            }
        }
    }
    EXPECT_GT(std::min(safe, unsafe), 1000);
}

TEST(Derand_Region, VotesAreKeptAndEvaluationsStopAsInTheWholeFrame)
{
    Params params = stripParams();
    const Ptr<CertifiedClassifier> full = columnClassifier(params);
    params.reuse = true;
    params.earlyStop = Size(2, 2);
    const Ptr<CertifiedClassifier> video = columnClassifier(params);
    Mat frame = randomFrame(FRAME, CV_8UC1);
    RNG rng(3);
    for (int k = 0; k < 40; k++)
    {
        if (k % 3 == 0)
            rng.fill(frame.col(rng.uniform(0, FRAME.width)), RNG::UNIFORM, 0, 256);
        const Rect& region = REGIONS[k / 2 % 5];
        const Certificate expected = full->classify(frame, region), c = video->classify(frame, region);
        EXPECT_EQ(expected.label, c.label) << k;
        EXPECT_EQ(expected.holds(Size(2, 2)), c.holds(Size(2, 2))) << k;
    }
}

TEST(Derand_Region, ThoseOutsideTheFrameAreRefused)
{
    const Ptr<CertifiedClassifier> classifier = columnClassifier(stripParams());
    const Mat frame = randomFrame(FRAME, CV_8UC1);
    const int most = INT_MAX;
    const Rect outside[] = {Rect(-1, 0, 5, 5), Rect(0, -1, 5, 5), Rect(40, 0, 7, 5), Rect(0, 30, 5, 9), Rect(46, 38, 1, 1),
            Rect(3, 3, 0, 0), Rect(0, 0, -1, 5), Rect(most, most, most, most), Rect(1, 1, most, most), Rect(-most, -most, most, most)};
    for (const Rect& region : outside)
    {
        EXPECT_REFUSED(classifier->classify(frame, region), "inside the frame of 46 x 38") << region;
        EXPECT_REFUSED(classifier->getFrameMap(FRAME, region), "inside the frame of 46 x 38") << region;
    }
    EXPECT_EQ(INPUT.width, classifier->classify(frame).run.ablations);
}

}} // namespace opencv_test
