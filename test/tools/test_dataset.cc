// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Data sets: which class a folder is for, what is left out, and files that are not what they claim.

#include "data/dataset.hpp"
#include "scratch.hpp"

#include "opencv2/imgcodecs.hpp"

namespace {

namespace fs = std::filesystem;

using Names = std::vector<std::string>;
using Classes = std::vector<int>;

Classes classesOf(const Names& folders, const Names& names) { return tools::classesOf("set", folders, names); }

std::string refusal(const Names& folders, const Names& names)
{
    return errorOf([&] { classesOf(folders, names); });
}

const Names DIGITS = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}, SIGNS = {"stop", "yield", "crossing"};

TEST(Derand_ClassFolders, AreNamedOrNumbered)
{
    EXPECT_EQ((Classes{2, 0, 1}), classesOf({"crossing", "stop", "yield"}, SIGNS));
    EXPECT_EQ((Classes{2}), classesOf({"crossing"}, SIGNS)); // others may be missing
    EXPECT_EQ((Classes{0, 2}), classesOf({"0", "2"}, SIGNS));
    EXPECT_EQ((Classes{0, 11}), classesOf({"0", "11"}, {}));
    EXPECT_EQ((Classes{3, 7}), classesOf({"3", "7"}, DIGITS));
    EXPECT_EQ((Classes{3, 7}), classesOf({"03", "007"}, DIGITS)); // the same by either reading
    EXPECT_EQ((Classes{1, 0}), classesOf({"00001", "00000"}, SIGNS));
}

TEST(Derand_ClassFolders, AreNotTakenInTheirOrder)
{
    EXPECT_NE(std::string::npos, refusal({"a", "b", "c"}, {}).find("3 of 3 sub-folders are not numbers, 'a', 'b', 'c'"));
    EXPECT_NE("", refusal({"0", "1", "b"}, {}));
}

TEST(Derand_ClassFolders, NamesAndNumbersAreNotMixed)
{
    EXPECT_NE(std::string::npos, refusal({"stop", "yield", "2"}, SIGNS).find("1 of 3 sub-folders are not classes of the model, '2'"));
    EXPECT_NE("", refusal({"0", "1", "crossing"}, SIGNS));
    // Names "1" to "10" are the classes 0 to 9: the folder "1" could be either of two classes.
    const Names counted = {"1", "2", "3", "4", "5", "6", "7", "8", "9", "10"};
    EXPECT_EQ((Classes{0, 9}), classesOf({"1", "10"}, counted));
    EXPECT_NE(std::string::npos, refusal(DIGITS, counted).find("'0'"));
    EXPECT_NE("", refusal({"01", "02"}, counted));
    EXPECT_NE("", refusal({"0"}, {"20", "30", "stop"}));
    EXPECT_EQ((Classes{1}), classesOf({"30"}, {"20", "30", "stop"}));
}

TEST(Derand_ClassFolders, ThatAreTooManyAreNamed)
{
    const std::string error = refusal({"bin", "crossing", "stop", "Yield"}, SIGNS);
    EXPECT_NE(std::string::npos, error.find("set: 2 of 4 sub-folders")) << error;
    EXPECT_NE(std::string::npos, error.find("'bin', 'Yield'")) << error;
    EXPECT_EQ(std::string::npos, error.find("'bin', 'crossing'")) << error;
}

TEST(Derand_ClassFolders, NumbersAreThoseOfTheModel)
{
    EXPECT_NE(std::string::npos, refusal({"1", "2", "3"}, SIGNS).find("numbered from 1"));
    EXPECT_EQ(std::string::npos, refusal({"0", "3"}, SIGNS).find("numbered from 1"));
    EXPECT_NE("", refusal({"0", "3"}, SIGNS));
    EXPECT_NE("", refusal({"99999999999"}, {}));
    EXPECT_NE("", refusal({"-1"}, SIGNS));
}

TEST(Derand_ClassFolders, AreOneForEachClass)
{
    EXPECT_NE(std::string::npos, refusal({"1", "01"}, SIGNS).find("'1' and '01'"));
    EXPECT_NE(std::string::npos, refusal({"a", "b"}, {"a", "b", "a"}).find("several classes"));
    EXPECT_EQ((Classes{0, 2}), classesOf({"0", "2"}, {"a", "b", "a"}));
}

TEST(Derand_ClassFolders, AccentsOfTwoKindsAreSaid)
{
    const char *composed = "T\xc3\xbcr", *decomposed = "Tu\xcc\x88r";
    EXPECT_EQ((Classes{0}), classesOf({composed}, {composed}));
    EXPECT_EQ((Classes{0}), classesOf({decomposed}, {decomposed}));
    EXPECT_NE(std::string::npos, refusal({decomposed}, {composed}).find("NFD"));
    EXPECT_NE(std::string::npos, refusal({composed}, {decomposed}).find("NFD"));
    EXPECT_EQ(std::string::npos, refusal({"Tor"}, {composed}).find("NFD"));
}

