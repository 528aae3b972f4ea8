// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "perf_precomp.hpp"

namespace opencv_test { namespace {

CV_ENUM(Interpolation, INTER_LINEAR, INTER_AREA)

// A colour frame to a square input.
typedef TestBaseWithParam<tuple<Size, int, Interpolation> > FrameMap_Size;

PERF_TEST_P(FrameMap_Size, resample, testing::Values(
        make_tuple(Size(640, 480), 32, INTER_LINEAR), make_tuple(Size(640, 480), 32, INTER_AREA),
        make_tuple(Size(1920, 1080), 224, INTER_LINEAR), make_tuple(Size(1920, 1080), 299, INTER_AREA)))
{
    const Size frameSize = get<0>(GetParam()), inputSize(get<1>(GetParam()), get<1>(GetParam()));
    Mat frame(frameSize, CV_8UC3), image;
    RNG rng(1);
    rng.fill(frame, RNG::UNIFORM, 0, 256);
    const FrameMap map(frameSize, Rect(Point(), frameSize), get<2>(GetParam()));
    TEST_CYCLE()
        map.resample(frame, inputSize, image);
    EXPECT_EQ(inputSize, image.size());
    SANITY_CHECK_NOTHING();
}

}} // namespace opencv_test
