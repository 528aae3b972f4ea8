// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_VIDEO_LAYOUT_HPP
#define DERAND_VIDEO_LAYOUT_HPP

#include "opencv2/core.hpp"

namespace video {

//! The panel for text of size 1, pixels; narrower and lower ones shorten or leave out lines.
const cv::Size PANEL(640, 154);

//! Where a frame and its panel are in a picture.
struct Layout
{
    cv::Rect frame;    //!< keeps its shape
    cv::Rect panel;    //!< empty if the picture is too small for text
    bool over = false; //!< the panel covers a part of the frame
    double text = 1;   //!< size of letters and lines; 1: capitals of 11 pixels
    cv::Size source;   //!< of the frame, its own pixels

    cv::Rect place(const cv::Rect& part) const;      //!< of a part of the frame, in the picture
    cv::Point framePoint(const cv::Point& at) const; //!< of a point of the picture; one beside the frame is moved to its border
    double scale() const { return double(frame.width) / source.width; } //!< of the frame in the picture
};

/** @brief Arranges a frame and its panel in a picture of this size.

The panel is below or beside the frame if that does not make the frame smaller than it is by itself, or than the picture
allows. Otherwise it lies on the frame, at the bottom left.
 */
Layout arrange(const cv::Size& picture, const cv::Size& frame);

//! Size of a picture that shows a frame unscaled, or made smaller to fit, with its panel.
cv::Size pictureSize(const cv::Size& frame, const cv::Size& most = cv::Size(1280, 720));

} // namespace video

#endif // DERAND_VIDEO_LAYOUT_HPP
