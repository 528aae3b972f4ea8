// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "report.hpp"

#include <fmt/format.h>

#include "common/explanation.hpp"
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
    const auto count = [&](Count& counter, const cv::derand::Certificate& certificate, const cv::Size& size) {
        if (certificate.holds(size))
            (labelled && !v.right() ? counter.wrong : counter.right)++;
    };
    frames++;
    clean += v.right();
    abstained += abstains(v.asked);
    rejected += isRejected(v.asked);
    silent += v.asked.silent(patch);
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
        line("certified", certified.right, fmt::format("the label is right, and no {} patch changes it", size));
        line("certified, wrong", certified.wrong, fmt::format("the label is wrong, and no {} patch changes it", size));
    }
    else
        line("certified", certified.right, fmt::format("no {} patch changes the label", size));
    line("no alarm", silent, fmt::format("the lead is at least the number of votes that a {} patch touches", size));
    line("abstained", abstained, "no vote for any class; neither right nor certified");
    if (rejected > 0)
        line("rejected", rejected, "none of these: too few votes for any class");

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

Json ReportTotals::record(double seconds) const
{
    const auto add = [this](Json& json, const Count& count) {
        json["certifiedFrames"] = count.right;
        if (labelled)
            json["certifiedWrongFrames"] = count.wrong;
    };
    Json record = newRecord("totals");
    record["frames"] = frames;
    record["seconds"] = jsonOf(seconds);
    if (labelled)
        record["rightFrames"] = clean;
    record["abstainedFrames"] = abstained;
    record["rejectedFrames"] = rejected;
    record["silentFrames"] = silent;
    record["askedPatch"] = jsonOf(patch);
    add(record, certified);
    record["patches"] = Json::array();
    for (const Row& row : table)
    {
        Json line = {{"patch", jsonOf(row.size)}};
        add(line["location"], row.location);
        add(line["margin"], row.margin);
        record["patches"].push_back(line);
    }
    return record;
}

std::string verdictHeading(const cv::Size& patch)
{
    return fmt::format("{:<32}  {:<20}  {:>9}  {:<24}  {:>13}  {}", "image", "label", "votes", "runner-up (votes)", "largest patch",
            sizeText(patch));
}

std::string verdictText(const Verdict& v, const cv::Size& patch, const std::vector<std::string>& labels)
{
    const cv::derand::Certificate& c = v.asked;
    std::string text = fmt::format("{:<32}  {:<20}  {:>9}  {:<24}  {:>10} px  {}", shortened(v.name, 32),
            c.label < 0 ? '(' + labelText(c, labels) + ')' : className(c.label, labels), fmt::format("{}/{}", c.votes, c.run.ablations),
            c.runnerUp < 0 ? "" : fmt::format("{} ({})", className(c.runnerUp, labels), c.runnerUpVotes),
            c.patch > 0 ? sizeText({c.patch, c.patch}) : "0", c.holds(patch) ? "certified" : "not certified");
    if (v.truth >= 0 && !v.right())
        text += fmt::format("  WRONG, should be {}", className(v.truth, labels));
    return text;
}

Json verdictRecord(const Verdict& v, const cv::Size& patch, const std::vector<std::string>& labels)
{
    Json record = newRecord("frame");
    record["image"] = v.name;
    record["frameSize"] = jsonOf(v.frameSize);
    if (v.truth >= 0)
    {
        record["truth"] = v.truth;
        record["right"] = v.right();
    }
    addCertificate(record, v.asked, patch, labels);
    return record;
}

} // namespace tools
