// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_VIDEO_SCENE_SOURCE_HPP
#define DERAND_VIDEO_SCENE_SOURCE_HPP

#include <map>

#include "source.hpp"

namespace video {

/** @brief The built-in scene: a board of 640 x 480 pixels on which digits come and go, without end.

Each digit stands still for one second and then sways for one second.
 */
class SceneSource : public Source
{
public:
    SceneSource();
    bool read(cv::Mat& frame) override;

private:
    std::map<int, cv::Mat> drawn; // the digits so far
    int index = 0;
};

} // namespace video

#endif // DERAND_VIDEO_SCENE_SOURCE_HPP
