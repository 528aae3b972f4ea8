// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_VIDEO_OVERLAY_HPP
#define DERAND_VIDEO_OVERLAY_HPP

#include <string>
#include <vector>

#include "certifier.hpp"
#include "layout.hpp"
#include "video_totals.hpp"

namespace video {

//! What is drawn beside the frame itself.
struct View
{
    bool marks = true;   //!< region, sticker and unsafe places on the frame
    bool panel = true;   //!< with the certificate in words
    cv::Rect selection;  //!< region that is being drawn with the mouse, frame pixels; empty: none
    std::string message; //!< one line at the top; empty: none
};

//! Draws a certificate onto its frame, and into a panel.
class Overlay
{
public:
    explicit Overlay(const std::vector<cv::String>& labels);

    /** @brief A picture for the window or a video.
    @param shot a certified frame
    @param patch the patch asked for, frame pixels
    @param totals supply the frames per second and the share of certified frames
    @param size of the picture; frame and panel are placed as arrange() says
    @param view what to draw
    @return CV_8UC3
     */
    cv::Mat draw(const Shot& shot, const cv::Size& patch, const VideoTotals& totals, const cv::Size& size, const View& view = {}) const;

    std::string name(int label) const; //!< of a class

private:
    std::string labelText(const cv::derand::Certificate& certificate) const;
    cv::Mat drawPanel(const Shot& shot, const cv::Size& patch, const VideoTotals& totals, const cv::Size& size, double unit) const;

    std::vector<std::string> labels;
};

} // namespace video

#endif // DERAND_VIDEO_OVERLAY_HPP
