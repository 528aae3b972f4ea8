// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_VIDEO_STICKER_HPP
#define DERAND_VIDEO_STICKER_HPP

#include <string>

#include "opencv2/core.hpp"

namespace video {

//! A sticker that is put on the frames: an attack that may take effect, or must not.
struct Sticker
{
    enum Place
    {
        OFF,
        PATH, //!< moves over the classified region, from left to right
        HERE  //!< at `corner`
    };

    cv::Mat content; //!< CV_8UC3; grey on grey frames, opaque on those with alpha
    Place place = OFF;
    cv::Point corner;

    //! Puts it on the frame; returns the area that it covers there, possibly empty.
    cv::Rect put(cv::Mat& frame, const cv::Rect& roi, int index) const;
};

//! The content of a sticker, CV_8UC3: a picture, or white if no file is given.
cv::Mat stickerContent(const std::string& file);

} // namespace video

#endif // DERAND_VIDEO_STICKER_HPP
