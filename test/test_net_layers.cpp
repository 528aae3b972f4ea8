// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Nets whose layers do not match: a wrong number of planes, and convolutions that this OpenCV computes wrongly.

#include "onnx_writer.hpp"
#include "test_nets.hpp"

#include <memory>

namespace opencv_test { namespace {

typedef CertifiedClassifier::Params Params;

const Size INPUT(12, 10);
const int CLASSES = 4;

using onnx::attribute;
using onnx::node;
using onnx::tensor;

vector<float> randomValues(const vector<int>& dims)
{
    size_t count = 1;
    for (int dim : dims)
        count *= dim;
    return onnx::randomValues(count);
}

string weights(const string& name, const vector<int>& dims) { return tensor(name, dims, randomValues(dims)); }

string convolution(const string& input, const string& output, const string& kernels, int kernel, int groups,
        const vector<int>& pads, int stride = 1)
{
    return node("Conv", {input, kernels}, output,
            {attribute("kernel_shape", {kernel, kernel}), attribute("pads", pads), attribute("strides", {stride, stride}),
                    attribute("group", groups)});
}

//! What comes before a convolution of three planes, a ReLU, a global pooling and a linear layer.
dnn::Net netOf(const vector<int>& inputShape, const vector<string>& first, const vector<string>& tensors, const string& last, int planes = 3)
{
    vector<string> nodes = first, all = tensors;
    nodes.push_back(convolution(last, "c", "w1", 3, 1, {1, 1, 1, 1}));
    nodes.push_back(node("Relu", {"c"}, "r"));
    nodes.push_back(node("GlobalAveragePool", {"r"}, "p"));
    nodes.push_back(node("Flatten", {"p"}, "f"));
    nodes.push_back(node("Gemm", {"f", "w2", "b2"}, "scores", {attribute("transB", 1)}));
    all.push_back(weights("w1", {6, planes, 3, 3}));
    all.push_back(weights("w2", {CLASSES, 6}));
    all.push_back(weights("b2", {CLASSES}));
    const string bytes = onnx::model(onnx::graph(inputShape, nodes, all, {"scores"}));
    return dnn::readNetFromONNX(bytes.data(), bytes.size());
}

const vector<int> PICTURES = {-1, 3, 10, 12};

Certificate classify(const dnn::Net& net, int encoding, int chunk = 0, const Size& size = INPUT)
{
    Params params;
    params.encoding = encoding;
    params.chunk = chunk;
    Mat frame(size, CV_8UC3);
    RNG rng(3);
    rng.fill(frame, RNG::UNIFORM, 0, 256);
    return CertifiedClassifier::create(net, Ablation(ABLATION_COLUMN, 3, size), params)->classify(frame);
}

struct PlanesCase
{
    const char* name;
    vector<string> nodes, tensors;
    int planes;          // of the convolution behind them
    const char* numbers; // in the error
};

// Nets of three planes that get six. OpenCV silently runs most of them as grouped convolutions.
vector<PlanesCase> netsOfThreePlanes()
{
    const vector<int> one = {1, 1, 1, 1};
    return {
            {"convolution first", {node("Relu", {"x"}, "y")}, {}, 3, "takes 3 planes, not the 6"},
            {"Identity", {node("Identity", {"x"}, "y")}, {}, 3, "takes 3 planes, not the 6"},
            {"pooling", {node("MaxPool", {"x"}, "y", {attribute("kernel_shape", {2, 2})})}, {}, 3, "takes 3 planes, not the 6"},
            {"Split into planes",
                    {node("Split", {"x"}, "s0", {attribute("axis", 1)}).replace(0, 0, onnx::bytes(2, "s1") + onnx::bytes(2, "s2")),
                            node("Add", {"s1", "s2"}, "y")},
                    {}, 1, "takes 1 planes, not 2, which the net makes from the 6"},
            {"depthwise", {convolution("x", "y", "w0", 3, 3, one)}, {weights("w0", {6, 1, 3, 3})}, 6, "takes 3 planes, not the 6"},
            {"depthwise, without multiplier", {convolution("x", "y", "w0", 3, 3, one)}, {weights("w0", {3, 1, 3, 3})}, 3,
                    "takes 3 planes of this size, not the 6"},
            {"grouped, further on", {convolution("x", "z", "w0", 3, 1, one), convolution("z", "y", "w3", 3, 3, one)},
                    {weights("w0", {6, 3, 3, 3}), weights("w3", {6, 2, 3, 3})}, 6, "takes 3 planes, not the 6"},
            {"batch norm", {node("BatchNormalization", {"x", "a", "b", "m", "v"}, "y")},
                    {weights("a", {3}), weights("b", {3}), weights("m", {3}), tensor("v", {3}, {1, 2, 3})}, 3, "takes 3 planes, not the 6"},
    };
}

TEST(Derand_NetLayers, ANetOfThreePlanesIsRefusedSixWhateverStandsBeforeItsConvolution)
{
    for (const PlanesCase& c : netsOfThreePlanes())
        for (int chunk = 0; chunk <= 2; chunk++)
        {
            const dnn::Net net = netOf(PICTURES, c.nodes, c.tensors, "y", c.planes);
            // The engine of OpenCV 5 knows the planes that the file declares.
            EXPECT_REFUSED(classify(net, ENCODING_COMPLEMENT, chunk), CV_VERSION_MAJOR >= 5 ? "takes 3 planes, not the 6" : c.numbers)
                    << c.name;
        }
}

TEST(Derand_NetLayers, TheSameNetsAreRightWithThreePlanes)
{
    for (const PlanesCase& c : netsOfThreePlanes())
    {
        const Certificate all = classify(netOf(PICTURES, c.nodes, c.tensors, "y", c.planes), ENCODING_FILL);
        EXPECT_EQ(INPUT.width, all.run.ablations) << c.name;
        const Certificate one = classify(netOf(PICTURES, c.nodes, c.tensors, "y", c.planes), ENCODING_FILL, 1);
        Mat votes, votesOfOne;
        all.getVotes(votes);
        one.getVotes(votesOfOne);
        EXPECT_EQ(0, cv::norm(votes & 1, votesOfOne & 1, NORM_INF)) << c.name;
    }
}

//---- convolutions that this OpenCV may compute wrongly ----

struct Geometry
{
    Size map;
    int kernel, groups, multiplier, stride;
    vector<int> pads; // top, left, bottom, right
};

//! Value of a convolution by definition; weights: groups * multiplier x inputs x kernel x kernel.
Mat convolved(const Mat& blob, const Geometry& g, const vector<float>& kernels, int inputs)
{
    const int rows = (g.map.height + g.pads[0] + g.pads[2] - g.kernel) / g.stride + 1;
    const int columns = (g.map.width + g.pads[1] + g.pads[3] - g.kernel) / g.stride + 1;
    const int shape[] = {blob.size[0], g.groups * g.multiplier, rows, columns};
    Mat result(4, shape, CV_64F);
    for (int n = 0; n < shape[0]; n++)
        for (int k = 0; k < shape[1]; k++)
            for (int y = 0; y < rows; y++)
                for (int x = 0; x < columns; x++)
                {
                    double sum = 0;
                    for (int i = 0; i < inputs; i++)
                        for (int v = 0; v < g.kernel; v++)
                            for (int u = 0; u < g.kernel; u++)
                            {
                                const Point p(x * g.stride - g.pads[1] + u, y * g.stride - g.pads[0] + v);
                                if (p.inside(Rect(Point(), g.map)))
                                    sum += (double)kernels[((k * inputs + i) * g.kernel + v) * g.kernel + u]
                                            * blob.ptr<float>(n, k / g.multiplier * inputs + i)[p.y * g.map.width + p.x];
                            }
                    result.ptr<double>(n, k)[y * columns + x] = sum;
                }
    return result;
}

/* Without the module: does this OpenCV compute the convolution rightly, for pictures that differ? */
bool isRight(const Geometry& g, int inputs)
{
    const vector<int> kernelShape = {g.groups * g.multiplier, inputs, g.kernel, g.kernel};
    const vector<float> kernels = randomValues(kernelShape);
    const string bytes = onnx::model(onnx::graph({-1, g.groups * inputs, g.map.height, g.map.width},
            {convolution("x", "y", "w", g.kernel, g.groups, g.pads, g.stride)}, {tensor("w", kernelShape, kernels)}, {"y"}));
    dnn::Net net = dnn::readNetFromONNX(bytes.data(), bytes.size());
    const int shape[] = {3, g.groups * inputs, g.map.height, g.map.width};
    Mat blob(4, shape, CV_32F), made;
    RNG rng(6);
    rng.fill(blob, RNG::UNIFORM, -1, 1);
    blob.reshape(1, 3).row(1) *= 1000;
    net.setInput(blob);
    net.forward().convertTo(made, CV_64F);
    const Mat exact = convolved(blob, g, kernels, inputs);
    if (made.total() != exact.total())
        return false;
    for (int n = 0; n < 3; n++)
        if (!(cv::norm(made.reshape(1, 3).row(n), exact.reshape(1, 3).row(n), NORM_INF) <= (n == 1 ? 1 : 1e-3)))
            return false;
    return true;
}

/* Columns of 3 make maps of the full width; strips make maps as wide as the column. A map of any size comes from a strip of a
picture of its height. */
Certificate classifyMaps(const Geometry& g, int inputs, int chunk)
{
    const int planes = 4, channels = g.groups * inputs; // of three channels and x
    vector<string> nodes = {
            convolution("x", "m", "w0", 1, 1, {0, 0, 0, 0}), convolution("m", "y", "w", g.kernel, g.groups, g.pads, g.stride)};
    const dnn::Net net = netOf({-1, planes, g.map.height, g.map.width}, nodes,
            {weights("w0", {channels, planes, 1, 1}), weights("w", {g.groups * g.multiplier, inputs, g.kernel, g.kernel})}, "y",
            g.groups * g.multiplier);
    Params params;
    params.encoding = ENCODING_STRIP;
    params.chunk = chunk;
    const Size size(g.map.width + 5, g.map.height);
    Mat frame(size, CV_8UC3);
    RNG rng(3);
    rng.fill(frame, RNG::UNIFORM, 0, 256);
    return CertifiedClassifier::create(net, Ablation(ABLATION_COLUMN, g.map.width, size), params)->classify(frame);
}

TEST(Derand_NetLayers, AConvolutionIsRefusedIfAndOnlyIfThisOpenCVComputesItWrongly)
{
    vector<Geometry> geometries;
    const Size maps[] = {Size(1, 1), Size(1, 7), Size(1, 40), Size(7, 1), Size(40, 1), Size(2, 2), Size(2, 9), Size(9, 2),
            Size(5, 5), Size(9, 16), Size(33, 9)};
    const vector<int> paddings[] = {{0, 0, 0, 0}, {1, 1, 1, 1}, {0, 0, 1, 1}, {1, 0, 2, 2}, {2, 2, 2, 2}};
    for (const Size& map : maps)
        for (int kernel : {1, 3, 5})
            for (int stride : {1, 2})
                for (const vector<int>& pads : paddings)
                    for (int groups : {1, 2, 8})
                        for (int multiplier : {1, 2})
                            if (map.width + pads[1] + pads[3] >= kernel && map.height + pads[0] + pads[2] >= kernel)
                                geometries.push_back({map, kernel, groups, multiplier, stride, pads});
    int right = 0, wrong = 0;
    RNG rng(8);
    for (const Geometry& g : geometries)
    {
        const bool known = g.kernel == 3 && g.groups == 8 && g.multiplier == 1; // known to be wrong in some version of OpenCV
        if (!known && rng.uniform(0, 6))                                        // every sixth of the others
            continue;
        const int inputs = g.groups == 2 ? 3 : 1 + 2 * (g.groups == 1);
        const bool good = isRight(g, inputs);
        (good ? right : wrong)++;
        const string text = format("%d x %d maps (width x height), kernel %d, %d groups, multiplier %d, stride %d, padding %d %d %d %d",
                g.map.width, g.map.height, g.kernel, g.groups, g.multiplier, g.stride, g.pads[0], g.pads[1], g.pads[2], g.pads[3]);
        for (int chunk = 0; chunk <= 1; chunk++)
            if (good)
                EXPECT_NO_THROW(classifyMaps(g, inputs, chunk)) << text;
            else
                // What the engine of OpenCV 5 reads outside a map is found by its effect.
                EXPECT_REFUSED(classifyMaps(g, inputs, chunk), CV_VERSION_MAJOR >= 5 ? "" : "check_onnx.py --repair") << text;
    }
    EXPECT_GT(right, 100);
    std::cout << "OpenCV " << CV_VERSION << ": " << right << " geometries right, " << wrong << " wrong" << std::endl;
}

// What check_onnx.py --repair makes of a 3 x 3 kernel on maps 1 wide: its middle column.
TEST(Derand_NetLayers, DepthwiseKernelsCutToWhatSeesAPixelAreTaken)
{
    for (int length : {7, 40})
    {
        const vector<string> nodes = {convolution("x", "m", "w0", 1, 1, {0, 0, 0, 0}),
                node("Conv", {"m", "w"}, "y", {attribute("kernel_shape", {3, 1}), attribute("pads", {1, 0, 1, 0}), attribute("group", 8)})};
        const dnn::Net net = netOf({-1, 4, length, 1}, nodes, {weights("w0", {8, 4, 1, 1}), weights("w", {8, 1, 3, 1})}, "y", 8);
        Params params;
        params.encoding = ENCODING_STRIP;
        const Size size(6, length);
        EXPECT_EQ(6,
                CertifiedClassifier::create(net, Ablation(ABLATION_COLUMN, 1, size), params)
                        ->classify(Mat(size, CV_8UC3, Scalar(1, 2, 3)))
                        .run.ablations);
    }
}

}} // namespace opencv_test
