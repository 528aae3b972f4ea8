// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "source.hpp"

#include <regex>

#include "opencv2/core/utils/filesystem.hpp"
#include "opencv2/core/utils/logger.hpp"
#include "opencv2/imgcodecs.hpp"
#include "opencv2/imgproc.hpp"
#include "opencv2/videoio.hpp"

#include "error.hpp"
#include "scene.hpp"

namespace video {
namespace {

//! Any picture as CV_8UC3. The same for every content: nothing here may depend on what is seen.
cv::Mat toColour(const cv::Mat& picture)
{
    cv::Mat bytes, colour;
    picture.convertTo(bytes, CV_8U, picture.depth() == CV_16U ? 1. / 257 : 1);
    if (bytes.channels() == 3)
        bytes.copyTo(colour);
    else
        cv::cvtColor(
                bytes, colour, bytes.channels() == 1 ? cv::COLOR_GRAY2BGR : cv::COLOR_BGRA2BGR);
    return colour;
}

constexpr int PATIENCE = 30; // frames in a row that cannot be decoded

std::string givenUp(const std::string& name)
{
    return fmt::format("{}: {} frames in a row could not be decoded: given up", name, PATIENCE);
}

//! Numbered pictures. cv::VideoCapture ends such a sequence at the first one that it cannot read.
class SequenceSource : public Source
{
public:
    explicit SequenceSource(const std::string& pattern_) : pattern(pattern_)
    {
        constexpr int LAST_START = 9999;
        name = pattern;
        if (!std::regex_match(pattern, std::regex("[^%]*%(0?[1-9])?d[^%]*")))
            tools::fail("{}: no image sequence, expected one number in the name, as frame_%03d.png", pattern);
        while (number <= LAST_START && !cv::utils::fs::exists(file()))
            number++;
        if (number > LAST_START)
            tools::fail("{}: cannot be opened: there is no such picture numbered 0 to {}", pattern, LAST_START);
    }

    bool read(cv::Mat& frame) override
    {
        for (int lost = 0; lost < PATIENCE; lost++)
        {
            if (!cv::utils::fs::exists(file()))
            {
                failed = count == 0;
                ending = fmt::format("{}: end after {} frames, there is no {}", name, count, file());
                return false;
            }
            const cv::Mat picture = cv::imread(file(), cv::IMREAD_UNCHANGED);
            number++;
            if (!picture.empty())
            {
                frame = toColour(picture);
                count++;
                return true;
            }
            skipped++;
        }
        failed = true;
        ending = givenUp(name);
        return false;
    }

private:
    std::string file() const { return cv::format(pattern.c_str(), number); }

    const std::string pattern;
    int number = 0; // of the next picture
    int count = 0;  // frames read
};

//! Camera, file or stream.
class CaptureSource : public Source
{
public:
    CaptureSource(const std::string& what, bool camera)
    {
        name = camera ? "camera " + what : what;
        live = camera || what.find("://") != std::string::npos;
        // OpenCV says on stderr what each of its backends thinks of a missing camera.
        const auto level = cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
        const bool opened = camera ? capture.open(std::stoi(what)) : capture.open(what);
        cv::utils::logging::setLogLevel(level);
        if (!opened)
        {
            tools::fail("{}: cannot be opened, expected the number of a camera, a video file, an "
                        "image sequence as frame_%03d.png or the address of a stream: check that "
                        "it is there, complete and in a format that OpenCV reads",
                    name);
        }
        const double rate = capture.get(cv::CAP_PROP_FPS);
        if (rate >= 1 && rate <= 1000) // some backends say 0, others make numbers up
            fps = rate;
        announced = live ? 0 : capture.get(cv::CAP_PROP_FRAME_COUNT);
    }

    bool read(cv::Mat& frame) override
    {
        for (int lost = 0; lost < PATIENCE; lost++)
        {
            const bool grabbed = capture.grab();
            cv::Mat picture;
            if (grabbed && capture.retrieve(picture) && !picture.empty())
            {
                frame = toColour(picture);
                count++;
                return true;
            }
            if (!grabbed)
            {
                end();
                return false;
            }
            skipped++;
        }
        failed = true;
        ending = givenUp(name);
        return false;
    }

private:
    void end()
    {
        failed = live || count == 0;
        if (live)
            ending = fmt::format("{}: no more frames: was it unplugged, or the connection lost?", name);
        else if (count == 0)
            ending = fmt::format("{}: holds no frame that can be decoded", name);
        else if (count + skipped < announced)
            ending = fmt::format("{}: ended after {} of {:.0f} frames: is the file complete?", name, count,
                    announced);
        else
            ending = fmt::format("{}: end after {} frames", name, count);
    }

    cv::VideoCapture capture;
    double announced; // frames in the file; an estimate for some formats
    int count = 0;    // frames read
};

} // namespace

std::unique_ptr<Source> openSource(const std::string& what)
{
    if (what == "scene")
        return std::unique_ptr<Source>(new Scene);
    const bool camera = what.find_first_not_of("0123456789") == std::string::npos && what.size() < 4;
    if (what.find('%') != std::string::npos && what.find("://") == std::string::npos)
        return std::unique_ptr<Source>(new SequenceSource(what));
    if (!what.empty())
        return std::unique_ptr<Source>(new CaptureSource(what, camera));
    try
    {
        return std::unique_ptr<Source>(new CaptureSource("0", true));
    }
    catch (const std::exception&)
    {
        fmt::print(stderr, "No source was named, and no camera was found: this is the built-in scene.\n");
        return std::unique_ptr<Source>(new Scene);
    }
}

} // namespace video
