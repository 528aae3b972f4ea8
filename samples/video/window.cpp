// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "window.hpp"

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "opencv2/highgui.hpp"

#include "common/error.hpp"
#include "layout.hpp"

namespace video {

Window::Window(const std::string& title_, bool headless_, const std::string& script_, const cv::Size& size_)
    : title(title_), headless(headless_), room(size_)
{
#ifdef __linux__
    // Without a display, some of OpenCV's window backends silently end the program.
    if (!headless && !std::getenv("DISPLAY") && !std::getenv("WAYLAND_DISPLAY"))
        tools::fail("there is no display: set DISPLAY, or add --headless with --record or --json");
#endif
    std::istringstream items(script_);
    for (std::string item; std::getline(items, item, ',');)
    {
        std::istringstream parts(item);
        int frame = -1;
        char colon = 0, key = 0;
        if (!(parts >> frame >> colon >> std::noskipws >> key) || colon != ':' || frame < 0 || parts.peek() != EOF)
            tools::fail("--keys: \"{}\" is not a key press; expected FRAME:KEY,... such as 30:p,60:q", item);
        script.emplace(frame, key);
    }
}

Window::~Window()
{
    if (open)
        cv::destroyWindow(title);
}

cv::Size Window::size(const cv::Size& frame)
{
    if (!open)
        return room.empty() ? pictureSize(frame) : room;
    const cv::Rect now = cv::getWindowImageRect(title);
    if (std::min(now.width, now.height) >= 32) // not one that is closed, or not there yet
        room = now.size();
    return room;
}

void Window::show(const cv::Mat& picture, bool atOnce)
{
    if (headless)
        return;
    if (!open)
    {
        // Pictures come in the size of the window, so that text is never scaled. Keeping the ratio here would make the window
        // follow the picture that follows the window.
        cv::namedWindow(title, cv::WINDOW_NORMAL | cv::WINDOW_FREERATIO | cv::WINDOW_GUI_NORMAL);
        room = picture.size();
        cv::resizeWindow(title, room);
        cv::setMouseCallback(
                title,
                [](int event, int x, int y, int, void* self) {
                    static_cast<Window*>(self)->onMouse(event, {x, y});
                },
                this);
        open = true;
    }
    cv::imshow(title, picture);
    if (atOnce)
        cv::pollKey();
}

int Window::key(int frame)
{
    if (!script.empty() && script.begin()->first <= frame)
    {
        const char key = script.begin()->second;
        script.erase(script.begin());
        return key;
    }
    if (!open)
        return -1;
    const int key = cv::pollKey();
    return key < 0 && cv::getWindowProperty(title, cv::WND_PROP_VISIBLE) < 1 ? 'q' : key;
}

void Window::onMouse(int event, const cv::Point& at)
{
    pointer = at;
    moved = true;
    if (event == cv::EVENT_LBUTTONDOWN)
    {
        pressed = at;
        dragging = true;
    }
    if (!dragging)
        return;
    drag = cv::Rect(pressed, at);
    if (event == cv::EVENT_LBUTTONUP)
    {
        dragging = false;
        dragged = at != pressed;
    }
}

} // namespace video
