// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"
#include "receptive_field.hpp"
#include "dnn_layers.hpp"
#include "net_graph.hpp"

namespace cv { namespace derand {

namespace {

int64 product(const Shape& shape, int begin, int end)
{
    int64 result = 1;
    for (int i = begin; i < end; i++)
        result *= shape[i];
    return result;
}

Range united(const Range& a, const Range& b)
{
    if (a.empty())
        return b;
    return b.empty() ? a : Range(std::min(a.start, b.start), std::max(a.end, b.end));
}

//! What one layer does to the fields of the tensors that it reads.
class LayerRule
{
public:
    //! @param whole_ the axis of the input
    LayerRule(const GraphLayer& l, const NetGraph& graph, const std::vector<AxisField>& fields, const Range& whole_)
        : layer(l.layer), type(l.layer->type), whole(whole_)
    {
        for (int tensor : l.inputs)
        {
            in.push_back(fields[tensor]);
            inShapes.push_back(graph.shapes[tensor]);
            const std::map<int, std::vector<int> >::const_iterator values = graph.integers.find(tensor);
            integers.push_back(values == graph.integers.end() ? std::vector<int>() : values->second);
        }
    }

    AxisField apply(const Shape& outShape);

private:
    AxisField elementwise(const Shape& out) const;
    AxisField windows(const Shape& out) const;
    AxisField fullyConnected(const Shape& out) const;
    AxisField matrixProduct(const Shape& out) const;
    AxisField rowByRow(const Shape& out, int axis) const;
    AxisField softmax(const Shape& out) const;
    AxisField concatenated(const Shape& out) const;
    AxisField sliced(const Shape& out) const;
    AxisField padded(const Shape& out) const;
    AxisField resized(const Shape& out) const;
    AxisField transposed(const Shape& out) const;
    AxisField relaid(const Shape& out) const;
    AxisField reshaped(const Shape& out) const;
    AxisField sameAxis(const Shape& out) const;
    AxisField everything() const;

    bool is(std::initializer_list<const char*> types) const { return std::find(types.begin(), types.end(), type) != types.end(); }
    bool isConstant(size_t input) const { return input >= in.size() || in[input].reads.empty(); }

