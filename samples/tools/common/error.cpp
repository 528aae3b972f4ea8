// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "error.hpp"

#include <sstream>

#include "opencv2/core.hpp"

namespace tools {

std::string messageOf(const std::exception& e)
{
    const auto* error = dynamic_cast<const cv::Exception*>(&e);
    const std::string text = error && !error->err.empty() ? error->err : e.what();
    std::istringstream lines(text);
    std::string message;
    for (std::string line; std::getline(lines, line);) // OpenCV starts the lines of a longer error with "> "
    {
        const size_t begin = line.find_first_not_of("> "), end = line.find_last_not_of(" \r");
        if (begin != std::string::npos)
            message += (message.empty() ? "" : " ") + line.substr(begin, end + 1 - begin);
    }
    return message;
}

int runProgram(const std::string& name, const std::function<void()>& body)
{
    std::string message;
    try
    {
        body();
        return 0;
    }
    catch (const std::exception& e)
    {
        message = messageOf(e);
    }
    std::fflush(stdout);
    fmt::print(stderr, "{}: {}\n", name, message);
    return 1;
}

} // namespace tools
