// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_VIDEO_OVERLAY_HPP
#define DERAND_VIDEO_OVERLAY_HPP

#include <string>
#include <vector>

#include "certifier.hpp"
#include "video_totals.hpp"

namespace video {

//! Draws a certificate onto its frame, and into a panel below.
class Overlay
{
public:
    explicit Overlay(const std::vector<cv::String>& labels);

    /** @brief A picture for the window.
    @param shot a certified frame
    @param patch the patch asked for, frame pixels
    @param totals supply the frames per second and the share of certified frames
    @param marks draw region, sticker and unsafe places on the frame; the panel is always drawn
    @return CV_8UC3: the frame, enlarged if it is small, and the panel
     */
    cv::Mat draw(const Shot& shot, const cv::Size& patch, const VideoTotals& totals, bool marks) const;

    std::string name(int label) const; //!< of a class

    //! Magnification of the picture relative to the frame, for the mouse.
    static int scale(const cv::Size& frame);

private:
    std::string labelText(const cv::derand::Certificate& certificate) const;
    void drawMarks(cv::Mat& picture, const Shot& shot, const cv::Size& patch) const;
    cv::Mat drawPanel(const Shot& shot, const cv::Size& patch, const VideoTotals& totals, const cv::Size& size) const;

    std::vector<std::string> labels;
};

} // namespace video

#endif // DERAND_VIDEO_OVERLAY_HPP
