// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_TOOLS_ERROR_HPP
#define DERAND_TOOLS_ERROR_HPP

#include <functional>
#include <stdexcept>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace tools {

//! Throws std::runtime_error; the message says what was wrong, what was expected and what to do.
template<typename... Args> [[noreturn]] void fail(fmt::format_string<Args...> message, Args&&... args)
{
    throw std::runtime_error(fmt::format(message, std::forward<Args>(args)...));
}

//! The message of an exception in one line; for OpenCV's exceptions without file, line and function.
std::string messageOf(const std::exception& e);

/** @brief The body of main(): an exception becomes one line on stderr.
@return exit code: 0, or 1 after an exception
 */
int runProgram(const std::string& name, const std::function<void()>& body);

} // namespace tools

#endif // DERAND_TOOLS_ERROR_HPP
