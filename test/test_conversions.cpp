// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// What cvtColor() and noise reduction make of a sticker: the radii of the tutorial "certified video".

#include "footprint.hpp"

namespace opencv_test { namespace {

using ref::Camera;
using ref::Footprint;
using ref::Scenes;

const Size SIZES[] = {Size(64, 48), Size(38, 62), Size(18, 14)};

Camera convert(int code)
{
    return [code](const Mat& picture) {
        Mat out;
        cvtColor(picture, out, code);
        return out;
    };
}

Camera convert(int there, int back)
{
    return [there, back](const Mat& picture) { return convert(back)(convert(there)(picture)); };
}

//! The worst footprint over sizes and pictures.
Footprint worst(const Camera& camera, int dilation)
{
    RNG rng(91);
    FrameMap map;
    map.dilation = dilation;
    Footprint all;
    for (const Size& size : SIZES)
        for (int k = 0; k < 3; k++)
        {
            const Scenes scenes = ref::randomScenes(rng, size, CV_8UC3);
            const Footprint f = ref::footprint(ref::seen(scenes, camera), scenes.stickers, map);
            all.outside = std::max(all.outside, f.outside);
            all.changed += f.changed;
            all.slack = std::min(all.slack, f.slack);
        }
    return all;
}

TEST(Derand_Conversions, FormatsOfFullResolutionAreConvertedPixelByPixel)
{
    const int codes[][2] = {{COLOR_BGR2HSV, COLOR_HSV2BGR}, {COLOR_BGR2HLS_FULL, COLOR_HLS2BGR_FULL},
            {COLOR_BGR2Lab, COLOR_Lab2BGR}, {COLOR_BGR2Luv, COLOR_Luv2BGR}, {COLOR_BGR2XYZ, COLOR_XYZ2BGR},
            {COLOR_BGR2YCrCb, COLOR_YCrCb2BGR}, {COLOR_BGR2YUV, COLOR_YUV2BGR}, {COLOR_BGR2RGB, COLOR_RGB2BGRA},
            {COLOR_BGR2BGR565, COLOR_BGR5652BGR}, {COLOR_BGR2GRAY, COLOR_GRAY2BGR}};
    for (const int(&code)[2] : codes)
    {
        const Footprint f = worst(convert(code[0], code[1]), 0);
        EXPECT_EQ(0, f.outside) << code[0] << ", " << code[1];
        EXPECT_EQ(0, f.changed) << code[0] << ", " << code[1];
    }
    const Footprint gamma = worst(
            [](const Mat& picture) {
                Mat table(1, 256, CV_8U), out;
                for (int v = 0; v < 256; v++)
                    table.at<uchar>(v) = saturate_cast<uchar>(255 * std::pow(v / 255., 1 / 2.2));
                LUT(picture, table, out);
                return out;
            },
            0);
    EXPECT_EQ(0, gamma.outside);
    EXPECT_EQ(0, gamma.changed);
}

//! Each pixel keeps the colour of its filter in a Bayer pattern: blue at (x, y), red diagonally beside it.
Mat bayer(const Mat& picture, const Point& blue)
{
    Mat mosaic(picture.size(), CV_8U);
    for (int y = 0; y < picture.rows; y++)
        for (int x = 0; x < picture.cols; x++)
            mosaic.at<uchar>(y, x) = picture.at<Vec3b>(y, x)[(y + blue.y) % 2 + (x + blue.x) % 2];
    return mosaic;
}

TEST(Derand_Conversions, DemosaicingHasTheRadiusOfTheTutorial)
{
    // Most of it at the border of the frame, whose pixels are copies of others; later versions of _VNG need less.
    struct
    {
        int code, radius;
    } const demosaicings[] = {{COLOR_BayerRG2BGR, 2}, {COLOR_BayerBG2BGR, 2}, {COLOR_BayerGB2BGR, 2}, {COLOR_BayerGR2BGR, 2},
            {COLOR_BayerRG2BGR_EA, 2}, {COLOR_BayerGB2BGR_EA, 2}, {COLOR_BayerRG2BGR_VNG, 6}, {COLOR_BayerGR2BGR_VNG, 6},
            {COLOR_BayerRG2GRAY, 2}};
    for (const auto& d : demosaicings)
        for (const Point& blue : {Point(0, 0), Point(1, 0), Point(0, 1), Point(1, 1)})
        {
            const Camera camera = [&](const Mat& picture) { return convert(d.code)(bayer(picture, blue)); };
            EXPECT_EQ(0, worst(camera, d.radius).outside) << "code " << d.code << ", blue at " << blue;
            EXPECT_GT(worst(camera, 0).outside, 0) << "code " << d.code << ", blue at " << blue;
        }
}

//! YUY2: luma of every pixel, chroma of every pair.
Mat yuy2(const Mat& picture)
{
    Mat yuv, packed(picture.size(), CV_8UC2);
    cvtColor(picture, yuv, COLOR_BGR2YUV);
    for (int y = 0; y < yuv.rows; y++)
        for (int x = 0; x < yuv.cols; x++)
        {
            const Vec3b a = yuv.at<Vec3b>(y, x / 2 * 2), b = yuv.at<Vec3b>(y, x / 2 * 2 + 1);
            const int chroma = 1 + x % 2;
            packed.at<Vec2b>(y, x) = Vec2b(yuv.at<Vec3b>(y, x)[0], uchar((a[chroma] + b[chroma] + 1) / 2));
        }
    return packed;
}

TEST(Derand_Conversions, SubsampledChromaSpreadsAStickerByOnePixel)
{
    const Camera cameras[] = {convert(COLOR_BGR2YUV_I420, COLOR_YUV2BGR_I420), convert(COLOR_BGR2YUV_YV12, COLOR_YUV2BGR_YV12),
            [](const Mat& picture) { return convert(COLOR_YUV2BGR_YUY2)(yuy2(picture)); },
            [](const Mat& picture) { // NV12: the two quarter planes of I420, interleaved
                Mat i420, nv12;
                cvtColor(picture, i420, COLOR_BGR2YUV_I420);
                nv12 = i420.clone();
                const int luma = (int)picture.total(), quarter = luma / 4;
                for (int k = 0; k < quarter; k++)
                {
                    nv12.data[luma + 2 * k] = i420.data[luma + k];
                    nv12.data[luma + 2 * k + 1] = i420.data[luma + quarter + k];
                }
                return convert(COLOR_YUV2BGR_NV12)(nv12);
            }};
    for (const Camera& camera : cameras)
    {
        EXPECT_EQ(0, worst(camera, 1).outside) << &camera - cameras;
        EXPECT_GT(worst(camera, 0).outside, 0) << &camera - cameras;
    }
}

TEST(Derand_Conversions, NoiseReductionOverTimeHasNoRadius)
{
    // As in most video cameras, each frame keeps three quarters of the previous one. The sticker moves.
    const Size size(128, 32), sticker(10, 10);
    Mat clean(size, CV_8UC3, Scalar::all(90)), kept[2];
    FrameMap map = ref::mjpeg();
    Rect now;
    for (int x = 0; x <= 80; x += 8)
        for (int with = 0; with < 2; with++)
        {
            Mat picture = clean.clone();
            now = Rect(Point(x, 8), sticker);
            if (with)
                picture(now).setTo(Scalar(0, 255, 255));
            if (kept[with].empty())
                kept[with] = picture.clone();
            addWeighted(kept[with], .75, picture, .25, 0, kept[with]);
        }
    EXPECT_GT(ref::footprint({kept[0], kept[1]}, {Rect(), now}, map).outside, 0);
    map.dilation = map.dilationAfterCodec = 16;
    EXPECT_GT(ref::footprint({kept[0], kept[1]}, {Rect(), now}, map).outside, 0);
}

}} // namespace opencv_test
