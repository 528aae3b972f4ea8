// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"
#include "ablation_blob.hpp"
#include "settings.hpp"

#include <fstream>
#include <sstream>

namespace cv { namespace derand {

typedef CertifiedClassifier::Params Params;

CertifiedClassifier::Params::Params()
    : channels(3), scalefactor(Scalar::all(1. / 255)), swapRB(false), crop(false), interpolation(INTER_LINEAR),
      encoding(ENCODING_COMPLEMENT), transpose(false), voteRule(VOTE_THRESHOLD), threshold(.3), tolerance(-1),
      softmax(true), rule(CERTIFICATE_LOCATION), chunk(0), reuse(false), dilation(0), codecBlock(1, 1),
      codecOffset(-1, -1), dilationAfterCodec(0)
{
}

void CertifiedClassifier::Params::setCodec(int codec)
{
    FrameMap map;
    map.setCodec(codec);
    codecBlock = map.codecBlock;
    codecOffset = map.codecOffset;
}

void checkParams(const Params& p)
{
    if (p.channels < 1 || p.channels > 4)
        CV_Error_(Error::BadNumChannels, ("Params::channels is %d, expected 1 to 4", p.channels));
    if (p.swapRB && p.channels < 3)
        CV_Error_(Error::BadNumChannels, ("Params::swapRB is set for frames of %d channels, expected 3 or 4: switch it "
                "off, or set Params::channels", p.channels));
    // Written so that NaN fails.
    if (!(p.threshold > 0 && p.threshold <= 1))
        CV_Error_(Error::StsOutOfRange, ("Params::threshold is %g, expected above 0 and at most 1: at 0 every "
                "class would vote always", p.threshold));
    if (!(p.tolerance < 1))
        CV_Error_(Error::StsOutOfRange, ("Params::tolerance is %g, expected 0 to below 1, or negative for the "
                "self-test's own", p.tolerance));
    if (!checkRange(p.scalefactor) || !checkRange(p.mean) || !checkRange(p.fill))
        CV_Error(Error::StsOutOfRange, "Params::scalefactor, mean or fill holds NaN or Inf, expected finite numbers");
    if (p.interpolation != INTER_NEAREST && p.interpolation != INTER_LINEAR && p.interpolation != INTER_AREA)
        CV_Error_(Error::StsBadArg, ("Params::interpolation is %d, expected INTER_NEAREST (%d), INTER_LINEAR (%d) "
                "or INTER_AREA (%d)", p.interpolation, (int)INTER_NEAREST, (int)INTER_LINEAR, (int)INTER_AREA));
    AblationBlob::check(p.encoding, 1);
    if (p.voteRule != VOTE_THRESHOLD && p.voteRule != VOTE_TOP1)
        CV_Error_(Error::StsBadArg, ("Params::voteRule is %d, expected VOTE_THRESHOLD (%d) or VOTE_TOP1 (%d)",
                p.voteRule, (int)VOTE_THRESHOLD, (int)VOTE_TOP1));
    if (p.rule != CERTIFICATE_LOCATION && p.rule != CERTIFICATE_MARGIN)
        CV_Error_(Error::StsBadArg, ("Params::rule is %d, expected CERTIFICATE_LOCATION (%d) or "
                "CERTIFICATE_MARGIN (%d)", p.rule, (int)CERTIFICATE_LOCATION, (int)CERTIFICATE_MARGIN));
    const int maxChunk = 1 << 16;
    if (p.chunk < 0 || p.chunk > maxChunk)
        CV_Error_(Error::StsOutOfRange, ("Params::chunk is %d, expected 1 to %d, or 0 to leave it to the module",
                p.chunk, maxChunk));
    if (p.earlyStop != Size() && (p.earlyStop.width < 1 || p.earlyStop.height < 1))
        CV_Error_(Error::StsOutOfRange, ("Params::earlyStop is a patch of %d x %d, both sides must be at least 1, or the "
                "size empty to evaluate all", p.earlyStop.width, p.earlyStop.height));
    FrameMap map;
    map.dilation = p.dilation;
    map.codecBlock = p.codecBlock;
    map.codecOffset = p.codecOffset;
    map.dilationAfterCodec = p.dilationAfterCodec;
    map.touched(Rect(0, 0, 1, 1), Size(1, 1)); // checks
    if (p.labels.size() == 1)
        CV_Error(Error::StsBadArg, "Params::labels names 1 class, expected at least 2, or none");
}

namespace {

// Names of the enum values in the file, in the order of their values.
const char* const ABLATIONS[] = {"column", "row", "block", 0};
const char* const ENCODINGS[] = {"complement", "fill", "fill_mask", "strip", 0};
const char* const VOTE_RULES[] = {"threshold", "top1", 0};
const char* const CODECS[] = {"none", "mjpeg", 0};
const char* const RULES[] = {"location", "margin", 0};

// INTER_LINEAR is 1 and INTER_AREA is 3: 2 is not offered.
const char* const INTERPOLATIONS[] = {"nearest", "linear", "", "area", 0};

const int FORMAT = 1;

/** The fields of one map of the file. finish() refuses what nobody asked for. */
class Reader
{
public:
    Reader(const FileNode& node_, const String& name_) : node(node_), name(name_)
    {
        if (!node.isMap())
            fail("is missing or not a map");
    }

