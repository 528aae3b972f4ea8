// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"
#include "net_graph.hpp"

namespace cv { namespace derand {

namespace {

//! The classic engine: layers have numbers, and tell which layers they read.
class ClassicGraph
{
public:
    ClassicGraph(const dnn::Net& net_, NetGraph& graph_) : net(net_), graph(graph_)
    {
        for (const String& name : net.getLayerNames())
        {
            const int id = net.getLayerId(name);
            ids[net.getLayer(id).get()] = id;
        }
        std::vector<int> numbers;
        std::vector<std::vector<Shape> > in, out;
#if CV_VERSION_MAJOR >= 5
        net.getLayersShapes(graph.shapes[graph.input], CV_32F, numbers, in, out);
#else
        net.getLayersShapes(graph.shapes[graph.input], numbers, in, out);
#endif
        for (size_t i = 0; i < numbers.size(); i++)
            made[numbers[i]] = out[i];
    }

    //! The tensor that a layer makes; lists it after those that it reads.
    int visit(const Ptr<dnn::Layer>& layer)
    {
        const std::map<const dnn::Layer*, int>::const_iterator found = ids.find(layer.get());
        if (found == ids.end())
            return graph.input; // the layer that stands for it has no name
        const int id = found->second;
        if (tensors.count(id))
            return tensors[id];
        GraphLayer l;
        l.layer = layer;
        for (const Ptr<dnn::Layer>& input : net.getLayerInputs(id))
            l.inputs.push_back(visit(input));
        const std::vector<Shape>& shapes = made[id];
        const bool same = !shapes.empty() && (size_t)std::count(shapes.begin(), shapes.end(), shapes[0]) == shapes.size();
        l.outputs.push_back(tensors[id] = (int)graph.shapes.size());
        graph.shapes.push_back(same ? shapes[0] : Shape());
        graph.layers.push_back(l);
        return tensors[id];
    }

private:
    dnn::Net net;
    NetGraph& graph;
    std::map<const dnn::Layer*, int> ids;
    std::map<int, std::vector<Shape> > made; // by the number of the layer
    std::map<int, int> tensors;
};

#if CV_VERSION_MAJOR >= 5
//! The new engine: layers are listed in order, with arguments.
class NewGraph
{
public:
    NewGraph(const dnn::Net& net_, NetGraph& graph_) : net(net_), graph(graph_) {}

    void read(const String& output)
    {
        const Ptr<dnn::Graph> main = net.getMainGraph();
        for (const dnn::Arg& arg : main->inputs())
            tensors[arg.idx] = graph.input;
        for (const Ptr<dnn::Layer>& layer : main->prog())
        {
            GraphLayer l = {layer, tensorsOf(layer->inputs), tensorsOf(layer->outputs)};
            graph.layers.push_back(l);
            inferShapes(l);
        }
        for (const dnn::Arg& arg : main->outputs())
            if (net.argData(arg).name == output)
                graph.output = tensors.at(arg.idx);
    }

private:
    std::vector<int> tensorsOf(const std::vector<dnn::Arg>& args)
    {
        std::vector<int> result;
        for (const dnn::Arg& arg : args)
        {
            if (!tensors.count(arg.idx))
            {
                const dnn::ArgData& data = net.argData(arg);
                tensors[arg.idx] = (int)graph.shapes.size();
                graph.shapes.push_back(data.kind == dnn::DNN_ARG_CONST ? data.shape : Shape());
                if (data.kind == dnn::DNN_ARG_CONST)
                    keepIntegers(net.argTensor(arg), tensors[arg.idx]);
            }
            result.push_back(tensors[arg.idx]);
        }
        return result;
    }

    void keepIntegers(const Mat& values, int tensor)
    {
        const int longest = 16; // axes, starts, ends, steps
        if ((values.type() != CV_32SC1 && values.type() != CV_64SC1) || values.total() > longest || !values.isContinuous())
            return;
        std::vector<int>& kept = graph.integers[tensor];
        for (size_t i = 0; i < values.total(); i++)
            kept.push_back(values.type() == CV_32SC1 ? values.ptr<int>()[i] : saturate_cast<int>(values.ptr<int64>()[i]));
    }

    void inferShapes(const GraphLayer& l)
    {
        std::vector<Shape> in, out, internals;
        for (int tensor : l.inputs)
            in.push_back(graph.shapes[tensor]);
        try
        {
            if (!l.layer->dynamicOutputShapes())
                l.layer->getMemoryShapes(in, (int)l.outputs.size(), out, internals);
        }
        catch (const Exception&)
        {
            out.clear(); // it reads a tensor of unknown shape
        }
        for (size_t i = 0; i < std::min(out.size(), l.outputs.size()); i++)
            graph.shapes[l.outputs[i]] = out[i];
    }

    dnn::Net net;
    NetGraph& graph;
    std::map<int, int> tensors; // by the number of the argument
};
#endif

} // namespace

NetGraph::NetGraph(const dnn::Net& net, const String& name, const std::vector<int>& inputShape)
    : shapes(1, Shape(inputShape.begin(), inputShape.end())), input(0), output(-1)
{
#if CV_VERSION_MAJOR >= 5
    if (net.getMainGraph())
        NewGraph(net, *this).read(name);
    else
#endif
        output = ClassicGraph(net, *this).visit(net.getLayer(net.getLayerId(name)));
    if (output < 0)
        CV_Error_(Error::StsBadArg, ("the net has no output '%s'", name.c_str()));
}

}} // namespace cv::derand
