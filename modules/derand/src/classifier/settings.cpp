// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"
#include "fields.hpp"
#include "files.hpp"
#include "params.hpp"

#include <fstream>

namespace cv { namespace derand {

ModelSettings::ModelSettings() {}

namespace {

// Names of the enum values in the file, in the order of their values.
const char* const FORMATS[] = {"1", 0};
const char* const ABLATIONS[] = {"column", "row", "block", 0};
const char* const ENCODINGS[] = {"complement", "fill", "fill_mask", "strip", "bare_strip", 0};
const char* const VOTE_RULES[] = {"threshold", "top1", 0};
const char* const CODECS[] = {"none", "mjpeg", 0};
const char* const RULES[] = {"location", "margin", 0};

// INTER_LINEAR is 1 and INTER_AREA is 3: 2 is not offered.
const char* const INTERPOLATIONS[] = {"nearest", "linear", "", "area", 0};

} // namespace

template<class Fields> void visit(Fields& fields, Params& params)
{
    fields("channels", params.channels);
    fields("scalefactor", params.scalefactor);
    fields("mean", params.mean);
    fields("swapRB", params.swapRB);
    fields("crop", params.crop);
    fields("interpolation", params.interpolation, INTERPOLATIONS);
    fields("encoding", params.encoding, ENCODINGS);
    fields("fill", params.fill);
    fields("transpose", params.transpose);
    fields("voteRule", params.voteRule, VOTE_RULES);
    fields("threshold", params.threshold);
    fields("tolerance", params.tolerance);
    fields("softmax", params.softmax);
    fields("rule", params.rule, RULES);
    fields("minVotes", params.minVotes);
    fields("onePass", params.onePass);
    fields("chunk", params.chunk);
    fields("reuse", params.reuse);
    fields("earlyStop", params.earlyStop);
    fields("dilation", params.dilation);
    int codec = -1; // read instead of codecBlock, never written
    fields("codec", codec, CODECS);
    if (codec >= 0)
        params.setCodec(codec);
    else
        fields("codecBlock", params.codecBlock);
    fields("codecOffset", params.codecOffset);
    fields("dilationAfterCodec", params.dilationAfterCodec);
    fields("output", params.output);
    fields("labels", params.labels);
}

// Fields without a default come last: a truncated file lacks them, and is refused.
template<class Fields> void visit(Fields& fields, Ablation& ablation)
{
    fields("stride", ablation.stride);
    fields("wrap", ablation.wrap);
    fields("type", ablation.type, ABLATIONS);
    fields("width", ablation.width);
    fields("inputSize", ablation.inputSize);
}

template<class Fields> void visit(Fields& fields, ModelSettings& settings)
{
    int version = 0;
    fields("format", version, FORMATS);
    fields("modelChecksum", settings.modelChecksum);
    fields("params", settings.params);
    fields("ablation", settings.ablation);
}

namespace {

String bytesOf(ModelSettings settings)
{
    FieldBytes fields;
    visit(fields, settings);
    return fields.bytes;
}

void check(const ModelSettings& settings)
{
    const String& checksum = settings.modelChecksum;
    if (!checksum.empty() && (checksum.size() != 8 || checksum.find_first_not_of("0123456789abcdef") != String::npos))
        CV_Error_(Error::StsBadArg, ("modelChecksum is '%s', expected 8 hexadecimal digits in lower case, or nothing to skip "
                "the check", excerpt(checksum).c_str()));
    checkParams(settings.params, settings.ablation.count());
}

ModelSettings parse(const String& text, const String& name)
{
    ModelSettings settings;
    const YamlNode root = parseYaml(text, name);
    FieldReader fields(root, name);
    visit(fields, settings);
    fields.finish();
    try
    {
        check(settings);
    }
    catch (const Exception& e)
    {
        CV_Error_(e.code, ("%s: %s", name.c_str(), e.err.c_str()));
    }
    return settings;
}

} // namespace

ModelSettings ModelSettings::read(const String& file) { return parse(readSettings(file), "the settings file '" + file + "'"); }

String ModelSettings::text() const
{
    check(*this);
    ModelSettings fields = *this;
    FieldWriter writer;
    visit(writer, fields);
    String text = "%YAML:1.0\n---\n" + writer.text;
    if (bytesOf(parse(text, "the text of the settings")) != bytesOf(*this)) // a wrong value would change votes
        CV_Error(Error::StsInternal, "the settings that were read back differ from those written");
    return text;
}

void ModelSettings::write(const String& file) const
{
    const String bytes = text();
    std::ofstream out(file.c_str(), std::ios::binary);
    out << bytes << std::flush;
    if (!out.good())
        CV_Error_(Error::StsObjectNotFound, ("the settings file '%s' cannot be written: check that its folder exists and "
                "is writable, and the free space", file.c_str()));
}

}} // namespace cv::derand
