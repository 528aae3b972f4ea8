// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "digits.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "opencv2/imgproc.hpp"

namespace tools {
namespace {

using Stroke = std::vector<cv::Point2d>; // x, y in a frame of 28 x 28 pixels

constexpr double FRAME = 28, PEN = 2.3;

//! A smooth curve through points (a Catmull-Rom spline).
Stroke curve(const Stroke& through)
{
    constexpr int STEPS = 8;
    const int last = int(through.size()) - 1;
    const auto point = [&](int i) { return through[size_t(std::clamp(i, 0, last))]; };
    Stroke stroke;
    for (int i = 0; i < last; i++)
    {
        const cv::Point2d a = point(i - 1), b = point(i), c = point(i + 1), d = point(i + 2);
        for (int k = 0; k < STEPS; k++)
        {
            const double t = double(k) / STEPS;
            stroke.push_back(b + .5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * b - 3 * c + d - a))));
        }
    }
    stroke.push_back(through.back());
    return stroke;
}

const std::array<std::vector<Stroke>, 10>& glyphs()
{
    static const std::array<std::vector<Stroke>, 10> all = {{
            {curve({{15, 5.2}, {10.6, 8}, {8.6, 14.6}, {9.8, 20.8}, {13.4, 22.6}, {17.2, 19.8}, {19.4, 13.4}, {18.2, 7.4}, {15, 5.2}})},
            {{{15.4, 5.2}, {14.2, 13}, {12.8, 22.8}}},
            {curve({{8.6, 9.2}, {12, 5.6}, {17, 6.4}, {17.6, 11}, {13.4, 17.4}, {8.4, 21.8}}), curve({{8.4, 21.8}, {13, 20.8}, {20, 21.8}})},
            {curve({{9, 7.4}, {13.2, 5.4}, {17.6, 7.2}, {16.2, 11.4}, {12, 13.2}}),
                    curve({{12, 13.2}, {17.2, 14.4}, {18.4, 18.4}, {14.8, 22.2}, {8.4, 21.6}})},
            {{{9.8, 5.6}, {8.4, 13.8}, {12, 14.4}, {19, 13.6}}, {{18.4, 5.6}, {17.4, 13}, {16.4, 22.6}}},
            {{{19.6, 5.6}, {11.8, 6.2}, {10.4, 12.8}}, curve({{10.4, 12.8}, {14.6, 12.4}, {18.4, 15.4}, {17.4, 20.2}, {13, 22.6}, {8, 21}})},
            {curve({{16.8, 5.2}, {12.4, 9}, {9.6, 14}, {9, 19.4}, {12, 22.6}, {16.8, 21.6}, {18.8, 17.8}, {16.6, 15}, {12.8, 16}, {9.6, 19.6}})},
            {{{8.2, 8.6}, {13, 7.2}, {19.6, 6.4}}, curve({{19.6, 6.4}, {15.6, 14}, {13, 22.8}})},
            {curve({{18.6, 7.4}, {15.6, 5.4}, {11.6, 6.8}, {11.2, 10.2}, {14.2, 13.6}, {16, 17.4}, {14.4, 21.6}, {11, 22.8},
                    {8.8, 20.4}, {10, 17}, {14.2, 13.2}, {18, 9.8}, {18.6, 7.4}})},
            {curve({{18.4, 7.6}, {15.2, 5.6}, {11.4, 7.2}, {9.2, 11}, {10.8, 14}, {14.4, 13}, {18.4, 7.6}}),
                    curve({{18.4, 7.6}, {17.2, 14}, {14, 22.8}})},
    }};
    return all;
}

} // namespace

cv::Mat drawDigit(int digit, int side)
{
    CV_CheckGE(digit, 0, "a digit is 0..9");
    CV_CheckLE(digit, 9, "a digit is 0..9");
    CV_CheckGE(side, 1, "a frame has at least one pixel");
    // Drawn eight times as large, in sixteenths of a pixel, then averaged: smooth at any size.
    constexpr int FINER = 8, SHIFT = 4;
    const double scale = side * FINER / FRAME;
    cv::Mat large(side * FINER, side * FINER, CV_8U, cv::Scalar(0)), frame;
    for (const Stroke& stroke : glyphs()[size_t(digit)])
    {
        std::vector<cv::Point> points;
        for (const cv::Point2d& p : stroke)
            points.emplace_back(p * scale * (1 << SHIFT));
        cv::polylines(large, points, false, cv::Scalar(255), std::max(1, cvRound(PEN * scale)), cv::LINE_8, SHIFT);
    }
    cv::resize(large, frame, cv::Size(side, side), 0, 0, cv::INTER_AREA);
    return frame;
}

} // namespace tools
