// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "perf_precomp.hpp"

namespace opencv_test { namespace {

//! Most ablations vote for one class, the others for a few of all the others, so that every class has votes.
Mat votesOf(const Ablation& ablation, int classes, double lead)
{
    Mat votes(ablation.count(), classes, CV_8UC1, Scalar(0));
    RNG rng(1);
    for (int i = 0; i < votes.rows; i++)
    {
        for (int k = 0; k < 1 + classes / votes.rows; k++)
            votes.at<uchar>(i, rng.uniform(0, classes)) = 1;
        votes.at<uchar>(i, classes / 2) = rng.uniform(0., 1.) < lead;
    }
    return votes;
}

PERF_TEST(Certificate, largest_square_32_columns_10_classes)
{
    const Ablation ablation(ABLATION_COLUMN, 4, Size(32, 32));
    const Mat votes = votesOf(ablation, 10, .9);
    Certificate c;
    TEST_CYCLE() c = certify(votes, ablation);
    EXPECT_GT(c.patch, 0);
    SANITY_CHECK_NOTHING();
}

PERF_TEST(Certificate, largest_square_299_columns_1000_classes)
{
    const Ablation ablation(ABLATION_COLUMN, 25, Size(299, 299));
    const Mat votes = votesOf(ablation, 1000, .9);
    Certificate c;
    TEST_CYCLE() c = certify(votes, ablation);
    EXPECT_GT(c.patch, 0);
    SANITY_CHECK_NOTHING();
}

PERF_TEST(Certificate, largest_square_299_columns_1000_classes_640x480)
{
    const Ablation ablation(ABLATION_COLUMN, 25, Size(299, 299));
    const Mat votes = votesOf(ablation, 1000, .9);
    const FrameMap frame(Size(640, 480), Rect(0, 0, 640, 480));
    Certificate c;
    TEST_CYCLE() c = certify(votes, ablation, frame);
    EXPECT_GT(c.patch, 0);
    SANITY_CHECK_NOTHING();
}

PERF_TEST(Certificate, largest_square_32x32_blocks_43_classes)
{
    const Ablation ablation(ABLATION_BLOCK, 8, Size(32, 32));
    const Mat votes = votesOf(ablation, 43, .9);
    Certificate c;
    TEST_CYCLE() c = certify(votes, ablation);
    EXPECT_GT(c.patch, 0);
    SANITY_CHECK_NOTHING();
}

PERF_TEST(Certificate, holds_299_columns_1000_classes)
{
    const Ablation ablation(ABLATION_COLUMN, 25, Size(299, 299));
    const Certificate c = certify(votesOf(ablation, 1000, .9), ablation);
    bool holds = false;
    TEST_CYCLE() holds = c.holds(Size(c.patch, c.patch));
    EXPECT_TRUE(holds);
    SANITY_CHECK_NOTHING();
}

PERF_TEST(Certificate, holds_32x32_blocks_43_classes)
{
    const Ablation ablation(ABLATION_BLOCK, 8, Size(32, 32));
    const Certificate c = certify(votesOf(ablation, 43, .9), ablation);
    bool holds = false;
    TEST_CYCLE() holds = c.holds(Size(c.patch, c.patch));
    EXPECT_TRUE(holds);
    SANITY_CHECK_NOTHING();
}

PERF_TEST(Certificate, two_patches_299_columns_1000_classes)
{
    const Ablation ablation(ABLATION_COLUMN, 25, Size(299, 299));
    const Certificate c = certify(votesOf(ablation, 1000, .9), ablation);
    const Size patch(c.patch / 3, c.patch / 3);
    bool holds = false;
    TEST_CYCLE() holds = c.holds(patch, 2);
    EXPECT_TRUE(holds);
    SANITY_CHECK_NOTHING();
}

PERF_TEST(Certificate, two_patches_32x32_blocks_43_classes)
{
    const Ablation ablation(ABLATION_BLOCK, 8, Size(32, 32));
    const Certificate c = certify(votesOf(ablation, 43, .9), ablation);
    const Size patch(c.patch / 2, c.patch / 2);
    bool holds = false;
    TEST_CYCLE() holds = c.holds(patch, 2);
    EXPECT_TRUE(holds);
    SANITY_CHECK_NOTHING();
}

}} // namespace opencv_test
