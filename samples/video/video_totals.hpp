// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_VIDEO_VIDEO_TOTALS_HPP
#define DERAND_VIDEO_VIDEO_TOTALS_HPP

#include <chrono>
#include <deque>
#include <string>

#include "certifier.hpp"

namespace video {

//! Results of the frames so far; repeats during a pause do not count.
class VideoTotals
{
public:
    void add(const Shot& shot, const cv::Size& patch);

    int frames = 0;
    int certified = 0;                              //!< against the patch size set at that time
    int silent = 0;                                 //!< no alarm for that size
    int abstained = 0, rejected = 0;                //!< no votes; too few for a label
    int64 evaluated = 0, reused = 0, ablations = 0; //!< sums over these frames
    int covered = 0;                                //!< a sticker was on the region, and the frame without it is known
    int changed = 0;                                //!< of these, the sticker changed the label
    int broken = 0;                                 //!< of these, at a place called safe: must be 0

    std::string text() const;       //!< the above in words
    double seconds() const;         //!< since the first frame
    double framesPerSecond() const; //!< of the last second or so

private:
    using Clock = std::chrono::steady_clock;
    std::deque<Clock::time_point> recent;
    Clock::time_point first, last;
};

} // namespace video

#endif // DERAND_VIDEO_VIDEO_TOTALS_HPP
