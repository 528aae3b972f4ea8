// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"
#include "yaml.hpp"
#include "yaml_scalars.hpp"

#include <set>

namespace cv { namespace derand {

namespace {

const int MAX_DEPTH = 3; // the file, its parts, their sequences; limits the recursion

bool isLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool isDigit(char c) { return c >= '0' && c <= '9'; }

class Parser
{
public:
    Parser(const String& text, const String& name);
    YamlNode parse();

private:
    CV_NORETURN void fail(const String& what) const;

    char at(size_t offset = 0) const { return pos + offset < text.size() ? text[pos + offset] : '\n'; }
    bool atEnd() const { return pos >= text.size(); }
    bool atWord(const char* word) const; // followed by white space
    int column() const { return (int)(pos - lineStart); }
    String rest() const { return excerpt(text.substr(pos, text.find('\n', pos) - pos)); }

    bool skipSpaces(); // and a comment; true at the end of the line
    void skipLines();  // up to the next text
    void endLine();

    YamlNode node(YamlNode::Kind kind, int depth) const;
    void addField(YamlNode& map, std::set<String>& known);
    String fieldName();
    String string();
    char escape();
    YamlNode plain(bool flow);
    YamlNode value(bool flow, int depth);
    YamlNode flowItems(YamlNode::Kind kind, int depth);
    YamlNode blockValue(int indent, int depth);
    YamlNode blockSequence(int indent, int depth);
    YamlNode blockMap(int indent, int depth);

