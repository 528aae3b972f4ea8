// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Reports on images: names, abstentions, and those that fail.

#include "certify/report.hpp"
#include "common/text.hpp"
#include "data/faults.hpp"
#include "scratch.hpp"

namespace {

namespace derand = cv::derand;

TEST(Derand_Names, AreCutBetweenCharacters)
{
    EXPECT_EQ("abcdefghij", tools::shortened("abcdefghij", 10));
    EXPECT_EQ("...efghijk", tools::shortened("abcdefghijk", 10));
    EXPECT_EQ("...\u00fc\u00f6\u00e4\u00fc\u00f6\u00e4\u00df",
            tools::shortened("\u00e4\u00df\u00fc\u00f6\u00e4\u00df\u00fc\u00f6\u00e4\u00fc\u00f6\u00e4\u00df", 10));
    EXPECT_EQ("\u00e4\u00f6\u00fc\u00e4\u00f6\u00fc\u00e4\u00f6\u00fc\u00df",
            tools::shortened("\u00e4\u00f6\u00fc\u00e4\u00f6\u00fc\u00e4\u00f6\u00fc\u00df", 10));
}

TEST(Derand_Names, OfWideCharactersTakeTwoColumnsEach)
{
    const std::string five = "\u5199\u771f\u306e\u9577\u3044";
    EXPECT_EQ(five, tools::shortened(five, 10));
    EXPECT_EQ("...\u306e\u9577\u3044", tools::shortened(five, 9));
    EXPECT_EQ("...\u9577\u3044", tools::shortened(five, 8));
}

TEST(Derand_Names, ThatAreNotTextKeepTablesWhole)
{
    EXPECT_EQ("a\ufffdb\ufffdc",
            tools::shortened("a\nb\xff"
                             "c",
                    10));
    EXPECT_EQ("\ufffd[31m", tools::shortened("\x1b[31m", 10));
}

derand::Certificate certificateOf(const cv::Mat& votes)
{
    const derand::Ablation ablation(derand::ABLATION_COLUMN, 2, cv::Size(votes.rows, votes.rows));
    return derand::certify(votes, ablation, derand::FrameMap(ablation.inputSize, cv::Rect({}, ablation.inputSize), cv::INTER_NEAREST));
}

tools::Verdict verdictOf(const derand::Certificate& c, int truth) { return {"name", {8, 8}, truth, c, c, c}; }

// Class 0 has a name, but no votes.
TEST(Derand_Reports, WhereNobodyVotedThereIsNoLabel)
{
    const std::vector<std::string> labels = {"stop", "yield"};
    const tools::Verdict nobody = verdictOf(certificateOf(cv::Mat::zeros(8, 2, CV_8U)), 0);
    EXPECT_FALSE(nobody.right());
    const std::string text = tools::verdictText(nobody, {1, 1}, labels);
    const tools::Json json = tools::verdictRecord(nobody, {1, 1}, labels);
    for (const char* field : {"label", "class", "runnerUp", "runnerUpClass"})
        EXPECT_TRUE(json.at(field).is_null()) << json;
    EXPECT_EQ(tools::Json(0), json.at("votes"));
    EXPECT_EQ(tools::Json(true), json.at("abstained"));
    EXPECT_EQ(tools::Json(false), json.at("right"));
    EXPECT_EQ(tools::Json(false), json.at("certified"));
    EXPECT_NE(std::string::npos, text.find("(abstains)")) << text;
    EXPECT_NE(std::string::npos, text.find("WRONG, should be 0 stop")) << text;

    cv::Mat votes = cv::Mat::zeros(8, 2, CV_8U);
    votes.col(0) = 1;
    const tools::Json all = tools::verdictRecord(verdictOf(certificateOf(votes), 0), {1, 1}, labels);
    EXPECT_EQ(tools::Json(0), all.at("label"));
    EXPECT_EQ(tools::Json("stop"), all.at("class"));
    EXPECT_EQ(tools::Json(8), all.at("votes"));
    EXPECT_EQ(tools::Json(false), all.at("abstained"));

    tools::ReportTotals totals({1, 1}, {{1, 1}}, true);
    totals.add(nobody);
    EXPECT_EQ(tools::Json(0), totals.record(1).at("rightFrames"));
    EXPECT_EQ(tools::Json(1), totals.record(1).at("abstainedFrames"));
}

TEST(Derand_Records, NameTheModelAndEverySettingAsItsFileDoes)
{
    cv::derand::ModelSettings settings;
    settings.ablation = cv::derand::Ablation(cv::derand::ABLATION_ROW, 2, {9, 8});
    settings.modelChecksum = "0123abcd";
    settings.params.labels = {"quoted \"a\"", "line\nfeed", "\xc3\xbc", "12"};
    settings.params.scalefactor = cv::Scalar::all(1. / 255);
    const tools::Json run = tools::runRecord("tests", "some/folder/net.onnx", settings);
    EXPECT_EQ(tools::Json("net.onnx"), run.at("model").at("file"));
    EXPECT_EQ(tools::Json("0123abcd"), run.at("model").at("checksum"));
    EXPECT_EQ(tools::Json(CV_DERAND_VERSION), run.at("version"));
    const tools::Json& params = run.at("settings").at("params");
    EXPECT_EQ(settings.params.labels, params.at("labels").get<std::vector<std::string>>());
    EXPECT_EQ(1. / 255, params.at("scalefactor").at(0).get<double>());
    EXPECT_EQ(tools::Json("threshold"), params.at("voteRule"));
    EXPECT_EQ(tools::Json({9, 8}), run.at("settings").at("ablation").at("inputSize"));

    // Every field of the file, and no other.
    const std::string text = settings.text();
    size_t fields = 0, lines = size_t(std::count(text.begin(), text.end(), '\n'));
    for (const auto& part : {run.at("settings"), params, run.at("settings").at("ablation")})
        for (const auto& field : part.items())
        {
            EXPECT_NE(std::string::npos, text.find(field.key() + ":")) << field.key();
            fields++;
        }
    EXPECT_EQ(lines, fields + 2) << text; // without its first two lines
}

TEST(Derand_Records, AreOneLineOfUtf8)
{
    tools::Json record = tools::newRecord("frame");
    record["image"] = "a\xff\n\"b\"";
    EXPECT_EQ("{\"schema\":\"derand/1\",\"type\":\"frame\",\"image\":\"a\xef\xbf\xbd\\n\\\"b\\\"\"}\n", tools::lineOf(record));
}

TEST(Derand_ClassNames, OfNobodyIsNone)
{
    EXPECT_EQ("none", tools::className(-1, {"stop"}));
    EXPECT_EQ("0 stop", tools::className(0, {"stop"}));
    EXPECT_EQ("1", tools::className(1, {"stop"}));
}

TEST(Derand_Messages, AreOneLine)
{
    EXPECT_EQ("one two (3)", tools::messageOf(std::runtime_error("> one\r\n>     two\n> (3)")));
    EXPECT_EQ("reason", tools::messageOf(cv::Exception(cv::Error::StsBadArg, "reason", "function", "file", 1)));
}

// ------------------------------------------------------------------------------------------ faults

//! Images 0 to 9 with their numbers as pixels; odd ones cannot be read.
class Halves : public tools::Dataset
{
public:
    size_t size() const override { return 10; }
    std::string name(size_t index) const override { return "image " + std::to_string(index); }
    int label(size_t) const override { return -1; }
    int channels() const override { return 1; }
    std::vector<std::string> files() const override { return {}; }
    tools::Sample read(size_t index) const override
    {
        if (index % 2)
            tools::fail("{}: odd", name(index));
        return {name(index), cv::Mat(1, 1, CV_8U, cv::Scalar(double(index))), -1};
    }
};

TEST(Derand_Faults, AreNamedAndLeftOut)
{
    tools::Faults faults("program");
    testing::internal::CaptureStderr();
    std::vector<tools::Sample> samples = faults.read(Halves(), {0, 1, 2, 3, 4});
    const auto work = [](const std::vector<tools::Sample>& some) {
        std::vector<int> results;
        for (const tools::Sample& sample : some)
        {
            if (sample.number == 2)
                throw std::runtime_error("two is too much");
            results.push_back(int(sample.number) + 10);
        }
        return results;
    };
    int asked = 0;
    const std::vector<int> results = faults.leaveOut<int>(samples, work, [&] { asked++; });
    const std::string said = testing::internal::GetCapturedStderr();
    EXPECT_EQ((std::vector<int>{10, 14}), results);
    ASSERT_EQ(2u, samples.size());
    EXPECT_EQ("image 4", samples[1].name);
    EXPECT_EQ(1, asked);
    EXPECT_EQ("program: image 1: odd\nprogram: image 3: odd\nprogram: image 2: two is too much\n", said);
    EXPECT_EQ(0u, errorOf([&] { faults.report(5); }).find("3 of 5 images"));
}

TEST(Derand_Faults, OfOneImageAreSaidOnce)
{
    tools::Faults faults("program");
    testing::internal::CaptureStderr();
    faults.read(Halves(), {1});
    faults.read(Halves(), {1});
    EXPECT_EQ("program: image 1: odd\n", testing::internal::GetCapturedStderr());
    EXPECT_EQ("", errorOf([] { tools::Faults("program").report(5); }));
}

// Otherwise a model that does not run would be reported as a fault of each of thousands of images.
TEST(Derand_Faults, OfTheModelEndTheRun)
{
    tools::Faults faults("program");
    std::vector<tools::Sample> samples = faults.read(Halves(), {0, 2});
    const auto work = [](const std::vector<tools::Sample>&) -> std::vector<int> { throw std::runtime_error("frames"); };
    EXPECT_EQ("model", errorOf([&] { faults.leaveOut<int>(samples, work, [] { throw std::runtime_error("model"); }); }));
}

} // namespace
