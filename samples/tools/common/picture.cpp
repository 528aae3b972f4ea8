// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "picture.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "ballots.hpp"
#include "drawing.hpp"
#include "explanation.hpp"
#include "positions.hpp"
#include "text.hpp"

#include "opencv2/imgproc.hpp"

namespace tools {
namespace {

namespace derand = cv::derand;

constexpr int MARGIN = 28, PANEL = 448, GAP = 44, TOP = 150, LANE = 22, LANES = 3 * (LANE + 4);
constexpr int TEXT = 12, LINE = 26; // height of the capitals, distance of the lines

cv::Vec3b mix(const cv::Scalar& a, const cv::Scalar& b, double share)
{
    const cv::Scalar m = a * share + b * (1 - share);
    return {cv::saturate_cast<uchar>(m[0]), cv::saturate_cast<uchar>(m[1]), cv::saturate_cast<uchar>(m[2])};
}

//! The votes of one frame in colours.
class VoteView
{
public:
    VoteView(const derand::Certificate& certificate, const derand::Ablation& ablation_)
        : label(certificate.label), runnerUp(certificate.runnerUp), ballots(ballotsOf(certificate)), ablation(ablation_)
    {
        certificate.getVotes(table);
        view = ablation.inputSize;
        if (ablation.type == derand::ABLATION_COLUMN)
            view.height = 1;
        if (ablation.type == derand::ABLATION_ROW)
            view.width = 1;
        positions = positionsOf(ablation);
    }

    static constexpr int NOBODY = -1, OTHERS = -2;

    //! The votes for one class; NOBODY: none; OTHERS: for any class but label and runner-up.
    cv::Mat lane(int wanted, const cv::Scalar& colour) const
    {
        return spread([&](int i) {
            int votes = 0; // bit 0: voted, bit 1: could also be the opposite
            for (int c = 0; c < table.cols; c++)
            {
                if (wanted == OTHERS ? c != label && c != runnerUp : c == wanted)
                    votes |= table.at<uchar>(i, c);
            }
            return mix(colour, COLOUR_FAINT,
                    votes & cv::derand::VOTE_CODE_VOTED            ? 1
                            : votes & cv::derand::VOTE_CODE_EITHER ? .4
                                                                   : 0);
        });
    }

    //! Label, runner-up, both, others or nothing.
    cv::Mat map() const
    {
        return spread([&](int i) {
            const cv::Scalar colour = colourOf(ballots[size_t(i)]);
            return mix(colour, colour, 1);
        });
    }

    const int label, runnerUp; //!< classes, or NOBODY

private:
    //! Colours of the positions, each in the middle of what it retains; without wrap-around the outer ones reach the border.
    template<typename Colour> cv::Mat spread(const Colour& colour) const
    {
        const auto position = [this](int pixel, int length, int count) {
            int first = pixel - (ablation.width - 1) / 2; // of those retained
            first = ablation.wrap ? (first + length) % length : std::max(first, 0);
            return std::min(first / ablation.stride, count - 1);
        };
        cv::Mat picture(view, CV_8UC3);
        for (int y = 0; y < view.height; y++)
        {
            for (int x = 0; x < view.width; x++)
            {
                const int i = position(y, view.height, positions.height) * positions.width + position(x, view.width, positions.width);
                picture.at<cv::Vec3b>(y, x) = colour(i);
            }
        }
        return picture;
    }

    std::vector<Ballot> ballots;
    derand::Ablation ablation;
    cv::Mat table;
    cv::Size view; // of the input; one pixel along an axis that is not ablated
    cv::Size positions;
};

//! Draws panels, lanes and legends from left to right.
class Sheet
{
public:
    Sheet(const PictureInput& input_, const derand::Certificate& certificate_)
        : input(input_), certificate(certificate_), votes(certificate_, input_.ablation), frame(fitFrame(input_.frame, PANEL)),
          left(MARGIN)
    {
        const bool block = input.ablation.type == derand::ABLATION_BLOCK;
        const int below = input.ablation.type == derand::ABLATION_COLUMN ? LANES + 4 : 0;
        const int beside = input.ablation.type == derand::ABLATION_ROW ? LANES + 4 : 0;
        const int width = 2 * (MARGIN + PANEL) + GAP + beside + (block ? PANEL + GAP : 0);
        legendTop = TOP + frame.rows + below + 20;
        canvas = paper({width, legendTop + 4 * LINE + MARGIN});
    }

