// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Writes small ONNX models without a library: messages of protocol buffers, with the field numbers of onnx.proto.

#ifndef OPENCV_DERAND_TEST_ONNX_WRITER_HPP
#define OPENCV_DERAND_TEST_ONNX_WRITER_HPP

#include "test_precomp.hpp"

namespace opencv_test { namespace onnx {

inline string varint(uint64 value)
{
    string bytes;
    for (; value > 127; value >>= 7)
        bytes += (char)((value & 127) | 128);
    return bytes + (char)value;
}

//! A field that holds a number.
inline string number(int field, uint64 value) { return varint((uint64)field << 3) + varint(value); }

//! A field that holds a string, bytes or a message.
inline string bytes(int field, const string& content) { return varint((uint64)field << 3 | 2) + varint(content.size()) + content; }

inline string tensor(const string& name, const vector<int>& dims, const vector<float>& values)
{
    string message;
    for (int dim : dims)
        message += number(1, dim);
    return message + number(2, 1) + bytes(8, name) + bytes(9, string((const char*)values.data(), values.size() * sizeof(float)));
}

//! A tensor whose values are in another file.
inline string externalTensor(const string& name)
{
    return number(1, 2) + number(1, 3) + number(2, 1) + bytes(8, name) + bytes(13, bytes(1, "location") + bytes(2, "weights.bin"))
            + number(14, 1);
}

inline string attribute(const string& name, int value) { return bytes(1, name) + number(3, value) + number(20, 2); }

inline string attribute(const string& name, const vector<int>& values)
{
    string message = bytes(1, name);
    for (int value : values)
        message += number(8, value);
    return message + number(20, 7);
}

//! An attribute that holds a message: a tensor (field 5), a graph (6) and so on.
inline string attribute(const string& name, int field, const string& content) { return bytes(1, name) + bytes(field, content); }

inline string node(
        const string& type, const vector<string>& inputs, const string& output, const vector<string>& attributes = vector<string>())
{
    string message;
    for (const string& input : inputs)
        message += bytes(1, input);
    message += bytes(2, output) + bytes(4, type);
    for (const string& a : attributes)
        message += bytes(5, a);
    return message;
}

//! A float array, -1: any size.
inline string valueInfo(const string& name, const vector<int>& dims)
{
    string shape;
    for (int dim : dims)
        shape += bytes(1, dim < 0 ? bytes(2, "any") : number(1, dim));
    return bytes(1, name) + bytes(2, bytes(1, number(1, 1) + bytes(2, shape)));
}

//! A graph from its nodes and initializers; its first input is x.
inline string graph(const vector<int>& inputShape, const vector<string>& nodes, const vector<string>& tensors, const vector<string>& outputs)
{
    string message;
    for (const string& n : nodes)
        message += bytes(1, n);
    message += bytes(2, "net");
    for (const string& t : tensors)
        message += bytes(5, t);
    message += bytes(11, valueInfo("x", inputShape));
    for (const string& output : outputs)
        message += bytes(12, valueInfo(output, vector<int>(2, -1)));
    return message;
}

inline string model(const string& graph) { return number(1, 6) + bytes(7, graph) + bytes(8, bytes(1, "") + number(2, 11)); }

inline vector<float> randomValues(size_t count, uint64 seed = 5)
{
    vector<float> values(count);
    RNG rng(seed);
    rng.fill(values, RNG::NORMAL, 0, .3);
    return values;
}

//! Flatten and a fully connected layer.
inline string linearModel(const vector<int>& inputShape, int elements, int classes)
{
    return model(graph(inputShape, {node("Flatten", {"x"}, "flat"), node("Gemm", {"flat", "w", "b"}, "scores", {attribute("transB", 1)})},
            {tensor("w", {classes, elements}, randomValues((size_t)classes * elements)), tensor("b", {classes}, randomValues(classes))},
            {"scores"}));
}

}} // namespace opencv_test::onnx

#endif // OPENCV_DERAND_TEST_ONNX_WRITER_HPP
