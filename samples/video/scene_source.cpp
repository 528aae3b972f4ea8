// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "scene_source.hpp"

#include <cmath>

#include "opencv2/imgproc.hpp"

#include "data/digits.hpp"

namespace video {
namespace {

const cv::Size FRAME(640, 480);

} // namespace

SceneSource::SceneSource() { name = "built-in scene"; }

bool SceneSource::read(cv::Mat& frame)
{
    time = index / fps;
    const int second = index / 30, part = index % 30, digit = second / 2 % 10;
    if (drawn.count(digit) == 0)
        cv::cvtColor(tools::drawDigit(digit, FRAME.height), drawn[digit], cv::COLOR_GRAY2BGR);
    const double sway = second % 2 ? std::sin(2 * CV_PI * part / 30) : 0;
    const int left = (FRAME.width - FRAME.height) / 2, right = left + FRAME.height;
    frame = cv::Mat(FRAME, CV_8UC3, cv::Scalar());
    // 17 pixels are about one of a network input of 28.
    const cv::Point corner(left + cvRound(17 * sway), 0);
    drawn[digit].copyTo(frame(cv::Rect(corner, drawn[digit].size())));
    // The frame of the board; the classifier sees the square inside.
    const cv::Scalar wood(60, 90, 120);
    frame.colRange(0, left).setTo(wood);
    frame.colRange(right, FRAME.width).setTo(wood);
    index++;
    return true;
}

} // namespace video
