// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Frames, sizes and regions: cv::Exception or a result, and no pixel outside a footprint changes with a patch.

#include "opencv2/derand.hpp"
#include "fuzz_input.hpp"

using namespace cv;
using namespace cv::derand;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    FuzzInput in(data, size);
    const Size frameSize(in.careless(1, 48), in.careless(1, 48)), input(in.careless(1, 20), in.careless(1, 20));
    const FrameMap map(frameSize, Rect(in.careless(0, 20), in.careless(0, 20), in.careless(1, 48), in.careless(1, 48)), in.careless(0, 3));
    const Rect patch(in.careless(-4, 40), in.careless(-4, 40), in.careless(0, 20), in.careless(0, 20));
    try
    {
        map.touched(patch, input);
    }
    catch (const Exception&)
    {
        return 0;
    }
    // Enough to overflow careless sums, not enough to fill the memory.
    if ((int64)frameSize.width * frameSize.height > 1 << 22 || (int64)input.width * input.height > 1 << 16)
        return 0;
    const int depths[] = {CV_8U, CV_32F, CV_16U}, depth = depths[in.number(0, 2)], channels = in.number(1, 5);
    const int type = CV_MAKETYPE(depth, channels);
    try
    {
        const Rect touched = map.touched(patch, input);
        FUZZ_CHECK((touched & Rect(Point(), input)) == touched, "touched " << touched);
        // The frame itself may have another size.
        const Size actual = in.byte() % 8 ? frameSize : Size(in.number(0, 48), in.number(0, 48));
        Mat frame(actual, type), before, after;
        RNG rng((uint64)in.any());
        rng.fill(frame, RNG::UNIFORM, -1000, 1000);
        map.resample(frame, input, before);
        FUZZ_CHECK(before.size() == input && before.type() == type, "size " << before.size());
        const Rect inside = patch & Rect(Point(), actual);
        Mat part = frame(inside);
        rng.fill(part, RNG::UNIFORM, -1000, 1000);
        map.resample(frame, input, after);
        before(touched).setTo(Scalar::all(0));
        after(touched).setTo(Scalar::all(0));
        FUZZ_CHECK(norm(before.reshape(1), after.reshape(1), NORM_INF) == 0, "patch " << patch << " touched " << touched);

        const Ablation ablation(in.careless(0, 2), in.careless(1, 8), input, in.careless(1, 4));
        Mat image, blob;
        after.convertTo(image, CV_32F);
        const int count = ablation.count(), begin = in.careless(0, count - 1);
        blobFromAblations(image, ablation, Range(begin, in.careless(begin, count)), blob, in.careless(0, 3), Scalar::all(in.byte()),
                in.byte() % 2 != 0);
        std::vector<int> affected;
        ablation.affected(patch, affected);
        FUZZ_CHECK((int)affected.size() <= count, "affected " << affected.size());
    }
    catch (const Exception&)
    {}
    return 0;
}
