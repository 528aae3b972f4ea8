// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "layout.hpp"

#include <algorithm>

namespace video {

namespace {

constexpr int BESIDE = 560; // columns of a panel beside the frame, for text of size 1
constexpr double SMALLEST_TEXT = .7;
const cv::Size SMALLEST_PANEL(200, 40); // a label and the bar of votes

//! How much a frame has to be scaled to fill this room.
double fit(const cv::Size2d& room, const cv::Size& frame) { return std::min(room.width / frame.width, room.height / frame.height); }

cv::Size scaled(const cv::Size& size, double scale)
{
    return {std::max(1, cvRound(size.width * scale)), std::max(1, cvRound(size.height * scale))};
}

} // namespace

cv::Rect Layout::place(const cv::Rect& part) const
{
    const auto at = [this](const cv::Point& p) {
        return frame.tl() + cv::Point(int(int64(p.x) * frame.width / source.width), int(int64(p.y) * frame.height / source.height));
    };
    return {at(part.tl()), at(part.br())};
}

cv::Point Layout::framePoint(const cv::Point& at) const
{
    const auto along = [](int from, int shown, int own) { return std::clamp(int(int64(from) * own / shown), 0, own); };
    return {along(at.x - frame.x, frame.width, source.width), along(at.y - frame.y, frame.height, source.height)};
}

Layout arrange(const cv::Size& picture, const cv::Size& frame)
{
    Layout layout;
    layout.source = frame;
    // Larger pictures are looked at from further away, or made smaller by a player.
    layout.text = std::max(std::min(picture.width / 1280., picture.height / 720.),
            std::clamp(double(picture.width) / PANEL.width, SMALLEST_TEXT, 1.));
    const cv::Size panel = scaled(PANEL, layout.text);
    const double whole = fit(picture, frame), below = fit(picture - cv::Size(0, panel.height), frame),
                 beside = fit(picture - cv::Size(cvRound(BESIDE * layout.text), 0), frame);
    const double enough = .99 * std::min(1., whole); // sides are rounded
    layout.over = std::max(below, beside) < enough;
    layout.frame = cv::Rect(cv::Point(), scaled(frame, layout.over ? whole : below >= enough ? below : beside));
    const cv::Size rest = picture - layout.frame.size();
    if (layout.over)
    {
        const int rows = std::min(panel.height, picture.height / 3);
        layout.frame += cv::Point(rest / 2);
        layout.panel = cv::Rect(0, picture.height - rows, std::min(panel.width, picture.width), rows);
    }
    else if (below >= enough)
    {
        layout.frame.x = rest.width / 2;
        layout.panel = cv::Rect(0, layout.frame.height, picture.width, rest.height);
    }
    else
    {
        layout.frame.y = rest.height / 2;
        layout.panel = cv::Rect(layout.frame.width, 0, rest.width, picture.height);
    }
    const cv::Size least = scaled(SMALLEST_PANEL, SMALLEST_TEXT);
    if (layout.panel.width < SMALLEST_PANEL.width || layout.panel.height < least.height)
        layout.panel = cv::Rect();
    return layout;
}

cv::Size pictureSize(const cv::Size& frame, const cv::Size& most)
{
    const cv::Size fitted = scaled(frame, std::min(1., fit(most, frame)));
    const cv::Size below(std::max(fitted.width, PANEL.width), fitted.height + PANEL.height);
    const cv::Size beside(fitted.width + BESIDE, std::max(fitted.height, PANEL.height));
    for (const cv::Size& size : {below, beside})
    {
        if (size.width <= most.width && size.height <= most.height)
            return size;
    }
    return fitted;
}

} // namespace video
