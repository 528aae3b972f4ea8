// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Which values does a resampled frame have? Those of the documentation, and those of cv::resize() where it computes what its
// documentation says.

#include "frame_axes.hpp"
#include "opencv2/imgproc.hpp"

namespace opencv_test { namespace {

TEST(Derand_Resample, PixelsHaveTheDocumentedWeights)
{
    RNG rng(35);
    for (int interpolation : INTERPOLATIONS)
        for (const Axis& axis : axesOf(rng.uniform(0, 2) == 1, 40))
        {
            const Mat weights = documentedWeights(interpolation, axis.frame, axis.input);
            Mat bytes(axis.frameSize(), CV_8U), floats(axis.frameSize(), CV_32F), image;
            rng.fill(bytes, RNG::UNIFORM, 0, 256);
            rng.fill(floats, RNG::UNIFORM, -2, 2);
            axis.map(interpolation).resample(bytes, axis.inputSize(), image);
            ASSERT_EQ(CV_8UC1, image.type());
            ASSERT_EQ(axis.inputSize(), image.size());
            Mat floatImage;
            axis.map(interpolation).resample(floats, axis.inputSize(), floatImage);
            ASSERT_EQ(CV_32FC1, floatImage.type());
            for (int j = 0; j < axis.input; j++)
            {
                double byte = 0, number = 0;
                for (int p = 0; p < axis.frame; p++)
                {
                    byte += weights.at<double>(j, p) * bytes.at<uchar>(p);
                    number += weights.at<double>(j, p) * floats.at<float>(p);
                }
                ASSERT_NEAR(byte, image.at<uchar>(j), .51) << describe(axis, interpolation);
                ASSERT_NEAR(number, floatImage.at<float>(j), 2e-6) << describe(axis, interpolation);
            }
        }
}

TEST(Derand_Resample, TheTwoAxesAreIndependent)
{
    RNG rng(36);
    for (int k = 0; k < 600; k++)
    {
        const int interpolation = INTERPOLATIONS[k % 3];
        const Size frame = ref::randomSize(rng, 1, 30), input = ref::randomSize(rng, 1, 30);
        Mat bytes(frame, CV_8U), doubles, image, numbers;
        rng.fill(bytes, RNG::UNIFORM, 0, 256);
        bytes.convertTo(doubles, CV_64F);
        const Mat exact = documentedWeights(interpolation, frame.height, input.height) * doubles
                * documentedWeights(interpolation, frame.width, input.width).t();
        FrameMap(frame, Rect(Point(), frame), interpolation).resample(bytes, input, image);
        image.convertTo(numbers, CV_64F);
        ASSERT_LE(cv::norm(exact, numbers, NORM_INF), .51) << frame << " -> " << input << ", interpolation " << interpolation;
    }
}

TEST(Derand_Resample, AFlatFrameStaysFlat)
{
    for (int interpolation : INTERPOLATIONS)
        for (const Axis& axis : axesOf(false, 40))
        {
            Mat image;
            const Mat white(axis.frameSize(), CV_8U, Scalar(255));
            axis.map(interpolation).resample(white, axis.inputSize(), image);
            ASSERT_EQ(0, cv::norm(image, Mat(axis.inputSize(), CV_8U, Scalar(255)), NORM_INF)) << describe(axis, interpolation);
        }
}

TEST(Derand_Resample, AFrameOfTheInputsSizeIsCopied)
{
    RNG rng(37);
    for (int interpolation : INTERPOLATIONS)
        for (int k = 0; k < 40; k++)
        {
            const Size size = ref::randomSize(rng, 1, 40);
            Mat bytes(size, CV_8UC3), image;
            rng.fill(bytes, RNG::UNIFORM, 0, 256);
            FrameMap(size, Rect(Point(), size), interpolation).resample(bytes, size, image);
            ASSERT_EQ(CV_8UC3, image.type());
            ASSERT_EQ(0, cv::norm(bytes, image, NORM_INF)) << size << ", " << interpolation;
        }
}

TEST(Derand_Resample, EveryChannelIsResampledByItself)
{
    RNG rng(39);
    const Size frame(23, 17), input(11, 20);
    for (int depth : {CV_8U, CV_32F})
        for (int channels = 1; channels <= 4; channels++)
            for (int interpolation : INTERPOLATIONS)
            {
                const FrameMap map(frame, Rect(2, 1, 19, 15), interpolation);
                Mat all(frame, CV_MAKETYPE(depth, channels)), image;
                rng.fill(all, RNG::UNIFORM, 0, 255);
                map.resample(all, input, image);
                ASSERT_EQ(CV_MAKETYPE(depth, channels), image.type());
                vector<Mat> planes, results;
                cv::split(all, planes);
                cv::split(image, results);
                for (int c = 0; c < channels; c++)
                {
                    Mat one;
                    map.resample(planes[c], input, one);
                    ASSERT_EQ(0, cv::norm(one, results[c], NORM_INF)) << "channel " << c;
                }
            }
}

TEST(Derand_Resample, PixelsOutsideTheRegionAreNeverRead)
{
    RNG rng(33);
    for (int k = 0; k < 600; k++)
    {
        const Size frame = ref::randomSize(rng, 3, 40), input = ref::randomSize(rng, 1, 30);
        Rect roi(1, 1, 0, 0);
        roi.width = rng.uniform(1, frame.width - 1);
        roi.height = rng.uniform(1, frame.height - 1);
        const int interpolation = INTERPOLATIONS[k % 3];
        Mat inside(roi.size(), CV_32F), whole(frame, CV_32F, Scalar(NOT_A_NUMBER)), image, expected;
        rng.fill(inside, RNG::UNIFORM, -1, 1);
        inside.copyTo(whole(roi));
        FrameMap(frame, roi, interpolation).resample(whole, input, image);
        FrameMap(roi.size(), Rect(Point(), roi.size()), interpolation).resample(inside, input, expected);
        ASSERT_EQ(0, cv::countNonZero(image != image)) << "NaN from outside the region";
        ASSERT_EQ(0, cv::norm(image, expected, NORM_INF)) << "not the resampled region";
    }
}

TEST(Derand_Resample, TakesAndGivesAnyArray)
{
    RNG rng(40);
    Mat wide(30, 50, CV_8UC3), expected, image;
    rng.fill(wide, RNG::UNIFORM, 0, 256);
    const Mat frame = wide(Rect(7, 3, 31, 23)); // not continuous
    const FrameMap map(frame.size(), Rect(1, 2, 29, 20), INTER_AREA);
    map.resample(frame.clone(), Size(12, 9), expected);
    map.resample(frame, Size(12, 9), image);
    EXPECT_EQ(0, cv::norm(expected, image, NORM_INF));
    UMat device;
    map.resample(frame.getUMat(ACCESS_READ), Size(12, 9), device);
    EXPECT_EQ(0, cv::norm(expected, device.getMat(ACCESS_READ), NORM_INF));
    Mat same = frame.clone();
    map.resample(same, Size(12, 9), same);
    EXPECT_EQ(0, cv::norm(expected, same, NORM_INF)) << "the frame is its own output";
}

//! The largest difference of a random 8-bit image; columns and rows in `skipped` are left out.
double differenceToResize(RNG& rng, const Size& frame, const Size& input, int interpolation,
        const vector<int>& skippedColumns = vector<int>(), const vector<int>& skippedRows = vector<int>())
{
    Mat bytes(frame, CV_8UC3), ours, theirs, difference;
    rng.fill(bytes, RNG::UNIFORM, 0, 256);
    FrameMap(frame, Rect(Point(), frame), interpolation).resample(bytes, input, ours);
    cv::resize(bytes, theirs, input, 0, 0, interpolation);
    cv::absdiff(ours, theirs, difference);
    for (int x : skippedColumns)
        difference.col(x).setTo(Scalar::all(0));
    for (int y : skippedRows)
        difference.row(y).setTo(Scalar::all(0));
    return cv::norm(difference, NORM_INF);
}

//! Where cv::resize enlarges with INTER_AREA and its floor(j * (S / D)) in double misses the exact one.
vector<int> roundedWrongly(int S, int D)
{
    vector<int> wrong;
    for (int j = 0; S <= D && j < D; j++)
        if (cvFloor(j * (1. / ((double)D / S))) != j * S / D)
            wrong.push_back(j);
    return wrong;
}

TEST(Derand_Resample, LinearAgreesWithResizeWithinOneGreyLevel)
{
    RNG rng(41);
    for (int k = 0; k < 3000; k++)
    {
        const Size frame = ref::randomSize(rng, 1, 41), input = ref::randomSize(rng, 1, 41);
        ASSERT_LE(differenceToResize(rng, frame, input, INTER_LINEAR), 1) << frame << " -> " << input;
    }
    for (int side : {28, 32, 224, 299})
        EXPECT_LE(differenceToResize(rng, Size(640, 480), Size(side, side), INTER_LINEAR), 1) << side;
}

TEST(Derand_Resample, AreaAgreesWithResizeWithinOneGreyLevel)
{
    // Left out: one axis reduced and the other enlarged, where cv::resize interpolates linearly along
    // both, against its documentation ("resampling using pixel area relation"); and the few columns
    // and rows of enlarged images where it rounds j * S / D down past a whole number (S = 10, D = 30,
    // j = 21).
    RNG rng(42);
    int reduced = 0, enlarged = 0, skipped = 0;
    for (int k = 0; k < 4000; k++)
    {
        const Size frame = ref::randomSize(rng, 1, 41), input = ref::randomSize(rng, 1, 41);
        const bool reduces = frame.width >= input.width && frame.height >= input.height;
        const bool enlarges = frame.width <= input.width && frame.height <= input.height;
        if (!reduces && !enlarges)
            continue;
        const vector<int> columns = enlarges ? roundedWrongly(frame.width, input.width) : vector<int>();
        const vector<int> rows = enlarges ? roundedWrongly(frame.height, input.height) : vector<int>();
        ASSERT_LE(differenceToResize(rng, frame, input, INTER_AREA, columns, rows), 1) << frame << " -> " << input;
        skipped += (int)(columns.size() + rows.size());
        reduced += reduces;
        enlarged += enlarges;
    }
    EXPECT_GT(reduced, 500);
    EXPECT_GT(enlarged, 500);
    EXPECT_LT(skipped, 100);
    for (int side : {28, 32, 224, 299})
        EXPECT_LE(differenceToResize(rng, Size(640, 480), Size(side, side), INTER_AREA), 1) << side;
}

TEST(Derand_Resample, NearestIsTheExactQuotient)
{
    // Not compared with cv::resize: it multiplies by a rounded S / D and is off by one for some sizes.
    for (const Axis& axis : axesOf(false, 120))
    {
        Mat ramp(axis.frameSize(), CV_8U), image;
        for (int p = 0; p < axis.frame; p++)
            ramp.at<uchar>(p) = (uchar)p;
        axis.map(INTER_NEAREST).resample(ramp, axis.inputSize(), image);
        for (int j = 0; j < axis.input; j++)
            ASSERT_EQ(j * axis.frame / axis.input, image.at<uchar>(j)) << describe(axis, INTER_NEAREST);
    }
}

TEST(Derand_Resample, FramesOfAnotherKindAreRefused)
{
    const FrameMap map(Size(21, 13), Rect(0, 0, 21, 13));
    const Size input(5, 5);
    Mat image;
    map.resample(Mat(13, 21, CV_8UC4, Scalar::all(3)), input, image);
    EXPECT_EQ(CV_8UC4, image.type());
    EXPECT_REFUSED(map.resample(Mat(13, 22, CV_8U, Scalar(3)), input, image), "the frame is 22 x 13");
    EXPECT_REFUSED(map.resample(Mat(17, 21, CV_8U, Scalar(3)), input, image), "the frame is 21 x 17");
    EXPECT_REFUSED(map.resample(Mat(), input, image), "the frame is 0 x 0");
    EXPECT_REFUSED(map.resample(Mat(13, 21, CV_16U, Scalar(3)), input, image), "CV_16U");
    EXPECT_REFUSED(map.resample(Mat(13, 21, CV_64F, Scalar(3)), input, image), "CV_64F");
    EXPECT_REFUSED(map.resample(Mat::zeros(13, 21, CV_8UC(5)), input, image), "the frame is CV_8UC5");
}

}} // namespace opencv_test
