// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_VIDEO_SOURCE_HPP
#define DERAND_VIDEO_SOURCE_HPP

#include <memory>
#include <string>

#include "opencv2/core.hpp"

namespace video {

//! Where frames come from.
class Source
{
public:
    virtual ~Source() {}

    /** @brief The next frame; waits for it.
    @param frame output, CV_8UC3, not shared with anybody
    @return false: there are no more, ending() says why
     */
    virtual bool read(cv::Mat& frame) = 0;

    std::string name;     //!< for messages
    bool live = false;    //!< does not wait for us: a camera or a network stream
    double fps = 30;      //!< frames per second, as the source has it
    int skipped = 0;      //!< frames that could not be decoded
    std::string ending;   //!< how it ended, a sentence
    bool failed = false;  //!< it ended before its end
};

/** @brief Opens a source.
@param what number of a camera, video file, image sequence as "frame_%03d.png" (from the first number that is there to
       the first that is not) or address of a stream;
       empty: the first camera, and where there is none the built-in scene; "scene": the built-in scene
@return never null; std::runtime_error if it cannot be opened
 */
std::unique_ptr<Source> openSource(const std::string& what);

} // namespace video

#endif // DERAND_VIDEO_SOURCE_HPP
