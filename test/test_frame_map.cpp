// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Which pixels of the input does a patch of a frame reach? Exactly those.

#include "frame_axes.hpp"

#include <climits>

namespace opencv_test { namespace {

//! The input pixels that a NaN in frame pixel p reaches: all that read it.
vector<bool> readers(const Axis& axis, int interpolation, int p)
{
    Mat frame(axis.frameSize(), CV_32F, Scalar(1)), image;
    frame.at<float>(p) = NOT_A_NUMBER;
    axis.map(interpolation).resample(frame, axis.inputSize(), image);
    vector<bool> read;
    for (int j = 0; j < axis.input; j++)
        read.push_back(cvIsNaN(image.at<float>(j)) != 0);
    return read;
}

//! touched() as one flag for each input pixel along the axis.
vector<bool> touchedFlags(const Axis& axis, int interpolation, int begin, int end)
{
    const Rect r = axis.map(interpolation).touched(axis.interval(begin, end), axis.inputSize());
    vector<bool> flags(axis.input, false);
    const int first = axis.vertical ? r.y : r.x, length = axis.vertical ? r.height : r.width;
    for (int j = first; j < first + length; j++)
        flags.at(j) = true;
    EXPECT_EQ(r.area() == 0, r.empty());
    EXPECT_TRUE(r.empty() || (axis.vertical ? r.width : r.height) == 1);
    return flags;
}

TEST(Derand_FrameMap, ReadsThePixelsThatItsDocumentationNames)
{
    for (int interpolation : INTERPOLATIONS)
        for (const Axis& axis : axesOf(false, 40))
        {
            const Mat weights = documentedWeights(interpolation, axis.frame, axis.input);
            for (int p = 0; p < axis.frame; p++)
            {
                const vector<bool> read = readers(axis, interpolation, p);
                for (int j = 0; j < axis.input; j++)
                    ASSERT_EQ(weights.at<double>(j, p) > 0, (bool)read[j])
                            << describe(axis, interpolation) << ": pixel " << p << " in " << j;
            }
        }
}

/** touched() of an interval of the frame is the union of what its pixels reach, no more, no less: all
intervals of small frames, all that start or end at the border, all single pixels, and one in eight
of the others. */
void touchedIsTheUnionOfImpulses(bool vertical)
{
    RNG rng(30 + vertical);
    int unseen = 0;
    for (int interpolation : INTERPOLATIONS)
        for (const Axis& axis : axesOf(vertical, 40))
        {
            vector<vector<bool> > reached;
            for (int p = 0; p < axis.frame; p++)
                reached.push_back(readers(axis, interpolation, p));
            for (int begin = 0; begin < axis.frame; begin++)
            {
                vector<bool> all(axis.input, false);
                for (int end = begin + 1; end <= axis.frame; end++)
                {
                    for (int j = 0; j < axis.input; j++)
                        all[j] = all[j] || reached[end - 1][j];
                    if (std::max(axis.frame, axis.input) > 16 && begin > 0 && end < axis.frame && end - begin > 1 && rng.uniform(0, 8) > 0)
                        continue;
                    ASSERT_EQ(all, touchedFlags(axis, interpolation, begin, end))
                            << describe(axis, interpolation) << ", frame pixels " << begin << " to " << end - 1;
                    unseen += std::find(all.begin(), all.end(), true) == all.end();
                }
            }
        }
    EXPECT_GT(unseen, 1000) << "no patch fell between the taps";
}

TEST(Derand_FrameMap, TouchedColumnsAreTheUnionOfImpulses) { touchedIsTheUnionOfImpulses(false); }

TEST(Derand_FrameMap, TouchedRowsAreTheUnionOfImpulses) { touchedIsTheUnionOfImpulses(true); }

TEST(Derand_FrameMap, EightBitChangesStayInsideTouched)
{
    RNG rng(31);
    int changes = 0;
    for (int interpolation : INTERPOLATIONS)
        for (int k = 0; k < 2000; k++)
        {
            const Size lengths = ref::randomSize(rng, 1, 41);
            const Axis axis(k % 2 == 1, lengths.width, lengths.height);
            const FrameMap map = axis.map(interpolation);
            const Mat weights = documentedWeights(interpolation, axis.frame, axis.input);
            Mat base(axis.frameSize(), CV_8U), before, after;
            const int kind = rng.uniform(0, 3); // random, black, white
            rng.fill(base, RNG::UNIFORM, kind == 2 ? 255 : 0, kind == 1 ? 1 : 256);
            map.resample(base, axis.inputSize(), before);
            const int p = rng.uniform(0, axis.frame);
            const vector<bool> touched = touchedFlags(axis, interpolation, p, p + 1);
            Mat changed = base.clone();
            const int old = base.at<uchar>(p);
            changed.at<uchar>(p) = old < 128 ? 255 : 0;
            map.resample(changed, axis.inputSize(), after);
            for (int j = 0; j < axis.input; j++)
            {
                const bool differs = before.at<uchar>(j) != after.at<uchar>(j);
                ASSERT_TRUE(touched[j] || !differs) << describe(axis, interpolation) << ", " << p;
                const bool strong = weights.at<double>(j, p) * std::max(old, 255 - old) > 1.1;
                ASSERT_TRUE(differs || !strong) << describe(axis, interpolation) << ", " << p;
                changes += differs;
            }
        }
    EXPECT_GT(changes, 3000);
}

//! NaN in the patch, ones elsewhere: the NaN of the input are exactly the rectangle touched().
void expectFootprint(const FrameMap& map, const Rect& patch, const Size& inputSize)
{
    Mat frame(map.frameSize, CV_32F, Scalar(1)), image;
    frame.setTo(Scalar(NOT_A_NUMBER), ref::spread(map, patch));
    map.resample(frame, inputSize, image);
    const Rect touched = map.touched(patch, inputSize);
    ASSERT_EQ(touched, touched & Rect(Point(), inputSize));
    const Mat isNumber = image == image;
    Mat expected(inputSize, CV_8U, Scalar(255));
    expected(touched).setTo(0);
    ASSERT_EQ(0, cv::norm(expected, isNumber, NORM_INF)) << ref::describe(map) << ", patch " << patch << ", input " << inputSize;
}

//! Any part of a frame.
Rect randomRegion(RNG& rng, const Size& frame)
{
    Rect region;
    region.x = rng.uniform(0, frame.width);
    region.y = rng.uniform(0, frame.height);
    region.width = rng.uniform(1, frame.width - region.x + 1);
    region.height = rng.uniform(1, frame.height - region.y + 1);
    return region;
}

TEST(Derand_FrameMap, ARectangleTouchesARectangleOfTheRegion)
{
    RNG rng(32);
    int outside = 0;
    for (int k = 0; k < 6000; k++)
    {
        const Size frame = ref::randomSize(rng, 1, 25);
        const Rect roi = randomRegion(rng, frame);
        const Size input = ref::randomSize(rng, 1, 25);
        const FrameMap map(frame, roi, INTERPOLATIONS[k % 3]);
        Rect patch(Point(), ref::randomSize(rng, 1, 12));
        patch.x = rng.uniform(-3, frame.width);
        patch.y = rng.uniform(-3, frame.height);
        expectFootprint(map, patch, input);
        if ((patch & roi).empty())
        {
            EXPECT_TRUE(map.touched(patch, input).empty());
            outside++;
        }
        if (::testing::Test::HasFatalFailure())
            return;
    }
    EXPECT_GT(outside, 500);
}

TEST(Derand_FrameMap, APatchReachesWhatFiltersAndCodecSpreadItTo)
{
    RNG rng(38);
    int around = 0;
    for (int k = 0; k < 6000; k++)
    {
        const Size frame = ref::randomSize(rng, 1, 40);
        const Rect roi = randomRegion(rng, frame);
        FrameMap map(frame, roi, INTERPOLATIONS[k % 3]);
        map.dilation = rng.uniform(0, 2) ? rng.uniform(0, 7) : 0;
        map.codecBlock = rng.uniform(0, 2) ? ref::randomSize(rng, 1, 34) : Size(1, 1);
        map.codecOffset = Point(rng.uniform(-3, 20), rng.uniform(-3, 20));
        map.dilationAfterCodec = rng.uniform(0, 2) ? rng.uniform(0, 5) : 0;
        // Also outside the frame: a patch there is within reach of its border.
        Rect patch(Point(), ref::randomSize(rng, 1, 7));
        patch.x = rng.uniform(-12, frame.width + 8);
        patch.y = rng.uniform(-12, frame.height + 8);
        expectFootprint(map, patch, ref::randomSize(rng, 1, 25));
        if (::testing::Test::HasFatalFailure())
            return;
        around += (patch & roi).empty() && !map.touched(patch, roi.size()).empty();
    }
    EXPECT_GT(around, 300);
}

TEST(Derand_FrameMap, FootprintsOfUsualCamerasAreExact)
{
    const Size frames[] = {Size(640, 480), Size(1280, 720), Size(1920, 1080)};
    const int inputs[] = {28, 32, 224, 299};
    RNG rng(34);
    for (int interpolation : INTERPOLATIONS)
        for (const Size& frame : frames)
            for (int input : inputs)
                for (int vertical = 0; vertical < 2; vertical++)
                {
                    const Axis axis(vertical == 1, vertical ? frame.height : frame.width, input);
                    for (int k = 0; k < 24; k++)
                    {
                        const int p = k == 0 ? 0 : k == 1 ? axis.frame - 1 : rng.uniform(0, axis.frame);
                        ASSERT_EQ(readers(axis, interpolation, p), touchedFlags(axis, interpolation, p, p + 1))
                                << describe(axis, interpolation) << ", pixel " << p;
                    }
                }
    for (const Size& frame : frames)
        for (int interpolation : INTERPOLATIONS)
        {
            const Size corner = ref::randomSize(rng, 0, 400);
            const Rect patch(Point(corner), ref::randomSize(rng, 1, 60));
            const int side = std::min(frame.width, frame.height);
            const Rect centre((frame.width - side) / 2, (frame.height - side) / 2, side, side);
            expectFootprint(FrameMap(frame, Rect(Point(), frame), interpolation), patch, Size(224, 224));
            expectFootprint(FrameMap(frame, centre, interpolation), patch, Size(32, 32));
        }
}

TEST(Derand_FrameMap, APatchLargerThanAnyFrameTouchesAllThatItCovers)
{
    const Size frame(12, 10), input(6, 5);
    for (int interpolation : INTERPOLATIONS)
    {
        const FrameMap map(frame, Rect(Point(), frame), interpolation);
        EXPECT_EQ(Rect(0, 0, 6, 5), map.touched(Rect(-1, -1, INT_MAX, INT_MAX), input));
        EXPECT_EQ(map.touched(Rect(4, 3, 8, 7), input), map.touched(Rect(4, 3, INT_MAX, INT_MAX), input));
        EXPECT_TRUE(map.touched(Rect(12, 0, INT_MAX, 3), input).empty());
        EXPECT_TRUE(map.touched(Rect(-5, 0, 5, 3), input).empty());
    }
}

TEST(Derand_FrameMap, AnEmptyMapIsTheIdentity)
{
    Mat frame(5, 7, CV_32FC2), image;
    RNG rng(38);
    rng.fill(frame, RNG::UNIFORM, -9, 9);
    FrameMap().resample(frame, Size(7, 5), image);
    EXPECT_EQ(CV_32FC2, image.type());
    EXPECT_EQ(0, cv::norm(frame, image, NORM_INF));
    EXPECT_EQ(Rect(2, 1, 3, 2), FrameMap().touched(Rect(2, 1, 3, 2), Size(7, 5)));
    EXPECT_EQ(Rect(5, 3, 2, 2), FrameMap().touched(Rect(5, 3, 4, 4), Size(7, 5)));
    EXPECT_TRUE(FrameMap().touched(Rect(7, 0, 4, 4), Size(7, 5)).empty());
    EXPECT_REFUSED(FrameMap().resample(frame, Size(7, 6), image), "the frame is 7 x 5, expected 7 x 6");
}

TEST(Derand_FrameMap, SpreadsThatMeanNothingAreRefused)
{
    FrameMap map(Size(20, 20), Rect(0, 0, 20, 20));
    map.dilation = -3;
    EXPECT_REFUSED(map.touched(Rect(0, 0, 2, 2), Size(5, 5)), "dilation is -3");
    map.dilation = INT_MAX;
    EXPECT_REFUSED(map.touched(Rect(0, 0, 2, 2), Size(5, 5)), "dilation");
    map.dilation = 0;
    map.codecBlock = Size(0, 8);
    EXPECT_REFUSED(map.touched(Rect(0, 0, 2, 2), Size(5, 5)), "0 x 8");
    map.codecBlock = Size(8, (1 << 20) + 1);
    EXPECT_REFUSED(map.touched(Rect(0, 0, 2, 2), Size(5, 5)), "8 x 1048577");
    map.codecBlock = Size(8, 8);
    map.dilationAfterCodec = -4;
    EXPECT_REFUSED(map.touched(Rect(0, 0, 2, 2), Size(5, 5)), "dilationAfterCodec is -4");
    map.dilationAfterCodec = 0;
    map.codecOffset = Point(0, INT_MAX);
    EXPECT_REFUSED(map.touched(Rect(0, 0, 2, 2), Size(5, 5)), "2147483647");
    EXPECT_REFUSED(map.setCodec(-1), "the codec is -1");
}

TEST(Derand_FrameMap, FieldsThatDescribeNoMapAreRefused)
{
    const Mat frame(13, 21, CV_8U, Scalar(3));
    const Size size(21, 13), input(5, 5);
    Mat image;
    const struct
    {
        FrameMap map;
        const char* value;
    } bad[] = {{FrameMap(size, Rect(5, 0, 19, 13)), "19 x 13 at (5, 0)"}, {FrameMap(size, Rect(0, 4, 21, 11)), "21 x 11 at (0, 4)"},
            {FrameMap(size, Rect(-6, 0, 9, 9)), "9 x 9 at (-6, 0)"}, {FrameMap(size, Rect(0, -7, 9, 9)), "9 x 9 at (0, -7)"},
            {FrameMap(size, Rect(0, 0, 0, 9)), "0 x 9 at (0, 0)"}, {FrameMap(size, Rect(0, 0, 9, -8)), "9 x -8 at (0, 0)"},
            {FrameMap(size, Rect()), "0 x 0 at (0, 0)"}, {FrameMap(size, Rect(1, 1, INT_MAX, 3)), "2147483647"},
            {FrameMap(size, Rect(Point(), size), INTER_CUBIC), "interpolation is 2"},
            {FrameMap(size, Rect(Point(), size), -9), "interpolation is -9"}};
    for (const auto& sample : bad)
    {
        const string name = ref::describe(sample.map);
        EXPECT_REFUSED(sample.map.resample(frame, input, image), sample.value) << name;
        EXPECT_REFUSED(sample.map.touched(Rect(0, 0, 1, 1), input), sample.value) << name;
    }
    EXPECT_REFUSED(FrameMap(Size(-5, 13), Rect(0, 0, 1, 1)).touched(Rect(0, 0, 1, 1), input), "FrameMap::frameSize is -5 x 13");
    const FrameMap map(size, Rect(Point(), size));
    EXPECT_REFUSED(map.resample(frame, Size(), image), "the network input is 0 x 0");
    EXPECT_REFUSED(map.resample(frame, Size(5, -6), image), "the network input is 5 x -6");
    EXPECT_REFUSED(map.touched(Rect(0, 0, 1, 1), Size(0, 5)), "the network input is 0 x 5");
}

}} // namespace opencv_test