    String text, file;
    size_t pos, lineStart;
    int line;
};

Parser::Parser(const String& bytes, const String& name) : file(name), pos(0), lineStart(0), line(1)
{
    for (size_t i = bytes.compare(0, 3, "\xef\xbb\xbf") == 0 ? 3 : 0; i < bytes.size(); i++)
    {
        const char c = bytes[i];
        if (isControl(c) && c != '\t' && c != '\n' && c != '\r')
            fail(format("holds the byte 0x%02x: expected text in UTF-8 (not UTF-16, not compressed)", (uchar)c));
        if (c == '\n')
            line++;
        if (c != '\r')
            text += c;
        else if (i + 1 == bytes.size() || bytes[i + 1] != '\n')
            fail("holds a carriage return that does not end a line");
    }
    line = 1;
}

void Parser::fail(const String& what) const
{
    CV_Error_(Error::StsParseError, ("%s, line %d: %s", file.c_str(), line, what.c_str()));
}

bool Parser::atWord(const char* word) const
{
    const size_t size = strlen(word);
    return text.compare(pos, size, word) == 0 && (at(size) == ' ' || at(size) == '\n');
}

bool Parser::skipSpaces()
{
    while (at() == ' ')
        pos++;
    if (at() == '\t')
        fail("has a tab outside quotes: expected spaces");
    if (at() == '#' && (pos == lineStart || text[pos - 1] == ' '))
        pos = std::min(text.find('\n', pos), text.size());
    return at() == '\n';
}

void Parser::skipLines()
{
    while (skipSpaces() && !atEnd())
    {
        lineStart = ++pos;
        line++;
    }
}

void Parser::endLine()
{
    if (!skipSpaces())
        fail("'" + rest() + "' follows a value, expected the end of the line: put text that contains : # or quotes in quotes");
    skipLines();
}

YamlNode Parser::node(YamlNode::Kind kind, int depth) const
{
    if (depth > MAX_DEPTH)
        fail("is nested too deeply for settings");
    YamlNode made;
    made.kind = kind;
    made.line = line;
    return made;
}

// Reads the name and its colon.
String Parser::fieldName()
{
    const size_t begin = pos;
    const bool inQuotes = at() == '"' || at() == '\'';
    String name;
    if (inQuotes)
        name = string();
    while (!inQuotes && (isLetter(at()) || (isDigit(at()) && !name.empty())))
        name += text[pos++];
    if (name.empty() || at() != ':' || (!inQuotes && !strchr(" \t\n", at(1))))
    {
        pos = begin;
        fail("'" + rest() + "', expected 'field: value'");
    }
    pos++;
    return name;
}

String Parser::string()
{
    const char quote = text[pos++];
    String content;
    for (;;)
    {
        if (at() == '\n')
            fail("a string has no closing quote: expected it on the same line");
        const char c = text[pos++];
        if (c == '\\' && quote == '"')
            content += escape();
        else if (c != quote)
            content += c;
        else if (quote == '\'' && at() == quote) // '' is an escaped quote
            content += text[pos++];
        else
            return content;
    }
}

char Parser::escape()
{
    const char c = at();
    pos++;
    const char* const letters = "\"\\/nrt";
    const char* const letter = strchr(letters, c);
    if (c != '\n' && letter)
        return "\"\\/\n\r\t"[letter - letters];
    int code = -1;
    if (c == 'x' && isxdigit((uchar)at()) && isxdigit((uchar)at(1)))
        code = (int)strtol(text.substr(pos, 2).c_str(), 0, 16);
    if (code < 0 || code > 127) // above 127, YAML means a two-byte character and FileStorage a single byte
        fail(format("has '\\%c' in quotes: expected \\\\ for a backslash, and other characters as they are", c));
    pos += 2;
    return (char)code;
}

YamlNode Parser::plain(bool flow)
{
    if (strchr("&*!|>%@`#?:,[]{}\n", at()) || atWord("-"))
        fail("'" + rest() + "', expected a number, a word or text in quotes");
    YamlNode made = node(YamlNode::PLAIN, 0);
    for (; at() != '\n' && at() != '\t' && !(flow && strchr(",[]{}", at())); pos++)
    {
        if (at() == '#' && made.text[made.text.size() - 1] == ' ')
            break;
        if (at() == ':' && (at(1) == ' ' || at(1) == '\n' || flow))
            fail("'" + rest() + "' is text with a colon: put it in quotes");
        made.text += at();
    }
    made.text.erase(made.text.find_last_not_of(' ') + 1);
    return made;
}

YamlNode Parser::value(bool flow, int depth)
{
    if (at() == '[')
        return flowItems(YamlNode::SEQUENCE, depth);
    if (at() == '{')
        return flowItems(YamlNode::MAP, depth);
    if (at() != '"' && at() != '\'')
        return plain(flow);
    YamlNode made = node(YamlNode::QUOTED, 0);
    made.text = string();
    return made;
}

YamlNode Parser::flowItems(YamlNode::Kind kind, int depth)
{
    YamlNode made = node(kind, depth);
    const char end = kind == YamlNode::MAP ? '}' : ']';
    std::set<String> known;
    pos++;
    for (skipLines(); at() != end; skipLines())
    {
        if (kind == YamlNode::MAP)
        {
            addField(made, known);
            skipLines();
        }
        made.items.push_back(value(true, depth + 1));
        skipLines();
        if (at() == ',')
            pos++;
        else if (at() != end)
            fail((atEnd() ? String("the end of the file") : "'" + rest() + "'") + format(", expected ',' or '%c'", end));
    }
    pos++;
    return made;
}

void Parser::addField(YamlNode& map, std::set<String>& known)
{
    map.names.push_back(fieldName());
    if (!known.insert(map.names.back()).second)
        fail("has the field '" + excerpt(map.names.back()) + "' twice");
}

// The value after "field:", on the same line or the next ones.
YamlNode Parser::blockValue(int indent, int depth)
{
    YamlNode made = node(YamlNode::PLAIN, 0); // nothing
    if (skipSpaces())
    {
        skipLines();
        if (atEnd() || column() < indent || (column() == indent && !atWord("-")))
            return made;
        if (atWord("-"))
            return blockSequence(column(), depth);
        if (at() != '[' && at() != '{')
            return blockMap(column(), depth);
    }
    made = value(false, depth);
    endLine();
    return made;
}

YamlNode Parser::blockSequence(int indent, int depth)
{
    YamlNode made = node(YamlNode::SEQUENCE, depth);
    while (!atEnd() && column() == indent && atWord("-"))
    {
        pos++;
        if (skipSpaces())
            fail("has a '-' without a value");
        made.items.push_back(value(false, depth + 1));
        endLine();
    }
    return made;
}

YamlNode Parser::blockMap(int indent, int depth)
{
    YamlNode made = node(YamlNode::MAP, depth);
    std::set<String> known;
    while (!atEnd() && column() == indent)
    {
        addField(made, known);
        made.items.push_back(blockValue(indent, depth + 1));
    }
    if (!atEnd() && column() > indent)
        fail("'" + rest() + "' is indented differently from the lines before it");
    return made;
}

YamlNode Parser::parse()
{
    if (text.compare(0, 5, "%YAML") == 0)
        pos = std::min(text.find('\n'), text.size());
    skipLines();
    if (column() == 0 && atWord("---"))
    {
        pos += 3;
        endLine();
    }
    if (atEnd())
        fail("the file is empty, expected 'field: value'");
    YamlNode made;
    if (at() == '{')
    {
        made = flowItems(YamlNode::MAP, 1);
        endLine();
    }
    else
        made = blockMap(column(), 1);
    if (!atEnd())
        fail("'" + rest() + "' follows the settings, expected the end of the file");
    return made;
}

} // namespace

YamlNode parseYaml(const String& text, const String& name) { return Parser(text, name).parse(); }

}} // namespace cv::derand
