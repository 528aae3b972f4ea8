// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "alarm_curve.hpp"

#include <cmath>

#include <fmt/format.h>

#include "common/binomial.hpp"
#include "common/text.hpp"

namespace tools {

Alarm alarmOf(const cv::derand::Certificate& certificate, const cv::Size& patch)
{
    Alarm alarm;
    alarm.lead = certificate.silent(patch, 0) ? certificate.lead : -1;
    alarm.touched = certificate.maxAffected(patch);
    // What is detected at one threshold is detected at larger ones, and everything above any lead.
    int misses = -1, detects = certificate.run.ablations + 1;
    while (detects - misses > 1)
    {
        const int threshold = misses + (detects - misses) / 2;
        (certificate.detects(patch, threshold) ? detects : misses) = threshold;
    }
    alarm.detected = detects;
    return alarm;
}

AlarmCurve::AlarmCurve()
{
    for (const double share : {0., .25, .5, .75, 1., 1.5, 2.})
        points.push_back({share});
}

void AlarmCurve::add(int truth, int label, const Alarm& alarm)
{
    if (alarm.touched == 0)
        return;
    frames++;
    for (Point& point : points)
    {
        const int threshold = int(std::ceil(point.share * alarm.touched));
        const bool right = label == truth && label >= 0, rung = alarm.lead < threshold;
        point.detected += right && !rung && alarm.detected <= threshold;
        point.missed += right && alarm.detected > threshold;
        point.rung += rung;
    }
}

std::string AlarmCurve::text(const cv::Size& patch) const
{
    if (frames == 0)
        return "";
    std::string text = fmt::format("\n  alarm for a {} px patch; its threshold as a multiple of the ablations that the patch can touch\n"
                                   "  {:>9}  {:24}  {:24}  {:24}\n",
            sizeText(patch), "threshold", "right, silent, protected", "alarm without a patch", "right, not protected");
    for (const Point& p : points)
        text += fmt::format("  {:>9}  {}  {}  {}\n", p.share, shareText(frames, p.detected), shareText(frames, p.rung),
                shareText(frames, p.missed));
    return text;
}

std::string AlarmCurve::csvHeading()
{
    return "threshold" + shareCsvHeading("detected") + shareCsvHeading("alarm") + shareCsvHeading("missed");
}

std::string AlarmCurve::csv(const std::string& start) const
{
    std::string text;
    for (const Point& p : points)
        if (frames > 0)
            text += fmt::format("{},{},{},{},{}\n", start, p.share, shareCsv(frames, p.detected), shareCsv(frames, p.rung),
                    shareCsv(frames, p.missed));
    return text;
}

} // namespace tools
