// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_VIDEO_CAPTURE_SOURCE_HPP
#define DERAND_VIDEO_CAPTURE_SOURCE_HPP

#include "opencv2/videoio.hpp"

#include "frame_times.hpp"
#include "source.hpp"
#include "source_name.hpp"

namespace video {

//! What cv::VideoCapture reads: camera, file or stream.
class CaptureSource : public Source
{
public:
    //! @param what the source as the user named it
    CaptureSource(const SourceName& source, const std::string& what);
    bool read(cv::Mat& frame) override;

private:
    void end();
    bool incomplete() const;

    const SourceName source;
    cv::VideoCapture capture;
    FrameTimes times;
    int count = 0; // frames read
};

} // namespace video

#endif // DERAND_VIDEO_CAPTURE_SOURCE_HPP