// ------------------------------------------------------------------------------------------ folders

class Derand_Folders : public Scratch
{
protected:
    static void picture(const fs::path& file)
    {
        fs::create_directories(file.parent_path());
        cv::imwrite("picture.png", cv::Mat(4, 6, CV_8U, cv::Scalar(9)));
        fs::rename("picture.png", file);
    }
    static std::string notesOf(const tools::Dataset& dataset)
    {
        std::string text;
        for (const std::string& note : dataset.notes)
            text += note + "\n";
        return text;
    }
};

TEST_F(Derand_Folders, GivePicturesOfAnyNameTheirClass)
{
    for (const char* file : {"set/0/a.png", "set/0/b.jfif", "set/2/c", "set/2/d.JPE", "set/2/e.old"})
        picture(file);
    const auto dataset = tools::openImages({"set"}, {}, 1);
    ASSERT_EQ(5u, dataset->size());
    EXPECT_TRUE(dataset->labelled());
    Classes labels;
    for (size_t i = 0; i < 5; i++)
    {
        labels.push_back(dataset->label(i));
        EXPECT_EQ(labels.back(), dataset->read(i).label);
        EXPECT_EQ(dataset->files()[i], dataset->name(i));
    }
    EXPECT_EQ((Classes{0, 0, 2, 2, 2}), labels);
    EXPECT_EQ("", notesOf(*dataset));
}

TEST_F(Derand_Folders, SayWhatTheyLeaveOut)
{
    picture("set/0/a.png");
    picture("set/1/b.png");
    picture("set/1/deeper/c.png");
    picture("set/.hidden/c.png");
    picture("set/__MACOSX/c.png");
    write("set/readme.txt");
    write("set/0/notes.txt");
    write("set/0/.DS_Store");
    write("set/1/film.gif2");
    write("set/1/thing");
    fs::create_symlink("nowhere", "set/1/link");
    fs::create_directories("set/2");
    const auto dataset = tools::openImages({"set"}, {}, 1);
    const std::string notes = notesOf(*dataset);
    EXPECT_EQ(2u, dataset->size());
    for (const char* said : {"2 x .txt", "1 x .gif2", "1 x without extension", "1 x broken link", "1 x folder in a class folder"})
        EXPECT_NE(std::string::npos, notes.find(said)) << notes;
    EXPECT_NE(std::string::npos, notes.find("no images in this folder")) << notes;
    EXPECT_EQ(std::string::npos, notes.find("MACOSX")) << notes;
    EXPECT_EQ(std::string::npos, notes.find("DS_Store")) << notes;
}

TEST_F(Derand_Folders, ThatAreNoSetAreRefused)
{
    picture("both/a.png");
    picture("both/0/a.png");
    write("none/0/a.txt");
    fs::create_directories("empty");
    for (const auto& [path, said] : std::map<std::string, std::string>{
                 {"both", "both images"}, {"none", "1 x .txt"}, {"empty", "no images"}, {"nowhere", "does not exist"}})
        EXPECT_NE(std::string::npos, errorOf([&, name = path] { tools::openImages({name}, {}, 1); }).find(said)) << path;
    EXPECT_NE("", errorOf([] { tools::openImages({"both/a.png"}, {}, 2); })); // no picture has two channels
}

TEST_F(Derand_Folders, MayHoldOddFilesAndLinks)
{
    picture("set/0/a.png");
    write("set/0/damaged.png", "no picture");
    fs::create_directory_symlink("..", "set/0/round");
    fs::create_symlink("self", "set/0/self");
    fs::create_directory_symlink("0", "set/1"); // a linked class
    const auto dataset = tools::openImages({"set"}, {}, 1);
    ASSERT_EQ(4u, dataset->size());
    EXPECT_EQ(1, dataset->label(2));
    EXPECT_NO_THROW(dataset->read(0));
    EXPECT_NE(std::string::npos, errorOf([&] { dataset->read(1); }).find("damaged.png: cannot be decoded"));
}

// ------------------------------------------------------------------------------------------ data files

std::string bigEndian(const std::vector<uint32_t>& numbers)
{
    std::string bytes;
    for (const uint32_t n : numbers)
        bytes += {char(n >> 24), char(n >> 16), char(n >> 8), char(n)};
    return bytes;
}

using Derand_DataFiles = Scratch;

