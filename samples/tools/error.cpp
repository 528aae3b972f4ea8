// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "error.hpp"

#include "opencv2/core.hpp"

namespace tools {

int runProgram(const std::string& name, const std::function<void()>& body)
{
    std::string message;
    try
    {
        body();
        return 0;
    }
    catch (const cv::Exception& e)
    {
        message = e.err.empty() ? e.what() : e.err; // without file, line and function
    }
    catch (const std::exception& e)
    {
        message = e.what();
    }
    std::fflush(stdout);
    fmt::print(stderr, "{}: {}\n", name, message);
    return 1;
}

} // namespace tools
