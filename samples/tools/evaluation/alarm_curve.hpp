// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_TOOLS_ALARM_CURVE_HPP
#define DERAND_TOOLS_ALARM_CURVE_HPP

#include <string>
#include <vector>

#include "opencv2/derand.hpp"

namespace tools {

//! What the alarm for one patch size says about a frame, at any threshold.
struct Alarm
{
    int lead = 0;     //!< Certificate::lead; -1: always an alarm, since there is no label
    int touched = 0;  //!< ablations that the patch can touch; 0: the method has no alarm
    int detected = 0; //!< smallest threshold at which no patch changes the label silently
};

Alarm alarmOf(const cv::derand::Certificate& certificate, const cv::Size& patch);

/** @brief How often the alarm protects, and how often it is false, by its threshold.

It is rung below a lead of T votes. With a larger T it misses less and is false more often. At the number of votes that a patch can
touch, every silent frame is protected.
 */
class AlarmCurve
{
public:
    AlarmCurve();

    //! A frame; label -1: none of these.
    void add(int truth, int label, const Alarm& alarm);

    //! Several lines; empty without frames.
    std::string text(const cv::Size& patch) const;

    //! One line for each threshold, each beginning with `start`.
    std::string csv(const std::string& start) const;
    static std::string csvHeading();

private:
    struct Point
    {
        double share; //!< threshold as a multiple of the ablations touched
        int detected = 0, rung = 0, missed = 0;
    };
    std::vector<Point> points;
    int frames = 0;
};

} // namespace tools

#endif // DERAND_TOOLS_ALARM_CURVE_HPP
