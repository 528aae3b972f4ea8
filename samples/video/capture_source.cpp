// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "capture_source.hpp"

#include <algorithm>
#include <filesystem>

#include "opencv2/core/utils/logger.hpp"
#include "opencv2/imgproc.hpp"

#include "common/error.hpp"

namespace video {
namespace {

constexpr int PATIENCE = 30; // frames in a row that cannot be decoded

//! Converts to B, G, R, in a new matrix. Works the same for any content: nothing here may depend on what is seen.
cv::Mat toColour(const cv::Mat& picture, const std::string& name)
{
    const int channels = picture.channels();
    if (picture.depth() != CV_8U || channels == 2 || channels > 4)
    {
        tools::fail("{}: frames have {} channels of type {}, expected 1, 3 or 4 channels of 8 bits: convert the video", name,
                channels, cv::typeToString(picture.type()));
    }
    cv::Mat colour;
    if (channels == 3)
        picture.copyTo(colour);
    else
        cv::cvtColor(picture, colour, channels == 1 ? cv::COLOR_GRAY2BGR : cv::COLOR_BGRA2BGR);
    return colour;
}

//! OpenCV reports on stderr why each of its backends could not open a camera or file.
class Quiet
{
public:
    Quiet() : level(cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT)) {}
    ~Quiet() { cv::utils::logging::setLogLevel(level); }

private:
    const cv::utils::logging::LogLevel level;
};

//! Frames per second: some backends report 0, others invent numbers.
double rateOf(const cv::VideoCapture& capture, double otherwise)
{
    const double rate = capture.get(cv::CAP_PROP_FPS);
    return rate >= 1 && rate <= 1000 ? rate : otherwise;
}

//! Number of video packets in a file, without decoding them; 0: unknown.
double countPackets(const std::string& name)
{
    const Quiet quiet;
    cv::VideoCapture file;
    double packets = 0;
    if (file.open(name, cv::CAP_FFMPEG) && file.set(cv::CAP_PROP_FORMAT, -1))
    {
        while (file.grab())
            packets++;
    }
    return packets;
}

} // namespace

CaptureSource::CaptureSource(const SourceName& source_, const std::string& what) : source(source_), times(1 / fps)
{
    const bool camera = source.kind == SourceKind::CAMERA;
    name = camera ? "camera " + source.name : what;
    bool opened = false;
    {
        const Quiet quiet;
        opened = camera ? capture.open(std::stoi(source.name)) : capture.open(source.name);
    }
    if (!opened)
    {
        tools::fail("{}: cannot be opened, expected the number of a camera, a video file, a picture, pictures such as "
                    "frame_%03d.png, the address of a stream or \"scene\": check that it is there, complete and in a "
                    "format that OpenCV reads",
                name);
    }
    turned = capture.get(cv::CAP_PROP_ORIENTATION_META) != 0;
    fps = rateOf(capture, fps);
    times = FrameTimes(1 / fps);
    const double frames = capture.get(cv::CAP_PROP_FRAME_COUNT);
    announced = frames >= 1 && frames < 1e9 ? frames : 0; // nonsense if unknown
    live = camera || source.kind == SourceKind::LIVE || (source.kind == SourceKind::ADDRESS && announced == 0);
}

bool CaptureSource::read(cv::Mat& frame)
{
    for (int lost = 0; lost < PATIENCE; lost++)
    {
        if (!capture.grab())
        {
            end();
            return false;
        }
        times.add(capture.get(cv::CAP_PROP_POS_MSEC) / 1000);
        cv::Mat picture;
        if (capture.retrieve(picture) && !picture.empty())
        {
            frame = toColour(picture, name);
            time = times.time;
            estimated = times.estimated;
            count++;
            return true;
        }
        skipped++;
    }
    ending = Ending::FAILED;
    message = fmt::format("{}: {} frames in a row could not be decoded: giving up", name, PATIENCE);
    return false;
}

void CaptureSource::end()
{
    ending = live || count == 0 ? Ending::FAILED : incomplete() ? Ending::INCOMPLETE : Ending::COMPLETE;
    if (live)
        message = fmt::format("{}: no more frames: was it unplugged, or the connection lost?", name);
    else if (count == 0)
        message = fmt::format("{}: contains no frame that can be decoded", name);
    else if (ending == Ending::INCOMPLETE)
        message = fmt::format("{}: ended after {} of {:.0f} frames: is the file complete?", name, count, announced);
    else
        message = fmt::format("{}: end after {} frames", name, count);
}

/** @brief Does a file contain less than it announces?

These formats announce a number of frames, which may count some that an edit cut away. From others OpenCV estimates it, by
the frame rate and a duration, which may not be constant and the sound's.
 */
bool CaptureSource::incomplete() const
{
    if (count + skipped >= announced)
        return false;
    const std::string extension = std::filesystem::path(source.name).extension().string();
    const bool counted = extension == ".mp4" || extension == ".mov" || extension == ".m4v" || extension == ".avi";
    const double missing = announced / fps - times.time - std::max(times.step, 1 / fps); // seconds
    if (missing <= (counted ? .5 / fps : .5))
        return false;
    const bool again = source.kind == SourceKind::ADDRESS || std::filesystem::is_regular_file(source.name);
    return !counted || !again || countPackets(source.name) < announced;
}

} // namespace video
