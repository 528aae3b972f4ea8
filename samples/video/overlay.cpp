// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "overlay.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "opencv2/imgproc.hpp"

#include "common/drawing.hpp"
#include "common/explanation.hpp"
#include "common/text.hpp"

namespace video {

namespace derand = cv::derand;

namespace {

constexpr int READABLE = 480; // minimum number of rows that a frame is enlarged to
constexpr int PANEL = 154;    // rows, for a frame of 640 columns

} // namespace

Overlay::Overlay(const std::vector<cv::String>& labels_) : labels(labels_.begin(), labels_.end()) {}

int Overlay::scale(const cv::Size& frame) { return std::max(1, (READABLE + frame.height - 1) / frame.height); }

std::string Overlay::name(int label) const { return labels.empty() ? fmt::format("class {}", label) : labels[size_t(label)]; }

std::string Overlay::labelText(const derand::Certificate& certificate) const
{
    return certificate.label < 0 ? tools::labelText(certificate, labels) : name(certificate.label);
}

cv::Mat Overlay::draw(const Shot& shot, const cv::Size& patch, const VideoTotals& totals, bool marks) const
{
    const int times = scale(shot.frame.size());
    cv::Mat picture, whole;
    cv::resize(shot.frame, picture, shot.frame.size() * times, 0, 0, cv::INTER_NEAREST);
    if (picture.channels() != 3)
        cv::cvtColor(picture, picture, picture.channels() == 1 ? cv::COLOR_GRAY2BGR : cv::COLOR_BGRA2BGR);
    if (marks)
        drawMarks(picture, shot, patch);
    const int rows = PANEL * std::max(picture.cols, 640) / 640;
    cv::vconcat(picture, drawPanel(shot, patch, totals, cv::Size(picture.cols, rows)), whole);
    return whole;
}

//! Red: a patch centred there could change the label; that of the frame without the sticker, if known.
void Overlay::drawMarks(cv::Mat& picture, const Shot& shot, const cv::Size& patch) const
{
    const int times = scale(shot.frame.size());
    const auto place = [&](const cv::Rect& r) { return cv::Rect(r.tl() * times, r.size() * times); };
    const derand::Certificate& about = shot.known() ? shot.without : shot.certificate;
    cv::Mat safe;
    about.safeMap(patch, safe);
    const cv::Size fitted = shot.frame.size() - safe.size() + cv::Size(1, 1); // the patch, never too large
    const cv::Point half((fitted.width - 1) / 2, (fitted.height - 1) / 2);
    cv::Mat centres = picture(place(cv::Rect(half, safe.size()))), unsafe, red;
    cv::resize(safe == 0, unsafe, centres.size(), 0, 0, cv::INTER_NEAREST);
    cv::addWeighted(centres, .6, cv::Mat(centres.size(), CV_8UC3, tools::COLOUR_UNSAFE), .4, 0, red);
    red.copyTo(centres, unsafe);

    const bool certified = shot.certificate.holds(patch);
    const int line = std::max(1, picture.rows / 240);
    cv::rectangle(picture, place(shot.roi), certified ? tools::COLOUR_SAFE : tools::COLOUR_UNSAFE, line);
    if (!shot.sticker.empty())
        cv::rectangle(picture, place(shot.sticker), tools::COLOUR_RUNNER_UP, line);
}

cv::Mat Overlay::drawPanel(const Shot& shot, const cv::Size& patch, const VideoTotals& totals, const cv::Size& size) const
{
    // Drawn for 640 columns, or more if the frame is wide; the text grows with it.
    cv::Mat panel = tools::paper(size);
    const double unit = size.height / double(PANEL);
    const auto px = [&](double length) { return cvRound(length * unit); };
    const derand::Certificate& c = shot.certificate;
    const int left = px(12), right = size.width - px(12), width = right - left;
    const auto text = [&](const std::string& line, int y, int height, const cv::Scalar& colour) {
        const int room = y > 70 && y < 120 ? width - px(130) : width; // numbers are on the right
        tools::drawText(panel, tools::fitText(line, px(height), room), {left, px(y)}, px(height), colour);
    };
    const auto textRight = [&](const std::string& line, int y, int height) {
        const int x = std::max(left, right - tools::textWidth(line, px(height)));
        tools::drawText(panel, line, {x, px(y)}, px(height), tools::COLOUR_INK);
    };
    const auto square = [](int side) { return tools::sizeText(cv::Size(side, side)); };

    // The label, and how large a patch may be.
    const std::string label = labelText(c);
    const std::string statement = c.patch > 0 ? fmt::format("certified against any {} px patch", square(c.patch))
                                              : std::string("not certified");
    const int statementWidth = tools::textWidth(statement, px(13));
    tools::drawText(panel, tools::fitText("label: " + label, px(20), width - statementWidth - px(20)), {left, px(10)}, px(20),
            tools::COLOUR_LABEL);
    tools::drawText(panel, statement, {right - statementWidth, px(14)}, px(13), c.patch > 0 ? tools::COLOUR_SAFE : tools::COLOUR_UNSAFE);

    // The votes bar: all ablations from left to right.
    const std::vector<tools::Ballot> ballots = tools::ballotsOf(c);
    const auto count = [&](tools::Ballot ballot) { return int(std::count(ballots.begin(), ballots.end(), ballot)); };
    int sum = 0;
    for (const tools::Ballot ballot :
            {tools::Ballot::LABEL, tools::Ballot::BOTH, tools::Ballot::RUNNER_UP, tools::Ballot::OTHERS, tools::Ballot::NONE})
    {
        const int from = left + width * sum / c.run.ablations;
        sum += count(ballot);
        const int to = left + width * sum / c.run.ablations;
        if (to > from)
            cv::rectangle(panel, cv::Rect(from, px(42), to - from, px(16)), tools::colourOf(ballot), cv::FILLED);
    }
    std::string votes = tools::votesText(c, labels);
    if (count(tools::Ballot::BOTH) > 0)
        votes += fmt::format(" ({} for both)", count(tools::Ballot::BOTH));
    votes += fmt::format(", {} for others, {} for none", count(tools::Ballot::OTHERS), count(tools::Ballot::NONE));
    if (c.run.evaluated + c.run.reused < c.run.ablations)
        votes += fmt::format(", {} not evaluated", c.run.ablations - c.run.evaluated - c.run.reused);
    text(votes, 66, 10, tools::COLOUR_INK);

    // The answer for the patch asked for, and why.
    const bool certified = c.holds(patch), silent = c.silent(patch);
    text(certified ? fmt::format("{} px patch: certified: proven stable, not proven right", tools::sizeText(patch))
                   : fmt::format("{}{}", silent ? "no alarm, but not certified: " : "ALARM: ", tools::reasonText(c, patch)),
            87, 11, certified ? tools::COLOUR_SAFE : tools::COLOUR_UNSAFE);
    const bool known = shot.known();
    std::string news;
    if (known)
    {
        const std::string before = labelText(shot.without);
        news = shot.changed() ? fmt::format("the sticker turned {} into {}", before, label) : "without the sticker: " + before;
    }
    cv::Mat safe;
    (known ? shot.without : c).safeMap(patch, safe);
    const size_t unsafe = safe.total() - size_t(cv::countNonZero(safe));
    if (unsafe > 0)
    {
        text(fmt::format("red: a patch centred there could change the label, {} % of its places",
                     (100 * unsafe + safe.total() - 1) / safe.total()), // 0 only if there is none
                131, 11, tools::COLOUR_INK);
    }
    text(news, 109, 11, shot.changed() ? tools::COLOUR_UNSAFE : tools::COLOUR_INK);
    textRight(fmt::format("{:.0f} frames/s", totals.framesPerSecond()), 87, 11);
    const int frames = std::max(1, totals.frames);
    textRight(fmt::format("{} % certified", 100 * totals.certified / frames), 109, 11);
    return panel;
}

} // namespace video
