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

// Questions of 12,544 block positions of an input of 224 x 224, 1000 classes, each with a vote: below 100 ms each.
#define DERAND_PERF_BLOCKS_224(name, part, patches)                                                          \
    PERF_TEST(Certificate, name##_12544_blocks_1000_classes)                                                 \
    {                                                                                                        \
        const Ablation ablation(ABLATION_BLOCK, 20, Size(224, 224), 2);                                      \
        const Certificate c = certify(votesOf(ablation, 1000, .9), ablation);                                \
        const int side = cvRound(c.patch * part);                                                            \
        const Size patch(side, side);                                                                        \
        bool holds = false;                                                                                  \
        TEST_CYCLE() holds = c.holds(patch, patches);                                                        \
        std::cout << format("%d of %d x %d: %s", patches, side, side, holds ? "hold" : "do not") << std::endl; \
        EXPECT_EQ(12544, c.run.ablations);                                                                       \
        SANITY_CHECK_NOTHING();                                                                              \
    }

DERAND_PERF_BLOCKS_224(holds, 1., 1)
DERAND_PERF_BLOCKS_224(two_patches_of_a_third_of, .333, 2)
DERAND_PERF_BLOCKS_224(two_patches_of_two_thirds_of, .667, 2)
DERAND_PERF_BLOCKS_224(two_patches_of_the_largest_for, 1., 2)

PERF_TEST(Certificate, largest_square_12544_blocks_1000_classes)
{
    const Ablation ablation(ABLATION_BLOCK, 20, Size(224, 224), 2);
    const Mat votes = votesOf(ablation, 1000, .9);
    Certificate c;
    TEST_CYCLE() c = certify(votes, ablation);
    EXPECT_GT(c.patch, 0);
    SANITY_CHECK_NOTHING();
}

//! 30 frames of 1920 x 1080 of 224 columns and 1000 classes.
std::vector<Certificate> framesOfVideo()
{
    const Ablation ablation(ABLATION_COLUMN, 19, Size(224, 224));
    const FrameMap map(Size(1920, 1080), Rect(0, 0, 1920, 1080));
    std::vector<Certificate> frames;
    for (int t = 0; t < 30; t++)
        frames.push_back(certify(votesOf(ablation, 1000, .6 + .01 * t), ablation, map));
    return frames;
}

PERF_TEST(Certificate, pool_30_frames_224_columns_1000_classes)
{
    const std::vector<Certificate> frames = framesOfVideo();
    Certificate c;
    TEST_CYCLE() c = Certificate::pool(frames);
    EXPECT_GT(c.patch, 0);
    SANITY_CHECK_NOTHING();
}

// The largest patch that holds, one that does not, and two.
#define DERAND_PERF_POOLED(name, question)                               \
    PERF_TEST(Certificate, name##_in_30_frames_224_columns_1000_classes) \
    {                                                                    \
        const Certificate c = Certificate::pool(framesOfVideo());        \
        const Size largest(c.patch, c.patch);                            \
        bool answer = false;                                             \
        TEST_CYCLE() answer = question;                                  \
        EXPECT_EQ(c.holds(largest), answer);                             \
        SANITY_CHECK_NOTHING();                                          \
    }

DERAND_PERF_POOLED(holds, c.holds(largest))
DERAND_PERF_POOLED(holds_not, !c.holds(Size(c.patch + 1, c.patch + 1)))
DERAND_PERF_POOLED(two_patches, c.holds(largest / 3, 2))
DERAND_PERF_POOLED(never_becomes, c.neverBecomes(3, largest))

}} // namespace opencv_test
