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

#define DERAND_PERF_LARGEST_SQUARE(name, type, width, side, classes, frame) \
    PERF_TEST(Certificate, largest_square_##name)                           \
    {                                                                       \
        const Ablation ablation(type, width, Size(side, side));             \
        const Mat votes = votesOf(ablation, classes, .9);                   \
        const FrameMap map = frame;                                         \
        Certificate c;                                                      \
        TEST_CYCLE() c = certify(votes, ablation, map);                     \
        EXPECT_GT(c.patch, 0);                                              \
        SANITY_CHECK_NOTHING();                                             \
    }

DERAND_PERF_LARGEST_SQUARE(32_columns_10_classes, ABLATION_COLUMN, 4, 32, 10, FrameMap())
DERAND_PERF_LARGEST_SQUARE(299_columns_1000_classes, ABLATION_COLUMN, 25, 299, 1000, FrameMap())
DERAND_PERF_LARGEST_SQUARE(299_columns_1000_classes_640x480, ABLATION_COLUMN, 25, 299, 1000,
        FrameMap(Size(640, 480), Rect(0, 0, 640, 480)))
DERAND_PERF_LARGEST_SQUARE(32x32_blocks_43_classes, ABLATION_BLOCK, 8, 32, 43, FrameMap())

// So many patches of this part of the largest square.
#define DERAND_PERF_HOLDS(name, type, width, side, classes, part, patches)       \
    PERF_TEST(Certificate, name)                                                 \
    {                                                                            \
        const Ablation ablation(type, width, Size(side, side));                  \
        const Certificate c = certify(votesOf(ablation, classes, .9), ablation); \
        const Size patch(c.patch / part, c.patch / part);                        \
        bool holds = false;                                                      \
        TEST_CYCLE() holds = c.holds(patch, patches);                            \
        EXPECT_TRUE(holds);                                                      \
        SANITY_CHECK_NOTHING();                                                  \
    }

DERAND_PERF_HOLDS(holds_299_columns_1000_classes, ABLATION_COLUMN, 25, 299, 1000, 1, 1)
DERAND_PERF_HOLDS(holds_32x32_blocks_43_classes, ABLATION_BLOCK, 8, 32, 43, 1, 1)
DERAND_PERF_HOLDS(two_patches_299_columns_1000_classes, ABLATION_COLUMN, 25, 299, 1000, 3, 2)
DERAND_PERF_HOLDS(two_patches_32x32_blocks_43_classes, ABLATION_BLOCK, 8, 32, 43, 2, 2)

}} // namespace opencv_test
