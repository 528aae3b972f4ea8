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

cv::Mat inColour(const cv::Mat& frame)
{
    if (frame.channels() == 3)
        return frame;
    cv::Mat colour;
    cv::cvtColor(frame, colour, frame.channels() == 1 ? cv::COLOR_GRAY2BGR : cv::COLOR_BGRA2BGR);
    return colour;
}

//! Writes a line a little smaller before it is cut.
void drawFitted(cv::Mat& canvas, const std::string& line, const cv::Point& at, int height, int room, const cv::Scalar& colour)
{
    const double wide = std::max(1, tools::textWidth(line, height));
    const int rows = cvFloor(height * std::clamp(room / wide, .8, 1.));
    tools::drawText(canvas, tools::fitText(line, rows, room), at, rows, colour);
}

//! Lays a panel on the picture; what is below shines through a little.
void lay(const cv::Mat& panel, cv::Mat picture, bool over)
{
    cv::addWeighted(panel, over ? .85 : 1, picture, over ? .15 : 0, 0, picture);
}

//! Red: a patch centred there could change the label; that of the frame without the sticker, if known.
void drawMarks(cv::Mat& picture, const Shot& shot, const cv::Size& patch, const Layout& layout)
{
    const derand::Certificate& about = shot.known() ? shot.without : shot.certificate;
    cv::Mat safe;
    about.safeMap(patch, safe);
    const cv::Size fitted = shot.frame.size() - safe.size() + cv::Size(1, 1); // the patch, never too large
    const cv::Point half((fitted.width - 1) / 2, (fitted.height - 1) / 2);
    const cv::Rect place = layout.place(cv::Rect(half, safe.size()));
    const bool certified = shot.certificate.holds(patch);
    if (!place.empty()) // of a map of one row, nothing may be left if the frame is made smaller
    {
        cv::Mat centres = picture(place), unsafe, red;
        cv::resize(safe == 0, unsafe, centres.size(), 0, 0, cv::INTER_NEAREST);
        cv::addWeighted(centres, .6, cv::Mat(centres.size(), CV_8UC3, tools::COLOUR_UNSAFE), .4, 0, red);
        red.copyTo(centres, unsafe);
    }
    const int line = std::max(1, cvRound(2 * layout.text));
    cv::rectangle(picture, layout.place(shot.roi), certified ? tools::COLOUR_SAFE : tools::COLOUR_UNSAFE, line);
    if (!shot.sticker.empty())
        cv::rectangle(picture, layout.place(shot.sticker), tools::COLOUR_RUNNER_UP, line);
}

} // namespace

Overlay::Overlay(const std::vector<cv::String>& labels_) : labels(labels_.begin(), labels_.end()) {}

std::string Overlay::name(int label) const { return labels.empty() ? fmt::format("class {}", label) : labels[size_t(label)]; }

std::string Overlay::labelText(const derand::Certificate& certificate) const
{
    return certificate.label < 0 ? tools::labelText(certificate, labels) : name(certificate.label);
}

cv::Mat Overlay::draw(const Shot& shot, const cv::Size& patch, const VideoTotals& totals, const cv::Size& size, const View& view) const
{
    const Layout layout = arrange(size, shot.frame.size());
    cv::Mat picture(size, CV_8UC3, tools::COLOUR_INK);
    // Enlarged pixels stay squares.
    cv::resize(inColour(shot.frame), picture(layout.frame), layout.frame.size(), 0, 0,
            layout.scale() >= 2 ? cv::INTER_NEAREST : cv::INTER_AREA);
    if (view.marks)
        drawMarks(picture, shot, patch, layout);
    if (!view.selection.empty())
    {
        const cv::Rect selected = layout.place(view.selection);
        const int line = std::max(1, cvRound(layout.text));
        cv::rectangle(picture, selected, tools::COLOUR_PAPER, 3 * line); // seen on every ground
        cv::rectangle(picture, selected, tools::COLOUR_INK, line);
    }
    if (view.panel && !layout.panel.empty())
        lay(drawPanel(shot, patch, totals, layout.panel.size(), layout.text), picture(layout.panel), layout.over);
    if (!view.message.empty())
    {
        const int height = cvRound(12 * layout.text), margin = cvRound(10 * layout.text);
        cv::Mat line = tools::paper(cv::Size(size.width, std::min(size.height, height + 2 * margin)));
        drawFitted(line, view.message, {margin, margin}, height, size.width - 2 * margin, tools::COLOUR_INK);
        lay(line, picture(cv::Rect(cv::Point(), line.size())), true);
    }
    return picture;
}

