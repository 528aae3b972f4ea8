// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// One net, evaluated in one pass, strip by strip, and by dnn alone on a picture that is as wide and on one that does not wrap.

#include "perf_precomp.hpp"

#include "opencv2/dnn.hpp"

namespace opencv_test { namespace {

//! Columns of a square picture of three channels.
struct Columns
{
    int side, width, stride, classes, planes;
};

void PrintTo(const Columns& c, std::ostream* out)
{
    *out << c.side << "x" << c.side << ", s=" << c.width << ", stride " << c.stride << ", " << c.classes << " classes, " << c.planes
         << " planes";
}

class NetOfColumns
{
public:
    explicit NetOfColumns(const Columns& c) : rng(1), planes(4)
    {
        // The first two layers mix the columns: as many as the stride and then the rest, or all at once.
        const int first = c.width % c.stride == 0 && c.width > c.stride ? c.stride : c.width, second = (c.width - first) / c.stride + 1;
        int rows = c.side;
        rows = add(rows, c.planes, 5, first, 2, c.stride);
        rows = add(rows, c.planes, 3, second, 2, 1);
        for (int k = 0; k < 2 || rows > 16; k++)
            rows = add(rows, k == 0 ? 2 * planes : planes, 3, 1, rows > 8 ? 2 : 1, 1);
        add(rows, 4 * c.planes, rows, 1, 1, 1, false);
        add(1, c.classes, 1, 1, 1, 1, false, false);
    }

    dnn::Net net;

private:
    //! A convolution, padded along y by half its kernel. @return rows of its output
    int add(int rows, int outputs, int kernelY, int kernelX, int strideY, int strideX, bool padded = true, bool relu = true)
    {
        const int pad = padded ? kernelY / 2 : 0, sides[] = {outputs, planes, kernelY, kernelX};
        const int kernel[] = {kernelY, kernelX}, stride[] = {strideY, strideX}, pads[] = {pad, 0, pad, 0};
        Mat weights(4, sides, CV_32F);
        rng.fill(weights, RNG::NORMAL, 0, std::sqrt(2. / (planes * kernelY * kernelX)));
        dnn::LayerParams params, none;
        params.set("kernel_size", dnn::DictValue::arrayInt(kernel, 2));
        params.set("stride", dnn::DictValue::arrayInt(stride, 2));
        params.set("pad", dnn::DictValue::arrayInt(pads, 4));
        params.set("num_output", outputs);
        params.set("bias_term", false);
        params.blobs.push_back(weights);
        const String name = format("conv%d", layers++);
        net.addLayerToPrev(name, "Convolution", params);
        if (relu)
            net.addLayerToPrev(name + "/relu", "ReLU", none);
        planes = outputs;
        return (rows + 2 * pad - kernelY) / strideY + 1;
    }

    RNG rng;
    int planes, layers = 0;
};

enum
{
    ONE_PASS,
    STRIPS,
    WRAPPED_FORWARD,
    PLAIN_FORWARD
};
CV_ENUM(Way, ONE_PASS, STRIPS, WRAPPED_FORWARD, PLAIN_FORWARD)

typedef TestBaseWithParam<tuple<Columns, Way> > OnePass;

PERF_TEST_P(OnePass, frame, testing::Combine(testing::Values(Columns{28, 2, 1, 10, 32}, Columns{32, 4, 1, 10, 64},
        Columns{64, 8, 1, 10, 32}, Columns{64, 8, 4, 10, 32}, Columns{128, 16, 4, 10, 32}, Columns{224, 32, 8, 10, 96},
        Columns{224, 32, 8, 1000, 96}, Columns{299, 25, 1, 10, 16}, Columns{299, 32, 8, 1000, 32}), Way::all()))
{
    const Columns c = get<0>(GetParam());
    const int way = get<1>(GetParam());
    dnn::Net net = NetOfColumns(c).net;
    const Size size(c.side, c.side);
    if (way == ONE_PASS || way == STRIPS)
    {
        CertifiedClassifier::Params params;
        params.encoding = ENCODING_STRIP;
        params.onePass = way == ONE_PASS;
        const Ptr<CertifiedClassifier> classifier = CertifiedClassifier::create(
                net, Ablation(ABLATION_COLUMN, c.width, size, c.stride), params);
        Mat frame(size, CV_8UC3);
        RNG(1).fill(frame, RNG::UNIFORM, 0, 256);
        ASSERT_EQ(way == ONE_PASS, classifier->classify(frame).run.onePass); // includes the self-test
        TEST_CYCLE()
            classifier->classify(frame);
    }
    else
    {
        const int positions = (c.side - 1) / c.stride + 1, wrapped = (positions - 1) * c.stride + c.width;
        const int sides[] = {1, 4, c.side, way == WRAPPED_FORWARD ? wrapped : c.side};
        Mat blob(4, sides, CV_32F);
        RNG(1).fill(blob, RNG::UNIFORM, 0, 1);
        net.setInput(blob);
        net.forward(); // sets it up
        TEST_CYCLE()
        {
            net.setInput(blob);
            net.forward();
        }
    }
    SANITY_CHECK_NOTHING();
}

}} // namespace opencv_test
