// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// The command line: what is understood, and that everything else is refused.

#include "common/arguments.hpp"
#include "scratch.hpp"

namespace {

using tools::Arguments;

Arguments parsed(const std::vector<const char*>& given, size_t mostInputs = SIZE_MAX)
{
    std::vector<const char*> argv = {"program"};
    argv.insert(argv.end(), given.begin(), given.end());
    return Arguments(int(argv.size()), argv.data(),
            "{help h | | help}{count | 3 | number}{limit | | number}{theta | .5 | number}{patch | 5x7 | size}"
            "{quiet q | false | flag}{reuse | true | flag}{out | | file}",
            "about", mostInputs);
}

std::string refusal(const char* argument)
{
    return errorOf([&] { parsed({argument}); });
}

TEST(Derand_Arguments, AreOptionsFlagsAndInputs)
{
    const Arguments a = parsed({"a.png", "--count=7", "-q", "--theta=.25", "--patch=60x200", "b c", "--out=x=y"});
    EXPECT_EQ((std::vector<std::string>{"a.png", "b c"}), a.inputs);
    EXPECT_EQ(7, a.get<int>("count"));
    EXPECT_EQ(.25, a.get<double>("theta"));
    EXPECT_EQ(cv::Size(60, 200), a.get<cv::Size>("patch"));
    EXPECT_EQ("x=y", a.get<std::string>("out"));
    EXPECT_TRUE(a.has("quiet"));
    EXPECT_FALSE(a.helped());
}

TEST(Derand_Arguments, HaveDefaults)
{
    const Arguments a = parsed({});
    EXPECT_EQ(3, a.get<int>("count"));
    EXPECT_EQ(.5, a.get<double>("theta"));
    EXPECT_EQ(cv::Size(5, 7), a.get<cv::Size>("patch"));
    EXPECT_EQ("", a.get<std::string>("out"));
    EXPECT_FALSE(a.has("count")); // not given
    EXPECT_FALSE(a.has("quiet"));
    EXPECT_TRUE(a.has("reuse"));
}

TEST(Derand_Arguments, AFlagCanBeFalse)
{
    for (const char* no : {"--quiet=false", "--quiet=no", "--quiet=off", "--quiet=0", "-q=false"})
        EXPECT_FALSE(parsed({no}).has("quiet")) << no;
    for (const char* yes : {"--quiet=true", "--quiet=yes", "--quiet=on", "--quiet=1", "--quiet"})
        EXPECT_TRUE(parsed({yes}).has("quiet")) << yes;
    EXPECT_FALSE(parsed({"--reuse=off"}).get<bool>("reuse"));
    EXPECT_NE("", refusal("--quiet=maybe"));
    EXPECT_NE("", refusal("--quiet="));
}

TEST(Derand_Arguments, WhatIsNotUnderstoodIsRefusedByName)
{
    for (const char* argument : {"--pach=60", "--", "-", "--=5", "-x", "--cou=3", "--Count=3", "-count=3", "--q", "--h", "--help=x",
                 "--help-me", "--count", "--count=", "--out=", "--out=--quiet", "---count=3"})
        EXPECT_NE(std::string::npos, refusal(argument).find(argument)) << argument << ": " << refusal(argument);
    EXPECT_NE("", refusal(""));
}

TEST(Derand_Arguments, AnOptionIsGivenOnce)
{
    EXPECT_NE("", errorOf([] { parsed({"--count=3", "--count=3"}); }));
    EXPECT_NE("", errorOf([] { parsed({"-q", "--quiet=false"}); }));
}

TEST(Derand_Arguments, WordsBeyondTheLastAreRefused)
{
    EXPECT_EQ(1u, parsed({"a"}, 1).inputs.size());
    EXPECT_NE(std::string::npos, errorOf([] { parsed({"a", "--count=3", "b"}, 1); }).find("'b'"));
    EXPECT_NE("", errorOf([] { parsed({"--count", "3"}); })); // the value as a separate word
    EXPECT_NE("", errorOf([] { parsed({"a"}, 0); }));
}

TEST(Derand_Arguments, HelpComesFirst)
{
    testing::internal::CaptureStdout();
    EXPECT_TRUE(parsed({"--nonsense", "--help"}).helped());
    EXPECT_TRUE(parsed({"-h", "--count=x"}).helped());
    EXPECT_TRUE(parsed({"--help=true"}).helped());
    EXPECT_FALSE(parsed({"--help=false"}).helped());
    const std::string help = testing::internal::GetCapturedStdout();
    EXPECT_NE(std::string::npos, help.find("--theta")) << help;
    EXPECT_NE(std::string::npos, help.find("about")) << help;
}

TEST(Derand_Arguments, OptionsThatDoNotApplyCanBeRefused)
{
    const Arguments a = parsed({"--count=3", "--quiet=false"});
    EXPECT_EQ("", errorOf([&] { a.refuse({"out", "limit"}, "not here"); }));
    EXPECT_EQ("--count: not here", errorOf([&] { a.refuse({"out", "count"}, "not here"); }));
}

// An error names the option, what was given and what was expected.

TEST(Derand_Values, WholeNumbersHaveDigitsOnly)
{
    EXPECT_EQ(-12, tools::parseInt("", "-12"));
    EXPECT_EQ(INT_MAX, tools::parseInt("", "2147483647"));
    for (const char* text : {"1e1", "1e3", "5px", "60x200", "1x", "2.5", "3.", "", " 3", "3 ", "+3", "0x10", "2147483648",
                 "99999999999", "1,5", "1'000", "nan", "inf", "--3", "-", "three", "\xd9\xa3"})
    {
        const std::string given = "--limit=" + std::string(text);
        const std::string error = errorOf([&] { tools::parseInt(given, text); });
        EXPECT_NE(std::string::npos, error.find(given + ": expected a whole number")) << text << ": " << error;
    }
    EXPECT_EQ("--limit=0: expected a whole number of at least 1, in digits only",
            errorOf([] { tools::parseInt("--limit=0", "0", 1); }));
    EXPECT_EQ("--limit=8: expected a whole number from 1 to 7, in digits only",
            errorOf([] { tools::parseInt("--limit=8", "8", 1, 7); }));
    EXPECT_EQ(7, tools::parseInt("", "7", 1, 7));
}

TEST(Derand_Values, NumbersHaveAPoint)
{
    EXPECT_EQ(.25, tools::parseNumber("", ".25"));
    EXPECT_EQ(-1.5e3, tools::parseNumber("", "-1.5e3"));
    for (const char* text :
            {"0,3", ".5,.6", "1x", "", " 1", "1 ", "nan", "inf", "-inf", "1e999", "0x1p3", "1e", ".", "-", "1.2.3", "5%", "1e1e1"})
        EXPECT_NE("", errorOf([&] { tools::parseNumber("--clean", text); })) << text;
    EXPECT_NE(std::string::npos, errorOf([] { tools::parseNumber("--clean=0,3", "0,3", 0, 100); }).find("with a point"));
    EXPECT_NE(std::string::npos, errorOf([] { tools::parseNumber("--clean=101", "101", 0, 100); }).find("0 to 100"));
    EXPECT_NE("", errorOf([] { tools::parseNumber("", "-0.001", 0, 100); }));
}

TEST(Derand_Values, ThresholdsAreAboveZeroAndAtMostOne)
{
    EXPECT_EQ(1, tools::parseThreshold("", "1"));
    EXPECT_EQ(1e-9, tools::parseThreshold("", "1e-9"));
    for (const char* text : {"0", "0.0", "-.1", "1.0001", "0,3", "nan", ""})
        EXPECT_NE("", errorOf([&] { tools::parseThreshold("--theta", text); })) << text;
}

TEST(Derand_Values, PatchesAreSquaresOrWidthTimesHeight)
{
    EXPECT_EQ(cv::Size(5, 5), tools::parseSize("", "5"));
    EXPECT_EQ(cv::Size(60, 200), tools::parseSize("", "60x200"));
    for (const char* text :
            {"", "0", "0x5", "5x0", "5x", "x5", "5x5x5", "5X7", "5px", "60.7", "-5", "5 x 7", "1e1", "1000000", "99999999999"})
        EXPECT_NE("", errorOf([&] { tools::parseSize("--patch", text); })) << text;
}

TEST(Derand_Values, ListsOfPatchesHaveRanges)
{
    EXPECT_EQ((std::vector<cv::Size>{{1, 1}, {2, 2}, {3, 3}, {16, 4}, {9, 9}}), tools::parseSizes("", "1-3,16x4,9"));
    for (const char* text : {"", ",", "1,", ",1", "1,,2", "3-1", "0-3", "1-", "-3", "1-3-5", "1x2-3", "1-999999", "1;2", "1-10,x"})
        EXPECT_NE("", errorOf([&] { tools::parseSizes("--patches", text); })) << text;
}

} // namespace
