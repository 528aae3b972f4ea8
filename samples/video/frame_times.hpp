// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_VIDEO_FRAME_TIMES_HPP
#define DERAND_VIDEO_FRAME_TIMES_HPP

#include <cmath>

namespace video {

/** @brief When each frame of a file is shown, from the positions that cv::VideoCapture reports after each.

Some have none: OpenCV 4.6 reports 0 for the last frames of most H.264 files, raw streams have no times at all, and
spliced ones jump back. Such a frame is given the same distance from its predecessor as that one had, and is marked as
estimated.
 */
class FrameTimes
{
public:
    explicit FrameTimes(double period) : step(period) {} //!< seconds between frames, until positions are known

    //! Position of the next frame, in seconds. Values that are negative or do not increase are ignored.
    void add(double position)
    {
        const double at = begun ? position - start : 0;
        estimated = begun ? !(at > known) : !(position >= 0);
        if (!begun)
            start = estimated ? NAN : position; // without a first position, no time is known
        else if (estimated)
            time += step;
        else
        {
            step = at > time ? at - time : step;
            known = time = at;
        }
        begun = true;
    }

    double time = 0;        //!< of the frame, seconds after the first one
    double step;            //!< distance from the previous frame, seconds
    bool estimated = false; //!< the time

private:
    double start = 0, known = 0; // the first position, and the last time that is known
    bool begun = false;
};

} // namespace video

#endif // DERAND_VIDEO_FRAME_TIMES_HPP