TEST_F(Derand_DataFiles, AreReadImageByImage)
{
    std::string pixels(24, 0);
    for (size_t i = 0; i < pixels.size(); i++)
        pixels[i] = char(10 * i);
    write("images", bigEndian({2051, 4, 2, 3}) + pixels);
    write("labels", bigEndian({2049, 4}) + std::string("\7\0\1\2", 4));
    const auto dataset = tools::openIdx("images", "labels");
    ASSERT_EQ(4u, dataset->size());
    const tools::Sample sample = dataset->read(3);
    EXPECT_EQ(cv::Size(3, 2), sample.frame.size());
    EXPECT_EQ(uchar(190), sample.frame.at<uchar>(0, 1));
    EXPECT_EQ(2, sample.label);
    EXPECT_TRUE(dataset->labelled());
    EXPECT_FALSE(tools::openIdx("images", "")->labelled());

    write("cifar", "\5" + std::string(1024, 'r') + std::string(1024, 'g') + std::string(1024, 'b') + "\3" + std::string(3072, 'x'));
    const auto cifar = tools::openCifar("cifar");
    ASSERT_EQ(2u, cifar->size());
    EXPECT_EQ(3, cifar->label(1));
    EXPECT_EQ(cv::Vec3b('b', 'g', 'r'), cifar->read(0).frame.at<cv::Vec3b>(31, 31));
}

// What a header promises is compared with the size of the file; no memory is allocated for it before.
TEST_F(Derand_DataFiles, WithLyingHeadersAreRefused)
{
    const std::string four(4, 'x');
    const uint32_t most = 0xffffffff;
    const std::vector<std::string> images = {"", bigEndian({2051}), bigEndian({2051, 1, 2, 2}), bigEndian({2051, 1, 2, 2}) + "xxx",
            bigEndian({2051, 1, 2, 2}) + "xxxxx", bigEndian({2051, most, most, most}) + four, bigEndian({2051, 0, 2, 2}),
            bigEndian({2051, 4, 0, 1}), bigEndian({2051, 1u << 31, 1u << 31, 4}) + four, bigEndian({2051, 65536, 65536, 1}),
            bigEndian({2051, 65536, 65536, 1}) + four, bigEndian({2049, 4}) + four, bigEndian({0xd03, 1, 1, 1}) + four,
            bigEndian({2052, 1, 1, 1, 4}) + four, "\x1f\x8b" + four};
    for (const std::string& bytes : images)
    {
        write("images", bytes);
        EXPECT_EQ(0u, errorOf([] { tools::openIdx("images", ""); }).find("images:")) << testing::PrintToString(bytes);
    }
    write("images", bigEndian({2051, 1, 2, 2}) + four);
    for (const std::string& bytes : {bigEndian({2049, 2}) + "xx", bigEndian({2049, 1}), bigEndian({2049, most}) + "x"})
    {
        write("labels", bytes);
        EXPECT_NE("", errorOf([] { tools::openIdx("images", "labels"); })) << testing::PrintToString(bytes);
    }
    for (const std::string& bytes : {std::string(), std::string(3072, 0), std::string(3074, 0), std::string(3073, '\xa')})
    {
        write("cifar", bytes);
        EXPECT_EQ(0u, errorOf([] { tools::openCifar("cifar"); }).find("cifar:")) << bytes.size();
    }
    for (const char* path : {".", "nowhere", "/dev/zero"})
    {
        EXPECT_EQ(0u, errorOf([&] { tools::openCifar(path); }).find(std::string(path) + ":"));
        EXPECT_EQ(0u, errorOf([&] { tools::openIdx(path, ""); }).find(std::string(path) + ":"));
    }
}

TEST_F(Derand_DataFiles, LargerThanMemoryTakeNone)
{
    const uint32_t count = 4000000; // x 1000 pixels: 4 GB, a hole in the file
    write("images", bigEndian({2051, count, 25, 40}));
    fs::resize_file("images", 16 + uint64_t(count) * 1000);
    const auto dataset = tools::openIdx("images", "");
    EXPECT_EQ(size_t(count), dataset->size());
    EXPECT_EQ(0, cv::countNonZero(dataset->read(count - 1).frame));
    write("images", bigEndian({2051, 1, 40000, 40000}));
    fs::resize_file("images", 16 + 1600000000ull);
    EXPECT_NE(std::string::npos, errorOf([] { tools::openIdx("images", ""); }).find("at most"));
}

TEST_F(Derand_DataFiles, ThatShrinkAreAnErrorOfTheImage)
{
    write("images", bigEndian({2051, 2, 1, 1}) + "xy");
    const auto dataset = tools::openIdx("images", "");
    fs::resize_file("images", 17);
    EXPECT_NO_THROW(dataset->read(0));
    EXPECT_NE(std::string::npos, errorOf([&] { dataset->read(1); }).find("images"));
}

} // namespace
