// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "picture_file.hpp"
#include "common/error.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <set>

#include "opencv2/imgcodecs.hpp"
#include "opencv2/imgproc.hpp"

namespace tools {
namespace {

namespace fs = std::filesystem;

//! cv::imread() without its exceptions.
cv::Mat decoded(const std::string& file, int flags, std::string& reason)
{
    try
    {
        return cv::imread(file, flags);
    }
    catch (const cv::Exception& e)
    {
        reason = e.err;
    }
    catch (const std::exception& e)
    {
        reason = e.what();
    }
    return {};
}

cv::Mat decode(const std::string& file, int flags)
{
    std::string reason;
    const cv::Mat picture = decoded(file, flags, reason);
    if (!picture.empty())
        return picture;
    if (reason.find("CV_IO_MAX_IMAGE") != std::string::npos)
    {
        fail("{}: is larger than OpenCV can read ({}): make it smaller, or set the environment variables "
             "OPENCV_IO_MAX_IMAGE_PIXELS, _WIDTH and _HEIGHT",
                file, reason);
    }
    fail("{}: cannot be decoded{}: expected a picture that cv::imread() reads (PNG, JPEG, ...); is the file complete?", file,
            reason.empty() ? "" : " (" + reason + ")");
}

std::string depthText(int depth)
{
    const char* const names[] = {"8-bit", "8-bit signed", "16-bit", "16-bit signed", "32-bit integer", "32-bit float", "64-bit float"};
    return depth <= CV_64F ? names[depth] : "unusual";
}

//! Adds the alpha of the file. Only IMREAD_UNCHANGED reads it, and does not turn the picture.
cv::Mat withAlpha(const cv::Mat& colour, const std::string& file)
{
    const cv::Mat picture = decode(file, cv::IMREAD_UNCHANGED);
    if (picture.channels() != 4)
    {
        fail("{}: has no alpha ({} channels), but the model needs 4 channels (B, G, R, alpha): save it with alpha", file,
                picture.channels());
    }
    cv::Mat bytes, same, alpha, frame;
    const bool deep = picture.depth() == CV_16U;
    picture.convertTo(bytes, CV_8U, deep ? 1. / 256 : 1, deep ? -127.5 / 256 : 0); // the upper byte, as codecs do
    cv::cvtColor(bytes, same, cv::COLOR_BGRA2BGR);
    if (same.size() != colour.size() || cv::norm(same, colour, cv::NORM_INF) > 1) // 1: a codec may round
    {
        fail("{}: OpenCV reads different colours with alpha than without, because it does not turn such a picture by its EXIF "
             "orientation, or multiplies them: save it upright as PNG",
                file);
    }
    cv::extractChannel(bytes, alpha, 3);
    cv::merge(std::vector<cv::Mat>{colour, alpha}, frame);
    return frame;
}

} // namespace

cv::Mat readPicture(const std::string& file, int channels)
{
    checkChannels(channels);
    std::error_code error;
    if (!fs::exists(file, error))
        fail("{}: does not exist: check the path", file);
    if (!fs::is_regular_file(file, error)) // a pipe would block for ever
        fail("{}: is not a regular file: expected a picture", file);
    const int flags = channels == 1 ? cv::IMREAD_GRAYSCALE : cv::IMREAD_COLOR;
    std::string reason;
    cv::Mat frame = decoded(file, flags | cv::IMREAD_ANYDEPTH, reason);
    const bool asked = !frame.empty() && frame.depth() == CV_8U;
    if (frame.empty()) // a depth that this codec cannot convert, or no picture at all
        frame = decode(file, cv::IMREAD_UNCHANGED);
    if (frame.depth() != CV_8U && frame.depth() != CV_16U)
    {
        fail("{}: is a {} picture, whose range is unknown: save it with 8 or 16 bits", file, depthText(frame.depth()));
    }
    if (!asked)
        frame = decode(file, flags); // codecs have their own conversion from 16 bits to 8
    if (frame.depth() != CV_8U || frame.channels() != (channels == 1 ? 1 : 3))
    {
        fail("{}: OpenCV reads {} channels of {}, expected {}: save it as PNG", file, frame.channels(), depthText(frame.depth()), channels);
    }
    return channels == 4 ? withAlpha(frame, file) : frame;
}

void checkChannels(int channels)
{
    if (channels != 1 && channels != 3 && channels != 4)
    {
        fail("the model needs {} channels (Params::channels), but pictures are read as 1 (grey), 3 (B, G, R) or 4 (B, G, "
             "R, alpha): use the C++ API for others",
                channels);
    }
}

bool isPicture(const std::string& file)
{
    static const std::set<std::string> usual = {".bmp", ".jp2", ".jpeg", ".jpg", ".pgm", ".png", ".pnm", ".ppm", ".tif", ".tiff", ".webp"};
    std::string extension = fs::path(file).extension().string();
    std::transform(extension.begin(), extension.end(), extension.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    std::error_code error;
    return usual.count(extension) > 0 || (fs::is_regular_file(file, error) && cv::haveImageReader(file));
}

} // namespace tools
