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
    @param size of the pictures, at first; empty: pictureSize()
     */
    Window(const std::string& title, bool headless, const std::string& script, const cv::Size& size);
    ~Window();

    /** @brief The size that a picture must have to be shown unscaled; people resize windows.
    @param frame size of the frame in it
     */
    cv::Size size(const cv::Size& frame);

    //! Shows a picture with the next key(); `atOnce`: now, because that will take a while.
    void show(const cv::Mat& picture, bool atOnce = false);

    //! The next key that was pressed up to this frame; 'q' if the window was closed; -1: none.
    int key(int frame);

    cv::Point pointer;     //!< of the mouse, picture pixels
    cv::Rect drag;         //!< rectangle that is or was drawn with the left button, picture pixels
    bool dragging = false; //!< the button is down
    bool moved = false;    //!< there is news: reset both to false after reading them
    bool dragged = false;

private:
    void onMouse(int event, const cv::Point& at);

    const std::string title;
    const bool headless;
    cv::Size room; // in the window
    bool open = false;
    cv::Point pressed;
    std::multimap<int, char> script; // by frame
};

} // namespace video

#endif // DERAND_VIDEO_WINDOW_HPP
