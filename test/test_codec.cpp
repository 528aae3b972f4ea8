// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// What JPEG makes of a sticker, with all samplings, crops, turns and filters before and after: FrameMap's codec fields
// must cover it, and not much more.

#include "footprint.hpp"
#include "opencv2/imgcodecs.hpp"

#include <fstream>
#include <iostream>

namespace opencv_test { namespace {

using ref::Camera;
using ref::Footprint;
using ref::Scenes;

// Even and odd sizes, multiples of blocks and less than one.
const Size SIZES[] = {Size(128, 96), Size(131, 77), Size(90, 122), Size(19, 13)};

//! Luma samples for each chroma sample, along x and y; its blocks are 8 times as large.
struct Sampling
{
    int x, y;
    Size block() const { return Size(8 * x, 8 * y); }
};

const Sampling SAMPLINGS[] = {{1, 1}, {2, 1}, {1, 2}, {2, 2}, {4, 1}, {4, 2}, {1, 4}};

std::ostream& operator<<(std::ostream& out, const Sampling& s) { return out << s.x << " x " << s.y; }

vector<uchar> readBytes(const string& file)
{
    std::ifstream in(file.c_str(), std::ios::binary);
    return vector<uchar>((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
}

//! Coded like libjpeg's cjpeg: this gives all samplings to every OpenCV that the test runs with.
vector<uchar> cjpeg(const Mat& picture, const Sampling& sampling, int quality, const string& options)
{
    const ref::TemporaryFile pixels(".ppm"), jpeg(".jpg");
    imwrite(pixels.name, picture);
    const string command = format("cjpeg %s -quality %d -sample %dx%d,1x1,1x1 -outfile ", options.c_str(), quality, sampling.x, sampling.y)
            + jpeg.name + " " + pixels.name;
    EXPECT_EQ(0, std::system(command.c_str())) << command;
    return readBytes(jpeg.name);
}

Mat decode(const vector<uchar>& file) { return imdecode(file, IMREAD_COLOR); }

//! By imencode().
vector<uchar> encode(const Mat& picture, int quality, int option = IMWRITE_JPEG_OPTIMIZE, int value = 0)
{
    vector<uchar> file;
    const vector<int> options = {IMWRITE_JPEG_QUALITY, quality, option, value};
    EXPECT_TRUE(imencode(".jpg", picture, file, options));
    return file;
}

TEST(Derand_Codec, WhatLibjpegMakesOfAStickerStaysInItsFootprint)
{
    if (!ref::haveProgram("cjpeg -version"))
        DERAND_SKIP("cjpeg is not installed (libjpeg-turbo-progs)");
    RNG rng(60);
    for (const Sampling& sampling : SAMPLINGS)
        for (const char* options : {"", "-progressive", "-optimize -restart 1"})
        {
            const Size size = SIZES[rng.uniform(0, 4)];
            const int quality = rng.uniform(20, 101);
            const Scenes scenes = ref::randomScenes(rng, size, CV_8UC3);
            const vector<Mat> frames = ref::seen(
                    scenes, [&](const Mat& picture) { return decode(cjpeg(picture, sampling, quality, options)); });
            const Footprint f = ref::footprint(frames, scenes.stickers, ref::coded(sampling.block()));
            EXPECT_EQ(0, f.outside) << sampling << ", " << size << ", quality " << quality << " " << options;
            EXPECT_GT(f.changed, 50) << sampling;
            // The only excess is due to chroma filters, which libjpeg does not use.
            if (size.width > 90)
            {
                EXPECT_LE(f.slack, sampling.x == 4 || sampling.y == 4 ? 8 : 4) << sampling << ", " << size;
            }
            // The preset covers everything except blocks longer than 16, wherever they begin.
            const Footprint preset = ref::footprint(frames, scenes.stickers, ref::mjpeg());
            if (sampling.block().width <= 16 && sampling.block().height <= 16)
            {
                EXPECT_EQ(0, preset.outside) << sampling << ", " << size;
            }
            // Blocks half as large are not enough: this test can fail.
            Size half = sampling.block();
            if (half == Size(8, 8))
                half = Size(1, 1);
            else
                (half.width > 8 ? half.width : half.height) /= 2;
            if (size.width > 90)
            {
                EXPECT_GT(ref::footprint(frames, scenes.stickers, ref::coded(half)).outside, 0) << sampling << ", " << size;
            }
        }
}

TEST(Derand_Codec, WhatImencodeMakesOfAStickerStaysInItsFootprint)
{
    RNG rng(61);
    const int options[] = {IMWRITE_JPEG_OPTIMIZE, IMWRITE_JPEG_PROGRESSIVE, IMWRITE_JPEG_RST_INTERVAL, IMWRITE_JPEG_CHROMA_QUALITY,
            IMWRITE_JPEG_LUMA_QUALITY};
    for (int k = 0; k < 20; k++)
    {
        const bool colour = k % 2 == 0;
        const Size size = SIZES[k % 4];
        const int quality = rng.uniform(5, 101), option = options[k % 5];
        const Scenes scenes = ref::randomScenes(rng, size, colour ? CV_8UC3 : CV_8UC1);
        const vector<Mat> frames = ref::seen(
                scenes, [&](const Mat& picture) { return imdecode(encode(picture, quality, option, 1), IMREAD_UNCHANGED); });
        const Footprint f = ref::footprint(frames, scenes.stickers, ref::coded(colour ? Size(16, 16) : Size(8, 8)));
        EXPECT_EQ(0, f.outside) << size << ", quality " << quality << ", option " << option;
        EXPECT_GT(f.changed, 30);
        if (size.width > 90)
        {
            EXPECT_LE(f.slack, 4) << size << ", quality " << quality;
        }
    }
}

#if CV_VERSION_MAJOR > 4 || (CV_VERSION_MAJOR == 4 && CV_VERSION_MINOR >= 7)
TEST(Derand_Codec, AllSamplingsOfImencodeAreCovered)
{
    RNG rng(62);
    const struct
    {
        int factor;
        Size block;
    } samplings[] = {{IMWRITE_JPEG_SAMPLING_FACTOR_411, Size(32, 8)}, {IMWRITE_JPEG_SAMPLING_FACTOR_420, Size(16, 16)},
            {IMWRITE_JPEG_SAMPLING_FACTOR_422, Size(16, 8)}, {IMWRITE_JPEG_SAMPLING_FACTOR_440, Size(8, 16)},
            {IMWRITE_JPEG_SAMPLING_FACTOR_444, Size(8, 8)}};
    for (const auto& sampling : samplings)
        for (const Size& size : SIZES)
        {
            const Scenes scenes = ref::randomScenes(rng, size, CV_8UC3);
            const vector<Mat> frames = ref::seen(scenes,
                    [&](const Mat& picture) { return decode(encode(picture, 80, IMWRITE_JPEG_SAMPLING_FACTOR, sampling.factor)); });
            const Footprint f = ref::footprint(frames, scenes.stickers, ref::coded(sampling.block));
            EXPECT_EQ(0, f.outside) << sampling.block << ", " << size;
            if (size.width > 90)
            {
                EXPECT_LE(f.slack, sampling.block.width == 32 ? 8 : 4) << sampling.block << ", " << size;
            }
        }
}
#endif

TEST(Derand_Codec, ReadersThatReduceCountInPixelsOfTheirFrames)
{
    RNG rng(63);
    const struct
    {
        int flag, times;
    } readers[] = {{IMREAD_REDUCED_COLOR_2, 2}, {IMREAD_REDUCED_COLOR_4, 4}, {IMREAD_REDUCED_COLOR_8, 8}, {IMREAD_REDUCED_GRAYSCALE_2, 2}};
    for (const auto& reader : readers)
    {
        const Scenes scenes = ref::randomScenes(rng, Size(250, 190), CV_8UC3);
        const vector<Mat> frames = ref::seen(scenes, [&](const Mat& picture) { return imdecode(encode(picture, 90), reader.flag); });
        vector<Rect> stickers(1);
        for (size_t k = 1; k < scenes.stickers.size(); k++)
        {
            const Rect s = scenes.stickers[k];
            const Point first(s.x / reader.times, s.y / reader.times);
            const Point last((s.br().x - 1) / reader.times, (s.br().y - 1) / reader.times);
            stickers.push_back(Rect(first, last + Point(1, 1)));
        }
        const int side = 16 / reader.times;
        EXPECT_EQ(0, ref::footprint(frames, stickers, ref::coded(Size(side, side))).outside) << reader.flag;
        EXPECT_GT(ref::footprint(frames, stickers, ref::coded(Size(1, 1))).outside, 0) << reader.flag;
    }
}

//---- crops, flips and turns ----

TEST(Derand_Codec, CropsMoveTheBlocks)
{
    RNG rng(64);
    int wrong = 0;
    for (int k = 0; k < 12; k++)
    {
        const Scenes scenes = ref::randomScenes(rng, Size(150, 130), CV_8UC3);
        const int height = rng.uniform(60, 90), width = rng.uniform(60, 110), top = rng.uniform(0, 40), left = rng.uniform(0, 40);
        const Rect crop(left, top, width, height);
        const vector<Mat> frames = ref::seen(scenes, [&](const Mat& picture) { return decode(encode(picture, 90))(crop); });
        vector<Rect> stickers;
        for (const Rect& s : scenes.stickers)
            stickers.push_back(s - crop.tl());
        vector<Mat> kept(1, frames[0]);
        vector<Rect> inside(1);
        for (size_t i = 1; i < stickers.size(); i++)
            if ((stickers[i] & Rect(Point(), crop.size())) == stickers[i])
            {
                kept.push_back(frames[i]);
                inside.push_back(stickers[i]);
            }
        FrameMap map = ref::coded(Size(16, 16));
        wrong += crop.x % 16 && crop.y % 16 && ref::footprint(kept, inside, map).outside > 0;
        map.codecOffset = Point((16 - crop.x % 16) % 16, (16 - crop.y % 16) % 16);
        const Footprint f = ref::footprint(kept, inside, map);
        EXPECT_EQ(0, f.outside) << crop;
        EXPECT_LE(f.slack, 4) << crop;
        EXPECT_EQ(0, ref::footprint(kept, inside, ref::mjpeg()).outside) << crop;
    }
    EXPECT_GT(wrong, 6) << "the offset makes no difference";
}

//! What an EXIF orientation asks for; 1 is as it is.
Mat turned(const Mat& picture, int orientation)
{
    Mat out = picture;
    if (orientation >= 5)
        cv::transpose(picture, out);
    const bool mirrorX = orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7;
    const bool mirrorY = orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;
    Mat flipped = out.clone();
    if (mirrorX && mirrorY)
        cv::flip(out, flipped, -1);
    else if (mirrorX || mirrorY)
        cv::flip(out, flipped, mirrorX ? 1 : 0);
    return flipped;
}

//! A JPEG file with an EXIF orientation.
void insertOrientation(vector<uchar>& jpeg, int orientation)
{
    const uchar segment[] = {0xff, 0xe1, 0, 34, 'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0,
            0, 1, 0, (uchar)orientation, 0, 0, 0, 0, 0, 0};
    jpeg.insert(jpeg.begin() + 2, segment, segment + sizeof(segment));
}

TEST(Derand_Codec, PicturesThatEXIFTurnsNeedTheirOffset)
{
    RNG rng(65);
    int wrong = 0;
    for (int orientation = 1; orientation <= 8; orientation++)
        for (const Size& size : {Size(135, 73), Size(104, 121)})
        {
            const Camera turn = [&](const Mat& picture) { return turned(picture, orientation); };
            const Scenes scenes = ref::randomScenes(rng, size, CV_8UC3);
            vector<Mat> frames, ignored;
            for (const Mat& picture : scenes.pictures)
            {
                vector<uchar> jpeg = encode(picture, 85);
                insertOrientation(jpeg, orientation);
                const ref::TemporaryFile file(".jpg");
                std::ofstream(file.name.c_str(), std::ios::binary).write((const char*)&jpeg[0], jpeg.size()).flush();
                frames.push_back(imread(file.name));
                ignored.push_back(imread(file.name, IMREAD_COLOR | IMREAD_IGNORE_ORIENTATION));
                ASSERT_EQ(0, cv::norm(frames.back(), turn(ignored.back()), NORM_INF)) << orientation;
            }
            const vector<Rect> stickers = ref::moved(scenes.stickers, size, turn);
            FrameMap map = ref::coded(Size(16, 16));
            EXPECT_EQ(0, ref::footprint(ignored, scenes.stickers, map).outside) << orientation;
            wrong += ref::footprint(frames, stickers, map).outside > 0;
            // A side that was mirrored has its first block at the end.
            const Mat corner = turn(Mat(Mat::eye(size, CV_8U)));
            const Size final = frames[0].size();
            map.codecOffset.x = corner.at<uchar>(0, 0) || corner.at<uchar>(final.height - 1, 0) ? 0 : final.width;
            map.codecOffset.y = corner.at<uchar>(0, 0) || corner.at<uchar>(0, final.width - 1) ? 0 : final.height;
            const Footprint f = ref::footprint(frames, stickers, map);
            EXPECT_EQ(0, f.outside) << orientation << ", " << size;
            EXPECT_LE(f.slack, 4) << orientation << ", " << size;
            EXPECT_EQ(0, ref::footprint(frames, stickers, ref::mjpeg()).outside) << orientation;
        }
    EXPECT_EQ(12, wrong) << "orientations change nothing";
}

//---- filters before and after ----

struct Filter
{
    const char* name;
    int radius;
    Camera run;
};

Mat sharpened(const Mat& picture, int radius)
{
    Mat soft, sharp;
    GaussianBlur(picture, soft, Size(2 * radius + 1, 2 * radius + 1), 0);
    addWeighted(picture, 2.5, soft, -1.5, 0, sharp);
    return sharp;
}

vector<Filter> filters()
{
    vector<Filter> all;
    all.push_back({"nothing", 0, [](const Mat& p) { return p; }});
    all.push_back({"blur 11", 5, [](const Mat& p) {
                       Mat out;
                       blur(p, out, Size(11, 11));
                       return out;
                   }});
    all.push_back({"sharpening 3", 1, [](const Mat& p) { return sharpened(p, 1); }});
    all.push_back({"sharpening 7", 3, [](const Mat& p) { return sharpened(p, 3); }});
    all.push_back({"median 5", 2, [](const Mat& p) {
                       Mat out;
                       medianBlur(p, out, 5);
                       return out;
                   }});
    all.push_back({"bilateral 9", 4, [](const Mat& p) {
                       Mat out;
                       bilateralFilter(p, out, 9, 90, 90);
                       return out;
                   }});
    // ts has its own erode().
    all.push_back({"erosion, three times", 3, [](const Mat& p) {
                       Mat out;
                       cv::erode(p, out, Mat(), Point(-1, -1), 3);
                       return out;
                   }});
    all.push_back({"Laplacian", 1, [](const Mat& p) {
                       Mat out;
                       Laplacian(p, out, -1);
                       return Mat(p - out);
                   }});
    return all;
}

TEST(Derand_Codec, FiltersBeforeAndAfterTheCodecAddUpInThatOrder)
{
    RNG rng(66);
    int wrong = 0;
    const vector<Filter> all = filters();
    for (const Filter& before : all)
        for (const Filter& after : all)
        {
            const Scenes scenes = ref::randomScenes(rng, Size(131, 98), CV_8UC3);
            const vector<Mat> frames = ref::seen(
                    scenes, [&](const Mat& picture) { return after.run(decode(encode(before.run(picture), 95))); });
            EXPECT_EQ(0, ref::footprint(frames, scenes.stickers, ref::coded(Size(16, 16), before.radius, after.radius)).outside)
                    << before.name << ", JPEG, " << after.name;
            // A radius before the blocks does not cover what comes after them.
            wrong += ref::footprint(frames, scenes.stickers, ref::coded(Size(16, 16), before.radius + after.radius)).outside > 0;
        }
    EXPECT_GT(wrong, 8);
}

TEST(Derand_Codec, AFilterSpreadsAStickerByItsRadius)
{
    RNG rng(67);
    for (const Filter& filter : filters())
    {
        FrameMap map;
        map.dilation = filter.radius;
        const Scenes scenes = ref::randomScenes(rng, Size(80, 70), CV_8UC3);
        const Footprint f = ref::footprint(ref::seen(scenes, filter.run), scenes.stickers, map);
        EXPECT_EQ(0, f.outside) << filter.name;
        EXPECT_LE(f.slack, 1) << filter.name;
    }
}

}} // namespace opencv_test