    const Ptr<dnn::Layer> layer;
    const String type;
    const Range whole;
    std::vector<AxisField> in;
    std::vector<Shape> inShapes;
    std::vector<std::vector<int> > integers; // values of the tensors that are short constants; empty: not known
};

//! The axis is lost.
AxisField LayerRule::everything() const
{
    AxisField f;
    f.reads.assign(1, whole);
    f.layer = layer->name + " (" + type + ")";
    return f;
}

//! The same positions on the same axis of another shape.
AxisField LayerRule::sameAxis(const Shape& out) const
{
    const AxisField& f = in[0];
    if (f.dim < 0 || out.size() != inShapes[0].size() || out[f.dim] != (int)f.reads.size())
        return everything();
    return AxisField(f.reads, out, f.dim);
}

//! Each output reads the inputs at its own place; sides of 1 are repeated, shorter shapes are aligned at the end.
AxisField LayerRule::elementwise(const Shape& out) const
{
    AxisField result;
    for (size_t i = 0; i < in.size(); i++)
    {
        if (isConstant(i))
            continue;
        AxisField f = in[i];
        if (inShapes[i] != out)
        {
            const int dim = f.dim < 0 ? -1 : f.dim + (int)out.size() - (int)inShapes[i].size();
            if (dim < 0 || !is({"NaryEltwise"})) // others align shapes in other ways
                return everything();
            if (out[dim] != (int)f.reads.size())
            {
                if (f.reads.size() != 1)
                    return everything();
                f.reads.assign(out[dim], f.reads[0]);
            }
            f = AxisField(f.reads, out, dim);
        }
        if (result.reads.empty())
            result = f;
        else if (f.outer != result.outer || f.inner != result.inner || f.reads.size() != result.reads.size())
            return everything();
        else
            for (size_t q = 0; q < f.reads.size(); q++)
                result.reads[q] = united(result.reads[q], f.reads[q]);
    }
    return result;
}

#if CV_VERSION_MAJOR >= 5
/* How far a kernel reaches along an axis, its weights being hidden in the layer: from the first of two neighbouring sizes at which the
output grows. */
static int reachOf(const dnn::Layer& layer, std::vector<Shape> shapes, int dim, int stride, int padding)
{
    std::vector<Shape> out, internals;
    int before = 0;
    for (int extra = 0; extra <= stride; extra++)
    {
        layer.getMemoryShapes(shapes, 1, out, internals);
        const int size = out[0][dim];
        if (extra > 0 && size > before)
            return shapes[0][dim] + padding - (size - 1) * stride;
        before = size;
        shapes[0][dim]++;
    }
    return -stride; // not found
}
#endif

//! Convolution and pooling: windows that slide along the axis.
AxisField LayerRule::windows(const Shape& out) const
{
    const AxisField& f = in[0];
    const int dim = f.dim, k = dim - 2;
    if (dim < 2 || out.size() != inShapes[0].size())
        return everything();
    int reach = 0, stride = 0, dilation = 1, begin = 0; // reach: from the first to behind the last input of a window
    if (const dnn::BaseConvolutionLayer* c = dynamic_cast<const dnn::BaseConvolutionLayer*>(layer.get()))
    {
        if (!(c->padMode.empty() || c->padMode == "VALID") || k >= (int)c->kernel_size.size() || k >= (int)c->strides.size()
                || k >= (int)c->dilations.size() || k >= (int)c->pads_begin.size())
            return everything();
        dilation = (int)c->dilations[k];
        reach = ((int)c->kernel_size[k] - 1) * dilation + 1;
        stride = (int)c->strides[k];
        begin = (int)c->pads_begin[k];
    }
    else if (const dnn::PoolingLayer* p = dynamic_cast<const dnn::PoolingLayer*>(layer.get()))
    {
        if (!(p->padMode.empty() || p->padMode == "VALID") || p->globalPooling || (p->type != 0 && p->type != 1) // MAX, AVE
                || (k < (int)p->isGlobalPooling.size() && p->isGlobalPooling[k]) || k >= (int)p->kernel_size.size()
                || k >= (int)p->strides.size() || k >= (int)p->pads_begin.size())
            return everything();
        reach = (int)p->kernel_size[k];
        stride = (int)p->strides[k];
        begin = (int)p->pads_begin[k];
    }
#if CV_VERSION_MAJOR >= 5
    else
    {
        // Reads the fields of a layer; its kernel may be hidden.
        const auto read = [&](const std::vector<int>& strides, const std::vector<int>& dilations, const std::vector<int>& pads,
                                  dnn::AutoPadding automatic, bool ceiling, const std::vector<int>& kernel) {
            if (automatic == dnn::AUTO_PAD_SAME_UPPER || automatic == dnn::AUTO_PAD_SAME_LOWER)
                return;
            const int axes = (int)out.size() - (out.layout == DATA_LAYOUT_BLOCK ? 3 : 2);
            stride = k < (int)strides.size() ? strides[k] : 1;
            dilation = k < (int)dilations.size() ? dilations[k] : 1;
            begin = k < (int)pads.size() ? pads[k] : 0;
            const int end = k + axes < (int)pads.size() ? pads[k + axes] : 0;
            reach = k < (int)kernel.size() ? (kernel[k] - 1) * dilation + 1
                                           : reachOf(*layer, inShapes, dim, stride, begin + end) + (ceiling ? stride - 1 : 0);
        };
        if (const dnn::Conv2Layer* conv = dynamic_cast<const dnn::Conv2Layer*>(layer.get()))
            read(conv->strides, conv->dilations, conv->pads, conv->auto_pad, conv->ceil_mode, std::vector<int>());
        else if (const dnn::MaxPoolLayer* most = dynamic_cast<const dnn::MaxPoolLayer*>(layer.get()))
            read(most->strides, most->dilations, most->pads, most->auto_pad, most->ceil_mode, most->kernel_shape);
        else if (const dnn::AveragePoolLayer* mean = dynamic_cast<const dnn::AveragePoolLayer*>(layer.get()))
            read(mean->strides, mean->dilations, mean->pads, mean->auto_pad, mean->ceil_mode, mean->kernel_shape);
    }
#endif
    if (reach < 1 || stride < 1)
        return everything();
    AxisField result(std::vector<Range>(out[dim], Range(0, 0)), out, dim);
    for (int q = 0; q < out[dim]; q++)
        for (int tap = 0; tap < reach; tap += dilation)
        {
            const int from = q * stride - begin + tap;
            if (0 <= from && from < (int)f.reads.size())
                result.reads[q] = united(result.reads[q], f.reads[from]);
        }
    for (size_t i = 1; i < in.size(); i++) // after fusion, a tensor that is added to the result; weights are constant
        if (!isConstant(i))
        {
            if (inShapes[i] != out || in[i].outer != result.outer || in[i].inner != result.inner)
                return everything();
            for (int q = 0; q < out[dim]; q++)
                result.reads[q] = united(result.reads[q], in[i].reads[q]);
        }
    return result;
}

AxisField LayerRule::fullyConnected(const Shape& out) const
{
    const dnn::InnerProductLayer* l = dynamic_cast<const dnn::InnerProductLayer*>(layer.get());
    return l ? rowByRow(out, l->axis < 0 ? l->axis + (int)inShapes[0].size() : l->axis) : everything();
}

//! Gemm or MatMul with constant weights. That one more row makes one more row tells that the rows are not transposed.
AxisField LayerRule::matrixProduct(const Shape& out) const
{
    const int rank = (int)inShapes[0].size();
    if (rank < 2 || (int)out.size() != rank)
        return everything();
    std::vector<Shape> shapes = inShapes, outputs, internals;
    int& rows = shapes[0][rank - 2];
    rows = std::max(rows, shapes[0][rank - 1]) + 1; // as columns, they would not fit the weights
    try
    {
        layer->getMemoryShapes(shapes, 1, outputs, internals);
    }
    catch (const Exception&)
    {
        return everything();
    }
    return outputs.size() == 1 && (int)outputs[0].size() == rank && outputs[0][rank - 2] == rows ? rowByRow(out, rank - 1) : everything();
}

/* The numbers from side `axis` on are a row, and each row of the output is made of one row. A row must lie in one position; a side of the
output need not be the axis (rows of positions along y and x). */
AxisField LayerRule::rowByRow(const Shape& out, int axis) const
{
    const Shape& shape = inShapes[0];
    const int rank = (int)shape.size();
    if (axis < 1 || axis >= rank || (int)out.size() <= axis)
        return everything();
    for (int i = 0; i < axis; i++)
        if (out[i] != shape[i])
            return everything();
    AxisField f = in[0];
    const int64 length = product(shape, axis, rank);
    if (f.inner % length != 0)
        return everything();
    f.inner = f.inner / length * product(out, axis, (int)out.size());
    if (f.dim >= axis)
        f.dim = -1;
    return f;
}

//! The only working memory that the layer asks for tells its axis.
AxisField LayerRule::softmax(const Shape& out) const
{
    std::vector<Shape> outputs, internals;
    Shape probe = inShapes[0];
    for (int i = 0; i < (int)probe.size(); i++)
        probe[i] = 2;
    layer->getMemoryShapes(std::vector<Shape>(1, probe), 1, outputs, internals);
    const bool known = internals.size() == 1 && internals[0].size() == probe.size() && in[0].dim >= 0;
    return known && product(internals[0], 0, (int)probe.size()) * 2 == product(probe, 0, (int)probe.size()) && internals[0][in[0].dim] == 2
            ? sameAxis(out)
            : everything();
}

AxisField LayerRule::concatenated(const Shape& out) const
{
    int axis = 0;
    bool pads = false;
    if (const dnn::ConcatLayer* l = dynamic_cast<const dnn::ConcatLayer*>(layer.get()))
    {
        axis = l->axis;
        pads = l->padding;
    }
#if CV_VERSION_MAJOR >= 5
    else if (const dnn::Concat2Layer* l2 = dynamic_cast<const dnn::Concat2Layer*>(layer.get()))
        axis = l2->axis;
#endif
    else
        return everything();
    axis = axis < 0 ? axis + (int)out.size() : axis;
    int dim = -1;
    for (const AxisField& f : in)
        if (!f.reads.empty())
        {
            if (f.dim < 0 || (dim >= 0 && f.dim != dim) || pads)
                return everything();
            dim = f.dim;
        }
    AxisField result(std::vector<Range>(out[dim], Range(0, 0)), out, dim);
    int start = 0;
    for (size_t i = 0; i < in.size(); i++)
    {
        for (int q = 0; q < (int)in[i].reads.size() && start + q < out[dim]; q++)
            result.reads[start + q] = united(result.reads[start + q], in[i].reads[q]);
        start += axis == dim ? inShapes[i][dim] : 0;
    }
    return result;
}

AxisField LayerRule::sliced(const Shape& out) const
{
    const AxisField& f = in[0];
    const dnn::SliceLayer* l = dynamic_cast<const dnn::SliceLayer*>(layer.get());
    if (f.dim < 0 || out.size() != inShapes[0].size())
        return everything();
    for (size_t i = 0; l && i < l->sliceSteps.size(); i++) // a negative step may have been made positive, and be hidden
        for (int step : l->sliceSteps[i])
            if (step != 1)
                return everything();
    if (l && !l->sliceSteps.empty() && l->sliceRanges.size() == 1 && f.dim < (int)l->sliceRanges[0].size())
    {
        const int end = l->sliceRanges[0][f.dim].end; // a run makes it positive along with the step
        if (end > 0 && end != INT_MAX)
            return everything();
    }
    int start = 0;
    const int length = (int)f.reads.size();
    if (!l && in.size() > 1) // Slice2: starts, ends, axes, steps
    {
        const size_t count = in.size() > 3 ? integers[1].size() : 0;
        if (count == 0 || integers[3].size() != count || (in.size() > 4 && integers[4].size() != count))
            return everything();
        bool cut = false;
        for (size_t i = 0; i < count; i++)
            if ((integers[3][i] + (int)out.size()) % (int)out.size() == f.dim)
            {
                if (cut || (in.size() > 4 && integers[4][i] != 1))
                    return everything();
                cut = true;
                start = integers[1][i];
            }
        if (!cut)
            return sameAxis(out);
    }
    if (out[f.dim] == length)
        return sameAxis(out);
    if (l && l->sliceRanges.size() == 1 && f.dim < (int)l->sliceRanges[0].size())
        start = l->sliceRanges[0][f.dim].start;
#if CV_VERSION_MAJOR >= 5
    else if (const dnn::Slice2Layer* l2 = in.size() > 1 ? 0 : dynamic_cast<const dnn::Slice2Layer*>(layer.get()))
    {
        const int rank = (int)out.size();
        int at = -1; // of the axis among those that are sliced
        for (int i = 0; i < (int)l2->axes.size(); i++)
            if ((l2->axes[i] + rank) % rank == f.dim)
                at = i;
        if (at < 0 || at >= (int)l2->starts.size())
            return everything();
        start = l2->starts[at];
    }
#endif
    else if (in.size() == 1)
        return everything();
    start = start < 0 ? std::max(start + length, 0) : start;
    if (start + (int64)out[f.dim] > length)
        return everything();
    std::vector<Range> reads(out[f.dim]);
    for (int q = 0; q < out[f.dim]; q++)
        reads[q] = f.reads[start + q];
    return AxisField(reads, out, f.dim);
}

//! dnn does not tell how the padding is split, nor whether it repeats pixels: all possibilities are united.
AxisField LayerRule::padded(const Shape& out) const
{
    const AxisField& f = in[0];
    if (f.dim < 0 || out.size() != inShapes[0].size())
        return everything();
    const int length = (int)f.reads.size(), more = out[f.dim] - length;
    if (more < 0)
        return everything();
    std::vector<Range> reads;
    for (int q = 0; q < out[f.dim]; q++)
    {
        Range all(0, 0);
        // Shifted by 0 to `more`; reflected at the border by at most as much.
        for (int from = std::max(q - 2 * more - 1, 0); from <= std::min(q + 2 * more + 1, length - 1) && more > 0; from++)
            all = united(all, f.reads[from]);
        reads.push_back(more > 0 ? all : f.reads[q]);
    }
    return AxisField(reads, out, f.dim);
}

//! dnn does not tell the interpolation: all, up to cubic, are united.
AxisField LayerRule::resized(const Shape& out) const
{
    const AxisField& f = in[0];
    if (f.dim < 0 || out.size() != inShapes[0].size())
        return everything();
    const int length = (int)f.reads.size(), size = out[f.dim];
    if (is({"Resize2"})) // it can also crop, and has a scale of its own
        return out == inShapes[0] ? sameAxis(out) : everything();
    std::vector<Range> reads;
    for (int q = 0; q < size; q++)
    {
        const double scale = (double)length / size, aligned = size > 1 ? q * (length - 1.) / (size - 1.) : 0;
        const double least = std::min(std::min((q + .5) * scale - .5, q * scale), aligned);
        const double most = std::max(std::max((q + .5) * scale - .5, q * scale), aligned);
        Range all(0, 0);
        for (int from = std::max(cvFloor(least) - 2, 0); from <= std::min(cvCeil(most) + 2, length - 1); from++)
            all = united(all, f.reads[from]);
        reads.push_back(size == length ? f.reads[q] : all);
    }
    return AxisField(reads, out, f.dim);
}

//! What the layer does to sides that are all different tells their order.
AxisField LayerRule::transposed(const Shape& out) const
{
    const int rank = (int)inShapes[0].size();
    if (in[0].dim < 0 || (int)out.size() != rank)
        return everything();
    std::vector<Shape> shapes(1, inShapes[0]), outputs, internals;
    for (int i = 0; i < rank; i++)
        shapes[0][i] = 2 + i;
    layer->getMemoryShapes(shapes, 1, outputs, internals);
    for (int i = 0; i < rank; i++)
        if (outputs[0][i] == 2 + in[0].dim && out[i] == (int)in[0].reads.size())
            return AxisField(in[0].reads, out, i);
    return everything();
}

//! The new engine stores planes in blocks of several, as an additional last side; y and x keep their places.
AxisField LayerRule::relaid(const Shape& out) const
{
    const AxisField& f = in[0];
    return f.dim >= 2 && f.dim < (int)out.size() && out[f.dim] == (int)f.reads.size() ? AxisField(f.reads, out, f.dim) : everything();
}

//! Numbers stay where they are in memory; a side of the new shape is the axis if it has its size and steps through memory as it did.
AxisField LayerRule::reshaped(const Shape& out) const
{
    AxisField f = in[0];
    int found = 0;
    f.dim = -1;
    for (int i = 0; i < (int)out.size(); i++)
        if (out[i] == (int)f.reads.size() && product(out, 0, i) == f.outer && product(out, i + 1, (int)out.size()) == f.inner)
        {
            f.dim = i;
            found++;
        }
    if (found > 1) // sides of 1 next to each other
        f.dim = inShapes[0] == out ? in[0].dim : -1;
    return f;
}

AxisField LayerRule::apply(const Shape& out)
{
#if CV_VERSION_MAJOR >= 5
    if (layer->subgraphs()) // If and Loop read tensors that are not among their inputs
        return everything();
#endif
    bool constant = true;
    for (size_t i = 0; i < in.size(); i++)
    {
        if (!in[i].layer.empty())
        {
            AxisField across = everything();
            across.layer = in[i].layer; // the first one
            return across;
        }
        constant = constant && isConstant(i);
    }
    if (constant)
        return AxisField();
    if (out.empty())
        return everything();
    // The classic engine's activations and batch normalisation are both ActivationLayers.
    if (dynamic_cast<const dnn::ActivationLayer*>(layer.get())
            || is({"Eltwise", "NaryEltwise", "Scale", "Shift", "BatchNorm", "BatchNorm2", "PReLU", "Clip", "Cast", "Cast2", "Not"}))
        return elementwise(out);
    if (is({"Convolution", "Conv2", "Pooling", "MaxPool", "AveragePool"}) && !isConstant(0))
        return windows(out);
    if (is({"Concat", "Concat2"}))
        return concatenated(out);
    for (size_t i = 0; i < in.size(); i++) // the others read one tensor, and constants
        if (isConstant(i) == (i == 0))
            return everything();
    if (is({"Identity", "Dropout", "Split"}))
        return in[0].dim < 0 ? reshaped(out) : sameAxis(out);
    if (is({"TransformLayout"}))
        return relaid(out);
    if (is({"InnerProduct"}))
        return fullyConnected(out);
    if (is({"Gemm", "MatMul"}))
        return matrixProduct(out);
    if (is({"Softmax"}))
        return softmax(out);
    if (is({"Slice", "Slice2"}))
        return sliced(out);
    if (is({"Padding"})) // not Pad2, which can cut and wrap around
        return padded(out);
    if (is({"Resize", "Resize2"}))
        return resized(out);
    if (is({"Permute", "Transpose"}))
        return transposed(out);
    if (is({"Reshape", "Reshape2", "Flatten", "Squeeze", "Unsqueeze"}))
        return reshaped(out);
#if CV_VERSION_MAJOR >= 5 || CV_VERSION_MINOR >= 7 // that of 4.6 has no shape to tell the axis from
    if (is({"Reduce", "Reduce2"}) && in[0].reads.size() > 1)
        return sameAxis(out);
#endif
    return everything();
}

} // namespace

AxisField::AxisField(const std::vector<Range>& reads_, const Shape& shape, int dim_)
    : reads(reads_), dim(dim_), outer(product(shape, 0, dim_)), inner(product(shape, dim_ + 1, (int)shape.size()))
{}

AxisField fieldOf(const dnn::Net& net, const std::vector<int>& inputShape, int axis, const String& output)
{
    const NetGraph graph(net, output, inputShape);
    std::vector<AxisField> fields(graph.shapes.size());
    std::vector<Range> pixels(inputShape[axis]);
    for (int i = 0; i < inputShape[axis]; i++)
        pixels[i] = Range(i, i + 1);
    fields[graph.input] = AxisField(pixels, graph.shapes[graph.input], axis);
    for (const GraphLayer& l : graph.layers)
        for (int tensor : l.outputs)
            fields[tensor] = LayerRule(l, graph, fields, Range(0, inputShape[axis])).apply(graph.shapes[tensor]);
    AxisField result = fields[graph.output];
#if CV_VERSION_MAJOR >= 5
    const Shape& shape = graph.shapes[graph.output];
    if (shape.layout == DATA_LAYOUT_BLOCK && result.dim >= 0 && result.dim + 1 < (int)shape.size())
        result.inner /= shape[(int)shape.size() - 1]; // forward() gives the planes back one by one
#endif
    return result;
}

ReceptiveField getReceptiveField(const dnn::Net& net, const std::vector<int>& inputShape, int axis, const String& output)
{
    if (axis < 0 || axis >= (int)inputShape.size())
        CV_Error_(Error::StsOutOfRange, ("axis is %d, expected 0 to %d, a side of the input", axis, (int)inputShape.size() - 1));
    if (*std::min_element(inputShape.begin(), inputShape.end()) < 1)
        CV_Error(Error::StsOutOfRange, "the input has a side below 1");
    if (net.empty())
        CV_Error(Error::StsBadArg, "the net is empty, expected a loaded dnn::Net: check the result of dnn::readNet()");
    const std::vector<String> outputs = net.getUnconnectedOutLayersNames();
    if (output.empty() ? outputs.size() != 1 : std::find(outputs.begin(), outputs.end(), output) == outputs.end())
        CV_Error_(Error::StsBadArg, ("output is '%s', expected the name of one of the %d outputs of the net, such as '%s'",
                output.c_str(), (int)outputs.size(), outputs[0].c_str()));
    AxisField field;
    try
    {
        field = fieldOf(net, inputShape, axis, output.empty() ? outputs[0] : output);
    }
    catch (const Exception& e)
    {
        CV_Error(Error::StsUnmatchedSizes, "the net does not take an input of this shape: " + reasonOf(e));
    }
    ReceptiveField result;
    result.reads = field.reads;
    result.layer = field.layer;
    return result;
}

}} // namespace cv::derand
