// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Files under any name, and pictures as frames.

#include "common/files.hpp"
#include "data/picture_file.hpp"
#include "scratch.hpp"

#include "opencv2/imgcodecs.hpp"
#include "opencv2/imgproc.hpp"

namespace {

namespace fs = std::filesystem;

using Derand_Files = Scratch;

TEST_F(Derand_Files, AreTheSameByAnyName)
{
    write("data/a");
    write("data/b");
    fs::create_symlink("a", "data/link");
    fs::create_hard_link("data/a", "hard");
    fs::create_directory_symlink("data", "linked");
    for (const std::string& name : {std::string("data/a"), std::string("./data//a"), std::string("data/../data/a"),
                 (folder / "data/a").string(), std::string("data/link"), std::string("hard"), std::string("linked/a")})
    {
        EXPECT_TRUE(tools::samePath("data/a", name)) << name;
        EXPECT_FALSE(tools::samePath("data/b", name)) << name;
    }
    EXPECT_TRUE(tools::samePath("data", "linked/"));
    EXPECT_TRUE(tools::samePath("data/", "./data/."));
}

TEST_F(Derand_Files, AreTheSameBeforeTheyExist)
{
    write("data/a");
    fs::create_directory_symlink("data", "linked");
    fs::create_symlink("data/new", "dangling");
    for (const char* name : {"data/new", "./data/new", "linked/new", "dangling", "data/none/../new"})
    {
        EXPECT_TRUE(tools::samePath("data/new", name)) << name;
        EXPECT_FALSE(tools::samePath("data/newer", name)) << name;
    }
    fs::create_symlink("round", "around");
    fs::create_symlink("around", "round"); // a loop
    EXPECT_FALSE(tools::samePath("round", "data/a"));
}

TEST_F(Derand_Files, MayBeBelowAFolder)
{
    write("data/0/a");
    fs::create_directory_symlink("data/0", "zero");
    for (const char* path : {"data", "data/0", "data/0/a", "data/new/file", "zero/new", "./data/../data/x"})
        EXPECT_TRUE(tools::within(path, "data")) << path;
    for (const char* path : {".", "database", "..", "data/../x", "/"})
        EXPECT_FALSE(tools::within(path, "data")) << path;
}

TEST_F(Derand_Files, AnOutputIsNoInputAndNoOtherOutput)
{
    write("in");
    write("other");
    fs::create_hard_link("in", "hard");
    using Paths = std::vector<tools::NamedPath>;
    const Paths inputs = {{"--model", "in"}, {"--labels", ""}};
    EXPECT_NO_THROW(tools::checkOutputs({{"--out", "other"}, {"--json", ""}, {"--list", ""}, {"--save", "new"}}, inputs));
    for (const char* name : {"in", "./in", "hard"})
        EXPECT_THROW(tools::checkOutputs({{"--out", "other"}, {"--json", name}}, inputs), std::runtime_error) << name;
    EXPECT_THROW(tools::checkOutputs({{"--out", "new"}, {"--json", "./new"}}, inputs), std::runtime_error);
    EXPECT_NO_THROW(tools::checkOutputs({{"--out", "/dev/null"}, {"--json", "/dev/null"}}, inputs));
}

// ------------------------------------------------------------------------------------------ pictures

std::string refusal(const std::string& file, int channels)
{
    return errorOf([&] { tools::readPicture(file, channels); });
}

cv::Mat drawn(int type)
{
    cv::Mat picture(12, 20, type, cv::Scalar(10, 60, 110, 160));
    picture(cv::Rect(2, 3, 5, 4)).setTo(cv::Scalar(200, 150, 100, 50));
    return picture;
}

TEST_F(Derand_Files, PicturesAreGreyColourOrWithAlpha)
{
    cv::imwrite("colour.png", drawn(CV_8UC3));
    cv::imwrite("alpha.png", drawn(CV_8UC4));
    EXPECT_EQ(0, cv::norm(drawn(CV_8UC3), tools::readPicture("colour.png", 3), cv::NORM_INF));
    EXPECT_EQ(0, cv::norm(drawn(CV_8UC3), tools::readPicture("alpha.png", 3), cv::NORM_INF)); // its colours
    EXPECT_EQ(0, cv::norm(drawn(CV_8UC4), tools::readPicture("alpha.png", 4), cv::NORM_INF));
    EXPECT_EQ(0, cv::norm(cv::imread("colour.png", cv::IMREAD_GRAYSCALE), tools::readPicture("colour.png", 1), cv::NORM_INF));
    EXPECT_EQ(CV_8UC1, tools::readPicture("alpha.png", 1).type());
    EXPECT_NE(std::string::npos, refusal("colour.png", 4).find("colour.png: has no alpha"));
    EXPECT_NE("", refusal("colour.png", 2));
}

TEST_F(Derand_Files, SixteenBitsAreThePictureOfEight)
{
    for (const char* name : {"deep.png", "deep.tiff"})
        for (const int channels : {1, 3, 4})
        {
            const cv::Mat eight = drawn(CV_8UC(channels));
            cv::Mat sixteen;
            eight.convertTo(sixteen, CV_16U, 257);
            ASSERT_TRUE(cv::imwrite(name, sixteen));
            const cv::Mat read = tools::readPicture(name, channels);
            ASSERT_EQ(eight.type(), read.type()) << name;
            EXPECT_EQ(0, cv::norm(eight, read, cv::NORM_INF)) << name << ", " << channels << " channels";
            EXPECT_EQ(CV_8UC1, tools::readPicture(name, 1).type()) << name; // whatever the file has
            EXPECT_EQ(CV_8UC3, tools::readPicture(name, 3).type()) << name;
        }
}

TEST_F(Derand_Files, DepthsWithoutARangeAreRefused)
{
    cv::Mat scaled;
    drawn(CV_8UC3).convertTo(scaled, CV_32F, 1 / 255.);
    cv::imwrite("float.tiff", scaled);
    cv::imwrite("radiance.hdr", scaled);
    cv::Mat grey = scaled.reshape(1, scaled.rows).colRange(0, 20).clone();
    cv::imwrite("grey.tiff", grey);
    grey.convertTo(grey, CV_64F);
    cv::imwrite("double.tiff", grey);
    for (const char* name : {"float.tiff", "radiance.hdr", "grey.tiff", "double.tiff"})
        for (const int channels : {1, 3, 4})
            EXPECT_EQ(0u, refusal(name, channels).find(cv::format("%s: is a %d-bit float picture", name, name[0] == 'd' ? 64 : 32)))
                    << refusal(name, channels);
}

//! A JPEG file with an EXIF orientation.
void writeTurned(const std::string& file, const cv::Mat& picture, int orientation)
{
    std::vector<uchar> bytes;
    cv::imencode(".jpg", picture, bytes, {cv::IMWRITE_JPEG_QUALITY, 100});
    const uchar exif[] = {0xff, 0xe1, 0, 34, 'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8, // header
            0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, uchar(orientation), 0, 0, 0, 0, 0, 0};              // tag 274
    bytes.insert(bytes.begin() + 2, exif, exif + sizeof(exif));
    std::ofstream(file, std::ios::binary).write(reinterpret_cast<const char*>(bytes.data()), std::streamsize(bytes.size()));
}

TEST_F(Derand_Files, PicturesAreTurnedByTheirOrientation)
{
    writeTurned("upright.jpg", drawn(CV_8UC3), 1);
    writeTurned("turned.jpg", drawn(CV_8UC3), 6);
    for (const int channels : {1, 3})
    {
        cv::Mat expected;
        cv::rotate(tools::readPicture("upright.jpg", channels), expected, cv::ROTATE_90_CLOCKWISE);
        const cv::Mat turned = tools::readPicture("turned.jpg", channels);
        ASSERT_EQ(cv::Size(12, 20), turned.size());
        EXPECT_EQ(0, cv::norm(expected, turned, cv::NORM_INF));
    }
}

TEST_F(Derand_Files, PicturesThatCannotBeReadAreNamed)
{
    write("text.png");
    fs::create_directory("folder.png");
    fs::create_symlink("nowhere", "broken.png");
    cv::imwrite("cut.png", drawn(CV_8UC3));
    fs::resize_file("cut.png", 40);
    write("empty.jpg");
    fs::resize_file("empty.jpg", 0);
    for (const char* name : {"text.png", "folder.png", "broken.png", "cut.png", "empty.jpg", "none.png", "/dev/zero"})
        EXPECT_EQ(0u, refusal(name, 3).find(std::string(name) + ":")) << refusal(name, 3);
}

TEST_F(Derand_Files, PicturesAreKnownByTheirContent)
{
    cv::imwrite("picture.png", drawn(CV_8UC3));
    for (const char* name : {"picture", "picture.jfif", "picture.PNG", "picture.txt"})
    {
        fs::copy("picture.png", name, fs::copy_options::overwrite_existing);
        EXPECT_TRUE(tools::isPicture(name)) << name;
    }
    for (const char* name : {"labels.csv", "Thumbs.db", "noextension"})
    {
        write(name);
        EXPECT_FALSE(tools::isPicture(name)) << name;
    }
    write("damaged.jpg"); // to be noticed
    EXPECT_TRUE(tools::isPicture("damaged.jpg"));
}

} // namespace
