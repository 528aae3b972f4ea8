// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_VIDEO_WINDOW_HPP
#define DERAND_VIDEO_WINDOW_HPP

#include <map>
#include <string>

#include "opencv2/core.hpp"

namespace video {

//! A window with a mouse, or no window; and the keys pressed in it, by a person or by a script.
class Window
{
public:
    /** @brief Opens the window with the first picture.
    @param title its title
    @param headless do not open a window
    @param script keys to press, FRAME:KEY,..., e.g. "30:p,60:q"
     */
    Window(const std::string& title, bool headless, const std::string& script);
    ~Window();

    void show(const cv::Mat& picture);

    //! The next key that was pressed up to this frame; 'q' if the window was closed; -1: none.
    int key(int frame);

    cv::Point pointer;  //!< of the mouse, picture pixels
    cv::Rect drag;      //!< rectangle that was drawn with the left button, picture pixels
    bool moved = false; //!< there is news: reset both to false after reading them
    bool dragged = false;

private:
    void onMouse(int event, const cv::Point& at);

    const std::string title;
    const bool headless;
    bool open = false;
    cv::Point pressed;
    std::multimap<int, char> script; // by frame
};

} // namespace video

#endif // DERAND_VIDEO_WINDOW_HPP
