// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_VIDEO_RECORDER_HPP
#define DERAND_VIDEO_RECORDER_HPP

#include <string>

#include "opencv2/videoio.hpp"

namespace video {

//! Writes pictures into a video file, MJPEG in .avi or MPEG-4 in .mp4.
class Recorder
{
public:
    /** @brief Does not write anything yet.
    @param file name of the video; empty: nothing is recorded
    @param fps frames per second
     */
    Recorder(const std::string& file, double fps);
    ~Recorder();

    /** @brief Adds a picture.

    The first picture sets the size of the video; pictures of other sizes are fitted into it, with bars.
     */
    void add(const cv::Mat& picture);
    void close(); //!< std::runtime_error if the file does not exist afterwards

private:
    std::string file;
    double fps;
    int codec = 0;
    cv::Size size, fitted; // of the video; of the last picture that was fitted into it
    cv::VideoWriter writer;
};

} // namespace video

#endif // DERAND_VIDEO_RECORDER_HPP
