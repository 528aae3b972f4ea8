// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "window.hpp"

#include <cstdlib>
#include <sstream>

#include "opencv2/highgui.hpp"

#include "common/error.hpp"

namespace video {

Window::Window(const std::string& title_, bool headless_, const std::string& script_) : title(title_), headless(headless_)
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

void Window::show(const cv::Mat& picture)
{
    if (headless)
        return;
    if (!open)
    {
        cv::namedWindow(title, cv::WINDOW_AUTOSIZE | cv::WINDOW_GUI_NORMAL);
        cv::setMouseCallback(
                title,
                [](int event, int x, int y, int, void* self) {
                    static_cast<Window*>(self)->onMouse(event, {x, y});
                },
                this);
        open = true;
    }
    cv::imshow(title, picture);
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
        pressed = at;
    if (event == cv::EVENT_LBUTTONUP && at != pressed)
    {
        drag = cv::Rect(pressed, at);
        dragged = true;
    }
}

} // namespace video