//! The most important lines come first: in a low panel, the others are left out.
cv::Mat Overlay::drawPanel(const Shot& shot, const cv::Size& patch, const VideoTotals& totals, const cv::Size& size, double unit) const
{
    cv::Mat panel = tools::paper(size);
    const auto px = [&](double length) { return cvRound(length * unit); };
    const derand::Certificate& c = shot.certificate;
    const int left = px(12), right = size.width - px(12), width = right - left;
    const auto fits = [&](int y, int height) { return px(y + height + 6) <= size.height; };
    const auto text = [&](const std::string& line, int y, int height, const cv::Scalar& colour, int room) {
        if (!fits(y, height))
            return;
        drawFitted(panel, line, {left, px(y)}, px(height), room, colour);
    };
    const int numbers = width > px(450) ? px(130) : 0; // columns for them, on the right
    const auto number = [&](const std::string& line, int y) {
        const int x = right - tools::textWidth(line, px(11));
        if (numbers > 0 && fits(y, 11))
            tools::drawText(panel, line, {x, px(y)}, px(11), tools::COLOUR_INK);
    };

    // The label, and how large a patch may be.
    const std::string label = labelText(c);
    std::string statement = c.patch > 0 ? fmt::format("certified against any {} px patch", tools::sizeText({c.patch, c.patch}))
                                        : std::string("not certified");
    if (tools::textWidth("label: " + label, px(20)) + tools::textWidth(statement, px(13)) + px(20) > width)
        statement = c.patch > 0 ? fmt::format("any {} px", tools::sizeText({c.patch, c.patch})) : statement;
    const int statementWidth = tools::textWidth(statement, px(13));
    text("label: " + label, 10, 20, tools::COLOUR_LABEL, width - statementWidth - px(20));
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
        if (to > from && fits(42, 16))
            cv::rectangle(panel, cv::Rect(from, px(42), to - from, px(16)), tools::colourOf(ballot), cv::FILLED);
    }

    // The answer for the patch asked for, and why.
    const bool certified = c.holds(patch), silent = c.silent(patch);
    text(certified ? fmt::format("{} px patch: certified: proven stable, not proven right", tools::sizeText(patch))
                   : fmt::format("{}{}", silent ? "no alarm, but not certified: " : "ALARM: ", tools::reasonText(c, patch)),
            67, 11, certified ? tools::COLOUR_SAFE : tools::COLOUR_UNSAFE, width);

    std::string votes = tools::votesText(c, labels);
    if (count(tools::Ballot::BOTH) > 0)
        votes += fmt::format(" ({} for both)", count(tools::Ballot::BOTH));
    if (count(tools::Ballot::OTHERS) > 0)
        votes += fmt::format(", {} for others", count(tools::Ballot::OTHERS));
    votes += fmt::format(", {} for none", count(tools::Ballot::NONE));
    if (c.run.evaluated + c.run.reused < c.run.ablations)
        votes += fmt::format(", {} not evaluated", c.run.ablations - c.run.evaluated - c.run.reused);
    text(votes, 89, 10, tools::COLOUR_INK, width - numbers);

    const bool known = shot.known();
    std::string news;
    if (known)
    {
        const std::string before = labelText(shot.without);
        news = shot.changed() ? fmt::format("the sticker turned {} into {}", before, label) : "without the sticker: " + before;
    }
    text(news, 110, 11, shot.changed() ? tools::COLOUR_UNSAFE : tools::COLOUR_INK, width - numbers);
    cv::Mat safe;
    (known ? shot.without : c).safeMap(patch, safe);
    const size_t unsafe = safe.total() - size_t(cv::countNonZero(safe));
    if (unsafe > 0)
    {
        text(fmt::format("red: a patch centred there could change the label ({} %)",
                     (100 * unsafe + safe.total() - 1) / safe.total()), // 0 only if there is none
                news.empty() ? 110 : 132, 11, tools::COLOUR_INK, news.empty() ? width - numbers : width);
    }
    number(fmt::format("{:.0f} frames/s", totals.framesPerSecond()), 88);
    number(fmt::format("{} % certified", 100 * totals.certified / std::max(1, totals.frames)), 110);
    return panel;
}

} // namespace video
