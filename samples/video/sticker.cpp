// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "sticker.hpp"

#include <cmath>

#include "opencv2/imgproc.hpp"

#include "data/picture_file.hpp"

namespace video {

cv::Rect Sticker::put(cv::Mat& frame, const cv::Rect& roi, int index) const
{
    if (place == OFF)
        return {};
    cv::Rect covered(corner, content.size());
    if (place == PATH)
    {
        constexpr int CROSSING = 170; // frames
        const double along = double(index % CROSSING) / CROSSING;
        const double height = .5 + .5 * std::sin(2 * CV_PI * index / 113); // never the same twice
        covered.x = roi.x - content.cols + cvRound(along * (roi.width + content.cols));
        covered.y = roi.y + cvRound(height * std::max(0, roi.height - content.rows));
    }
    const cv::Rect inside = covered & cv::Rect(cv::Point(), frame.size());
    if (inside.empty())
        return {};
    cv::Mat shown = content(inside - covered.tl());
    if (frame.channels() != 3)
        cv::cvtColor(shown, shown, frame.channels() == 1 ? cv::COLOR_BGR2GRAY : cv::COLOR_BGR2BGRA);
    shown.copyTo(frame(inside));
    return inside;
}

cv::Mat stickerContent(const std::string& file)
{
    if (file.empty())
        return cv::Mat(1, 1, CV_8UC3, cv::Scalar::all(255));
    return tools::readPicture(file, 3);
}

} // namespace video
