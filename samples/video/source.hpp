// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_VIDEO_SOURCE_HPP
#define DERAND_VIDEO_SOURCE_HPP

#include <string>

#include "opencv2/core.hpp"

namespace video {

//! How a source ended; the values are exit codes.
enum class Ending
{
    COMPLETE = 0,   //!< at its end, or because no more frames were requested
    INCOMPLETE = 4, //!< a file that contains less than it announces
    FAILED = 3      //!< a live source stopped, or nothing could be read
};

//! Where frames come from.
class Source
{
public:
    virtual ~Source() {}

    /** @brief Waits for the next frame.
    @param frame output, CV_8U with 3 channels (B, G, R) or as many as the model has; its data is not shared
    @return false if there are no more; `message` says why
     */
    virtual bool read(cv::Mat& frame) = 0;

    std::string name;       //!< for messages
    bool live = false;      //!< does not wait for the reader: a camera or a network stream
    bool turned = false;    //!< frames may have been turned after decoding, as a file requested
    double fps = 30;        //!< frames per second of the source
    double announced = 0;   //!< number of frames, perhaps estimated; 0: unknown
    double time = 0;        //!< when the last frame is shown, seconds after the first; not of a live source
    bool estimated = false; //!< `time` follows from the frame rate, because the source gives none
    int skipped = 0;        //!< frames that could not be decoded
    Ending ending = Ending::COMPLETE;
    std::string message; //!< the ending in words
};

} // namespace video

#endif // DERAND_VIDEO_SOURCE_HPP
