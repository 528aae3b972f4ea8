// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"
#include "net_layers.hpp"
#include "dnn_layers.hpp"

namespace cv { namespace derand {

static CV_NORETURN void refusePlanes(const String& what, int64 wanted, int64 given, int64 written)
{
    const String source = given == written
            ? format("the %d that these settings write", (int)written)
            : format("%d, which the net makes from the %d that these settings write", (int)given, (int)written);
    CV_Error_(Error::StsUnmatchedSizes, ("%s takes %d planes, not %s: check Params::channels and "
            "Params::encoding against what the net was trained with. ENCODING_COMPLEMENT writes two planes for each channel, "
            "ENCODING_FILL and ENCODING_BARE_STRIP one; ENCODING_FILL_MASK adds one plane, ENCODING_STRIP its coordinates", what.c_str(), (int)wanted,
            source.c_str()));
}

namespace {

struct LayerInput
{
    String name;
    Ptr<dnn::Layer> layer;
    std::vector<int> shape; // of its first input
};

//! The layers that have blobs; none if this dnn cannot tell.
std::vector<LayerInput> layersOf(const dnn::Net& net, const std::vector<int>& shape)
{
    std::vector<LayerInput> layers;
    try
    {
        using namespace dnn; // MatShape is in cv since OpenCV 5
        const MatShape input(shape.begin(), shape.end());
        std::vector<int> ids;
        std::vector<std::vector<MatShape> > in, out;
#if CV_VERSION_MAJOR >= 5
        if (net.getMainGraph()) // the new engine has other layers, all correct as far as we have looked
            return layers;
        net.getLayersShapes(input, CV_32F, ids, in, out);
#else
        net.getLayersShapes(input, ids, in, out);
#endif
        for (size_t i = 0; i < ids.size(); i++)
        {
            LayerInput l = {String(), net.getLayer(ids[i]), std::vector<int>()};
            if (l.layer.empty() || l.layer->blobs.empty() || in[i].empty())
                continue;
            l.name = l.layer->name;
            l.shape.assign(in[i][0].begin(), in[i][0].end());
            layers.push_back(l);
        }
    }
    catch (const std::exception&)
    {
        layers.clear(); // the net does not fit, which its run will report
    }
    return layers;
}

bool isConvolution(const LayerInput& l)
{
    return l.layer->type == "Convolution" && l.shape.size() >= 3 && l.layer->blobs[0].dims >= 3;
}

//! A text that describes the net; empty if it does not fit, which its run will report.
String dumpOf(dnn::Net& net, const std::vector<int>& shape)
{
    try
    {
        net.setInput(Mat::zeros((int)shape.size(), &shape[0], CV_32F)); // dump() needs an input
        return net.dump();
    }
    catch (const std::exception&)
    {
        return String();
    }
}

/* The number of groups that a convolution was made with, according to dump() (the layer itself knows only the channels of its
weights); 0 if dump() does not say. */
int declaredGroups(const String& dump, const String& name)
{
    const String label = name + "\\nConvolution\\n";
    for (size_t at = dump.find(label); at != String::npos; at = dump.find(label, at + 1))
    {
        if (at == 0 || (dump[at - 1] != '{' && dump[at - 1] != ' ' && dump[at - 1] != '"'))
            continue; // it is the end of a longer name
        const size_t end = std::min(dump.find(" | ", at), dump.find('"', at)), group = dump.find("group: ", at);
        return group < end ? atoi(dump.c_str() + group + 7) : 1;
    }
    return 0;
}

struct Geometry
{
    int groups, inputs, outputs;                                      // channels of each group
    int size[2], kernel[2], stride[2], dilation[2], begin[2], end[2]; // height, width

