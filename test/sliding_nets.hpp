// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Nets that slide over their input, layer by layer as ONNX files.

#ifndef OPENCV_DERAND_TEST_SLIDING_NETS_HPP
#define OPENCV_DERAND_TEST_SLIDING_NETS_HPP

#include "onnx_writer.hpp"

namespace opencv_test {

//! Adds layers one after the other; each returns the name of its output. The input is x, of four sides.
class NetWriter
{
public:
    explicit NetWriter(uint64 seed_ = 1) : seed(seed_), tensors(0) {}

    string add(const string& type, const vector<string>& inputs, const vector<string>& attributes = vector<string>())
    {
        const string output = format("t%d", tensors++);
        nodes.push_back(onnx::node(type, inputs, output, attributes));
        return output;
    }

    string constant(const vector<int>& dims)
    {
        size_t count = 1;
        for (int dim : dims)
            count *= (size_t)dim;
        return constant(dims, onnx::randomValues(count, seed++));
    }

    string constant(const vector<int>& dims, const vector<float>& values)
    {
        const string name = format("w%d", (int)weights.size());
        weights.push_back(onnx::tensor(name, dims, values));
        return name;
    }

    string integers(const vector<int>& values)
    {
        const string name = format("w%d", (int)weights.size());
        const vector<int64> wide(values.begin(), values.end());
        weights.push_back(onnx::number(1, values.size()) + onnx::number(2, 7) + onnx::bytes(8, name)
                + onnx::bytes(9, string((const char*)wide.data(), wide.size() * sizeof(int64))));
        return name;
    }

    //! Sides, strides and so on are {y, x}; pads {top, left, bottom, right}.
    string convolution(const string& input, int planes, int outputs, const vector<int>& kernel, const vector<int>& strides = {1, 1},
            const vector<int>& pads = {0, 0, 0, 0}, const vector<int>& dilations = {1, 1}, int groups = 1)
    {
        return add("Conv", {input, constant({outputs, planes / groups, kernel[0], kernel[1]}), constant({outputs})},
                {onnx::attribute("kernel_shape", kernel), onnx::attribute("strides", strides), onnx::attribute("pads", pads),
                        onnx::attribute("dilations", dilations), onnx::attribute("group", groups)});
    }

    //! @param type MaxPool or AveragePool
    string pooling(const string& input, const string& type, const vector<int>& kernel, const vector<int>& strides = {1, 1},
            const vector<int>& pads = {0, 0, 0, 0}, bool ceiling = false)
    {
        return add(type, {input},
                {onnx::attribute("kernel_shape", kernel), onnx::attribute("strides", strides), onnx::attribute("pads", pads),
                        onnx::attribute("ceil_mode", ceiling)});
    }

    /** A row of numbers for each position, N x 1 x 1 x length.
    @param order the sides of the input: the batch, positions, and those that make a row
     */
    string rows(const string& input, const vector<int>& order, int length)
    {
        return add("Reshape", {add("Transpose", {input}, {onnx::attribute("perm", order)}), integers({-1, 1, 1, length})});
    }

    //! Rows times random weights, as a matrix.
    string product(const string& rows, int inputs, int outputs, float scale = 1)
    {
        vector<float> values = onnx::randomValues((size_t)inputs * outputs, seed++);
        for (float& value : values)
            value *= scale;
        return add("Gemm", {add("Flatten", {rows}), constant({outputs, inputs}, values), constant({outputs})},
                {onnx::attribute("transB", 1)});
    }

    //! @param rank number of sides of the output
    dnn::Net net(const string& output, const vector<int>& inputShape, int rank = 4) const
    {
        string graph;
        for (const string& n : nodes)
            graph += onnx::bytes(1, n);
        graph += onnx::bytes(2, "net");
        for (const string& w : weights)
            graph += onnx::bytes(5, w);
        graph += onnx::bytes(11, onnx::valueInfo("x", inputShape)) + onnx::bytes(12, onnx::valueInfo(output, vector<int>(rank, -1)));
        const string file = onnx::model(graph);
        return dnn::readNetFromONNX(file.data(), file.size());
    }

private:
    uint64 seed;
    int tensors;
    vector<string> nodes, weights;
};

} // namespace opencv_test

#endif // OPENCV_DERAND_TEST_SLIDING_NETS_HPP
