// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "perf_precomp.hpp"

namespace opencv_test { namespace {

// A colour frame to a square input.
#define DERAND_PERF_RESAMPLE(name, frameWidth, frameHeight, side, interpolation)      \
    PERF_TEST(FrameMap, name)                                                         \
    {                                                                                 \
        Mat frame(frameHeight, frameWidth, CV_8UC3), image;                           \
        RNG rng(1);                                                                   \
        rng.fill(frame, RNG::UNIFORM, 0, 256);                                        \
        const FrameMap map(frame.size(), Rect(Point(), frame.size()), interpolation); \
        TEST_CYCLE() map.resample(frame, Size(side, side), image);                    \
        EXPECT_EQ(Size(side, side), image.size());                                    \
        SANITY_CHECK_NOTHING();                                                       \
    }

DERAND_PERF_RESAMPLE(resample_640x480_32_linear, 640, 480, 32, INTER_LINEAR)
DERAND_PERF_RESAMPLE(resample_640x480_32_area, 640, 480, 32, INTER_AREA)
DERAND_PERF_RESAMPLE(resample_1920x1080_224_linear, 1920, 1080, 224, INTER_LINEAR)
DERAND_PERF_RESAMPLE(resample_1920x1080_299_area, 1920, 1080, 299, INTER_AREA)

}} // namespace opencv_test