    bool has(const char* field) const { return !node[field].empty(); }
    FileNode at(const char* field)
    {
        asked.push_back(field);
        const FileNode value = node[field];
        if (value.empty() && !value.isSeq())
            fail(format("has no field '%s'", field));
        return value;
    }
    double number(const char* field)
    {
        const FileNode value = at(field);
        if (!value.isInt() && !value.isReal())
            fail(format("has a field '%s' that is not a number", field));
        return (double)value;
    }
    int integer(const char* field)
    {
        const FileNode value = at(field);
        if (!value.isInt())
            fail(format("has a field '%s' that is not an integer", field));
        return (int)value;
    }
    bool flag(const char* field)
    {
        const int value = integer(field);
        if (value != 0 && value != 1)
            fail(format("has a field '%s' of %d, expected 0 or 1", field, value));
        return value != 0;
    }
    int choice(const char* field, const char* const* names)
    {
        const FileNode value = at(field);
        const String given = value.isString() ? (String)value : String();
        String all;
        for (int i = 0; names[i]; i++)
        {
            if (!given.empty() && given == names[i])
                return i;
            all += String(names[i][0] ? " " : "") + names[i];
        }
        fail(format("has a field '%s' that is '%s', expected one of:%s", field, given.c_str(), all.c_str()));
    }
    String string(const char* field)
    {
        const FileNode value = at(field);
        if (!value.isString())
            fail(format("has a field '%s' that is not a string in quotes", field));
        return (String)value;
    }
    Size size(const char* field)
    {
        const FileNode value = at(field);
        if (!value.isSeq() || value.size() != 2 || !value[0].isInt() || !value[1].isInt())
            fail(format("has a field '%s' that is not a sequence of 2 integers", field));
        return Size((int)value[0], (int)value[1]);
    }
    Scalar scalar(const char* field)
    {
        const FileNode value = at(field);
        std::vector<double> v;
        if (value.isSeq())
            for (FileNodeIterator it = value.begin(); it != value.end(); ++it)
                if ((*it).isInt() || (*it).isReal())
                    v.push_back((double)*it);
        if (v.size() != 4 || value.size() != 4)
            fail(format("has a field '%s' that is not a sequence of 4 numbers", field));
        return Scalar(v[0], v[1], v[2], v[3]);
    }
    std::vector<String> strings(const char* field)
    {
        const FileNode value = at(field);
        std::vector<String> v;
        if (value.isSeq())
            for (FileNodeIterator it = value.begin(); it != value.end(); ++it)
                if ((*it).isString())
                    v.push_back((String)*it);
        if (!value.isSeq() || v.size() != value.size())
            fail(format("has a field '%s' that is not a sequence of strings in quotes", field));
        return v;
    }
    void finish() const
    {
        const std::vector<String> keys = node.keys();
        for (size_t i = 0; i < keys.size(); i++)
            if (std::find(asked.begin(), asked.end(), keys[i]) == asked.end())
                fail(format("has an unknown field '%s'", keys[i].c_str()));
        if (node.size() != asked.size())
            fail("has a field twice");
    }

private:
    CV_NORETURN void fail(const String& what) const
    {
        CV_Error(Error::StsParseError, name + " " + what + ": expected the settings that "
                "CertifiedClassifier::save() writes, of format " + format("%d", FORMAT));
    }

