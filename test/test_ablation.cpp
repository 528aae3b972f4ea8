// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// How many ablations are there, which pixels does each retain, and which of them does a patch affect?

#include "reference.hpp"

#include <climits>

namespace opencv_test { namespace {

//! Calls visit(ablation) for every scheme, band, stride and input with sides up to maxSide, with and without wrap-around.
template<class Visitor> void forEachAblation(int maxSide, Visitor visit)
{
    for (int type = ABLATION_COLUMN; type <= ABLATION_BLOCK; type++)
        for (int height = 1; height <= maxSide; height++)
            for (int width = 1; width <= maxSide; width++)
            {
                const int limit = type == ABLATION_COLUMN ? width : type == ABLATION_ROW ? height : std::min(width, height);
                for (int s = 1; s <= limit; s++)
                    for (int stride = 1; stride <= maxSide + 1; stride++)
                        for (bool wrap : {true, false})
                        {
                            visit(Ablation(type, s, Size(width, height), stride, wrap));
                            if (::testing::Test::HasFatalFailure())
                                return;
                        }
            }
}

vector<int> members(const ref::Set& set)
{
    vector<int> indices;
    for (int i = 0; i < (int)set.size(); i++)
        if (set[i])
            indices.push_back(i);
    return indices;
}

TEST(Derand_Ablation, CountsEveryStridethPosition)
{
    forEachAblation(8, [](const Ablation& a) { ASSERT_EQ(ref::count(a), a.count()) << ref::describe(a); });
    EXPECT_EQ(45, Ablation(ABLATION_COLUMN, 19, Size(224, 100), 5).count());
    EXPECT_EQ(20, Ablation(ABLATION_ROW, 19, Size(224, 100), 5).count());
    EXPECT_EQ(45 * 20, Ablation(ABLATION_BLOCK, 19, Size(224, 100), 5).count());
}

TEST(Derand_Ablation, RetainsBandsAndBlocksThatWrapAroundTheBorderOrEndThere)
{
    forEachAblation(7, [](const Ablation& a) {
        const vector<ref::Set> expected = ref::retained(a);
        for (int i = 0; i < (int)expected.size(); i++)
        {
            Mat mask;
            a.retained(i, mask);
            ASSERT_EQ(CV_8UC1, mask.type());
            ASSERT_EQ(a.inputSize, mask.size());
            for (int y = 0; y < mask.rows; y++)
                for (int x = 0; x < mask.cols; x++)
                    ASSERT_EQ(expected[i][y * mask.cols + x] ? 255 : 0, mask.at<uchar>(y, x))
                            << ref::describe(a) << ", ablation " << i << " at " << Point(x, y);
        }
    });
}

TEST(Derand_Ablation, WritesTheMaskIntoAnyOutput)
{
    const Ablation a(ABLATION_BLOCK, 2, Size(5, 4));
    Mat expected, reused(3, 3, CV_32FC3, Scalar::all(5));
    UMat onDevice;
    a.retained(19, expected);
    a.retained(19, reused);
    a.retained(19, onDevice);
    EXPECT_EQ(4, cv::countNonZero(expected));
    EXPECT_EQ(CV_8UC1, reused.type());
    EXPECT_EQ(0, cv::norm(expected, reused, NORM_INF));
    EXPECT_EQ(0, cv::norm(expected, onDevice.getMat(ACCESS_READ), NORM_INF));
}

TEST(Derand_Ablation, APatchAffectsTheAblationsThatRetainOneOfItsPixels)
{
    forEachAblation(7, [](const Ablation& a) {
        const vector<ref::Set> retained = ref::retained(a);
        vector<int> indices;
        for (int h = 1; h <= a.inputSize.height; h++)
            for (int w = 1; w <= a.inputSize.width; w++)
                for (const Rect& patch : ref::locations(Size(w, h), a.inputSize))
                {
                    a.affected(patch, indices);
                    const ref::Set hit = ref::touching(retained, ref::covered(patch, a.inputSize));
                    ASSERT_EQ(members(hit), indices) << ref::describe(a) << ", patch " << patch;
                }
    });
}

TEST(Derand_Ablation, ThePartOfAPatchOutsideTheInputAffectsNothing)
{
    for (int type = ABLATION_COLUMN; type <= ABLATION_BLOCK; type++)
        for (int stride = 1; stride <= 6; stride++)
        {
            const Ablation a(type, 2, Size(5, 4), 1 + stride % 3, stride <= 3);
            const vector<ref::Set> retained = ref::retained(a);
            vector<int> indices;
            for (int y = -4; y <= 6; y++)
                for (int x = -4; x <= 7; x++)
                    for (int h = 1; h <= 9; h += 2)
                        for (int w = 1; w <= 9; w++)
                        {
                            const Rect patch(x, y, w, h);
                            a.affected(patch, indices);
                            const ref::Set hit = ref::touching(retained, ref::covered(patch, a.inputSize));
                            ASSERT_EQ(members(hit), indices) << ref::describe(a) << ", patch " << patch;
                        }
            a.affected(Rect(3, 2, INT_MAX, INT_MAX), indices);
            EXPECT_EQ(members(ref::touching(retained, ref::covered(Rect(3, 2, 2, 2), a.inputSize))), indices)
                    << "a patch that is larger than any image";
        }
}

TEST(Derand_Ablation, MaxAffectedIsTheWorstOfAllLocations)
{
    forEachAblation(7, [](const Ablation& a) {
        for (int h = 1; h <= 8; h++)
            for (int w = 1; w <= 8; w++)
                ASSERT_EQ(ref::largest(ref::affected(a, Size(w, h))), a.maxAffected(Size(w, h)))
                        << ref::describe(a) << ", patch " << w << " x " << h;
    });
}

TEST(Derand_Ablation, EveryPositionGivesTheFormulaOfThePaper)
{
    // Levine and Feizi 2020, Theorem 2: m + s - 1 columns, (m + s - 1)^2 blocks; clamped to what is there.
    for (int s = 1; s <= 40; s += 3)
        for (int m = 1; m <= 45; m += 2)
        {
            const int columns = std::min(40, m + s - 1), rows = std::min(50, m + s - 1);
            EXPECT_EQ(columns, Ablation(ABLATION_COLUMN, s, Size(40, 50)).maxAffected(Size(m, 3)));
            EXPECT_EQ(rows, Ablation(ABLATION_ROW, s, Size(40, 50)).maxAffected(Size(3, m)));
            EXPECT_EQ(columns * rows, Ablation(ABLATION_BLOCK, s, Size(40, 50)).maxAffected(Size(m, m)));
        }
}

TEST(Derand_Ablation, AStrideThatDoesNotDivideTheWidthHasAShortGapAtTheWrapAround)
{
    // The published ceil((m + s - 1) / t) says 10 and 5 here: one ablation too few, a false certificate.
    EXPECT_EQ(11, Ablation(ABLATION_COLUMN, 19, Size(224, 224), 5).maxAffected(Size(32, 32)));
    EXPECT_EQ(6, Ablation(ABLATION_COLUMN, 19, Size(224, 224), 10).maxAffected(Size(32, 32)));
    EXPECT_EQ(11, Ablation(ABLATION_ROW, 19, Size(224, 224), 5).maxAffected(Size(32, 32)));
    EXPECT_EQ(36, Ablation(ABLATION_BLOCK, 19, Size(224, 224), 10).maxAffected(Size(32, 32)));
    EXPECT_EQ(50, Ablation(ABLATION_COLUMN, 19, Size(224, 224), 1).maxAffected(Size(32, 32)));

    for (int stride = 1; stride <= 12; stride++)
    {
        const Ablation a(ABLATION_COLUMN, 19, Size(224, 1), stride);
        EXPECT_EQ(ref::largest(ref::affected(a, Size(32, 1))), a.maxAffected(Size(32, 1))) << ref::describe(a);
    }
}

TEST(Derand_Ablation, WithoutWrapAroundOnlyWhatLiesInsideTheInputExists)
{
    EXPECT_TRUE(Ablation().wrap && Ablation(ABLATION_ROW, 2, Size(5, 5)).wrap) << "the default";
    // BagNet-17 and BagNet-33 on 224 x 224: maps of 26 x 26 and 24 x 24 places.
    const Ablation bagNet17(ABLATION_BLOCK, 17, Size(224, 224), 8, false), bagNet33(ABLATION_BLOCK, 33, Size(224, 224), 8, false);
    EXPECT_EQ(26 * 26, bagNet17.count());
    EXPECT_EQ(24 * 24, bagNet33.count());
    EXPECT_EQ(6 * 6, bagNet17.maxAffected(Size(32, 32)));
    EXPECT_EQ(8 * 8, bagNet33.maxAffected(Size(32, 32)));

    const Ablation a(ABLATION_COLUMN, 4, Size(12, 3), 3, false); // 0..3, 3..6, 6..9
    ASSERT_EQ(3, a.count());
    const vector<vector<int>> touched = {{0}, {0}, {0}, {0, 1}, {1}, {1}, {1, 2}, {2}, {2}, {2}, {}, {}};
    vector<int> indices;
    for (int x = 0; x < 12; x++)
    {
        a.affected(Rect(x, 0, 1, 3), indices);
        EXPECT_EQ(touched[x], indices) << x;
    }
    for (int stride : {1, 2, 12, 99}) // as wide as the input: once, whatever the stride
        EXPECT_EQ(1, Ablation(ABLATION_COLUMN, 12, Size(12, 3), stride, false).count());
}

TEST(Derand_Ablation, WithoutWrapAroundAPatchTouchesAsManyAsTheClosedFormSays)
{
    for (int length = 1; length <= 15; length++)
        for (int s = 1; s <= length; s++)
            for (int stride = 1; stride <= 16; stride++)
            {
                const Ablation a(ABLATION_ROW, s, Size(1, length), stride, false);
                for (int m = 1; m <= length; m++)
                    ASSERT_EQ(std::min(ref::count(a), (m + s - 1 + stride - 1) / stride), a.maxAffected(Size(1, m)))
                            << ref::describe(a) << m;
            }
}

TEST(Derand_Ablation, ABandAsWideAsTheInputIsTouchedByEveryPatch)
{
    const Ablation columns(ABLATION_COLUMN, 6, Size(6, 3)), rows(ABLATION_ROW, 3, Size(6, 3), 2);
    const Ablation block(ABLATION_BLOCK, 4, Size(4, 4));
    EXPECT_EQ(6, columns.maxAffected(Size(1, 1)));
    EXPECT_EQ(2, rows.maxAffected(Size(1, 1)));
    EXPECT_EQ(16, block.maxAffected(Size(1, 1)));
    Mat mask;
    columns.retained(5, mask);
    EXPECT_EQ(18, cv::countNonZero(mask));
}

TEST(Derand_Ablation, ASideLongerThanTheInputCountsAsCoveringIt)
{
    for (int stride = 1; stride <= 4; stride++)
    {
        const Ablation a(ABLATION_BLOCK, 2, Size(7, 5), stride);
        EXPECT_EQ(a.maxAffected(Size(7, 2)), a.maxAffected(Size(8, 2)));
        EXPECT_EQ(a.maxAffected(Size(7, 2)), a.maxAffected(Size(INT_MAX, 2)));
        EXPECT_EQ(a.count(), a.maxAffected(Size(INT_MAX, INT_MAX)));
        const Ablation inside(ABLATION_BLOCK, 2, Size(7, 5), stride, false);
        EXPECT_EQ(inside.count(), inside.maxAffected(Size(INT_MAX, INT_MAX)));
    }
}

//! Every function refuses the ablation, with a code that the header names.
void expectRefusedEverywhere(const Ablation& a, const string& value)
{
    Mat mask;
    vector<int> indices;
    EXPECT_REFUSED(a.count(), value);
    EXPECT_REFUSED(a.retained(0, mask), value);
    EXPECT_REFUSED(a.affected(Rect(0, 0, 1, 1), indices), value);
    EXPECT_REFUSED(a.maxAffected(Size(1, 1)), value);
    try
    {
        a.count();
    }
    catch (const cv::Exception& e)
    {
        EXPECT_TRUE(e.code == Error::StsBadArg || e.code == Error::StsOutOfRange) << e.what();
    }
}

TEST(Derand_Ablation, FieldsThatDescribeNoAblationAreRefused)
{
    expectRefusedEverywhere(Ablation(), "inputSize is 0 x 0");
    expectRefusedEverywhere(Ablation(7, 2, Size(5, 5)), "type is 7");
    expectRefusedEverywhere(Ablation(-3, 2, Size(5, 5)), "type is -3");
    expectRefusedEverywhere(Ablation(ABLATION_COLUMN, 0, Size(5, 5)), "width is 0");
    expectRefusedEverywhere(Ablation(ABLATION_ROW, -4, Size(5, 5)), "width is -4");
    expectRefusedEverywhere(Ablation(ABLATION_COLUMN, 17, Size(16, 33)), "width is 17");
    expectRefusedEverywhere(Ablation(ABLATION_ROW, 17, Size(33, 16)), "width is 17");
    expectRefusedEverywhere(Ablation(ABLATION_BLOCK, 17, Size(33, 16)), "width is 17");
    expectRefusedEverywhere(Ablation(ABLATION_BLOCK, 17, Size(16, 33)), "width is 17");
    expectRefusedEverywhere(Ablation(ABLATION_BLOCK, 17, Size(33, 16), 3, false), "width is 17");
    expectRefusedEverywhere(Ablation(ABLATION_COLUMN, 17, Size(16, 33), 1, false), "width is 17");
    expectRefusedEverywhere(Ablation(ABLATION_ROW, 2, Size(5, 5), 0, false), "stride is 0");
    expectRefusedEverywhere(Ablation(ABLATION_COLUMN, 2, Size(5, 5), 0), "stride is 0");
    expectRefusedEverywhere(Ablation(ABLATION_COLUMN, 2, Size(5, 5), -6), "stride is -6");
    expectRefusedEverywhere(Ablation(ABLATION_COLUMN, 1, Size(0, 5)), "inputSize is 0 x 5");
    expectRefusedEverywhere(Ablation(ABLATION_BLOCK, 1, Size(5, -8)), "inputSize is 5 x -8");
}

TEST(Derand_Ablation, InputsThatNoIntCountsAreRefused)
{
    const int longest = 1 << 20;
    for (int side : {longest + 1, 1 << 30, INT_MAX})
        for (int stride : {1, 7, (1 << 30) + 7, INT_MAX})
        {
            expectRefusedEverywhere(Ablation(ABLATION_COLUMN, 1, Size(side, 1), stride), format("%d x 1", side));
            expectRefusedEverywhere(Ablation(ABLATION_ROW, 1, Size(3, side), stride), format("3 x %d", side));
            expectRefusedEverywhere(Ablation(ABLATION_COLUMN, 1, Size(3, side), stride), format("3 x %d", side));
            expectRefusedEverywhere(Ablation(ABLATION_BLOCK, 1, Size(side, side), stride), format("%d x %d", side, side));
        }
    expectRefusedEverywhere(Ablation(ABLATION_BLOCK, 1, Size(longest, longest)), "1048576 x 1048576 ablations are too many");
    expectRefusedEverywhere(Ablation(ABLATION_BLOCK, 1, Size(1 << 14, (1 << 13) + 1)), "16384 x 8193 ablations are too many");
    EXPECT_EQ(1 << 27, Ablation(ABLATION_BLOCK, 1, Size(1 << 14, 1 << 13)).count());
    EXPECT_EQ(1 << 27, Ablation(ABLATION_BLOCK, 9, Size((1 << 14) + 8, (1 << 13) + 8), 1, false).count());
    expectRefusedEverywhere(Ablation(ABLATION_BLOCK, 9, Size((1 << 14) + 8, (1 << 13) + 9), 1, false), "16384 x 8193 ablations are too many");
}

TEST(Derand_Ablation, TheLongestInputsAreCountedRightAndSoon)
{
    const int longest = 1 << 20;
    const int64 start = getTickCount();
    for (int stride : {1, 7, longest - 1, longest, longest + 1, (1 << 30) + 7, INT_MAX})
    {
        const Ablation a(ABLATION_COLUMN, 1000, Size(longest, longest), stride);
        const int count = stride >= longest ? 1 : (longest - 1) / stride + 1;
        EXPECT_EQ(count, a.count());
        vector<int> indices;
        a.affected(Rect(longest - 1, 5, 1, 1), indices);
        vector<int> expected; // bands that begin in the last 1000 pixels; with a long stride, the last band reaches none of them
        for (int i = 0; i < count; i++)
            if ((int64)i * stride > longest - 1 - 1000)
                expected.push_back(i);
        EXPECT_EQ(expected, indices) << stride;
        a.affected(Rect(0, 0, INT_MAX, INT_MAX), indices);
        EXPECT_EQ(count, (int)indices.size());
        EXPECT_EQ(count, a.maxAffected(Size(INT_MAX, 1)));
        EXPECT_EQ(stride == 1 ? 1002 : stride == 7 ? 144 : count, a.maxAffected(Size(3, 1))) << stride;
        Mat mask;
        EXPECT_REFUSED(a.retained(0, mask), "1048576 x 1048576");
    }
    EXPECT_LT((getTickCount() - start) / getTickFrequency(), 20.);
}

TEST(Derand_Ablation, AnIndexOutOfRangeIsRefused)
{
    const Ablation a(ABLATION_COLUMN, 2, Size(23, 5), 2);
    Mat mask;
    a.retained(11, mask); // the last one
    EXPECT_EQ(10, cv::countNonZero(mask));
    EXPECT_REFUSED(a.retained(12, mask), "index is 12");
    EXPECT_REFUSED(a.retained(-9, mask), "index is -9");
}

TEST(Derand_Ablation, AnEmptyPatchSizeIsRefused)
{
    const Ablation a(ABLATION_BLOCK, 2, Size(5, 5));
    EXPECT_REFUSED(a.maxAffected(Size()), "the patch is 0 x 0");
    EXPECT_REFUSED(a.maxAffected(Size(0, 3)), "the patch is 0 x 3");
    EXPECT_REFUSED(a.maxAffected(Size(3, -7)), "the patch is 3 x -7");
}

}} // namespace opencv_test
