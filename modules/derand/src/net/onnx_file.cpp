// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"
#include "onnx_file.hpp"

#include <fstream>
#include <map>

namespace cv { namespace derand {

namespace {

/** Reads the wire format of protocol buffers: a message is a sequence of fields, a field is a number and a value, and a value can be
a message itself. The field numbers are those of onnx.proto. */
class OnnxScan
{
public:
    explicit OnnxScan(const String& file) : in(file.c_str(), std::ios::binary), whole(true), hasGraph(false) {}

    OnnxInfo run()
    {
        in.seekg(0, std::ios::end);
        const int64 size = (int64)in.tellg();
        if (in.good() && size > 0)
            model(size);
        found.complete = whole && hasGraph;
        if (!found.complete)
            return found;
        for (const std::pair<const String, Value>& input : inputs)
        {
            found.inputs.push_back(input.first);
            if (!input.second.isTensor)
                found.notTensors.push_back(input.first);
        }
        if (inputs.size() == 1)
            found.inputShape = inputs.begin()->second.shape;
        for (const std::pair<String, Value>& output : outputs)
        {
            found.outputs.push_back(output.first);
            if (!output.second.isTensor)
                found.notTensors.push_back(output.first);
        }
        return found;
    }

private:
    struct Field
    {
        int number, type; // of the wire format
        int64 begin, end; // of a value that has a length
        uint64 value;     // a value that has no length
        bool isMessage(int wanted) const { return number == wanted && type == 2; }
    };

    //! An input or output.
    struct Value
    {
        std::vector<int> shape; // of a tensor; -1: any
        bool isTensor = true;   // or not declared
    };

    bool readVarint(int64 end, uint64& value)
    {
        value = 0;
        for (int shift = 0; shift < 70 && (int64)in.tellg() < end; shift += 7)
        {
            const int byte = in.get();
            if (byte < 0)
                return false;
            if (shift < 64)
                value |= (uint64)(byte & 127) << shift;
            if (byte < 128)
                return true;
        }
        return false;
    }

    //! Calls the visitor with each field of the message in [begin, end); a damaged field ends the scan.
    template<typename Visitor> void message(int64 begin, int64 end, const Visitor& visit)
    {
        const int deepest = 100; // protobuf's own limit
        depth++;
        int64 at = begin;
        while (whole && at < end)
        {
            Field field = {0, 0, 0, 0, 0};
            uint64 key = 0, length = 0;
            in.seekg(at);
            bool good = depth <= deepest && readVarint(end, key) && key >> 3 && key >> 32 == 0;
            field.number = (int)(key >> 3);
            field.type = (int)(key & 7);
            if (good && field.type == 0)
                good = readVarint(end, field.value);
            else if (good && field.type == 2)
                good = readVarint(end, length);
            else if (good && (field.type == 1 || field.type == 5))
                length = field.type == 1 ? 8 : 4;
            else
                good = false; // groups are not used
            field.begin = good ? (int64)in.tellg() : end;
            if (!good || length > (uint64)(end - field.begin))
            {
                whole = false;
                break;
            }
            at = field.end = field.begin + (int64)length;
            visit(field);
        }
        depth--;
    }

    void model(int64 size)
    {
        message(0, size, [this](const Field& f) {
            if (f.isMessage(7)) // ModelProto.graph
                graph(f, true);
            else if (f.isMessage(20)) // training_info: initialization, algorithm
                message(f.begin, f.end, [this](const Field& g) {
                    if (g.isMessage(1) || g.isMessage(2))
                        graph(g, false);
                });
            else if (f.isMessage(25)) // functions: node
                message(f.begin, f.end, [this](const Field& n) {
                    if (n.isMessage(7))
                        node(n);
                    else if (n.isMessage(11)) // default attributes
                        attribute(n);
                });
        });
    }

