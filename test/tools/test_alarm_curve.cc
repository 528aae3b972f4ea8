// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Do the programs explain a certificate, and count its alarms, as the certificate says?

#include <gtest/gtest.h>

#include "common/explanation.hpp"
#include "evaluation/alarm_curve.hpp"

namespace {

namespace derand = cv::derand;

//! `ahead` columns of 16 vote for class 0, the others for class 1.
derand::Certificate split(int ahead, int minVotes = 1)
{
    cv::Mat votes = cv::Mat::zeros(16, 3, CV_8U);
    for (int i = 0; i < 16; i++)
        votes.at<uchar>(i, i >= ahead) = 1;
    return derand::certify(votes, derand::Ablation(derand::ABLATION_COLUMN, 2, cv::Size(16, 16)), derand::FrameMap(),
            derand::CERTIFICATE_LOCATION, minVotes);
}

const std::vector<std::string> NAMES = {"cat", "dog", "cow"};

TEST(Derand_Explanation, SaysWhatHoldsAndWhyNot)
{
    const derand::Certificate c = split(11), rejected = split(11, 12);
    EXPECT_EQ("0 cat", tools::labelText(c, NAMES));
    EXPECT_EQ("11 of 16 votes for 0 cat, 5 for 1 dog", tools::votesText(c, NAMES));
    EXPECT_EQ("lead 6, a 3 x 3 px patch can take up to 8", tools::reasonText(c, cv::Size(3, 3)));
    EXPECT_FALSE(c.holds(cv::Size(3, 3)));
    EXPECT_EQ("none of these", tools::labelText(rejected, NAMES));
    EXPECT_EQ("11 of 16 votes for 0 cat, fewer than 12", tools::votesText(rejected, NAMES));
    EXPECT_EQ("lead 0, a 3 x 3 px patch can take up to 8", tools::reasonText(rejected, cv::Size(3, 3)));
    const derand::Certificate nothing = derand::certify(
            cv::Mat::zeros(16, 3, CV_8U), derand::Ablation(derand::ABLATION_COLUMN, 2, {16, 16}));
    EXPECT_EQ("abstains", tools::labelText(nothing, NAMES));
    EXPECT_EQ("0 of 16 votes", tools::votesText(nothing, NAMES));
    EXPECT_EQ("no votes", tools::reasonText(nothing, cv::Size(3, 3)));
}

TEST(Derand_AlarmCurve, KnowsTheSmallestThresholdThatDetects)
{
    for (int ahead = 0; ahead <= 16; ahead++)
        for (const int minVotes : {1, 4, 12})
        {
            const derand::Certificate c = split(ahead, minVotes);
            const tools::Alarm alarm = tools::alarmOf(c, cv::Size(3, 3));
            EXPECT_EQ(c.lead, alarm.lead);
            EXPECT_EQ(4, alarm.touched);
            EXPECT_TRUE(c.detects(cv::Size(3, 3), alarm.detected));
            EXPECT_TRUE(alarm.detected == 0 || !c.detects(cv::Size(3, 3), alarm.detected - 1));
        }
}

TEST(Derand_AlarmCurve, CountsFramesByThreshold)
{
    tools::AlarmCurve curve;
    EXPECT_EQ("", curve.text(cv::Size(3, 3)));
    curve.add(0, 0, {});
    EXPECT_EQ("", curve.text(cv::Size(3, 3))) << "a method without alarms";
    curve.add(0, 0, {8, 4, 0}); // certified
    curve.add(0, 0, {4, 4, 4}); // protected and silent from 4 on
    curve.add(1, 0, {8, 4, 0}); // wrong
    curve.add(0, 0, {1, 4, 7});
    const std::string text = curve.text(cv::Size(3, 3));
    const auto line = [&](const std::string& share) {
        const size_t begin = text.find("\n" + std::string(11 - share.size(), ' ') + share + " ");
        return begin == std::string::npos ? "" : text.substr(begin + 1, text.find('\n', begin + 1) - begin - 1);
    };
    const auto counts = [&](const std::string& share, const std::string& detected, const std::string& rung, const std::string& missed) {
        const std::string found = line(share);
        const size_t a = found.find(detected), b = found.find(rung, a + 5), c = found.find(missed, b + 5);
        return a != std::string::npos && b != std::string::npos && c != std::string::npos;
    };
    EXPECT_TRUE(counts("0", "25.00", "0.00", "50.00")) << text;
    EXPECT_TRUE(counts("1", "50.00", "25.00", "25.00")) << text;
    EXPECT_TRUE(counts("2", "25.00", "50.00", "0.00")) << text;
}

} // namespace
