// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_VIDEO_OPEN_SOURCE_HPP
#define DERAND_VIDEO_OPEN_SOURCE_HPP

#include <memory>
#include <string>

#include "source.hpp"

namespace video {

/** @brief Opens a source.
@param what number of a camera, video file, picture, pictures such as "frame_%03d.png" (from the first number that exists
       to the first that does not), address of a stream, "-" for standard input, or a GStreamer pipeline; see parseSource().
       Empty: the first camera or, if there is none, the built-in scene; "scene": the built-in scene
@param channels of the model, for pictures, which are read as in all other programs
@return never null; std::runtime_error if it cannot be opened
 */
std::unique_ptr<Source> openSource(const std::string& what, int channels);

} // namespace video

#endif // DERAND_VIDEO_OPEN_SOURCE_HPP
