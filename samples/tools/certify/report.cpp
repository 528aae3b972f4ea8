// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "report.hpp"

#include <iterator>

#include <fmt/format.h>

#include "common/text.hpp"

namespace tools {

ReportTotals::ReportTotals(const cv::Size& patch_, const std::vector<cv::Size>& sizes, bool labelled_)
    : patch(patch_), labelled(labelled_)
{
    for (const cv::Size& size : sizes)
        table.push_back({size, {}, {}});
}

void ReportTotals::add(const Verdict& v)
{
    const auto count = [&](Count& counter, const cv::derand::Certificate& certificate,
                               const cv::Size& size) {
        if (certificate.holds(size))
            (labelled && !v.right() ? counter.wrong : counter.right)++;
    };
    frames++;
    clean += v.right();
    abstained += v.abstained();
    count(certified, v.asked, patch);
    for (Row& row : table)
    {
        count(row.location, v.location, row.size);
        count(row.margin, v.margin, row.size);
    }
}

std::string ReportTotals::percent(size_t count) const
{
    return fmt::format("{:6.2f} %", frames ? 100. * double(count) / double(frames) : 0.);
}

std::string ReportTotals::text(double seconds) const
{
    const std::string size = sizeText(patch);
    std::string text = fmt::format("{} images in {}\n", frames, durationText(seconds));
    const auto line = [&](const std::string& what, size_t count, const std::string& meaning) {
        text += fmt::format("  {:<18}{:>8}  {}  {}\n", what, count, percent(count), meaning);
    };
    if (labelled)
    {
        line("clean", clean, "the label is right");
        line("certified", certified.right,
                fmt::format("the label is right, and no {} patch changes it", size));
        line("certified, wrong", certified.wrong,
                fmt::format("the label is wrong, and no {} patch changes it", size));
    }
    else
        line("certified", certified.right, fmt::format("no {} patch changes the label", size));
    line("abstained", abstained, "no vote for any class; neither right nor certified");

    text += labelled ? "\ncertified against       location rule            margin rule\n"
                       "any patch of          right       wrong       right       wrong\n"
                     : "\ncertified against\nany patch of       location      margin\n";
    for (const Row& row : table)
    {
        text += fmt::format("{:>12} px", sizeText(row.size));
        for (const Count& count : {row.location, row.margin})
            text += "    " + percent(count.right) + (labelled ? "    " + percent(count.wrong) : "");
        text += '\n';
    }
    return text;
}

std::string ReportTotals::json(double seconds) const
{
    const auto count = [this](const Count& c) {
        const std::string wrong = labelled ? fmt::format(", \"certified_wrong\": {}", c.wrong) : "";
        return fmt::format("{{\"certified\": {}{}}}", c.right, wrong);
    };
    std::vector<std::string> rows;
    for (const Row& row : table)
    {
        rows.push_back(fmt::format("{{\"patch\": [{}, {}], \"location\": {}, \"margin\": {}}}",
                row.size.width, row.size.height, count(row.location), count(row.margin)));
    }
    return fmt::format("{{\"totals\": {{\"images\": {}, \"seconds\": {:.3f}, {}\"abstained\": {},"
                       " \"patch\": [{}, {}], \"asked\": {}, \"patches\": [{}]}}}}",
            frames, seconds, labelled ? fmt::format("\"clean\": {}, ", clean) : "", abstained,
            patch.width, patch.height, count(certified), fmt::join(rows, ", "));
}

std::string verdictHeading(const cv::Size& patch)
{
    return fmt::format("{:<32}  {:<20}  {:>9}  {:<24}  {:>13}  {}", "image", "label", "votes",
            "runner-up (votes)", "largest patch", sizeText(patch));
}

std::string verdictText(
        const Verdict& v, const cv::Size& patch, const std::vector<std::string>& labels)
{
    const cv::derand::Certificate& c = v.asked;
    std::string text = fmt::format("{:<32}  {:<20}  {:>9}  {:<24}  {:>10} px  {}", shortened(v.name, 32),
            v.abstained() ? "(abstains)" : className(c.label, labels),
            fmt::format("{}/{}", c.votes, c.run.ablations),
            fmt::format("{} ({})", className(c.runnerUp, labels), c.runnerUpVotes),
            c.patch > 0 ? sizeText({c.patch, c.patch}) : "0",
            c.holds(patch) ? "certified" : "not certified");
    if (v.truth >= 0 && !v.right())
        text += fmt::format("  WRONG, it is {}", className(v.truth, labels));
    return text;
}

std::string verdictJson(
        const Verdict& v, const cv::Size& patch, const std::vector<std::string>& labels)
{
    const cv::derand::Certificate& c = v.asked;
    const int label = v.abstained() ? -1 : c.label;
    const auto name = [&](int number) {
        return number < 0 || labels.empty() ? std::string("null") : jsonString(labels[size_t(number)]);
    };
    return fmt::format("{{\"image\": {}, \"size\": [{}, {}], {}\"label\": {}, \"class\": {},"
                       " \"votes\": {}, \"runner_up\": {}, \"runner_up_class\": {},"
                       " \"runner_up_votes\": {}, \"ablations\": {}, \"abstained_ablations\": {},"
                       " \"invalid_ablations\": {}, \"largest_patch\": {},"
                       " \"largest_input_patch\": {}, \"patch\": [{}, {}], \"certified\": {}}}",
            jsonString(v.name), v.frameSize.width, v.frameSize.height,
            v.truth < 0 ? "" : fmt::format("\"truth\": {}, \"right\": {}, ", v.truth, v.right()),
            label, name(label), c.votes, c.runnerUp, name(c.runnerUp), c.runnerUpVotes,
            c.run.ablations, c.run.abstained, c.run.invalid, c.patch, c.inputPatch, patch.width, patch.height,
            c.holds(patch));
}

} // namespace tools