    cv::Mat draw()
    {
        drawHeading();
        drawVotes();
        drawLocations();
        return canvas;
    }

private:
    void drawHeading();
    void drawVotes();
    void drawLocations();
    void legend(int line, const cv::Scalar& colour, const std::string& text);
    void voteLegend();
    cv::Rect region() const;
    cv::Point toPanel(double x, double y) const;
    void paste(const cv::Mat& view, const cv::Rect& place);

    const PictureInput& input;
    const derand::Certificate& certificate;
    const VoteView votes;
    const cv::Mat frame; // fitted into a panel
    int left, legendTop;
    cv::Mat canvas;
};

void Sheet::drawHeading()
{
    const int width = canvas.cols - 2 * MARGIN;
    drawText(canvas, fitText("label: " + labelText(certificate, input.labels), 20, width), {MARGIN, MARGIN}, 20, COLOUR_LABEL);
    const cv::Size largest(certificate.patch, certificate.patch);
    const bool certified = certificate.patch > 0;
    std::string statement = "not certified for any square patch";
    if (certified)
    {
        statement = fmt::format("certified against any {} px patch: wherever it is, whatever it shows", sizeText(largest));
    }
    else if (abstains(certificate))
        statement = "no ablation voted: no label, no certificate";
    drawText(canvas, statement, {MARGIN, MARGIN + 34}, 15, certified ? COLOUR_SAFE : COLOUR_UNSAFE);
    const std::string file = input.name.substr(input.name.find_last_of("/\\") + 1); // npos + 1 = 0
    const std::string source = fmt::format(
            "{}, {} px{}", file, sizeText(input.frame.size()), certified ? "; proven stable, not proven right" : "");
    drawText(canvas, fitText(source, TEXT, width), {MARGIN, MARGIN + 62}, TEXT, COLOUR_GREY);
}

void Sheet::legend(int line, const cv::Scalar& colour, const std::string& text)
{
    const cv::Point corner(left, legendTop + line * LINE);
    cv::rectangle(canvas, cv::Rect(corner, cv::Size(16, 16)), colour, cv::FILLED);
    drawText(canvas, fitText(text, TEXT, PANEL - 26), corner + cv::Point(26, 2), TEXT);
}

void Sheet::voteLegend()
{
    legend(0, COLOUR_LABEL,
            fmt::format("{} of {} votes for {}", certificate.votes, certificate.run.ablations, labelText(certificate, input.labels)));
    const std::string limit = isRejected(certificate) ? fmt::format("fewer than {}", certificate.minVotes) : "the runner-up";
    legend(1, COLOUR_RUNNER_UP,
            fmt::format("{} of {} votes for {}, {}", certificate.runnerUpVotes, certificate.run.ablations,
                    className(certificate.runnerUp, input.labels), limit));
    legend(2, COLOUR_GREY, "votes for another class");
}

//! Where the network input lies on a panel.
cv::Rect Sheet::region() const
{
    const cv::Rect roi = input.map.roi;
    return {toPanel(roi.x, roi.y), toPanel(roi.x + roi.width, roi.y + roi.height)};
}

cv::Point Sheet::toPanel(double x, double y) const
{
    return {cvRound(x * frame.cols / input.frame.cols), cvRound(y * frame.rows / input.frame.rows)};
}

void Sheet::paste(const cv::Mat& view, const cv::Rect& place)
{
    cv::Mat fitted;
    cv::resize(view, fitted, place.size(), 0, 0, cv::INTER_NEAREST);
    fitted.copyTo(canvas(place));
}

void Sheet::drawVotes()
{
    const bool block = input.ablation.type == derand::ABLATION_BLOCK;
    drawText(canvas, block ? "what is classified" : "what is classified, and the vote at each position", {left, TOP - 26}, TEXT);
    const cv::Point corner(left, TOP);
    frame.copyTo(canvas(cv::Rect(corner, frame.size())));
    left += block ? PANEL + GAP : 0;
    voteLegend();
    if (block)
    {
        legend(3, COLOUR_BOTH, "votes for label and runner-up");
        drawText(canvas, "votes of the block around each pixel", {left, TOP - 26}, TEXT);
        cv::rectangle(canvas, cv::Rect({left, TOP}, frame.size()), COLOUR_FAINT, cv::FILLED);
        paste(votes.map(), region() + cv::Point(left, TOP));
    }
    else
    {
        const bool column = input.ablation.type == derand::ABLATION_COLUMN;
        const cv::Mat lanes[] = {votes.lane(votes.label, COLOUR_LABEL), votes.lane(votes.runnerUp, COLOUR_RUNNER_UP),
                votes.lane(VoteView::OTHERS, COLOUR_GREY)};
        for (int k = 0; k < 3; k++)
        {
            const int offset = 4 + k * (LANE + 4);
            cv::Rect place = region() + corner;
            if (column)
            {
                place.y = TOP + frame.rows + offset;
                place.height = LANE;
            }
            else
            {
                place.x = left + frame.cols + offset;
                place.width = LANE;
            }
            paste(lanes[k], place);
        }
        left += column ? 0 : LANES + 4;
    }
    left += PANEL + GAP;
}

void Sheet::drawLocations()
{
    cv::Mat safe;
    certificate.safeMap(input.patch, safe);
    const cv::Size patch = input.frame.size() - safe.size() + cv::Size(1, 1); // never too large
    const std::string question = "could a " + sizeText(input.patch) + " px patch change the label?";
    drawText(canvas, question, {left, TOP - 26}, TEXT);

    // Each location is drawn at the centre of the patch.
    cv::Mat grey, panel, verdict(input.frame.size(), CV_8U, cv::Scalar(128)), fitted;
    const cv::Point half((patch.width - 1) / 2, (patch.height - 1) / 2);
    safe.copyTo(verdict(cv::Rect(half, safe.size())));
    cv::resize(verdict, fitted, frame.size(), 0, 0, cv::INTER_NEAREST);
    cv::cvtColor(frame, grey, cv::COLOR_BGR2GRAY);
    cv::cvtColor(grey, panel, cv::COLOR_GRAY2BGR);
    cv::Mat colours(panel.size(), CV_8UC3, COLOUR_GREY);
    colours.setTo(COLOUR_SAFE, fitted == 255);
    colours.setTo(COLOUR_UNSAFE, fitted == 0);
    cv::addWeighted(panel, .4, colours, .75, 0, panel);

    // One patch for scale: at the unsafe location nearest to the middle, if there is one.
    cv::Point best(safe.cols / 2, safe.rows / 2);
    double nearest = HUGE_VAL;
    for (int y = 0; y < safe.rows; y++)
    {
        for (int x = 0; x < safe.cols; x++)
        {
            const double distance = std::hypot(x - safe.cols / 2, y - safe.rows / 2);
            if (!safe.at<uchar>(y, x) && distance < nearest)
            {
                nearest = distance;
                best = cv::Point(x, y);
            }
        }
    }
    const cv::Rect outline(toPanel(best.x, best.y), toPanel(best.x + patch.width, best.y + patch.height));
    const cv::Point centre = toPanel(best.x + half.x + .5, best.y + half.y + .5);
    cv::rectangle(panel, outline, cv::Scalar::all(0), 4);
    cv::rectangle(panel, outline, cv::Scalar::all(255), 2);
    const int dot = std::clamp(std::min(outline.width, outline.height) / 6, 1, 4);
    cv::circle(panel, centre, dot + 1, cv::Scalar::all(0), cv::FILLED, cv::LINE_AA);
    cv::circle(panel, centre, dot, cv::Scalar::all(255), cv::FILLED, cv::LINE_AA);
    panel.copyTo(canvas(cv::Rect({left, TOP}, panel.size())));

    const size_t share = 100 * size_t(cv::countNonZero(safe)) / safe.total(); // 100: all of them
    const int touched = certificate.maxAffected(input.patch);
    legend(0, COLOUR_SAFE, fmt::format("no, proven: {} % of the patch's places", share));
    legend(1, COLOUR_UNSAFE, fmt::format("perhaps: lead {}, it can take up to {}", certificate.lead, 2 * touched));
    legend(2, COLOUR_PAPER, "a patch: the colour at its dot is the answer");
    cv::rectangle(canvas, cv::Rect(left, legendTop + 2 * LINE, 16, 16), COLOUR_INK, 2);
    legend(3, COLOUR_INK,
            certificate.silent(input.patch) ? fmt::format("no alarm: lead of at least the {} that it touches", touched)
                                            : fmt::format("ALARM: lead below the {} that it touches", touched));
}

} // namespace

cv::Mat drawCertificate(const PictureInput& input, const derand::Certificate& certificate)
{
    return Sheet(input, certificate).draw();
}

} // namespace tools
