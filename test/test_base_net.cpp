// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Outputs, shapes and files of nets, as written by exporters.

#include "onnx_writer.hpp"
#include "test_files.hpp"
#include "test_log.hpp"
#include "test_nets.hpp"

namespace opencv_test { namespace {

typedef CertifiedClassifier::Params Params;

using onnx::attribute;
using onnx::node;
using onnx::tensor;

const Size INPUT(12, 10);
const int PLANES = 3, ELEMENTS = PLANES * 120;
const vector<int> PICTURES = {-1, PLANES, 10, 12};

string weights(const string& name, int rows, int columns, uint64 seed = 5)
{
    return tensor(name, {rows, columns}, onnx::randomValues((size_t)rows * columns, seed));
}

//! A tensor of whole numbers.
string numbers(const string& name, const vector<int64>& values)
{
    return onnx::number(1, values.size()) + onnx::number(2, 7) + onnx::bytes(8, name)
            + onnx::bytes(9, string((const char*)values.data(), values.size() * sizeof(int64)));
}

//! Flatten and a linear layer for each output: this many classes each.
string linearHeads(const vector<std::pair<string, int> >& heads)
{
    vector<string> nodes = {node("Flatten", {"x"}, "flat")}, tensors, outputs;
    for (const auto& head : heads)
    {
        nodes.push_back(node("Gemm", {"flat", "w_" + head.first}, head.first, {attribute("transB", 1)}));
        nodes.back() += onnx::bytes(3, "/head/" + head.first + "/Gemm"); // exporters name nodes, too
        tensors.push_back(weights("w_" + head.first, head.second, ELEMENTS, head.second));
        outputs.push_back(head.first);
    }
    return onnx::model(onnx::graph(PICTURES, nodes, tensors, outputs));
}

//! Flatten, a linear layer of four classes, and what follows it up to y.
string linearThen(const vector<string>& last, const vector<string>& tensors, const vector<int>& inputShape = PICTURES,
        const vector<string>& first = vector<string>(), const string& flattened = "x")
{
    vector<string> nodes = first, all = tensors;
    nodes.push_back(node("Flatten", {flattened}, "flat"));
    nodes.push_back(node("Gemm", {"flat", "w"}, "s", {attribute("transB", 1)}));
    nodes.insert(nodes.end(), last.begin(), last.end());
    all.push_back(weights("w", 4, ELEMENTS, 4));
    return onnx::model(onnx::graph(inputShape, nodes, all, {last.empty() ? "s" : "y"}));
}

dnn::Net netOf(const string& bytes) { return dnn::readNetFromONNX(bytes.data(), bytes.size()); }

Params fillParams(const string& output = string(), int chunk = 0)
{
    Params params;
    params.encoding = ENCODING_FILL;
    params.output = output;
    params.chunk = chunk;
    return params;
}

Mat votesOf(const dnn::Net& net, const Params& params)
{
    return opencv_test::votesOf(
            CertifiedClassifier::create(net, Ablation(ABLATION_COLUMN, 3, INPUT), params)->classify(randomFrame(INPUT, CV_8UC3)));
}

//---- outputs ----

TEST(Derand_BaseNet, OutputNamesOneOfSeveral)
{
    const string both = linearHeads({{"scores", 4}, {"features", 6}});
    EXPECT_TRUE(equal(votesOf(netOf(linearHeads({{"scores", 4}})), fillParams()), votesOf(netOf(both), fillParams("scores"))));
    EXPECT_TRUE(equal(votesOf(netOf(linearHeads({{"features", 6}})), fillParams()), votesOf(netOf(both), fillParams("features"))));
    EXPECT_TRUE(equal(votesOf(netOf(linearHeads({{"scores", 4}})), fillParams()), votesOf(netOf(linearHeads({{"scores", 4}})), fillParams("scores"))))
            << "the only one may be named, too";
}

TEST(Derand_BaseNet, WithoutAnOutputTheErrorListsWhatThereIs)
{
    const string both = linearHeads({{"scores", 4}, {"features", 6}});
    for (const char* text : {"2 outputs", "Params::output", "'scores' (1 x 4)", "'features' (1 x 6)"})
        EXPECT_REFUSED(votesOf(netOf(both), fillParams()), text);
    for (const char* text : {"Params::output is 'score'", "'scores' (1 x 4)", "'features' (1 x 6)"})
        EXPECT_REFUSED(votesOf(netOf(both), fillParams("score")), text);
    Params params = fillParams();
    params.labels = {"a", "b", "c", "d"};
    EXPECT_REFUSED(votesOf(netOf(both), params), "only 'scores' has the shape of scores of 4 classes");

    Ptr<CertifiedClassifier> classifier = CertifiedClassifier::create(
            netOf(both), Ablation(ABLATION_COLUMN, 3, INPUT), fillParams("scores"));
    EXPECT_REFUSED(classifier->setParams(fillParams("other")), "Params::output is 'other'");
    EXPECT_EQ("scores", classifier->getParams().output);
    classifier->setParams(fillParams("features"));
    EXPECT_EQ(INPUT.width, classifier->classify(Mat(INPUT, CV_8UC3, Scalar(1, 2, 3))).run.ablations);
}

//---- shapes ----

TEST(Derand_BaseNet, RowsOfScoresMayHaveSidesOfOne)
{
    const Mat expected = votesOf(netOf(linearThen({}, {})), fillParams());
    EXPECT_GT(countNonZero(expected), 0);
    const vector<int64> shapes[] = {{-1, 1, 4}, {-1, 1, 1, 4}, {-1, 4, 1, 1}, {-1, 4, 1}, {-1, 1, 4, 1}};
    for (const vector<int64>& shape : shapes)
    {
        const string bytes = linearThen({node("Reshape", {"s", "shape"}, "y")}, {numbers("shape", shape)});
        for (int chunk = 0; chunk <= 3; chunk++)
            EXPECT_TRUE(equal(expected, votesOf(netOf(bytes), fillParams("", chunk)))) << shape.size() << ", chunk " << chunk;
    }
    const vector<int64> others[] = {{-1, 2, 2}, {-1, 2}, {-1, 1, 2, 2}};
    for (const vector<int64>& shape : others)
    {
        const string bytes = linearThen({node("Reshape", {"s", "shape"}, "y")}, {numbers("shape", shape)});
        EXPECT_REFUSED(votesOf(netOf(bytes), fillParams()), "expected one row of scores for each ablation") << shape.size();
    }
}

TEST(Derand_BaseNet, AReshapeThatMakesTwoPicturesOfSixPlanesIsRefused)
{
    const string bytes = linearThen({}, {numbers("shape", {-1, 3, 10, 12})}, PICTURES, {node("Reshape", {"x", "shape"}, "r")}, "r");
    Params params = fillParams();
    EXPECT_EQ(INPUT.width, votesOf(netOf(bytes), params).rows);
    params.encoding = ENCODING_COMPLEMENT;
    EXPECT_REFUSED(votesOf(netOf(bytes), params), CV_VERSION_MAJOR >= 5 ? "takes 3 planes, not the 6" : "it seems to take 3 planes, not the 6");
}

TEST(Derand_BaseNet, ALinearNetOfThreePlanesIsRefusedSix)
{
    Params params = fillParams();
    params.encoding = ENCODING_COMPLEMENT;
    EXPECT_REFUSED(votesOf(netOf(linearThen({}, {})), params),
            CV_VERSION_MAJOR >= 5 ? "takes 3 planes, not the 6" : "it takes 3 planes of this size, not the 6");
}

TEST(Derand_BaseNet, ABatchNormOfThreePlanesBeforeAMeanOverThemIsRefusedSix)
{
    // The mean takes any number of planes, and dnn reads beyond the weights of the batch norm.
    const string bytes = onnx::model(onnx::graph(PICTURES,
            {node("BatchNormalization", {"x", "a", "b", "m", "v"}, "n"),
                    node("ReduceMean", {"n"}, "r", {attribute("axes", vector<int>(1, 1)), attribute("keepdims", 1)}),
                    node("Flatten", {"r"}, "flat"), node("Gemm", {"flat", "w"}, "y", {attribute("transB", 1)})},
            {tensor("a", {3}, {1, 2, 3}), tensor("b", {3}, {0, 1, 0}), tensor("m", {3}, {0, 0, 0}), tensor("v", {3}, {1, 2, 3}),
                    weights("w", 4, 120)},
            {"y"}));
    EXPECT_EQ(INPUT.width, votesOf(netOf(bytes), fillParams()).rows);
    Params params = fillParams();
    params.encoding = ENCODING_COMPLEMENT;
    EXPECT_REFUSED(votesOf(netOf(bytes), params), "takes 3 planes, not the 6");
}

TEST(Derand_BaseNet, NetsOfHeightWidthPlanesAreToldByThat)
{
    const string bytes = linearThen({}, {}, {-1, 10, 12, 3}, {node("Transpose", {"x"}, "t", {attribute("perm", {0, 3, 1, 2})})}, "t");
    const TemporaryFile file(".onnx", bytes);
    ModelSettings settings;
    settings.ablation = Ablation(ABLATION_COLUMN, 3, INPUT);
    settings.params = fillParams();
    EXPECT_REFUSED(CertifiedClassifier::create(file.name, settings), "height x width x planes (NHWC");

    // A convolution that gets the width as its planes: 12 instead of 3, which OpenCV runs as 4 groups.
    const string convolution = onnx::model(onnx::graph({-1, 10, 12, 3},
            {node("Transpose", {"x"}, "t", {attribute("perm", {0, 3, 1, 2})}),
                    node("Conv", {"t", "k"}, "c", {attribute("kernel_shape", {3, 3}), attribute("pads", {1, 1, 1, 1})}),
                    node("GlobalAveragePool", {"c"}, "p"), node("Flatten", {"p"}, "y")},
            {tensor("k", {4, 3, 3, 3}, onnx::randomValues(108))}, {"y"}));
    EXPECT_REFUSED(votesOf(netOf(convolution), fillParams()), "NHWC");
    EXPECT_REFUSED(votesOf(netOf(convolution), fillParams("", 1)), "NHWC");
}

//---- one at a time ----

TEST(Derand_BaseNet, TheFallBackToOneAtATimeSaysWhyInOneLine)
{
    Mat votes;
    const string log = logOf([&]() {
        votes = votesOf(linearNet(ELEMENTS, 4, 1, FLAW_NONE, true), fillParams()); // as exported with a batch of one
    });
    EXPECT_TRUE(equal(votesOf(linearNet(ELEMENTS, 4), fillParams()), votes));
    const size_t at = log.find("derand: the net is run one ablation at a time: ");
    ASSERT_NE(string::npos, at) << log;
    const string line = log.substr(at, log.find('\n', at) - at);
    EXPECT_NE(string::npos, line.find("reshapes by its batch size")) << line;
    EXPECT_EQ(string::npos, line.find("error:")) << "no error of dnn in it: " << line;
    EXPECT_EQ(1, count(log, "one ablation at a time")) << log;
}

// Exported with a batch of four, less the mean over it: OpenCV 4.6 takes what lies in memory for those that are not there.
TEST(Derand_BaseNet, AMeanOverABatchOfTheFileIsRefusedOrRight)
{
    const string bytes = linearThen({node("ReduceMean", {"s"}, "m", {attribute("axes", vector<int>(1, 0)), attribute("keepdims", 1)}),
                                            node("Sub", {"s", "m"}, "y")},
            {}, {4, PLANES, 10, 12});
    for (int chunk : {0, 1, 2, 4})
    {
        Mat votes;
        try
        {
            votes = votesOf(netOf(bytes), fillParams("", chunk));
        }
        catch (const cv::Exception& e)
        {
            EXPECT_NE(string::npos, e.err.find("depend on the others")) << e.err;
            continue;
        }
        EXPECT_LT(chunk, 2);
        EXPECT_EQ(0, countNonZero(votes)) << "an ablation less itself has no score";
    }
}

//---- weights in other files ----

TEST(Derand_BaseNet, WeightsInOtherFilesAreRefusedBeforeTheyAreRead)
{
    // In an initializer, in an attribute of a node, in a subgraph: dnn would end the process.
    const string external = onnx::externalTensor("w");
    const string graphs[] = {onnx::graph({-1, 1, 1, 3}, {node("Flatten", {"x"}, "f"), node("Gemm", {"f", "w"}, "y")}, {external}, {"y"}),
            onnx::graph({-1, 1, 1, 3},
                    {node("Constant", {}, "w", {attribute("value", 5, external)}), node("Flatten", {"x"}, "f"), node("Gemm", {"f", "w"}, "y")},
                    {}, {"y"}),
            onnx::graph({-1, 1, 1, 3},
                    {node("If", {"x"}, "y", {attribute("then_branch", 6, onnx::graph({-1, 3}, {}, {external}, {"y"}))})}, {}, {"y"})};
    for (const string& graph : graphs)
    {
        const TemporaryFile file(".onnx", onnx::model(graph));
        EXPECT_REFUSED(CertifiedClassifier::create(file.name, mnistSettings()), "mixed up with another");
        ModelSettings settings;
        settings.ablation = Ablation(ABLATION_COLUMN, 1, Size(3, 1));
        settings.params = fillParams();
        EXPECT_REFUSED(CertifiedClassifier::create(file.name, settings), "external_data=False");
        EXPECT_REFUSED(CertifiedClassifier::create(file.name, settings), file.name);
    }
}

//---- frames ----

TEST(Derand_BaseNet, FramesOfOtherDepthsAreRefusedAndNamed)
{
    const dnn::Net net = netOf(linearThen({}, {}));
    Ptr<CertifiedClassifier> classifier = CertifiedClassifier::create(net, Ablation(ABLATION_COLUMN, 3, INPUT), fillParams());
    for (int depth : {CV_8S, CV_16U, CV_16S, CV_32S, CV_64F, CV_16F})
    {
        const Mat frame = Mat::zeros(INPUT, CV_MAKETYPE(depth, 3));
        EXPECT_REFUSED(classifier->classify(frame), "frame 0 is " + typeToString(frame.type())) << depth;
        EXPECT_REFUSED(classifier->classify(frame), "expected CV_8U or CV_32F") << depth;
    }
    EXPECT_NO_THROW(classifier->classify(Mat::zeros(INPUT, CV_8UC3)));
    EXPECT_NO_THROW(classifier->classify(Mat::zeros(INPUT, CV_32FC3)));
}

TEST(Derand_BaseNet, FloatsFromZeroToOneAreNoticedWhereBytesAreExpected)
{
    const dnn::Net net = netOf(linearThen({}, {}));
    Mat bytes(INPUT, CV_8UC3), floats;
    RNG rng(3);
    rng.fill(bytes, RNG::UNIFORM, 0, 256);
    const auto warned = [&](double scale, const Params& params) {
        bytes.convertTo(floats, CV_32F, scale);
        Ptr<CertifiedClassifier> classifier = CertifiedClassifier::create(net, Ablation(ABLATION_COLUMN, 3, INPUT), params);
        return count(logOf([&]() {
            classifier->classify(floats);
            classifier->classify(floats);
        }),
                "almost black");
    };
    EXPECT_EQ(1, warned(1. / 255, fillParams()));
    EXPECT_EQ(0, warned(1, fillParams()));
    EXPECT_EQ(0, warned(0, fillParams())) << "black is black";
    Params params = fillParams();
    params.scalefactor = Scalar::all(1);
    EXPECT_EQ(0, warned(1. / 255, params));
}

}} // namespace opencv_test