    FileNode node;
    String name;
    std::vector<String> asked;
};

} // namespace

static String settingsText(const Settings& settings)
{
    const Ablation& ablation = settings.ablation;
    const Params& p = settings.params;
    FileStorage fs(".yml", FileStorage::WRITE | FileStorage::MEMORY);
    fs << "format" << FORMAT << "modelChecksum" << settings.modelChecksum;
    fs << "ablation" << "{";
    fs << "type" << ABLATIONS[ablation.type] << "width" << ablation.width;
    fs << "inputSize" << ablation.inputSize << "stride" << ablation.stride;
    fs << "}";
    fs << "params" << "{";
    fs << "channels" << p.channels << "scalefactor" << p.scalefactor << "mean" << p.mean;
    fs << "swapRB" << (int)p.swapRB << "crop" << (int)p.crop;
    fs << "interpolation" << INTERPOLATIONS[p.interpolation];
    fs << "encoding" << ENCODINGS[p.encoding] << "fill" << p.fill << "transpose" << (int)p.transpose;
    fs << "voteRule" << VOTE_RULES[p.voteRule] << "threshold" << p.threshold << "tolerance" << p.tolerance;
    fs << "softmax" << (int)p.softmax << "rule" << RULES[p.rule] << "chunk" << p.chunk;
    fs << "reuse" << (int)p.reuse << "earlyStop" << p.earlyStop;
    fs << "dilation" << p.dilation << "codecBlock" << p.codecBlock << "codecOffset" << p.codecOffset;
    fs << "dilationAfterCodec" << p.dilationAfterCodec;
    fs << "labels" << "[:"; // in brackets, so that a truncated list is no list
    for (size_t i = 0; i < p.labels.size(); i++)
        fs.write(String(), p.labels[i]); // << would take "[" and "{" as its own
    fs << "]";
    fs << "}";
    return fs.releaseAndGetString();
}

// FileStorage (up to 5.0) can loop forever on what follows a first YAML document. A map that starts at column 0 is the
// only document: nothing but "..." can end it.
static bool isSingleDocument(const String& text)
{
    std::istringstream lines(text);
    String line;
    bool started = false, marked = false;
    if (!std::getline(lines, line) || line.compare(0, 5, "%YAML") != 0)
        return false;
    while (std::getline(lines, line))
    {
        line.erase(line.find_last_not_of(" \r") + 1);
        if (line.compare(0, 3, "...") == 0)
            return false;
        if (started || line.empty() || line[0] == '#')
            continue;
        if (line == "---" && !marked)
            marked = true;
        else if ((line[0] >= 'a' && line[0] <= 'z') || (line[0] >= 'A' && line[0] <= 'Z'))
            started = true;
        else
            return false;
    }
    return started;
}

static Settings parseSettings(const String& text, const String& name)
{
    if (!isSingleDocument(text))
        CV_Error(Error::StsParseError, name + " is not a YAML file of one map: expected '%YAML:1.0' in the first line, "
                "'---' in the second, and then the settings as CertifiedClassifier::save() writes them");
    FileStorage fs;
    try
    {
        fs.open(text, FileStorage::READ | FileStorage::MEMORY);
    }
    catch (const std::exception& e)
    {
        CV_Error_(Error::StsParseError, ("%s is not valid YAML: %s", name.c_str(), reasonOf(e).c_str()));
    }
    Reader root(fs.root(), name);
    const int version = root.integer("format");
    if (version != FORMAT)
        CV_Error_(Error::StsParseError, ("%s is of format %d, expected %d: it was made by another version",
                name.c_str(), version, FORMAT));
    Settings settings;
    Ablation& ablation = settings.ablation;
    Params& p = settings.params;
    settings.modelChecksum = root.string("modelChecksum");
    Reader a(root.at("ablation"), name + ", 'ablation',");
    Reader s(root.at("params"), name + ", 'params',");
    root.finish();

    ablation.type = a.choice("type", ABLATIONS);
    ablation.width = a.integer("width");
    ablation.inputSize = a.size("inputSize");
    ablation.stride = a.integer("stride");
    a.finish();

    p.channels = s.integer("channels");
    p.scalefactor = s.scalar("scalefactor");
    p.mean = s.scalar("mean");
    p.swapRB = s.flag("swapRB");
    p.crop = s.flag("crop");
    p.interpolation = s.choice("interpolation", INTERPOLATIONS);
    p.encoding = s.choice("encoding", ENCODINGS);
    p.fill = s.scalar("fill");
    p.transpose = s.flag("transpose");
    p.voteRule = s.choice("voteRule", VOTE_RULES);
    p.threshold = s.number("threshold");
    p.tolerance = s.number("tolerance");
    p.softmax = s.flag("softmax");
    p.rule = s.choice("rule", RULES);
    p.chunk = s.integer("chunk");
    // Not about the net: where they are missing, the defaults.
    if (s.has("reuse"))
        p.reuse = s.flag("reuse");
    if (s.has("earlyStop"))
        p.earlyStop = s.size("earlyStop");
    if (s.has("dilation"))
        p.dilation = s.integer("dilation");
    if (s.has("codec")) // in place of codecBlock
        p.setCodec(s.choice("codec", CODECS));
    else if (s.has("codecBlock"))
        p.codecBlock = s.size("codecBlock");
    if (s.has("codecOffset"))
        p.codecOffset = Point(s.size("codecOffset"));
    if (s.has("dilationAfterCodec"))
        p.dilationAfterCodec = s.integer("dilationAfterCodec");
    p.labels = s.strings("labels");
    s.finish();
    return settings;
}

void saveSettings(const String& file, const Settings& settings)
{
    // FileStorage cannot store every string: read the text back before it replaces a file.
    String text;
    bool same = false;
    try
    {
        text = settingsText(settings);
        same = parseSettings(text, "the text").params.labels == settings.params.labels;
    }
    catch (const std::exception&)
    {
    }
    if (!same)
        CV_Error_(Error::StsBadArg, ("the settings cannot be saved in '%s': a name in Params::labels has quotes, spaces "
                "at its ends or more characters than FileStorage takes: change it", file.c_str()));
    std::ofstream out(file.c_str(), std::ios::binary);
    out << text << std::flush;
    if (!out.good())
        CV_Error_(Error::StsObjectNotFound, ("the settings file '%s' cannot be written: check that its folder exists and "
                "is writable and that there is space left", file.c_str()));
}

static void openFile(std::ifstream& in, const String& file, const char* what, const char* advice)
{
    in.open(file.c_str(), std::ios::binary);
    if (!in.good())
        CV_Error_(Error::StsObjectNotFound, ("the %s '%s' cannot be opened: %s", what, file.c_str(), advice));
}

Settings loadSettings(const String& file)
{
    std::ifstream in;
    openFile(in, file, "settings file", "expected it beside the model, as CertifiedClassifier::save() writes it");
    std::stringstream text;
    text << in.rdbuf();
    return parseSettings(text.str(), "the settings file '" + file + "'");
}

// As zlib's crc32(), which Python has too.
String checksumOf(const String& file)
{
    uint32_t table[256], crc = ~0u;
    for (uint32_t i = 0; i < 256; i++)
    {
        table[i] = i;
        for (int bit = 0; bit < 8; bit++)
            table[i] = table[i] >> 1 ^ (table[i] & 1 ? 0xedb88320u : 0);
    }
    std::ifstream in;
    openFile(in, file, "model file", "check the path");
    std::vector<char> block(1 << 16); // not all of a large model at once
    while (in.read(&block[0], (std::streamsize)block.size()) || in.gcount() > 0)
        for (std::streamsize i = 0; i < in.gcount(); i++)
            crc = crc >> 8 ^ table[(crc ^ (uchar)block[(size_t)i]) & 255];
    return format("%08x", ~crc);
}

}} // namespace cv::derand
