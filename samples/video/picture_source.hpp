// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_VIDEO_PICTURE_SOURCE_HPP
#define DERAND_VIDEO_PICTURE_SOURCE_HPP

#include <memory>
#include <string>
#include <vector>

#include "source.hpp"
#include "source_name.hpp"

namespace video {

//! Numbered pictures, or a single one. cv::VideoCapture does not turn them, and stops at the first that it cannot read.
class PictureSource : public Source
{
public:
    //! @param what a picture that exists, a folder of pictures, in the order of their names, or a Numbered pattern
    PictureSource(const std::string& what, int channels);
    bool read(cv::Mat& frame) override;

private:
    bool exists(int at) const;
    std::string file(int at) const;
    void end();

    const int channels;
    std::vector<std::string> files;     // of a folder, or one picture
    std::unique_ptr<Numbered> numbered; // or else these
    int number = 0;                     // of the next picture
    int count = 0;                      // frames read
};

} // namespace video

#endif // DERAND_VIDEO_PICTURE_SOURCE_HPP
