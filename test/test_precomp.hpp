// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// The tests have one source for two builds: OpenCV's own (ts, with an old bundled GoogleTest) and the standalone one.

#ifndef OPENCV_DERAND_TEST_PRECOMP_HPP
#define OPENCV_DERAND_TEST_PRECOMP_HPP

#ifdef __OPENCV_BUILD
#include "opencv2/ts.hpp"
#define DERAND_SKIP(message) throw SkipTestException(message)
#else
#include <gtest/gtest.h>
#define DERAND_SKIP(message) GTEST_SKIP() << (message)
#endif

#ifdef INSTANTIATE_TEST_SUITE_P
#define DERAND_INSTANTIATE_TEST_P INSTANTIATE_TEST_SUITE_P
#else
#define DERAND_INSTANTIATE_TEST_P INSTANTIATE_TEST_CASE_P
#endif

#include <functional>
#include <string>
#include <vector>

#include "opencv2/derand.hpp"

namespace opencv_test {

using namespace cv;
using namespace cv::derand;
using std::string;
using std::vector;

const int ENCODINGS[] = {ENCODING_COMPLEMENT, ENCODING_FILL, ENCODING_FILL_MASK, ENCODING_STRIP, ENCODING_BARE_STRIP};

//! Was the statement refused with an error about its arguments that names the offending value?
inline ::testing::AssertionResult refuses(const std::function<void()>& statement, const string& value)
{
    try
    {
        statement();
    }
    catch (const cv::Exception& e)
    {
        if (e.code == Error::StsAssert || e.code == Error::StsError || e.code == Error::StsInternal || e.code == Error::StsNoMem
                || e.code == Error::StsNotImplemented)
            return ::testing::AssertionFailure() << "error code " << (int)e.code << ": " << e.err;
        if (e.err.find(value) == string::npos)
            return ::testing::AssertionFailure() << "'" << value << "' is not in: " << e.err;
        return ::testing::AssertionSuccess();
    }
    return ::testing::AssertionFailure() << "no error";
}

#define EXPECT_REFUSED(statement, value) EXPECT_TRUE(::opencv_test::refuses([&]() { statement; }, value)) << #statement

} // namespace opencv_test

#endif // OPENCV_DERAND_TEST_PRECOMP_HPP
