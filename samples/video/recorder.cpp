// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "recorder.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>

#include "opencv2/imgproc.hpp"

#include "common/error.hpp"
#include "common/text.hpp"

namespace video {

namespace {

bool endsWith(const std::string& text, const std::string& end)
{
    return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

} // namespace

Recorder::Recorder(const std::string& file_, double fps_) : file(file_), fps(fps_)
{
    if (file.empty())
        return;
    if (!endsWith(file, ".avi") && !endsWith(file, ".mp4"))
        tools::fail("--record={}: unknown kind of video, expected a name that ends in .avi or .mp4", file);
    codec = endsWith(file, ".avi") ? cv::VideoWriter::fourcc('M', 'J', 'P', 'G') : cv::VideoWriter::fourcc('m', 'p', '4', 'v');
    if (!std::ofstream(file, std::ios::binary)) // now, not only at the first frame
        tools::fail("{}: cannot be written: check the folder, its permissions and the free space", file);
}

Recorder::~Recorder()
{
    if (!file.empty() && size.empty())
        std::remove(file.c_str()); // no frame came
}

void Recorder::add(const cv::Mat& picture)
{
    if (file.empty())
        return;
    if (!writer.isOpened())
    {
        // Both codecs store colour per 2 x 2 pixels.
        size = cv::Size((picture.cols + 1) / 2 * 2, (picture.rows + 1) / 2 * 2);
        fitted = picture.size();
        if (!writer.open(file, codec, fps, size))
            tools::fail("{}: cannot be recorded: OpenCV has no encoder for it, try .avi", file);
    }
    if (picture.size() != fitted)
    {
        fitted = picture.size();
        fmt::print(stderr, "{}: the video has {} px, frames of {} px are fitted in from here on\n", file, tools::sizeText(size),
                tools::sizeText(fitted));
    }
    cv::Mat page(size, CV_8UC3, cv::Scalar());
    const double scale = std::min({1., double(size.width) / fitted.width, double(size.height) / fitted.height});
    cv::Mat smaller = picture;
    if (scale < 1)
    {
        cv::resize(picture, smaller, cv::Size(std::max(1, int(fitted.width * scale)), std::max(1, int(fitted.height * scale))), 0,
                0, cv::INTER_AREA);
    }
    smaller.copyTo(page(cv::Rect((size.width - smaller.cols) / 2, (size.height - smaller.rows) / 2, smaller.cols, smaller.rows)));
    writer.write(page);
}

void Recorder::close()
{
    if (!writer.isOpened())
        return;
    writer.release();
    if (!std::ifstream(file, std::ios::binary | std::ios::ate).tellg())
        tools::fail("{}: nothing was recorded: check the free space", file);
}

} // namespace video
