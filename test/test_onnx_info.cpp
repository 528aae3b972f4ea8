// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// What an ONNX file declares.

#include "onnx_writer.hpp"
#include "test_files.hpp"

namespace opencv_test { namespace {

OnnxInfo infoOf(const string& bytes)
{
    const TemporaryFile file(".onnx", bytes);
    return getOnnxInfo(file.name);
}

//! A net of one layer with these declarations, fields of the graph.
string graphWith(const vector<string>& declarations)
{
    string message = onnx::bytes(1, onnx::node("Relu", {"x"}, "y"));
    for (const string& d : declarations)
        message += d;
    return onnx::model(message);
}

string input(const string& name, const vector<int>& dims) { return onnx::bytes(11, onnx::valueInfo(name, dims)); }

//! A value of another kind than a tensor: field 4 of its type is a sequence, 5 a map.
string special(int field, const string& name, int kind)
{
    return onnx::bytes(field, onnx::bytes(1, name) + onnx::bytes(2, onnx::bytes(kind, "")));
}

TEST(Derand_OnnxInfo, TellsTheShapeOfTheInput)
{
    const OnnxInfo strip = getOnnxInfo(mnistModel());
    EXPECT_TRUE(strip.complete);
    EXPECT_FALSE(strip.externalData);
    EXPECT_EQ((vector<int>{1, 2, 28, 2}), strip.inputShape);
    EXPECT_EQ(vector<String>(1, "logits"), strip.outputs);
    EXPECT_EQ(1u, strip.inputs.size());
    EXPECT_TRUE(strip.notTensors.empty());
    EXPECT_EQ((vector<int>{-1, 3, -1, 32}), infoOf(onnx::linearModel({-1, 3, -1, 32}, 12, 2)).inputShape);
    EXPECT_TRUE(infoOf(onnx::linearModel({}, 12, 2)).inputShape.empty());
}

TEST(Derand_OnnxInfo, InputsWithDefaultsDoNotCount)
{
    const string weights = onnx::bytes(5, onnx::tensor("w", {1}, {1}));
    const OnnxInfo one = infoOf(graphWith({input("w", {1}), input("x", {1, 3, 8, 8}), weights}));
    EXPECT_EQ(vector<String>(1, "x"), one.inputs);
    EXPECT_EQ((vector<int>{1, 3, 8, 8}), one.inputShape);
    const OnnxInfo two = infoOf(graphWith({input("w", {1}), input("x", {1, 3, 8, 8})}));
    EXPECT_EQ((vector<String>{"w", "x"}), two.inputs);
    EXPECT_TRUE(two.complete);
    EXPECT_TRUE(two.inputShape.empty());
}

TEST(Derand_OnnxInfo, WhatIsNoTensorIsNamed)
{
    const OnnxInfo info = infoOf(graphWith(
            {special(11, "x", 9), onnx::bytes(12, onnx::valueInfo("y", {1, 2})), special(12, "list", 4), special(12, "map", 5)}));
    EXPECT_EQ((vector<String>{"y", "list", "map"}), info.outputs);
    EXPECT_EQ((vector<String>{"x", "list", "map"}), info.notTensors);
}

TEST(Derand_OnnxInfo, WeightsInAnotherFileAreSeen)
{
    EXPECT_TRUE(infoOf(graphWith({onnx::bytes(5, onnx::externalTensor("w")), input("x", {1, 3, 8, 8})})).externalData);
}

TEST(Derand_OnnxInfo, ATruncatedFileIsNotComplete)
{
    const string bytes = onnx::linearModel({1, 3, 2, 2}, 12, 2);
    ASSERT_TRUE(infoOf(bytes).complete);
    const size_t opset = onnx::bytes(8, onnx::bytes(1, "") + onnx::number(2, 11)).size(); // behind the graph, so it may be missing
    for (size_t i = 0; i < bytes.size() - opset; i++)
    {
        const OnnxInfo info = infoOf(bytes.substr(0, i));
        EXPECT_FALSE(info.complete) << i;
        EXPECT_TRUE(info.inputs.empty() && info.outputs.empty() && info.inputShape.empty()) << i;
    }
    EXPECT_FALSE(infoOf("This is not a model.").complete);
}

TEST(Derand_OnnxInfo, AFileThatCannotBeOpenedIsAnError)
{
    EXPECT_REFUSED(getOnnxInfo("no/such/model.onnx"), "no/such/model.onnx");
    EXPECT_REFUSED(getOnnxInfo(DERAND_MODELS_DIR), "expected a file");
}

}} // namespace opencv_test
