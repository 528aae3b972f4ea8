// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// For patches of which size and place does a certificate hold, in pixels of the input and of a frame?

#include "certificate_cases.hpp"

#include <climits>

namespace opencv_test { namespace {

class Derand_CertificateSizes : public CertificateCases
{};

TEST_P(Derand_CertificateSizes, PatchIsTheLargestSquareThatHolds)
{
    ref::Outcomes outcomes;
    for (Case& example : randomCases(1001, 400, blocks() ? 9 : 24, 3))
    {
        for (int rule = CERTIFICATE_LOCATION; rule <= CERTIFICATE_MARGIN; rule++)
        {
            const Certificate c = example.certificate(rule);
            const int largest = largestSquare(c);
            ASSERT_EQ(largest, c.patch) << example;
            ASSERT_EQ(largest, c.inputPatch) << "without a frame they are the same";
            outcomes.add(largest > 0);
        }
        int truth = 0;
        while (truth < 50 && example.place(Size(truth + 1, truth + 1)).holds())
            truth++;
        ASSERT_EQ(truth, example.certificate().patch) << example;
    }
    EXPECT_GT(outcomes.rarer(), 40);
}

TEST_P(Derand_CertificateSizes, WhatHoldsForAPatchHoldsForEveryPatchInsideIt)
{
    ref::Outcomes outcomes;
    for (const Case& example : randomCases(1101, 150, 10, 3))
        for (int rule = CERTIFICATE_LOCATION; rule <= CERTIFICATE_MARGIN; rule++)
        {
            const Certificate c = example.certificate(rule);
            for (int h = 1; h <= 11; h++)
                for (int w = 1; w <= 11; w++)
                {
                    if (!outcomes.add(c.holds(Size(w, h))))
                        continue;
                    ASSERT_TRUE(w == 1 || c.holds(Size(w - 1, h))) << example << Size(w, h) << " holds";
                    ASSERT_TRUE(h == 1 || c.holds(Size(w, h - 1))) << example << Size(w, h) << " holds";
                }
        }
    EXPECT_GT(outcomes.rarer(), 100);
}

TEST_P(Derand_CertificateSizes, SafeMapIsTheAnswerOfEachLocation)
{
    ref::Outcomes outcomes, byMargin;
    for (Case& example : randomCases(1201, 500, blocks() ? 7 : 16, 4))
    {
        if (rng.uniform(0, 5) == 0)
            blur(rng, example.votes, 2);
        const bool framed = rng.uniform(0, 2) == 1;
        if (framed)
            example.frame = randomFrameMap(rng, 16);
        const Size size = framed ? example.frame.frameSize : example.ablation.inputSize;
        const Size patch = ref::randomSize(rng, 1, 5); // at times longer than the frame
        example.place(patch);
        Mat map(2, 2, CV_16S), weaker;
        example.certificate().safeMap(patch, map);
        const Certificate margin = example.certificate(CERTIFICATE_MARGIN);
        margin.safeMap(patch, weaker);

        ASSERT_EQ(CV_8UC1, map.type());
        ASSERT_EQ(Size(std::max(1, size.width - patch.width + 1), std::max(1, size.height - patch.height + 1)), map.size());
        ASSERT_EQ(map.size(), weaker.size());
        for (int y = 0; y < map.rows; y++)
            for (int x = 0; x < map.cols; x++)
            {
                const ref::Set& hit = example.sets[y * map.cols + x];
                const bool safe = ref::holds(example.votes, vector<ref::Set>(1, hit), example.minVotes);
                ASSERT_EQ(outcomes.add(safe) ? 255 : 0, map.at<uchar>(y, x)) << example << "at " << Point(x, y);
                const bool safeByMargin = example.holdsByMargin({margin.label}, (int)hit.count());
                ASSERT_EQ(byMargin.add(safeByMargin) ? 255 : 0, weaker.at<uchar>(y, x)) << example << "at " << Point(x, y);
                ASSERT_TRUE(safe || !safeByMargin) << example << "at " << Point(x, y);
            }
    }
    EXPECT_GT(outcomes.rarer(), 1000);
    EXPECT_GT(byMargin.rarer(), 500);
}

TEST_P(Derand_CertificateSizes, FramePixelsAreMappedLocationByLocation)
{
    ref::Outcomes one, two;
    for (Case& example : randomCases(1301, 2000, blocks() ? 7 : 20, 3))
    {
        example.frame = randomFrameMap(rng, 24);
        example.place(ref::randomSize(rng, 1, 5));
        const Certificate c = example.certificate(), margin = example.certificate(CERTIFICATE_MARGIN);
        ASSERT_EQ(one.add(example.holds()), c.holds(example.patch)) << example;
        ASSERT_EQ(two.add(example.holds(2)), c.holds(example.patch, 2)) << example;
        ASSERT_TRUE(blocks() || example.holds(3) == c.holds(example.patch, 3)) << example;
        ASSERT_EQ(example.holdsByMargin(), margin.holds(example.patch)) << example;
        ASSERT_EQ(largestSquare(c), c.patch) << example;
        ASSERT_EQ(Case(example.ablation, example.votes, example.minVotes).certificate().patch, c.inputPatch);
    }
    EXPECT_GT(one.rarer(), 40);
    EXPECT_GT(two.yes, 10);
    EXPECT_GT(two.no, 40);
}

TEST(Derand_CertificateSizes, OfColumnsKnowsNoHeightAndOfRowsNoWidth)
{
    RNG rng(1601);
    ref::Outcomes outcomes;
    for (int k = 0; k < 200; k++)
    {
        const Certificate columns = certify(ref::randomVotes(rng, 12, 3, true), Ablation(ABLATION_COLUMN, 2, Size(12, 9)));
        const Certificate rows = certify(ref::randomVotes(rng, 9, 3, true), Ablation(ABLATION_ROW, 2, Size(12, 9)));
        for (int m = 1; m < 4; m++)
        {
            const bool narrow = outcomes.add(columns.holds(Size(m, 1)));
            EXPECT_EQ(narrow, columns.holds(Size(m, 9)));
            EXPECT_EQ(narrow, columns.holds(Size(m, INT_MAX)));
            const bool flat = outcomes.add(rows.holds(Size(1, m)));
            EXPECT_EQ(flat, rows.holds(Size(12, m)));
            EXPECT_EQ(flat, rows.holds(Size(INT_MAX, m)));
        }
    }
    EXPECT_GT(outcomes.rarer(), 100);
}

TEST(Derand_CertificateSizes, APatchThatCoversTheFrameIsNeverHarmless)
{
    const Ablation a(ABLATION_BLOCK, 2, Size(6, 5));
    Votes votes(30, 3, (uchar)0);
    votes.col(1).setTo(1);
    const Certificate c = certify(votes, a);
    EXPECT_TRUE(c.holds(Size(2, 2)));
    for (int side : {6, 7, 1000000, INT_MAX})
        EXPECT_FALSE(c.holds(Size(side, side))) << side;
    Mat map;
    c.safeMap(Size(INT_MAX, INT_MAX), map);
    ASSERT_EQ(Size(1, 1), map.size());
    EXPECT_EQ(0, map.at<uchar>(0, 0));
    EXPECT_FALSE(c.staysIn({0, 1, 2}, Size(INT_MAX, INT_MAX))) << "perhaps nobody votes then";
    EXPECT_TRUE(c.staysIn({0, 1, 2}, Size(4, 3)));
}

DERAND_FOR_EVERY_SCHEME(Derand_CertificateSizes);

}} // namespace opencv_test