    int outputSize(int axis) const
    {
        return (size[axis] + begin[axis] + end[axis] - dilation[axis] * (kernel[axis] - 1) - 1) / stride[axis] + 1;
    }
    String text() const
    {
        return format("%d x %d kernels (%s, padding %d, %d, %d, %d) on maps of %d x %d (height x width)", kernel[0], kernel[1],
                groups == 1           ? "dense"
                        : inputs == 1 ? "depthwise"
                                      : "grouped",
                begin[0], begin[1], end[0], end[1], size[0], size[1]);
    }
    bool isPadded() const { return begin[0] || begin[1] || end[0] || end[1]; }
};

/* False if the layer is not a convolution of pictures, or is of a kind that every OpenCV computes correctly: dense kernels larger than
1 x 1, and 1 x 1 kernels without padding. */
bool geometryOf(const LayerInput& l, Geometry& g)
{
    const dnn::BaseConvolutionLayer* c = dynamic_cast<const dnn::BaseConvolutionLayer*>(l.layer.get());
    const Mat& weights = l.layer->blobs[0];
    if (!c || l.shape.size() != 4 || weights.dims != 4 || c->kernel_size.size() != 2 || c->pads_begin.size() != 2
            || c->pads_end.size() != 2 || c->strides.size() != 2 || c->dilations.size() != 2)
        return false;
    g.groups = l.shape[1] / weights.size[1];
    if (g.groups < 1 || weights.size[0] % g.groups)
        return false;
    g.inputs = weights.size[1];
    g.outputs = weights.size[0] / g.groups;
    for (int axis = 0; axis < 2; axis++)
    {
        g.size[axis] = l.shape[2 + axis];
        g.kernel[axis] = (int)c->kernel_size[axis];
        g.stride[axis] = (int)c->strides[axis];
        g.dilation[axis] = (int)c->dilations[axis];
        g.begin[axis] = (int)c->pads_begin[axis];
        g.end[axis] = (int)c->pads_end[axis];
    }
    const bool pixel = g.kernel[0] * g.kernel[1] == 1;
    return (pixel ? g.isPadded() : g.groups > 1) && g.outputSize(0) > 0 && g.outputSize(1) > 0;
}

/* The same convolution with fewer groups and channels: it runs the same code of dnn in a fraction of the time. */
Geometry smaller(Geometry g)
{
    const int most = 4;
    g.inputs = std::min(g.inputs, most);
    g.outputs = std::min(g.outputs, most);
    g.groups = std::min(g.groups, std::max(2, (1 << 16) / (g.size[0] * g.size[1] * g.inputs * g.outputs)));
    return g;
}

Mat randomBlob(int a, int b, int c, int d, double deviation)
{
    const int shape[] = {a, b, c, d};
    Mat blob(4, shape, CV_32F);
    RNG rng(22);
    rng.fill(blob, RNG::NORMAL, 0, deviation);
    return blob;
}

//! A net that consists of this convolution.
dnn::Net netOf(const Geometry& g, const Mat& weights)
{
    dnn::LayerParams params;
    const int pads[] = {g.begin[0], g.begin[1], g.end[0], g.end[1]};
    params.set("kernel_size", dnn::DictValue::arrayInt(g.kernel, 2));
    params.set("stride", dnn::DictValue::arrayInt(g.stride, 2));
    params.set("dilation", dnn::DictValue::arrayInt(g.dilation, 2));
    params.set("pad", dnn::DictValue::arrayInt(pads, 4));
    params.set("num_output", g.groups * g.outputs);
    params.set("group", g.groups);
    params.set("bias_term", false);
    params.blobs.push_back(weights);
    dnn::Net net;
    net.addLayerToPrev("probe", "Convolution", params);
    return net;
}

//! One value of the output, by the definition of a convolution.
double convolved(const Geometry& g, const Mat& blob, const Mat& weights, int picture, int channel, int y, int x)
{
    double sum = 0;
    for (int c = 0; c < g.inputs; c++)
        for (int v = 0; v < g.kernel[0]; v++)
            for (int u = 0; u < g.kernel[1]; u++)
            {
                const int row = y * g.stride[0] - g.begin[0] + v * g.dilation[0];
                const int column = x * g.stride[1] - g.begin[1] + u * g.dilation[1];
                if (row >= 0 && row < g.size[0] && column >= 0 && column < g.size[1])
                    sum += (double)weights.ptr<float>(channel, c)[v * g.kernel[1] + u]
                            * blob.ptr<float>(picture, channel / g.outputs * g.inputs + c)[row * g.size[1] + column];
            }
    return sum;
}

//! Tries two pictures, the second with far larger values, so that anything that leaks from it into the first stands out.
bool isRight(const BaseNet& like, const Geometry& g)
{
    const Mat weights = randomBlob(g.groups * g.outputs, g.inputs, g.kernel[0], g.kernel[1], 1);
    Mat blob = randomBlob(2, g.groups * g.inputs, g.size[0], g.size[1], 1);
    blob.reshape(1, 2).row(1) *= 1000;
    dnn::Net net = netOf(g, weights);
    like.copyBackendTo(net);
    net.setInput(blob);
    const Mat made = net.forward();
    const int rows = g.outputSize(0), columns = g.outputSize(1), channels = g.groups * g.outputs;
    if (made.dims != 4 || made.size[0] != 2 || made.size[1] != channels || made.size[2] != rows || made.size[3] != columns)
        return false;
    const double allowed = (like.isHalfPrecision() ? 5e-2 : 1e-3) * g.inputs * g.kernel[0] * g.kernel[1];
    for (int p = 0; p < 2; p++)
        for (int c = 0; c < channels; c++)
            for (int i = 0; i < rows * columns; i++)
            {
                const double exact = convolved(g, blob, weights, p, c, i / columns, i % columns);
                if (!(std::abs(made.ptr<float>(p, c)[i] - exact) <= allowed * (p ? 1000 : 1))) // written so that NaN fails, too
                    return false;
            }
    return true;
}

CV_NORETURN void refuseConvolution(const String& name, const String& geometry)
{
    CV_Error_(Error::StsBadArg, ("OpenCV %s computes the net's convolution '%s' wrongly, %s: it reads beyond its input, "
            "even into other ablations, so no certificate would be true. If the maps are 1 wide or high, cut the kernels to the "
            "column or row that sees them, which is exact: check_onnx.py --repair in samples/train does that. Otherwise use the "
            "same padding on all sides, and none for 1 x 1 kernels, or use another OpenCV", CV_VERSION, name.c_str(),
            geometry.c_str()));
}

#if CV_VERSION_MAJOR >= 5
//! The new engine computes padded 1 x 1 convolutions wrongly; a single layer cannot be tried there, since it cannot be made into a net.
void checkPixelKernels(dnn::Net& net)
{
    for (const Ptr<dnn::Layer>& layer : net.getMainGraph()->prog())
    {
        const dnn::Conv2Layer* c = dynamic_cast<const dnn::Conv2Layer*>(layer.get());
        if (!c || layer->inputs.size() < 2)
            continue;
        const MatShape weights = net.argData(layer->inputs[1]).shape;
        bool pixel = weights.size() > 2, padded = false;
        for (int i = 2; i < (int)weights.size(); i++)
            pixel = pixel && weights[i] == 1;
        for (int pad : c->pads)
            padded = padded || pad != 0;
        if (pixel && padded)
            refuseConvolution(layer->name, "1 x 1 kernels with padding");
    }
}
#endif

} // namespace

void checkDeclaredPlanes(const String& what, const std::vector<int>& declared, const std::vector<int>& shape)
{
    if (declared.size() != 4 || declared[1] < 0 || declared[1] == shape[1])
        return;
    if (declared[3] == shape[1] && declared[1] == shape[2] && (declared[2] < 0 || declared[2] == shape[3]))
        CV_Error_(Error::StsUnmatchedSizes, ("%s takes %s", what.c_str(), NHWC_HINT));
    refusePlanes(what, declared[1], shape[1], shape[1]);
}

void checkPlanes(const dnn::Net& net_, const std::vector<int>& shape)
{
    dnn::Net net = net_;
#if CV_VERSION_MAJOR >= 5
    if (net.getMainGraph())
    {
        const std::vector<dnn::Arg>& inputs = net.getMainGraph()->inputs();
        const MatShape declared = inputs.size() == 1 ? net.argData(inputs[0]).shape : MatShape();
        if (declared.size() == 4 && declared[1] > 0)
            checkDeclaredPlanes("the net", std::vector<int>(declared.begin(), declared.end()), shape);
        return;
    }
#endif
    const std::vector<LayerInput> layers = layersOf(net, shape);
    String dump;
    for (const LayerInput& l : layers)
    {
        const int channels = l.shape.size() > 1 ? l.shape[1] : 0;
        int wanted = channels;
        if (l.layer->type == "BatchNorm") // dnn reads beyond its weights
            wanted = (int)l.layer->blobs[0].total();
        else if (isConvolution(l) && channels != l.layer->blobs[0].size[1])
        {
            if (dump.empty())
                dump = dumpOf(net, shape);
            const int groups = declaredGroups(dump, l.name);
            wanted = groups > 0 ? groups * l.layer->blobs[0].size[1] : channels;
        }
        if (wanted != channels && channels == shape[3] && wanted == shape[1])
            CV_Error_(Error::StsUnmatchedSizes, ("the net's layer '%s' takes %d planes and gets %d, the width: the net takes %s",
                    l.name.c_str(), wanted, channels, NHWC_HINT));
        if (wanted != channels)
            refusePlanes("the net's layer '" + l.name + "'", wanted, channels, shape[1]);
    }
}

bool endsOnSeveral(const dnn::Net& net)
{
#if CV_VERSION_MAJOR == 4 && CV_VERSION_MINOR < 7
    bool reduced = false;
    for (const String& name : net.getLayerNames())
    {
        const Ptr<dnn::Layer> layer = net.getLayer(net.getLayerId(name));
        if (reduced && layer->type == "Convolution")
            return true;
        reduced = reduced || layer->type == "Reduce";
    }
#else
    CV_UNUSED(net);
#endif
    return false;
}

#if CV_VERSION_MAJOR == 4 && CV_VERSION_MINOR < 7
//! How many numbers each Reduce layer reads and writes.
static std::vector<Vec2i> reduceSizes(const dnn::Net& net, std::vector<int> shape, int batch)
{
    shape[0] = batch;
    const auto total = [](const dnn::MatShape& sides) {
        int product = 1;
        for (int side : sides)
            product *= side;
        return product;
    };
    std::vector<Vec2i> sizes;
    std::vector<int> ids;
    std::vector<std::vector<dnn::MatShape> > in, out;
    net.getLayersShapes(shape, ids, in, out);
    for (size_t i = 0; i < ids.size(); i++)
        if (dnn::Net(net).getLayer(ids[i])->type == "Reduce")
            sizes.push_back(Vec2i(total(in[i][0]), total(out[i][0])));
    return sizes;
}
#endif

void checkReductions(const dnn::Net& net, const std::vector<int>& shape)
{
#if CV_VERSION_MAJOR == 4 && CV_VERSION_MINOR < 7
    std::vector<Vec2i> one, two;
    try
    {
        if (endsOnSeveral(net))
            return;
        one = reduceSizes(net, shape, 1);
        two = reduceSizes(net, shape, 2);
    }
    catch (const std::exception&)
    {
        return; // the file does not declare a batch
    }
    for (size_t i = 0; i < std::min(one.size(), two.size()); i++)
        if (two[i][0] > one[i][0] && two[i][1] == one[i][1])
            CV_Error(Error::StsBadArg, "the scores of an ablation depend on the others in the chunk: the net takes a mean, sum or "
                    "maximum over its batch, and OpenCV 4.6 reads beyond a batch that is smaller than the file says. No "
                    "certificate would be true: export the net without batch statistics");
#else
    CV_UNUSED(net);
    CV_UNUSED(shape);
#endif
}

void checkConvolutions(const BaseNet& net, const std::vector<int>& shape)
{
    const std::vector<LayerInput> layers = layersOf(net.getNet(), shape);
    std::vector<String> right; // geometries that were found to be right
    for (const LayerInput& l : layers)
    {
        Geometry g;
        if (!isConvolution(l) || !geometryOf(l, g))
            continue;
        g = smaller(g);
        const String key = g.text()
                + format(" %d %d %d %d %d %d %d", g.groups, g.inputs, g.outputs, g.stride[0], g.stride[1], g.dilation[0], g.dilation[1]);
        if (std::find(right.begin(), right.end(), key) != right.end())
            continue;
        if (!isRight(net, g))
            refuseConvolution(l.name, g.text());
        right.push_back(key);
    }
#if CV_VERSION_MAJOR >= 5
    dnn::Net graph = net.getNet();
    if (graph.getMainGraph())
        checkPixelKernels(graph);
#endif
}

}} // namespace cv::derand
