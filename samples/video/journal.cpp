// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "journal.hpp"

#include "common/error.hpp"
#include "common/text.hpp"

namespace video {

Journal::Journal(const std::string& file_) : file(file_)
{
    if (file.empty())
        return;
    out.open(file, std::ios::binary);
    if (!out)
        tools::fail("{}: cannot be written: check the folder, its permissions and the space left", file);
}

void Journal::line(const std::string& object)
{
    if (file.empty())
        return;
    out << object << std::endl;
    if (!out)
        tools::fail("{}: cannot be written any longer: check the space left", file);
}

void Journal::add(const Shot& shot, const cv::Size& patch, const Overlay& overlay)
{
    const cv::derand::Certificate& c = shot.certificate;
    const cv::Rect &roi = shot.roi, &sticker = shot.sticker;
    const auto label = [&](const cv::derand::Certificate& about, int number) {
        return abstains(about) ? "null" : tools::jsonString(overlay.name(number));
    };
    std::string object = fmt::format(
            R"({{"frame": {}, "time": {:.3f}{}, "roi": [{}, {}, {}, {}], "label": {}, "votes": {}, )"
            R"("runnerUp": {}, "runnerUpVotes": {}, "ablations": {}, "abstained": {}, "patch": {}, )"
            R"("asked": [{}, {}], "holds": {}, "evaluated": {}, "reused": {})",
            shot.index, shot.time, shot.estimated ? R"(, "timeEstimated": true)" : "", roi.x, roi.y, roi.width, roi.height, label(c, c.label), c.votes,
            label(c, c.runnerUp), c.runnerUpVotes, c.run.ablations, c.run.abstained, c.patch, patch.width,
            patch.height, c.holds(patch), c.run.evaluated, c.run.reused);
    if (!sticker.empty())
    {
        object += fmt::format(R"(, "sticker": [{}, {}, {}, {}])", sticker.x, sticker.y, sticker.width,
                sticker.height);
    }
    if (shot.known())
    {
        object += fmt::format(R"(, "labelWithout": {}, "patchWithout": {}, "broken": {})",
                label(shot.without, shot.without.label), shot.without.patch, shot.broken());
    }
    line(object + "}");
}

void Journal::close(const VideoTotals& totals, const Pipeline& pipeline)
{
    line(fmt::format(
            R"({{"frames": {}, "certified": {}, "seconds": {:.3f}, "ablations": {}, "evaluated": {}, )"
            R"("reused": {}, "skipped": {}, "dropped": {}, "covered": {}, "changed": {}, "broken": {}, )"
            R"("ending": {}}})",
            totals.frames, totals.certified, totals.seconds(), totals.ablations, totals.evaluated, totals.reused,
            pipeline.from().skipped, pipeline.dropped(), totals.covered, totals.changed, totals.broken,
            tools::jsonString(pipeline.from().message)));
}

} // namespace video
