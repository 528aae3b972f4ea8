// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Reading, writing and comparing the fields of ModelSettings.

#ifndef OPENCV_DERAND_FIELDS_HPP
#define OPENCV_DERAND_FIELDS_HPP

#include "yaml.hpp"
#include "yaml_scalars.hpp"

namespace cv { namespace derand {

typedef CertifiedClassifier::Params Params;

//! Calls fields(name, value), or fields(name, value, names of its values), for each field: the only list of the fields.
template<class Fields> void visit(Fields& fields, Params& params);
template<class Fields> void visit(Fields& fields, Ablation& ablation);
template<class Fields> void visit(Fields& fields, ModelSettings& settings);

//! Sets the fields that occur in a map of the file; finish() refuses names that are not fields.
class FieldReader
{
public:
    FieldReader(const YamlNode& map_, const String& file_, const String& path_ = String()) : map(map_), file(file_), path(path_) {}

    template<class T> void operator()(const char* field, T& value)
    {
        if (const YamlNode* node = find(field))
            read(*node, field, value);
    }
    void operator()(const char* field, int& value, const char* const* names)
    {
        if (const YamlNode* node = find(field))
            readChoice(*node, field, value, names);
    }
    void finish() const
    {
        for (size_t i = 0; i < map.names.size(); i++)
            if (std::find(asked.begin(), asked.end(), map.names[i]) == asked.end())
                fail(map.items[i], "'" + path + excerpt(map.names[i]) + "' is not a field here: see doc/settings.md");
    }

private:
    CV_NORETURN void fail(const YamlNode& at, const String& what) const
    {
        CV_Error_(Error::StsParseError, ("%s, line %d: %s", file.c_str(), at.line, what.c_str()));
    }
    CV_NORETURN void unexpected(const YamlNode& node, const char* field, const String& expected) const
    {
        const String what = node.kind == YamlNode::MAP ? String("a map")
                : node.kind == YamlNode::SEQUENCE      ? format("a sequence of %d", (int)node.items.size())
                : node.text.empty()                    ? String("empty")
                                                       : "'" + excerpt(node.text) + "'";
        fail(node, "'" + path + field + "' is " + what + ", expected " + expected);
    }

    const YamlNode* find(const char* field)
    {
        asked.push_back(field);
        for (size_t i = 0; i < map.names.size(); i++)
            if (map.names[i] == field)
                return &map.items[i];
        static const char* const required[] = {"ablation", "type", "width", "inputSize", 0};
        for (int i = 0; required[i]; i++)
            if (!strcmp(required[i], field))
                fail(map, "'" + path + field + "' is missing: it has no default");
        return 0;
    }

    void read(const YamlNode& node, const char* field, int& value) const
    {
        if (node.kind != YamlNode::PLAIN || !parseInteger(node.text, value))
            unexpected(node, field, "an integer of at most 32 bits, in decimal digits");
    }
    void read(const YamlNode& node, const char* field, double& value) const
    {
        if (node.kind != YamlNode::PLAIN || !parseDouble(node.text, value))
            unexpected(node, field, "a finite number in decimal digits, such as 0.3 or -3e-5");
    }
    void read(const YamlNode& node, const char* field, bool& value) const
    {
        if (node.kind != YamlNode::PLAIN || (node.text != "0" && node.text != "1"))
            unexpected(node, field, "0 or 1");
        value = node.text == "1";
    }
    void read(const YamlNode& node, const char* field, String& value) const
    {
        // Other readers give some words another type: 5, ~, true.
        static const char* const words[] = {"null", "true", "false", "yes", "no", "on", "off", "y", "n", 0};
        bool text = node.kind == YamlNode::QUOTED;
        if (node.kind == YamlNode::PLAIN && !node.text.empty())
        {
            const char c = node.text[0];
            text = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (uchar)c > 127;
            for (int i = 0; words[i]; i++)
                text = text && toLowerCase(node.text) != words[i];
        }
        if (!text)
            unexpected(node, field, "text in quotes");
        value = node.text;
    }
    void readChoice(const YamlNode& node, const char* field, int& value, const char* const* names) const
    {
        String all;
        for (int i = 0; names[i]; i++)
        {
            if (names[i] == node.text && !node.text.empty())
            {
                value = i;
                return;
            }
            if (names[i][0])
                all += String(all.empty() ? "" : ", ") + names[i];
        }
        unexpected(node, field, all);
    }
    template<class T> void read(const YamlNode& node, const char* field, T* values, size_t count) const
    {
        if (node.kind != YamlNode::SEQUENCE || node.items.size() != count)
            unexpected(node, field, format("a sequence of %d numbers", (int)count));
        for (size_t i = 0; i < count; i++)
            read(node.items[i], field, values[i]);
    }
    void read(const YamlNode& node, const char* field, Scalar& value) const { read(node, field, value.val, 4); }
    void read(const YamlNode& node, const char* field, Size& value) const
    {
        Point point;
        read(node, field, point);
        value = Size(point);
    }
    void read(const YamlNode& node, const char* field, Point& value) const
    {
        int xy[2];
        read(node, field, xy, 2);
        value = Point(xy[0], xy[1]);
    }
    void read(const YamlNode& node, const char* field, std::vector<String>& value) const
    {
        if (node.kind != YamlNode::SEQUENCE)
            unexpected(node, field, "a sequence of texts, each in quotes, or []");
        value.resize(node.items.size());
        for (size_t i = 0; i < value.size(); i++)
            read(node.items[i], field, value[i]);
    }
    template<class Part> void read(const YamlNode& node, const char* field, Part& part) const
    {
        if (node.kind != YamlNode::MAP)
            unexpected(node, field, "a map of its fields");
        FieldReader inner(node, file, path + field + ".");
        visit(inner, part);
        inner.finish();
    }

