// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// What MJPEG makes of a sticker: coded by ffmpeg and by VideoWriter, read by both readers of VideoCapture. And that what
// the documentation calls not covered is not: rate control, video codecs.

#include "footprint.hpp"
#include "opencv2/imgcodecs.hpp"
#include "opencv2/videoio.hpp"
#include "opencv2/videoio/registry.hpp"

#include <fstream>
#include <iostream>

namespace opencv_test { namespace {

using ref::Footprint;
using ref::Scenes;

vector<Mat> readAll(const string& file, int reader)
{
    VideoCapture capture(file, reader);
    vector<Mat> frames;
    for (Mat frame; capture.read(frame);)
        frames.push_back(frame.clone());
    return frames;
}

//! The blocks of a codec that filters no colour planes.
FrameMap blocksOnly(const Size& block)
{
    FrameMap map;
    map.dilation = std::max(block.width, block.height) - 1;
    return map;
}

//! The reader is available, and not just a plug-in that is known by name.
bool canRead(int reader) { return videoio_registry::hasBackend((VideoCaptureAPIs)reader); }

//! Codes the pictures as a video, one after the other. Rows in the encoder's memory have `padding` black pixels behind them.
bool ffmpeg(const vector<Mat>& pictures, const string& options, const string& file, int padding = 1)
{
    const ref::TemporaryFile raw(".bgr");
    std::ofstream out(raw.name.c_str(), std::ios::binary);
    for (const Mat& picture : pictures)
    {
        Mat rows;
        cv::copyMakeBorder(picture, rows, 0, 0, 0, padding, BORDER_CONSTANT, Scalar());
        out.write((const char*)rows.data, rows.total() * rows.elemSize());
    }
    out.close();
    const Size size = pictures[0].size();
    const string command = format("ffmpeg -loglevel error -y -f rawvideo -pix_fmt bgr24 -s %dx%d -i ", size.width + padding, size.height)
            + raw.name + format(" -vf crop=%d:%d:0:0:exact=1 ", size.width, size.height) + options + " " + file;
    return std::system(command.c_str()) == 0;
}

struct Reader
{
    const char* name;
    int id;
};

const Reader READERS[] = {{"CAP_FFMPEG", CAP_FFMPEG}, {"CAP_OPENCV_MJPEG", CAP_OPENCV_MJPEG}};

const Size SIZES[] = {Size(128, 96), Size(131, 97), Size(150, 90), Size(129, 98)};

TEST(Derand_Mjpeg, WhatFfmpegMakesOfAStickerStaysInItsFootprint)
{
    if (!ref::haveProgram("ffmpeg -version"))
        DERAND_SKIP("ffmpeg is not installed");
    RNG rng(70);
    const struct
    {
        const char* options;
        Size block;
    } codecs[] = {{"-pix_fmt yuvj420p", Size(16, 16)}, {"-pix_fmt yuvj422p", Size(16, 8)}, {"-pix_fmt yuvj444p", Size(8, 8)},
            {"-pix_fmt yuvj420p -sws_flags bicubic+full_chroma_inp+accurate_rnd", Size(16, 16)},
            {"-pix_fmt yuvj422p -sws_flags bicubic+full_chroma_inp+full_chroma_int", Size(16, 8)},
            {"-pix_fmt yuvj420p -sws_flags bilinear", Size(16, 16)}, {"-pix_fmt yuvj420p -sws_flags area", Size(16, 16)}};
    int read = 0, beyond = 0;
    for (const auto& codec : codecs)
        for (const Size& size : SIZES)
        {
            const ref::TemporaryFile file(".avi");
            const Scenes scenes = ref::randomScenes(rng, size, CV_8UC3);
            ASSERT_TRUE(ffmpeg(scenes.pictures, format("-c:v mjpeg -q:v %d ", rng.uniform(1, 12)) + codec.options, file.name));
            for (const Reader& reader : READERS)
            {
                if (!canRead(reader.id))
                    continue;
                const vector<Mat> frames = readAll(file.name, reader.id);
                ASSERT_EQ(scenes.pictures.size(), frames.size()) << reader.name;
                const Footprint f = ref::footprint(frames, scenes.stickers, ref::coded(codec.block));
                EXPECT_EQ(0, f.outside) << codec.options << ", " << size << ", " << reader.name;
                EXPECT_LE(f.slack, 8) << codec.options << ", " << size << ", " << reader.name;
                EXPECT_EQ(0, ref::footprint(frames, scenes.stickers, ref::mjpeg()).outside)
                        << codec.options << ", " << size << ", " << reader.name;
                // Whole blocks and nothing around them: the filters of the colour planes do matter.
                beyond += ref::footprint(frames, scenes.stickers, blocksOnly(codec.block)).outside > 0;
                read++;
            }
        }
    if (read == 0)
        DERAND_SKIP("this OpenCV reads no MJPEG");
    EXPECT_GT(beyond, read / 4);
}

TEST(Derand_Mjpeg, PackedRowsOfOddWidthLeakIntoTheNextOne)
{
    if (!ref::haveProgram("ffmpeg -version") || !canRead(CAP_FFMPEG))
        DERAND_SKIP("ffmpeg is not installed, or this OpenCV has no CAP_FFMPEG");
    // Two columns of BGR make one of chroma: of an odd width swscale takes the second one from behind the row, which is the
    // first pixel of the next row if nothing lies between them. The documentation excludes it; even widths are covered.
    RNG rng(74);
    for (int width : {128, 129})
    {
        const ref::TemporaryFile file(".avi");
        Scenes scenes;
        scenes.pictures.assign(2, Mat(96, width, CV_8UC3, Scalar::all(90)));
        scenes.pictures[1] = scenes.pictures[0].clone();
        scenes.stickers.assign(2, Rect(0, 40, 6, 6));
        scenes.pictures[1](scenes.stickers[1]).setTo(Scalar(255, 0, 255));
        ASSERT_TRUE(ffmpeg(scenes.pictures, "-c:v mjpeg -q:v 2 -pix_fmt yuvj420p", file.name, 0));
        const vector<Mat> frames = readAll(file.name, CAP_FFMPEG);
        ASSERT_EQ(2u, frames.size());
        EXPECT_EQ(width % 2 == 1, ref::footprint(frames, scenes.stickers, ref::mjpeg()).outside > 0) << width;
    }
}

TEST(Derand_Mjpeg, WhatVideoCaptureMakesOfLibjpegStaysInItsFootprint)
{
    if (!ref::haveProgram("cjpeg -version") || !canRead(CAP_FFMPEG))
        DERAND_SKIP("cjpeg (libjpeg-turbo-progs) is not installed, or this OpenCV has no CAP_FFMPEG");
    RNG rng(72);
    for (const Size& sampling : {Size(1, 1), Size(2, 1), Size(1, 2), Size(2, 2), Size(4, 1), Size(4, 2), Size(1, 4)})
        for (const Size& size : {SIZES[0], SIZES[1]})
        {
            const ref::TemporaryFile pixels(".ppm"), jpeg(".jpg"), video(".mjpeg");
            const Scenes scenes = ref::randomScenes(rng, size, CV_8UC3);
            std::ofstream out(video.name.c_str(), std::ios::binary);
            for (const Mat& picture : scenes.pictures)
            {
                imwrite(pixels.name, picture);
                const string command = format("cjpeg -quality 90 -sample %dx%d,1x1,1x1 -outfile ", sampling.width, sampling.height)
                        + jpeg.name + " " + pixels.name;
                ASSERT_EQ(0, std::system(command.c_str())) << command;
                out << std::ifstream(jpeg.name.c_str(), std::ios::binary).rdbuf();
            }
            out.close();
            const vector<Mat> frames = readAll(video.name, CAP_FFMPEG);
            ASSERT_EQ(scenes.pictures.size(), frames.size()) << sampling;
            const Size block = sampling * 8;
            EXPECT_EQ(0, ref::footprint(frames, scenes.stickers, ref::coded(block)).outside) << sampling << ", " << size;
            if (block.width <= 16 && block.height <= 16)
            {
                EXPECT_EQ(0, ref::footprint(frames, scenes.stickers, ref::mjpeg()).outside) << sampling << ", " << size;
            }
        }
}

TEST(Derand_Mjpeg, WhatTheDocumentationCallsNotCoveredIsNot)
{
    if (!ref::haveProgram("ffmpeg -version") || !canRead(CAP_FFMPEG))
        DERAND_SKIP("ffmpeg is not installed, or this OpenCV has no CAP_FFMPEG");
    // Twelve frames, all without or all with a sticker: the last ones differ where no radius reaches.
    RNG rng(73);
    Mat small(12, 16, CV_8UC3), scene, attacked;
    rng.fill(small, RNG::UNIFORM, 40, 200);
    resize(small, scene, Size(128, 96), 0, 0, INTER_CUBIC);
    const Rect sticker(56, 40, 12, 12);
    attacked = scene.clone();
    Mat content = attacked(sticker);
    rng.fill(content, RNG::UNIFORM, 0, 256);
    int tried = 0;
    for (const char* codec : {"-c:v mjpeg -b:v 200k", "-c:v libx264 -qp 30 -pix_fmt yuv420p"})
    {
        vector<Mat> last;
        for (const Mat& picture : {scene, attacked})
        {
            const ref::TemporaryFile file(".mkv");
            if (ffmpeg(vector<Mat>(12, picture), codec, file.name))
                last.push_back(readAll(file.name, CAP_FFMPEG).back());
        }
        if (last.size() < 2) // this ffmpeg does not have the encoder
            continue;
        tried++;
        EXPECT_GT(ref::footprint(last, vector<Rect>(2, sticker), ref::mjpeg()).outside, 0) << codec;
    }
    EXPECT_GT(tried, 0);
}

}} // namespace opencv_test
