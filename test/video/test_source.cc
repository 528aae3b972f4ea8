// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "opencv2/imgcodecs.hpp"
#include "opencv2/videoio.hpp"

#include "data/picture_file.hpp"
#include "video/frame_times.hpp"
#include "video/open_source.hpp"
#include "video/options.hpp"
#include "video/source_name.hpp"

namespace {

using namespace cv;
using namespace video;
namespace fs = std::filesystem;

//! Runs in its own empty folder.
class Files : public testing::Test
{
protected:
    void SetUp() override
    {
        folder = tempfile();
        fs::remove(folder);
        fs::create_directory(folder);
        before = fs::current_path();
        fs::current_path(folder);
    }

    void TearDown() override
    {
        fs::current_path(before);
        fs::remove_all(folder);
    }

    static void touch(const std::string& name) { std::ofstream(name) << "x"; }
    static Mat picture(int value) { return Mat(20, 30, CV_8UC3, Scalar(0, value, 255)); }

    fs::path folder, before;
};

using Derand_SourceNames = Files;
using Derand_Sources = Files;
using Derand_Outputs = Files;

void expectKind(SourceKind kind, const std::string& what, const std::string& name)
{
    const SourceName source = parseSource(what);
    EXPECT_EQ(int(kind), int(source.kind)) << what;
    EXPECT_EQ(name, source.name) << what;
}

void expectKind(SourceKind kind, const std::string& what) { expectKind(kind, what, what); }

TEST_F(Derand_SourceNames, ThatDoNotExistAreToldByTheirForm)
{
    expectKind(SourceKind::SCENE, "scene");
    for (const char* what : {"0", "7", "12"})
        expectKind(SourceKind::CAMERA, what);
    for (const char* what : {"frame_%d.png", "a/%03d.jpg", "100%done/%d.png", "my%20pictures/%05d.png", "%s%d.pgm"})
        expectKind(SourceKind::PICTURES, what);
    for (const char* what : {"clip.mp4", "/no/clip.mp4", "C:\\clip.mp4", "C:/clip.mp4", "100%.mp4", "my%20clip.mp4", "0.mp4",
                 "2024", "pipe:0", "pipe:", "fd:", "12:30.mp4"})
        expectKind(SourceKind::FILE, what);
    for (const char* what : {"rtsp://host/a", "RTSP://host/a", "rtsps://host", "rtmp://host", "rtmpt://host", "rtp://host:1",
                 "udp://@:5000", "srt://host:1", "mms://host", "v4l2:///dev/video0", "v4l2src ! appsink", "videotestsrc!appsink",
                 "rtspsrc location=rtsp://host/a ! decodebin ! appsink"})
        expectKind(SourceKind::LIVE, what);
    for (const char* what : {"http://host/clip.mp4", "HTTPS://host/clip.mp4", "ftp://host/clip.mp4", "http://host/a%20b.mp4",
                 "http://host/frame_%d.png", "http://host/live.m3u8", "http://host/a!b", "tcp://host:1", "concat:a.ts|b.ts"})
        expectKind(SourceKind::ADDRESS, what);
    expectKind(SourceKind::FILE, "file:///no/a%20b.mp4", "/no/a b.mp4");
    expectKind(SourceKind::FILE, "file://localhost/no/a.mp4", "/no/a.mp4");
    expectKind(SourceKind::FILE, "FILE:no/a.mp4", "no/a.mp4");
    expectKind(SourceKind::FILE, "file:///C:/a.mp4", "C:/a.mp4");
    expectKind(SourceKind::PICTURES, "file:///no/%d.png", "/no/%d.png");
    expectKind(SourceKind::FILE, "file:0", "0");
}

TEST_F(Derand_SourceNames, ThatExistAreFilesWhateverTheyLookLike)
{
    for (const char* what : {"my%20clip.mp4", "100%.mp4", "%d.mp4", "frame_%03d.mp4", "hi! there.mp4", "a b.mp4"})
    {
        touch(what);
        expectKind(SourceKind::FILE, what);
        const std::string absolute = (folder / what).string();
        expectKind(SourceKind::FILE, "file://" + absolute, absolute);
    }
    for (const char* what : {"http:clip.mp4", "rtsp:x.mp4", "a:b.mp4"})
    {
        touch(what);
        expectKind(SourceKind::FILE, what, std::string("./") + what); // otherwise FFmpeg takes it for a protocol
        expectKind(SourceKind::FILE, (folder / what).string());
    }
    touch("with space.mp4");
    expectKind(SourceKind::FILE, "file://" + folder.string() + "/with%20space.mp4", folder.string() + "/with space.mp4");
    for (const char* what : {"live.m3u8", "live.mpd", "camera.sdp"})
    {
        touch(what);
        expectKind(SourceKind::ADDRESS, what);
    }
    expectKind(SourceKind::PICTURES, ".");
    expectKind(SourceKind::PICTURES, "file://" + folder.string(), folder.string());
}

TEST_F(Derand_SourceNames, OfPicturesAreToldByTheirContent)
{
    imwrite("a.png", picture(0));
    fs::copy("a.png", "picture");
    fs::copy("a.png", "frame_%03d.png");
    imwrite("a.jpg", picture(0));
    fs::copy("a.jpg", "a.mjpeg");
    for (const char* what : {"a.png", "picture", "frame_%03d.png", "a.jpg"})
        expectKind(SourceKind::PICTURES, what);
    expectKind(SourceKind::FILE, "a.mjpeg"); // holds many
}

#ifdef __linux__
TEST_F(Derand_SourceNames, OfDevicesAreLiveAlsoByALink)
{
    fs::create_symlink("/dev/null", "camera.mp4");
    expectKind(SourceKind::LIVE, "camera.mp4");
    expectKind(SourceKind::LIVE, "/dev/null");
}
#endif

TEST_F(Derand_SourceNames, WithANumberNameAFileForEach)
{
    EXPECT_EQ("a_007.png", Numbered("a_%03d.png").file(7));
    EXPECT_EQ("a_7.png", Numbered("a_%d.png").file(7));
    EXPECT_EQ("a_1234.png", Numbered("a_%03d.png").file(1234));
    EXPECT_EQ("100%done %s/12.png", Numbered("100%done %s/%d.png").file(12));
    for (const char* what : {"a.png", "%.png", "%20.png", "%x.png", "%0d.png", "%i.png"})
        EXPECT_FALSE(Numbered::is(what)) << what;
    EXPECT_EQ(-1, Numbered("%d.png").first());
    touch("3.png");
    EXPECT_EQ(3, Numbered("%d.png").first());
}

TEST_F(Derand_SourceNames, WithANumberKnowTheirFiles)
{
    fs::create_directory("in");
    touch("in/a_01.png");
    touch("in/a_02.png");
    fs::create_hard_link("in/a_02.png", "hard.json");
    fs::create_symlink("in/a_02.png", "soft.json");
    fs::create_directory_symlink("in", "link");
    const Numbered pattern("in/a_%02d.png");
    for (const char* path : {"in/a_01.png", "./in/../in/a_02.png", "in/a_03.png", "in/a_999.png", "link/a_01.png", "link/a_77.png",
                 "hard.json", "soft.json"})
    {
        EXPECT_TRUE(pattern.has(path)) << path;
        EXPECT_TRUE(pattern.has((folder / path).string())) << path;
    }
    for (const char* path : {"a_01.png", "in/a_1.png", "in/b_01.png", "in/a_01.json", "in/a_.png", "in", "in/a_12345678901.png"})
        EXPECT_FALSE(pattern.has(path)) << path;
}

TEST(Derand_FrameTimes, AreThoseOfTheContainer)
{
    FrameTimes times(1);
    const double positions[] = {1, 1.1, 1.2, 2.3, 2.4};
    for (const double position : positions)
    {
        times.add(position);
        EXPECT_NEAR(position - 1, times.time, 1e-9);
        EXPECT_FALSE(times.estimated);
    }
    EXPECT_NEAR(.1, times.step, 1e-9);
}

TEST(Derand_FrameTimes, AreEstimatedWhereThereIsNone)
{
    FrameTimes late(1); // the last frames of a file in OpenCV 4.6
    const double positions[] = {0, .5, .7, 0, 0};
    const double times[] = {0, .5, .7, .9, 1.1};
    for (int i = 0; i < 5; i++)
    {
        late.add(positions[i]);
        EXPECT_NEAR(times[i], late.time, 1e-9);
        EXPECT_EQ(i > 2, late.estimated);
    }
    for (const double nothing : {0., -7e15, double(NAN)}) // raw streams
    {
        FrameTimes raw(.04);
        for (int i = 0; i < 10; i++)
        {
            raw.add(nothing + i * (nothing < 0));
            EXPECT_NEAR(i * .04, raw.time, 1e-9);
            EXPECT_EQ(i > 0 || nothing != 0, raw.estimated);
        }
    }
}

TEST_F(Derand_Sources, OfPicturesReadWhatAllProgramsRead)
{
    imwrite("0.png", Mat(20, 30, CV_16UC1, Scalar(40000)));
    imwrite("1.png", Mat(20, 30, CV_8UC4, Scalar(1, 2, 3, 4)));
    imwrite("2.png", picture(77));
    for (const int channels : {1, 3})
    {
        const std::unique_ptr<Source> source = openSource("%d.png", channels);
        EXPECT_EQ(3, source->announced);
        Mat frame;
        for (int i = 0; i < 3; i++)
        {
            ASSERT_TRUE(source->read(frame));
            EXPECT_EQ(CV_8UC(channels), frame.type());
            EXPECT_EQ(0, norm(frame, tools::readPicture(format("%d.png", i), channels), NORM_INF));
            EXPECT_TRUE(source->estimated);
        }
        EXPECT_FALSE(source->read(frame));
        EXPECT_EQ(Ending::COMPLETE, source->ending);
    }
    EXPECT_THROW(openSource("%d.png", 2), std::runtime_error);
    EXPECT_THROW(openSource("scene", 4), std::runtime_error);
}

TEST_F(Derand_Sources, OfPicturesLeaveOutOtherDepths)
{
    imwrite("0.png", picture(0));
    imwrite("1.tiff", Mat(20, 30, CV_32FC1, Scalar(.5)));
    fs::rename("1.tiff", "1.png");
    imwrite("2.png", picture(0));
    const std::unique_ptr<Source> source = openSource("%d.png", 1);
    Mat frame;
    EXPECT_TRUE(source->read(frame));
    testing::internal::CaptureStderr();
    EXPECT_TRUE(source->read(frame));
    EXPECT_NE(std::string::npos, testing::internal::GetCapturedStderr().find("1.png"));
    EXPECT_FALSE(source->read(frame));
    EXPECT_EQ(1, source->skipped);
}

TEST_F(Derand_Sources, OfAFolderAreItsPicturesByName)
{
    fs::create_directories("set/inner");
    for (const int i : {10, 30, 20})
        imwrite(format("set/%d.png", i), picture(i));
    imwrite("set/inner/15.png", picture(15));
    touch("set/25.txt");
    const std::unique_ptr<Source> source = openSource("set", 3);
    EXPECT_EQ(3, source->announced);
    EXPECT_TRUE(source->turned);
    Mat frame;
    for (const int i : {10, 20, 30})
    {
        ASSERT_TRUE(source->read(frame));
        EXPECT_EQ(0, norm(frame, tools::readPicture(format("set/%d.png", i), 3), NORM_INF)) << i;
    }
    EXPECT_FALSE(source->read(frame));
    EXPECT_EQ(Ending::COMPLETE, source->ending);
    fs::create_directory("empty");
    EXPECT_THROW(openSource("empty", 3), std::runtime_error);
}

TEST_F(Derand_Sources, OfPicturesWithAHoleAreNotComplete)
{
    for (const int i : {4, 5, 7})
        imwrite(format("%d.png", i), picture(i));
    const std::unique_ptr<Source> source = openSource("%d.png", 3);
    Mat frame;
    EXPECT_TRUE(source->read(frame) && source->read(frame));
    EXPECT_FALSE(source->read(frame));
    EXPECT_EQ(Ending::INCOMPLETE, source->ending);
    EXPECT_NE(std::string::npos, source->message.find("7.png")) << source->message;
}

TEST_F(Derand_Sources, AreFilesByEveryName)
{
    {
        VideoWriter writer("my%20clip.avi", VideoWriter::fourcc('M', 'J', 'P', 'G'), 10, Size(32, 24));
        for (int i = 0; i < 5; i++)
            writer.write(Mat(24, 32, CV_8UC3, Scalar::all(50 * i)));
    }
    fs::copy("my%20clip.avi", "my clip.avi");
    for (const std::string& what :
            {std::string("my%20clip.avi"), "file://" + folder.string() + "/my%20clip.avi", std::string("file:my clip.avi")})
    {
        const std::unique_ptr<Source> source = openSource(what, 1);
        EXPECT_FALSE(source->live);
        EXPECT_EQ(10, source->fps);
        Mat frame;
        for (int i = 0; i < 5; i++)
        {
            ASSERT_TRUE(source->read(frame)) << what;
            EXPECT_NEAR(50 * i, frame.at<Vec3b>(0, 0)[0], 3);
            EXPECT_NEAR(.1 * i, source->time, 1e-3);
        }
        EXPECT_FALSE(source->read(frame));
        EXPECT_EQ(Ending::COMPLETE, source->ending) << source->message;
    }
}

//! Of a command line, without reading a model.
Options parse(std::vector<std::string> words)
{
    words.insert(words.begin(), {"certify_video", "--model=model.onnx"});
    std::vector<const char*> argv;
    for (const std::string& word : words)
        argv.push_back(word.c_str());
    return Options(tools::Arguments(int(argv.size()), argv.data(), Options::KEYS, Options::ABOUT, 1));
}

TEST_F(Derand_Outputs, ThatAreInputsAreRefused)
{
    for (const char* name : {"model.onnx", "model.yml", "clip.mp4", "sticker.png", "a1.png", "x.txt"})
        touch(name);
    fs::create_hard_link("clip.mp4", "hard.avi");
    fs::create_symlink("clip.mp4", "soft.avi");
    fs::create_symlink("new.json", "dangling.json");
    const std::string here = folder.string() + "/";
    const std::vector<std::string> refused[] = {{"clip.mp4", "--record=clip.mp4"}, {"clip.mp4", "--json=clip.mp4"},
            {"clip.mp4", "--json=./clip.mp4"}, {"clip.mp4", "--json=" + here + "clip.mp4"}, {here + "clip.mp4", "--json=clip.mp4"},
            {"clip.mp4", "--record=hard.avi"}, {"clip.mp4", "--record=soft.avi"}, {"soft.avi", "--json=clip.mp4"},
            {"file://" + here + "clip.mp4", "--json=clip.mp4"}, {"file:clip.mp4", "--json=hard.avi"}, {"scene", "--json=model.onnx"},
            {"scene", "--json=model.yml"}, {"scene", "--sticker-file=sticker.png", "--json=sticker.png"}, {".", "--json=new.json"},
            {here, "--record=new.avi"}, {"a%d.png", "--json=a1.png"}, {"a%d.png", "--json=a2.png"}, {"a1.png", "--json=a1.png"},
            {"concat:x.txt|clip.mp4", "--json=clip.mp4"}, {"filesrc location=clip.mp4 ! appsink", "--json=clip.mp4"},
            {"filesrc location=\"x.txt\" ! appsink", "--json=x.txt"}, {"scene", "--json=o.avi", "--record=o.avi"},
            {"scene", "--json=./o.avi", "--record=" + here + "o.avi"}, {"scene", "--json=dangling.json", "--record=new.json"}};
    for (const std::vector<std::string>& words : refused)
        EXPECT_THROW(parse(words), std::runtime_error) << words[0] << " " << words[1];
    const std::vector<std::string> fine[] = {{"clip.mp4", "--json=b.json", "--record=b.avi"}, {"scene", "--json=scene"},
            {"0", "--json=0"}, {"a%d.png", "--json=b1.png"}, {"http://host/clip.mp4", "--json=x.txt"}};
    for (const std::vector<std::string>& words : fine)
        EXPECT_NO_THROW(parse(words)) << words[0] << " " << words[1];
}

TEST_F(Derand_Outputs, AndAllOtherOptionsAreStrict)
{
    touch("model.onnx");
    EXPECT_EQ(Size(5, 7), parse({"--patch=5x7"}).patch);
    EXPECT_EQ(Size(9, 9), parse({"--sticker=9"}).patch);
    EXPECT_EQ(Size(3, 4), parse({"--early-stop=3x4", "--sticker=0"}).patch);
    EXPECT_FALSE(parse({"--headless=false"}).headless);
    for (const char* wrong : {"--patch=5x", "--patch=0", "--patch=5px", "--patch=60.7", "--patch=1e2", "--patch", "--dilation=1e1",
                 "--dilation=-1", "--budget=0", "--frames=-1", "--roi=1,2,3", "--roi=1,2,3,4,5", "--roi=1,2,3,4x", "--roi=1,2,0,4",
                 "--roi=-1,2,3,4", "--quiet=maybe", "--out=nowhere", "--sticker=-1", "--pach=5"})
        EXPECT_THROW(parse({wrong}), std::runtime_error) << wrong;
    EXPECT_THROW(parse({"scene", "more"}), std::runtime_error);
}

} // namespace
