// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "video_totals.hpp"

#include <fmt/format.h>

#include "common/explanation.hpp"

namespace video {

void VideoTotals::add(const Shot& shot, const cv::Size& patch)
{
    last = Clock::now();
    if (frames == 0)
        first = last;
    recent.push_back(last);
    if (recent.size() > 30)
        recent.pop_front();
    if (shot.repeated)
        return;
    frames++;
    certified += shot.certificate.holds(patch);
    silent += shot.certificate.silent(patch);
    abstained += tools::abstains(shot.certificate);
    rejected += tools::isRejected(shot.certificate);
    evaluated += shot.certificate.run.evaluated;
    reused += shot.certificate.run.reused;
    ablations += shot.certificate.run.ablations;
    covered += shot.known();
    changed += shot.changed();
    broken += shot.broken();
}

std::string VideoTotals::text() const
{
    const auto percent = [](int64 part, int64 whole) { return whole > 0 ? 100. * double(part) / double(whole) : 0; };
    std::string words = fmt::format("{} frames in {:.1f} s, {:.1f} frames/s: {:.1f} % certified, {:.1f} % without alarm", frames,
            seconds(), seconds() > 0 ? (frames - 1) / seconds() : 0, percent(certified, frames), percent(silent, frames));
    words += fmt::format(
            "\n{:.1f} % of the ablations evaluated, {:.1f} % reused", percent(evaluated, ablations), percent(reused, ablations));
    if (covered > 0)
    {
        words += fmt::format("\nsticker on {} frames: it changed the label of {}, {} of them where that was proven "
                             "impossible",
                covered, changed, broken);
    }
    return words;
}

double VideoTotals::seconds() const { return std::chrono::duration<double>(last - first).count(); }

double VideoTotals::framesPerSecond() const
{
    if (recent.size() < 2)
        return 0;
    return double(recent.size() - 1) / std::chrono::duration<double>(recent.back() - recent.front()).count();
}

} // namespace video
