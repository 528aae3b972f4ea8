// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// One source for two builds: OpenCV's perf framework (ts), and a small stand-in on GoogleTest that
// understands the same macros and prints the parameters, the median and the minimum.

#ifndef OPENCV_DERAND_PERF_PRECOMP_HPP
#define OPENCV_DERAND_PERF_PRECOMP_HPP

#include "opencv2/derand.hpp"

#ifdef __OPENCV_BUILD

#include "opencv2/ts.hpp"
#define DERAND_SKIP(message) throw cvtest::SkipTestException(message)

#else

#include <gtest/gtest.h>

#include <cctype>
#include <cstdio>
#include <iostream>
#include <string>
#include <tuple>

namespace cv {

inline void PrintTo(const Size& size, std::ostream* out) { *out << size.width << "x" << size.height; }

} // namespace cv

namespace perf {

using std::get;
using std::make_tuple;
using std::tuple;

//! For PERF_TEST_P: first reports its parameters.
template<typename T> class TestBaseWithParam : public ::testing::TestWithParam<T>
{
protected:
    void SetUp() CV_OVERRIDE { std::cout << "[ VALUE    ]    " << ::testing::PrintToString(this->GetParam()) << std::endl; }
};

//! Prints the name that has this value, of the names as they are written in CV_ENUM.
inline void printName(std::ostream& out, const char* names, const int* values, int value)
{
    for (; *names; values++)
    {
        const char* end = names;
        while (*end && *end != ',')
            end++;
        if (*values == value)
        {
            out << std::string(names, end);
            return;
        }
        names = end;
        while (*names == ',' || std::isspace((unsigned char)*names))
            names++;
    }
}

//! Repeats the body of TEST_CYCLE() for half a second, at least 5 times after one uncounted run.
class Cycle
{
public:
    Cycle() : warm(false) {}
    ~Cycle()
    {
        std::sort(times.begin(), times.end());
        std::printf("[ PERFSTAT ]    median %.3f ms, minimum %.3f ms, %d runs\n", times[times.size() / 2], times[0], (int)times.size());
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
#define PERF_TEST_P(fixture, name, params)                                                                                         \
    class fixture##_##name : public fixture                                                                                        \
    {};                                                                                                                            \
    INSTANTIATE_TEST_SUITE_P(/* no prefix */, fixture##_##name, params);                                                           \
    TEST_P(fixture##_##name, name)
#define CV_ENUM(Enum, ...)                                                                                                         \
    struct Enum                                                                                                                    \
    {                                                                                                                              \
        Enum(int value_ = 0) : value(value_) {}                                                                                    \
        operator int() const { return value; }                                                                                     \
        static ::testing::internal::ParamGenerator<Enum> all()                                                                     \
        {                                                                                                                          \
            const Enum values[] = {__VA_ARGS__};                                                                                   \
            return ::testing::ValuesIn(values);                                                                                    \
        }                                                                                                                          \
        int value;                                                                                                                 \
    };                                                                                                                             \
    inline void PrintTo(const Enum& e, std::ostream* out)                                                                          \
    {                                                                                                                              \
        const int values[] = {__VA_ARGS__};                                                                                        \
        perf::printName(*out, #__VA_ARGS__, values, e);                                                                            \
    }
#define DERAND_SKIP(message) GTEST_SKIP() << (message)
#define TEST_CYCLE() for (perf::Cycle cycle; cycle.next();)
#define SANITY_CHECK_NOTHING() SUCCEED()

#endif

namespace opencv_test {
using namespace cv;
using namespace cv::derand;
using namespace perf;
} // namespace opencv_test

#endif // OPENCV_DERAND_PERF_PRECOMP_HPP
