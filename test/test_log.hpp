// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// What the module logs.

#ifndef OPENCV_DERAND_TEST_LOG_HPP
#define OPENCV_DERAND_TEST_LOG_HPP

#include "test_precomp.hpp"

#include "opencv2/core/utils/logger.hpp"

namespace opencv_test {

//! Everything that is logged while the statement runs, whatever the log level.
inline string logOf(const std::function<void()>& statement)
{
    const utils::logging::LogLevel level = utils::logging::setLogLevel(utils::logging::LOG_LEVEL_INFO);
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    string error;
    try
    {
        statement();
    }
    catch (const cv::Exception& e)
    {
        error = e.err;
    }
    const string text = ::testing::internal::GetCapturedStdout() + ::testing::internal::GetCapturedStderr();
    utils::logging::setLogLevel(level);
    EXPECT_EQ("", error);
    return text;
}

//! How often a text contains a part.
inline int count(const string& text, const string& part)
{
    int n = 0;
    for (size_t at = text.find(part); at != string::npos; at = text.find(part, at + 1))
        n++;
    return n;
}

} // namespace opencv_test

#endif // OPENCV_DERAND_TEST_LOG_HPP
