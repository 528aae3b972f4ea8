// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "perf_precomp.hpp"

namespace opencv_test { namespace {

void resampleFrame(const Size& frameSize, int side, int interpolation)
{
    Mat frame(frameSize, CV_8UC3), image;
    RNG rng(1);
    rng.fill(frame, RNG::UNIFORM, 0, 256);
    const FrameMap map(frameSize, Rect(Point(), frameSize), interpolation);
    TEST_CYCLE() map.resample(frame, Size(side, side), image);
    EXPECT_EQ(Size(side, side), image.size());
    SANITY_CHECK_NOTHING();
}

PERF_TEST(FrameMap, resample_640x480_32_linear) { resampleFrame(Size(640, 480), 32, INTER_LINEAR); }
PERF_TEST(FrameMap, resample_640x480_32_area) { resampleFrame(Size(640, 480), 32, INTER_AREA); }
PERF_TEST(FrameMap, resample_1920x1080_224_linear) { resampleFrame(Size(1920, 1080), 224, INTER_LINEAR); }
PERF_TEST(FrameMap, resample_1920x1080_299_area) { resampleFrame(Size(1920, 1080), 299, INTER_AREA); }

}} // namespace opencv_test