    void graph(const Field& outer, bool isMain)
    {
        std::vector<String> defaults;
        std::map<String, Value> declared;
        message(outer.begin, outer.end, [&](const Field& f) {
            String name;
            if (f.isMessage(1))
                node(f);
            else if (f.isMessage(5)) // initializer
            {
                tensor(f, &name);
                defaults.push_back(name);
            }
            else if (f.isMessage(15)) // sparse_initializer
                sparse(f);
            else if (f.isMessage(11) && isMain) // input
            {
                const Value value = valueInfo(f, name);
                declared[name] = value;
            }
            else if (f.isMessage(12) && isMain) // output
            {
                const Value value = valueInfo(f, name);
                outputs.push_back(std::make_pair(name, value));
            }
        });
        if (!isMain)
            return;
        hasGraph = true;
        for (const String& name : defaults)
            declared.erase(name);
        inputs.swap(declared);
    }

    void node(const Field& outer)
    {
        message(outer.begin, outer.end, [this](const Field& f) {
            if (f.isMessage(5))
                attribute(f);
        });
    }

    void attribute(const Field& outer)
    {
        message(outer.begin, outer.end, [this](const Field& f) {
            if (f.isMessage(5) || f.isMessage(10)) // t, tensors
                tensor(f, 0);
            else if (f.isMessage(6) || f.isMessage(11)) // g, graphs
                graph(f, false);
            else if (f.isMessage(22) || f.isMessage(23)) // sparse_tensor, sparse_tensors
                sparse(f);
        });
    }

    void sparse(const Field& outer)
    {
        message(outer.begin, outer.end, [this](const Field& f) {
            if (f.isMessage(1) || f.isMessage(2)) // values, indices
                tensor(f, 0);
        });
    }

    void tensor(const Field& outer, String* name)
    {
        message(outer.begin, outer.end, [&](const Field& f) {
            if (f.isMessage(13) || (f.number == 14 && f.type == 0 && f.value == 1)) // external_data, data_location
                found.externalData = true;
            else if (f.isMessage(8) && name)
                *name = text(f);
        });
    }

    Value valueInfo(const Field& outer, String& name)
    {
        Value value;
        message(outer.begin, outer.end, [&](const Field& f) {
            if (f.isMessage(1))
                name = text(f);
            else if (f.isMessage(2)) // TypeProto: tensor_type: shape: dim: dim_value
                message(f.begin, f.end, [&](const Field& t) {
                    if (t.isMessage(4) || t.isMessage(5) || t.isMessage(8) || t.isMessage(9)) // sequence, map, sparse, optional
                        value.isTensor = false;
                    if (t.isMessage(1))
                        message(t.begin, t.end, [&](const Field& s) {
                            if (s.isMessage(2))
                                message(s.begin, s.end, [&](const Field& d) {
                                    if (d.isMessage(1))
                                        value.shape.push_back(dimension(d));
                                });
                        });
                });
        });
        return value;
    }

    int dimension(const Field& outer)
    {
        int value = -1;
        message(outer.begin, outer.end, [&](const Field& f) {
            if (f.number == 1 && f.type == 0 && f.value > 0 && f.value <= INT_MAX)
                value = (int)f.value;
        });
        return value;
    }

    String text(const Field& f)
    {
        const size_t longest = 1 << 16; // of a name
        std::vector<char> bytes((size_t)std::min<int64>(f.end - f.begin, longest) + 1);
        in.seekg(f.begin);
        in.read(&bytes[0], (std::streamsize)bytes.size() - 1);
        return String(&bytes[0], bytes.size() - 1);
    }

    std::ifstream in;
    bool whole, hasGraph;
    int depth = 0;
    OnnxInfo found;
    std::map<String, Value> inputs;
    std::vector<std::pair<String, Value> > outputs;
};

} // namespace

OnnxInfo::OnnxInfo() : complete(false), externalData(false) {}

OnnxInfo scanOnnxFile(const String& file) { return OnnxScan(file).run(); }

}} // namespace cv::derand
