// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// What a settings file must not contain: refused with its name, the line and the reason, never read as something else.

#include "test_files.hpp"

#include <climits>
#ifdef __linux__
#include <sys/stat.h>
#include <unistd.h>
#endif

namespace opencv_test { namespace {

const string HEAD = "%YAML:1.0\n---\n";
const string ABLATION = "ablation: { type: column, width: 2, inputSize: [ 28, 28 ] }\n"; // line 3 behind HEAD

struct Refused
{
    string text;
    const char* reasons[2]; // parts of the message
};

void expectRefused(const vector<Refused>& cases)
{
    for (const Refused& c : cases)
    {
        const TemporaryFile file(".yml", c.text);
        for (const char* reason : c.reasons)
            EXPECT_REFUSED(ModelSettings::read(file.name), reason ? reason : "") << c.text.substr(0, 300);
        EXPECT_REFUSED(ModelSettings::read(file.name), "the settings file '" + file.name + "'");
    }
}

// The value of a field of each kind.
string with(const string& field, const string& value)
{
    if (field == "width" || field == "stride" || field == "wrap")
        return HEAD + "ablation: { type: column, " + field + ": " + value + (field == "width" ? "" : ", width: 2")
                + ", inputSize: [ 28, 28 ] }\n";
    return HEAD + ABLATION + "params:\n   " + field + ": " + value + "\n";
}

TEST(Derand_SettingsText, IntegersOfAnotherValueOrFormAreRefused)
{
    const char* const values[] = {"4294967298", "2147483648", "-2147483649", "18446744073709551618", "99999999999999999999999999",
            "0x2", "0o2", "02", "-02", "1_0", "1,0", "2.0", "2.", "2e0", "1e1", "2px", "2 3", "~", "null", "", "\"2\"", "'2'",
            "[ 2 ]", "{ a: 2 }", "two", "true", "- 2", "--2", "+-2", "+", "-", ".inf", ".nan", "!!int 2", "&a 2", "*a", "| 2",
            "> 2", "0b10", "2:00", "\xef\xbc\x92", "2\xc2\xa0"};
    for (const string value : values)
        for (const char* field : {"width", "stride", "chunk", "dilation"})
        {
            SCOPED_TRACE(string(field) + ": " + value);
            expectRefused({{with(field, value), {", line "}}});
        }
    expectRefused({{with("chunk", "4294967296"), {"line 5", "'params.chunk' is '4294967296', expected an integer"}},
            {with("chunk", "\n   crop: 0"), {"line 5", "'params.chunk' is empty"}}, {with("width", "0"), {"width"}},
            {with("chunk", "-1"), {"chunk is -1"}}});
}

TEST(Derand_SettingsText, NumbersOfAnotherValueOrFormAreRefused)
{
    const char* const values[] = {"1e400", "-1e400", "1e-400", "0x1p-2", "00.3", "010", "0,3", "1_0.", ".", "-", "e1", ".e1", ".3e",
            ".3e+", ".3.0", ".3 .4", ".3f", ".inf", "-.Inf", ".nan", "nan", "inf", "NaN", "1/3", "30%", "~", "\".3\"", "[ .3 ]",
            "0.3e1_0", "1d0", "\342\210\2221"};
    for (const string value : values)
        expectRefused({{with("threshold", value), {"line 5"}}, {with("tolerance", value), {"line 5"}},
                {with("mean", "[ 0, 0, 0, " + value + " ]"), {"line 5"}}});
    expectRefused({{with("mean", "[ 0, 0, 0 ]"), {"line 5", "'params.mean' is a sequence of 3, expected a sequence of 4"}},
            {with("mean", "[ 0, 0, 0, 0, 0 ]"), {"line 5", "mean"}}, {with("mean", "0"), {"line 5", "mean"}},
            {with("earlyStop", "[ 1, 4294967298 ]"), {"line 5", "earlyStop"}}, {with("threshold", "3"), {"threshold is 3"}}});
}

TEST(Derand_SettingsText, WordsAreThoseOfTheField)
{
    for (const char* value : {"yes", "true", "2", "-1", "01", "1.0", "\"1\"", "~", "[]"})
        expectRefused({{with("swapRB", value), {"line 5", "'params.swapRB' is"}}, {with("softmax", value), {"expected 0 or 1"}},
                {with("wrap", value), {"line 3", "'ablation.wrap' is"}}});
    for (const char* value : {"Strip", "3", "strips", "\"\"", "", "[ strip ]", "~"})
        expectRefused({{with("encoding", value), {"line 5", "expected complement, fill, fill_mask, strip, bare_strip"}}});
    expectRefused({{with("interpolation", "\"\""), {"line 5", "expected nearest, linear, area"}},
            {with("interpolation", "2"), {"line 5"}}, {HEAD + "format: 2\n" + ABLATION, {"line 3", "'format' is '2', expected 1"}}});
    expectRefused({{with("threshold", "010"), {"'params.threshold' is '010', expected a finite number"}},
            {with("labels", "[ a,, b ]"), {"line 5"}}, {with("output", ""), {"line 5", "'params.output' is empty"}}});
    for (const char* value : {"5", "5px", "-5", ".5", "~", "null", "True", "no", "+x", "[ a ]", "*a", "&a a", "!!str a", "a: b", "@a",
                 "`a`", "%a", "? a", "\"a", "'a", "\"a\" b", "\"\\q\"", "\"\\u00e9\"", "\"\\xe9\"", "\"\\x4\"", "\"\\101\"", "\"a\\"})
    {
        SCOPED_TRACE(value);
        const string label = value;
        expectRefused({{with("labels", "[ other, " + label + " ]"), {"line "}},
                {with("labels", "\n   - other\n   - " + label), {"line "}}, {with("output", label), {"line "}}});
    }
    for (const char* value : {"cbf4392", "cbf439266", "CBF43926", "0xcbf439", "\"cbf4392g\"", "12345678", "~"})
        expectRefused({{HEAD + "modelChecksum: " + value + "\n" + ABLATION, {"modelChecksum"}}});
}

TEST(Derand_SettingsText, UnknownMissingAndDoubleFieldsAreNamed)
{
    expectRefused({{with("treshold", ".3"), {"line 5", "'params.treshold' is not a field"}},
            {with("Threshold", ".3"), {"line 5", "Threshold"}}, {with("<<", "{ crop: 1 }"), {"line 5"}},
            {with("\"<<\"", "{ crop: 1 }"), {"line 5", "'params.<<'"}},
            {with("threshold", ".3\n   crop: 0\n   threshold: .3"), {"line 7", "'threshold' twice"}},
            {with("\"threshold\"", ".3\n   threshold: .4"), {"line 6", "'threshold' twice"}},
            {HEAD + ABLATION + "params: { crop: 1, crop: 1 }\n", {"line 4", "'crop' twice"}},
            {HEAD + ABLATION + ABLATION, {"line 4", "'ablation' twice"}},
            {HEAD + ABLATION + "retain: 3\n", {"line 4", "'retain' is not a field"}},
            {HEAD + ABLATION + "params: 3\n", {"line 4", "'params' is '3'"}},
            {HEAD + ABLATION + "params:\n", {"line 4", "'params' is empty"}},
            {HEAD + ABLATION + "params: []\n", {"line 4", "'params' is a sequence"}},
            {HEAD + "params:\n   crop: 1\n", {"'ablation' is missing", "no default"}},
            {HEAD + "ablation: { width: 2, inputSize: [ 28, 28 ] }\n", {"line 3", "'ablation.type' is missing"}},
            {HEAD + "ablation: { type: row, inputSize: [ 28, 28 ] }\n", {"line 3", "'ablation.width' is missing"}},
            {HEAD + "ablation: { type: row, width: 2 }\n", {"line 3", "'ablation.inputSize' is missing"}},
            {HEAD + "ablation: { type: row, width: 29, inputSize: [ 28, 28 ] }\n", {"29"}}});
}

TEST(Derand_SettingsText, OtherYamlIsRefusedWithItsLine)
{
    expectRefused({{HEAD + "ablation:\n\ttype: column\n", {"line 4", "tab"}},
            {HEAD + "ablation:\n   type: column\n   width:\t2\n", {"line 5", "tab"}},
            {HEAD + "ablation:\n   type: column\n  width: 2\n", {"line 5"}},
            {HEAD + "ablation:\n   type: column\n     width: 2\n", {"line 5", "indented"}},
            {HEAD + "ablation:\n   type: column,\n   width: 2\n", {"line 4", "'column,'"}},
            {HEAD + "ablation: { type: column width: 2 }\n", {"line 3"}},
            {HEAD + "ablation: { type: column, width: 2, inputSize: [ 28, 28 }\n", {"line 3"}},
            {HEAD + "ablation: { type: column, width: 2, inputSize: [ 28 28 ] }\n", {"line 3"}},
            {HEAD + "ablation: { type: column, width: 2, inputSize: [ 28,, 28 ] }\n", {"line 3"}},
            {HEAD + "ablation: { type: column, width: 2, inputSize: [ 28, 28 ]", {"the end of the file, expected ',' or '}'"}},
            {HEAD + "ablation { type: column }\n", {"line 3", "expected 'field: value'"}},
            {HEAD + "ablation:{ type: column }\n", {"line 3", "expected 'field: value'"}},
            {HEAD + "- ablation\n", {"line 3", "expected 'field: value'"}}, {HEAD + "? ablation\n", {"line 3"}},
            {HEAD + "column\n", {"line 3", "expected 'field: value'"}}, {HEAD + "# nothing\n", {"the file is empty"}},
            {"", {"the file is empty"}}, {HEAD + ABLATION + "...\n", {"line 4"}}, {HEAD + ABLATION + "---\n" + ABLATION, {"line 4"}},
            {HEAD + "---\n" + ABLATION, {"line 3"}}, {HEAD + "{}\n---\n" + ABLATION, {"line 4", "follows the settings"}},
            {"%YAML:1.0\n--- {}\n" + ABLATION, {"line 2"}}, {"%TAG ! tag\n---\n" + ABLATION, {"line 1"}}, {"  a: 1\nb: 2\n", {"line 2"}},
            {"<?xml version=\"1.0\"?>\n<opencv_storage><format>1</format></opencv_storage>\n", {"line 1", "expected 'field: value'"}},
            {"[ 1, 2 ]\n", {"line 1"}}, {string("\x1f\x8b\x08\0\0\0\0\0", 8), {"line 1", "byte 0x1f"}},
            {string("\xff\xfe%\0Y\0A\0", 8), {"line 1", "UTF-16"}}, {string("\xfe\xff\0%\0Y\0A", 8), {"line 1", "UTF-16"}},
            {HEAD + ABLATION + string("params:\0", 8), {"line 4", "byte 0x00"}},
            {HEAD + ABLATION + "\rparams:\n", {"line 4", "carriage return"}}, {HEAD + ABLATION + string(100, '\xc3'), {"line 4"}},
            {HEAD + ABLATION + string(500000, 'x'), {"line 4", "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...'"}},
            {HEAD + ABLATION + "params: { " + string(500000, 'x') + ": 1 }\n", {"line 4", "xxx...' is not a field"}}});
}

// Any depth, in any notation: stacks are finite.
TEST(Derand_SettingsText, DeepNestingIsRefused)
{
    const int depths[] = {4, 5, 100, 50000, 200000};
    for (int depth : depths)
    {
        string lines, dashes, keys;
        for (int i = 0; i < std::min(depth, 1000); i++)
            lines += string((size_t)i, ' ') + "a:\n";
        for (int i = 0; i < depth; i++)
        {
            dashes += "- ";
            keys += "{a: ";
        }
        const string brackets((size_t)depth, '['), braces((size_t)depth, '{');
        for (const string& nested :
                {brackets, braces, dashes, keys, "\n - " + dashes, "\n " + dashes, brackets + string((size_t)depth, ']')})
            expectRefused({{HEAD + ABLATION + "params:\n   labels: " + nested, {"line "}}});
        expectRefused({{lines, {"line "}}, {keys, {"line "}}, {brackets, {"line "}}});
    }
}

// A file that was cut short must not be read with defaults for what it lost.
TEST(Derand_SettingsText, ATruncatedFileIsRefusedAtEveryLength)
{
    const string text = ModelSettings::read(mnistSettings()).text(), shipped = readText(mnistSettings());
    ASSERT_GT(text.size(), 300u);
    for (const string& whole : {text, shipped})
        for (size_t length = 0; length + 2 < whole.size(); length++) // the end is a bracket and a line feed
            expectRefused({{whole.substr(0, length), {}}});
}

TEST(Derand_SettingsText, FilesOfOtherKindsAndSizesAreRefused)
{
    EXPECT_REFUSED(ModelSettings::read("no/such/settings.yml"), "no/such/settings.yml");
    EXPECT_REFUSED(ModelSettings::read(""), "settings file ''");
    EXPECT_REFUSED(ModelSettings::read(DERAND_MODELS_DIR), "expected a file");
    const string text = HEAD + ABLATION;
    const TemporaryFile large(".yml", text + "#" + string((1 << 20) - text.size() - 1, 'x'));
    EXPECT_EQ(2, ModelSettings::read(large.name).ablation.width);
    writeText(large.name, readText(large.name) + "x");
    EXPECT_REFUSED(ModelSettings::read(large.name), "1048577 bytes, expected at most 1048576");
#ifdef __linux__
    const TemporaryFile pipe;
    ASSERT_EQ(0, mkfifo(pipe.name.c_str(), 0600));
    ASSERT_EQ(0, truncate(large.name.c_str(), (off_t)20 << 30));
    for (const string& file : {string("/dev/zero"), string("/dev/null"), pipe.name, large.name})
    {
        EXPECT_REFUSED(ModelSettings::read(file), "expected") << file;
        EXPECT_REFUSED(CertifiedClassifier::create(file, mnistSettings()), "the model file '" + file) << file;
    }
#endif
}

TEST(Derand_SettingsText, WrongSettingsAreNotWritten)
{
    const TemporaryFile file(".yml", "before");
    const auto refuses = [&](const std::function<void(ModelSettings&)>& change, const string& reason) {
        ModelSettings settings;
        settings.ablation = Ablation(ABLATION_COLUMN, 2, Size(28, 28));
        change(settings);
        EXPECT_REFUSED(settings.write(file.name), reason);
        EXPECT_REFUSED(settings.text(), reason);
        EXPECT_EQ("before", readText(file.name));
    };
    refuses([](ModelSettings& s) { s.ablation = Ablation(); }, "inputSize");
    refuses([](ModelSettings& s) { s.ablation.type = 7; }, "7");
    refuses([](ModelSettings& s) { s.params.encoding = -1; }, "encoding is -1");
    refuses([](ModelSettings& s) { s.params.mean[1] = std::numeric_limits<double>::infinity(); }, "mean");
    refuses([](ModelSettings& s) { s.modelChecksum = "no"; }, "modelChecksum is 'no'");
    ModelSettings settings;
    settings.ablation = Ablation(ABLATION_COLUMN, 2, Size(28, 28));
    EXPECT_REFUSED(settings.write("no/such/folder/settings.yml"), "no/such/folder/settings.yml");
    EXPECT_REFUSED(settings.write(DERAND_MODELS_DIR), "cannot be written");
#ifdef __linux__
    EXPECT_REFUSED(settings.write("/dev/full"), "cannot be written");
#endif
}

}} // namespace opencv_test
