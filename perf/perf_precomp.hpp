// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// One source for two builds: OpenCV's perf framework (ts), and a small stand-in on GoogleTest that
// understands the same macros and prints the median and the minimum.

#ifndef OPENCV_DERAND_PERF_PRECOMP_HPP
#define OPENCV_DERAND_PERF_PRECOMP_HPP

#include "opencv2/derand.hpp"

#ifdef __OPENCV_BUILD

#include "opencv2/ts.hpp"
#define DERAND_SKIP(message) throw cvtest::SkipTestException(message)

#else

#include <gtest/gtest.h>

#include <cstdio>

namespace perf {

//! Repeats the body of TEST_CYCLE() for half a second, at least 5 times after one that does not count.
class Cycle
{
public:
    Cycle() : warm(false) {}
    ~Cycle()
    {
        std::sort(times.begin(), times.end());
        std::printf("[ PERFSTAT ]    median %.3f ms, minimum %.3f ms, %d runs\n", times[times.size() / 2], times[0],
                (int)times.size());
    }
    bool next()
    {
        if (warm)
            meter.stop();
        if (warm && counting)
            times.push_back(meter.getTimeMilli());
        counting = warm;
        warm = true;
        double total = 0;
        for (size_t i = 0; i < times.size(); i++)
            total += times[i];
        if (times.size() >= 5 && total > 500)
            return false;
        meter.reset();
        meter.start();
        return true;
    }

private:
    bool warm, counting = false;
    std::vector<double> times;
    cv::TickMeter meter;
};

} // namespace perf

#define PERF_TEST(suite, name) TEST(suite, name)
#define DERAND_SKIP(message) GTEST_SKIP() << (message)
#define TEST_CYCLE() for (perf::Cycle cycle; cycle.next();)
#define SANITY_CHECK_NOTHING() SUCCEED()

#endif

namespace opencv_test {
using namespace cv;
using namespace cv::derand;
} // namespace opencv_test

#endif // OPENCV_DERAND_PERF_PRECOMP_HPP
