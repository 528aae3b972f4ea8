// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Does getReceptiveField() know every pixel that an output can depend on? Each pixel is changed, and every output that moves must have it.

#include "sliding_nets.hpp"
#include "test_nets.hpp"

namespace opencv_test { namespace {

//! What moved: for each position along an axis of the output, the first and last input along the axis that had an influence.
vector<Range> measured(dnn::Net net, const vector<int>& shape, int axis, int outputAxis)
{
    RNG rng(61);
    Mat input(4, &shape[0], CV_32F);
    rng.fill(input, RNG::UNIFORM, -1, 1);
    net.setInput(input);
    const Mat expected = net.forward().clone();
    CV_Assert(outputAxis < expected.dims);
    vector<Range> reads(expected.size[outputAxis], Range(INT_MAX, 0));
    size_t inner = 1;
    for (int i = outputAxis + 1; i < expected.dims; i++)
        inner *= expected.size[i];
    for (int at = 0; at < shape[axis]; at++)
    {
        Mat changed = input.clone();
        for (int c = 0; c < shape[1]; c++)
            for (int i = 0; i < shape[axis == 3 ? 2 : 3]; i++)
                changed.ptr<float>(0, c)[axis == 3 ? i * shape[3] + at : at * shape[3] + i] += rng.uniform(.5f, 1.f);
        net.setInput(changed);
        const Mat made = net.forward();
        for (size_t i = 0; i < made.total(); i++)
            if (made.ptr<float>()[i] != expected.ptr<float>()[i])
            {
                Range& r = reads[i / inner % reads.size()];
                r = Range(std::min(r.start, at), std::max(r.end, at + 1));
            }
    }
    return reads;
}

string text(const vector<Range>& reads)
{
    string all;
    for (const Range& r : reads)
        all += format("[%d, %d) ", r.start, r.end);
    return all;
}

//! A net of random layers, and what is needed to compare.
struct RandomNet
{
    dnn::Net net;
    bool transposed; // the axes of the output are exchanged
    bool tight;      // all that may have an influence has one
};

RandomNet randomNet(RNG& rng, const vector<int>& shape)
{
    NetWriter w(rng.uniform(1, 1 << 20));
    RandomNet result = {dnn::Net(), false, true};
    string t = "x";
    int planes = shape[1], size[] = {shape[2], shape[3]};
    vector<string> layers;
    for (int k = 0, layerCount = rng.uniform(1, 6); k < layerCount; k++)
    {
        const int kernel[] = {rng.uniform(1, std::min(4, size[0] + 1)), rng.uniform(1, std::min(4, size[1] + 1))};
        int stride[] = {rng.uniform(1, 3), rng.uniform(1, 3)}, dilation[] = {1, 1};
        const int kind = rng.uniform(0, 9);
        const bool padded = rng.uniform(0, 2) == 0;
        const int pad[] = {padded ? kernel[0] / 2 : 0, padded ? kernel[1] / 2 : 0};
        if (kind <= 2)
        {
            for (int a = 0; a < 2; a++)
                if (kernel[a] > 1 && 2 * (kernel[a] - 1) < size[a] && rng.uniform(0, 3) == 0)
                    dilation[a] = 2;
            const int outputs = rng.uniform(2, 4);
            t = w.convolution(t, planes, outputs, {kernel[0], kernel[1]}, {stride[0], stride[1]}, {pad[0], pad[1], pad[0], pad[1]},
                    {dilation[0], dilation[1]});
            planes = outputs;
        }
        else if (kind == 3)
            t = w.pooling(t, "AveragePool", {kernel[0], kernel[1]}, {stride[0], stride[1]}, {pad[0], pad[1], pad[0], pad[1]});
        else if (kind == 4)
        {
            t = w.pooling(t, "MaxPool", {kernel[0], kernel[1]}, {stride[0], stride[1]}, {pad[0], pad[1], pad[0], pad[1]},
                    rng.uniform(0, 2) == 0);
            result.tight = false; // only the largest value counts
        }
        else if (kind == 5)
            t = w.add("LeakyRelu", {t});
        else if (kind == 6)
        {
            t = w.add("Transpose", {t}, {onnx::attribute("perm", {0, 1, 3, 2})});
            std::swap(size[0], size[1]);
            result.transposed = !result.transposed;
        }
        else if (kind == 7) // a branch that reads more, added or appended
        {
            const string other = w.convolution(t, planes, planes, {3, 3}, {1, 1}, {1, 1, 1, 1});
            if (rng.uniform(0, 2))
                t = w.add("Add", {t, other});
            else
            {
                t = w.add("Concat", {t, other}, {onnx::attribute("axis", 1)});
                planes *= 2;
            }
        }
        else
            t = w.add("Softmax", {t}, {onnx::attribute("axis", 1)});
        if (kind <= 4)
            for (int a = 0; a < 2; a++)
                size[a] = (size[a] + 2 * pad[a] - dilation[a] * (kernel[a] - 1) - 1) / stride[a] + 1;
    }
    result.net = w.net(t, shape);
    return result;
}

TEST(Derand_ReceptiveField, EqualsWhatMovesOfRandomNets)
{
    RNG rng(62);
    int tight = 0, narrow = 0;
    for (int k = 0; k < 300; k++)
    {
        const vector<int> shape = {1, 2, rng.uniform(4, 12), rng.uniform(4, 12)};
        const RandomNet random = randomNet(rng, shape);
        for (int axis = 2; axis <= 3; axis++)
        {
            const ReceptiveField field = getReceptiveField(random.net, shape, axis);
            const vector<Range> moved = measured(random.net, shape, axis, random.transposed ? 5 - axis : axis);
            ASSERT_EQ("", field.layer) << k;
            ASSERT_EQ(moved.size(), field.reads.size()) << k;
            for (size_t q = 0; q < moved.size(); q++)
            {
                if (moved[q].end == 0)
                    continue; // nothing moved it
                ASSERT_LE(field.reads[q].start, moved[q].start)
                        << k << ", axis " << axis << ": " << text(moved) << "; " << text(field.reads);
                ASSERT_GE(field.reads[q].end, moved[q].end) << k << ", axis " << axis << ": " << text(moved) << "; " << text(field.reads);
                ASSERT_TRUE(!random.tight || field.reads[q] == moved[q])
                        << k << ", axis " << axis << ": " << text(moved) << "; " << text(field.reads);
                narrow += moved[q].size() < shape[axis];
            }
            tight += random.tight;
        }
    }
    EXPECT_GT(tight, 200);
    EXPECT_GT(narrow, 1000);
}

//! All outputs move with pixels that the field has; `layer` is named if all are read.
void expectField(const dnn::Net& net, const vector<int>& shape, int axis, int outputAxis, const string& layer)
{
    const ReceptiveField field = getReceptiveField(net, shape, axis);
    if (!layer.empty())
    {
        EXPECT_NE(string::npos, field.layer.find(layer)) << field.layer;
        ASSERT_EQ(1u, field.reads.size());
        EXPECT_TRUE(field.reads[0] == Range(0, shape[axis])) << text(field.reads);
        return;
    }
    EXPECT_EQ("", field.layer);
    const vector<Range> moved = measured(net, shape, axis, outputAxis);
    ASSERT_EQ(moved.size(), field.reads.size());
    for (size_t q = 0; q < moved.size(); q++)
        if (moved[q].end > 0)
        {
            EXPECT_LE(field.reads[q].start, moved[q].start) << text(moved) << "; " << text(field.reads);
            EXPECT_GE(field.reads[q].end, moved[q].end) << text(moved) << "; " << text(field.reads);
        }
}

const vector<int> SHAPE = {1, 2, 5, 9};

//! x[..., ::step] of a convolution.
dnn::Net slicedNet(const vector<int>& shape, int step)
{
    NetWriter w;
    const string features = w.convolution("x", 2, 3, {5, 1});
    const string starts = w.integers({step < 0 ? INT_MAX : 0}), ends = w.integers({step < 0 ? -INT_MAX : INT_MAX});
    return w.net(w.add("Slice", {features, starts, ends, w.integers({3}), w.integers({step})}), shape);
}

TEST(Derand_ReceptiveField, LayersThatReadAcrossTheAxisAreNamed)
{
    {
        NetWriter w;
        const string a = w.convolution("x", 2, 3, {1, 3});
        const dnn::Net net = w.net(w.convolution(w.add("GlobalAveragePool", {a}), 3, 4, {1, 1}), SHAPE);
        expectField(net, SHAPE, 3, 3, "Pool");
        expectField(net, SHAPE, 2, 2, "Pool");
    }
    {
        NetWriter w;
        const string flat = w.add("Flatten", {w.convolution("x", 2, 3, {5, 1})});
        expectField(w.net(w.add("Gemm", {flat, w.constant({4, 27}), w.constant({4})}, {onnx::attribute("transB", 1)}), SHAPE, 2),
                SHAPE, 3, 1, "(");
    }
    NetWriter across;
    expectField(across.net(across.add("Softmax", {across.convolution("x", 2, 3, {5, 1})}, {onnx::attribute("axis", 3)}), SHAPE),
            SHAPE, 3, 3, "(Softmax)");
    NetWriter joined;
    const string halves = joined.add("Concat", {"x", joined.add("LeakyRelu", {"x"})}, {onnx::attribute("axis", 3)});
    expectField(joined.net(joined.convolution(halves, 2, 3, {5, 3}), SHAPE), SHAPE, 3, 3, ""); // positions behind each other
}

TEST(Derand_ReceptiveField, AddedConstantsAndRepeatedSidesAreFollowed)
{
    NetWriter w;
    const string features = w.convolution("x", 2, 3, {5, 3});
    const string columns = w.add("Add", {features, w.constant({1, 3, 1, 1})});
    expectField(w.net(w.add("Mul", {columns, w.add("LeakyRelu", {columns})}), SHAPE), SHAPE, 3, 3, "");
}

TEST(Derand_ReceptiveField, MatricesTimesConstantWeightsKeepRowsApart)
{
    NetWriter gemm;
    string t = gemm.rows(gemm.convolution("x", 2, 3, {5, 2}), {0, 3, 1, 2}, 3);
    t = gemm.add("LeakyRelu", {gemm.add("Reshape", {gemm.product(t, 3, 6), gemm.integers({-1, 1, 1, 6})})});
    expectField(gemm.net(gemm.product(t, 6, 4), SHAPE, 2), SHAPE, 3, 0, "");
    {
        NetWriter w; // rows lie next to each other
        const string turned = w.add("Transpose", {w.convolution("x", 2, 3, {5, 2})}, {onnx::attribute("perm", {0, 2, 3, 1})});
        expectField(w.net(w.add("MatMul", {turned, w.constant({3, 4})}), SHAPE), SHAPE, 3, 2, "");
    }
    {
        NetWriter w; // as many numbers in a row as rows, and rows exchanged for columns
        const string square = w.add("Flatten", {w.rows(w.convolution("x", 2, 8, {5, 2}), {0, 3, 1, 2}, 8)});
        const string turned = w.add("Gemm", {square, w.constant({4, 8}), w.constant({4})},
                {onnx::attribute("transA", 1), onnx::attribute("transB", 1)});
        const dnn::Net net = w.net(turned, SHAPE, 2); // OpenCV 4.6 does not exchange them
        expectField(net, SHAPE, 3, 0, getReceptiveField(net, SHAPE, 3).layer.empty() ? "" : "(Gemm)");
    }
    {
        NetWriter w; // positions are weighed
        const string mixed = w.add("MatMul", {w.convolution("x", 2, 3, {5, 2}), w.constant({8, 4})});
        expectField(w.net(mixed, SHAPE), SHAPE, 3, 3, "(");
    }
    {
        NetWriter w; // a row holds two positions
        const string pairs = w.rows(w.convolution("x", 2, 3, {5, 2}), {0, 3, 1, 2}, 6);
        expectField(w.net(w.product(pairs, 6, 4), SHAPE, 2), SHAPE, 3, 0, "(");
    }
}

TEST(Derand_ReceptiveField, WhatFollowsAFlattenedAxisReadsEverything)
{
    const vector<int> shape = {1, 1, 5, 9}; // one plane: the rows are steps through the flattened picture
    NetWriter w;
    const string flat = w.add("Flatten", {"x"});
    const dnn::Net net = w.net(w.add("Gemm", {flat, w.constant({4, 45}), w.constant({4})}, {onnx::attribute("transB", 1)}), shape, 2);
    expectField(net, shape, 2, 1, "(");
    expectField(net, shape, 3, 1, "(");
}

TEST(Derand_ReceptiveField, ASliceThatTurnsTheAxisAroundIsNotTakenForNone)
{
    for (const vector<int>& steps : {vector<int>{-1}, vector<int>{-2}, vector<int>{2}})
        for (int run = 0; run < 2; run++) // a run changes the layer
        {
            dnn::Net net;
            ReceptiveField field;
            try
            {
                net = slicedNet(SHAPE, steps[0]);
                net.setInput(Mat(4, &SHAPE[0], CV_32F, Scalar(1)));
                if (run)
                    net.forward();
                field = getReceptiveField(net, SHAPE, 3);
            }
            catch (const cv::Exception&)
            {
                continue; // this OpenCV does not take negative steps, or not after a run
            }
            const vector<Range> moved = measured(net, SHAPE, 3, 3);
            for (size_t q = 0; q < moved.size() && field.layer.empty(); q++)
            {
                EXPECT_LE(field.reads[q].start, moved[q].start) << steps[0] << ", run " << run;
                EXPECT_GE(field.reads[q].end, moved[q].end) << steps[0] << ", run " << run;
            }
        }
}

TEST(Derand_ReceptiveField, BadArgumentsAreRefused)
{
    const dnn::Net net = linearNet(2 * 5 * 9, 3);
    EXPECT_THROW(getReceptiveField(net, SHAPE, 4), cv::Exception);
    EXPECT_THROW(getReceptiveField(net, SHAPE, -1), cv::Exception);
    EXPECT_THROW(getReceptiveField(net, {1, 2, 0, 9}, 3), cv::Exception);
    EXPECT_THROW(getReceptiveField(net, SHAPE, 3, "no such output"), cv::Exception);
    EXPECT_THROW(getReceptiveField(dnn::Net(), SHAPE, 3), cv::Exception);
    expectField(net, SHAPE, 3, 1, "scores (InnerProduct)");
}

}} // namespace opencv_test
