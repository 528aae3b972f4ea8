// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "device.hpp"
#include "error.hpp"

namespace tools {

Device deviceOf(const Arguments& arguments)
{
    try
    {
        return DnnDevice::named(arguments.get<std::string>("backend"), arguments.get<std::string>("target"));
    }
    catch (const cv::Exception& e)
    {
        fail("{}", e.err);
    }
}

} // namespace tools