    const YamlNode& map;
    const String file, path;
    std::vector<String> asked;
};

class FieldWriter
{
public:
    explicit FieldWriter(const String& indent_ = String()) : indent(indent_) {}

    template<class T> void operator()(const char* field, const T& value) { line(field, textOf(value)); }
    void operator()(const char* field, int value, const char* const* names)
    {
        if (value >= 0) // negative: not written
            line(field, names[value]);
    }
    void operator()(const char* field, Params& params) { part(field, params); }
    void operator()(const char* field, Ablation& ablation) { part(field, ablation); }

    String text;

private:
    void line(const char* field, const String& value) { text += indent + field + ": " + value + "\n"; }
    template<class Part> void part(const char* field, Part& fields)
    {
        FieldWriter inner(indent + "   ");
        visit(inner, fields);
        text += indent + field + ":\n" + inner.text;
    }

    static String textOf(bool value) { return value ? "1" : "0"; }
    static String textOf(int value) { return format("%d", value); }
    static String textOf(double value) { return doubleText(value); }
    static String textOf(const String& value) { return quoted(value); }
    static String textOf(const Size& value) { return textOf(Point(value)); }
    static String textOf(const Point& value) { return format("[ %d, %d ]", value.x, value.y); }
    static String textOf(const Scalar& value) { return sequence(std::vector<double>(value.val, value.val + 4)); }
    static String textOf(const std::vector<String>& values) { return sequence(values); }
    template<class T> static String sequence(const std::vector<T>& values)
    {
        String all = "[";
        size_t lineStart = 0;
        for (size_t i = 0; i < values.size(); i++)
        {
            all += i ? ", " : " ";
            if (all.size() - lineStart > 100)
            {
                lineStart = all.size();
                all += "\n      ";
            }
            all += textOf(values[i]);
        }
        return all + (values.empty() ? "]" : " ]");
    }

    String indent;
};

//! The values of all fields, bit for bit.
class FieldBytes
{
public:
    template<class T> void operator()(const char*, const T& value)
    {
        bytes.append((const char*)&value, sizeof(value)); // numbers, sizes
    }
    void operator()(const char*, int value, const char* const*) { (*this)("", value); }
    void operator()(const char*, const String& value) { bytes += format("%d ", (int)value.size()) + value; }
    void operator()(const char*, const std::vector<String>& values)
    {
        (*this)("", values.size());
        for (size_t i = 0; i < values.size(); i++)
            (*this)("", values[i]);
    }
    void operator()(const char*, Params& params) { visit(*this, params); }
    void operator()(const char*, Ablation& ablation) { visit(*this, ablation); }

    String bytes;
};

}} // namespace cv::derand

#endif
