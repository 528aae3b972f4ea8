// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "options.hpp"

#include <filesystem>

#include "certifier.hpp"
#include "common/error.hpp"
#include "common/files.hpp"
#include "common/spread.hpp"
#include "source_name.hpp"

namespace video {

namespace fs = std::filesystem;

const char* const Options::ABOUT = R"(
Labels of a video, and for each frame the proof that no sticker of some size can change it.

    certify_video [SOURCE] [options]

SOURCE is one of these; without one it is the first camera, and where there is none the built-in scene:
  0, 1, ...             the number of a camera, /dev/video0 or v4l2:///dev/video0
  clip.mp4              a video file, also by file:// or by an address (http, https, ftp, ...) if its length is known;
                        /dev/stdin or another pipe: every frame is certified
  frame_%03d.png        numbered pictures, or one picture
  rtsp://...            an address that goes on for ever: what comes while a frame is certified is dropped for the newest
                        frame, unless --record or --json wants every one
  "v4l2src ! appsink"   a GStreamer pipeline, as a camera
  scene                 the built-in scene
Keys: space pause, s save picture and frame, o marks on the frame, + - size of the patch, p sticker: on its path,
at the mouse, off; a search for a sticker that changes the label, r the region as at the beginning, q or Esc quit.
The left mouse button draws the region that is classified.
The file of --json has a JSON object in each line: the run, each frame, and the totals; see doc/json.md.
Exit codes: 0 done, 1 an error, 2 a certificate was broken, which must never happen, 3 the source failed: a camera or
stream ended, or nothing could be read, 4 a file or sequence ended before its end: it is not complete.
)";

const std::string Options::KEYS = std::string(R"(
{help h | | print this text}
{model | mnist_column_s2_small | ONNX file, or its name in the folder of models}
{models | | folder of models; default: samples/models}
{patch | 60 | patch to certify against, frame pixels: 60 (a square) or 60x20 (width x height)}
{roi | centre | what is classified: centre (the largest part of the model's shape), whole, or x,y,w,h inside the frame. It must not depend on what the frame shows, or no certificate is true}
{sticker | 0 | moves a white sticker of this size over the frame, and sets --patch to it; 0: none}
{sticker-file | | picture that the sticker shows}
{reuse | true | votes are kept between frames where nothing changed: the same certificates, faster}
{early-stop | 0 | stop when the certificate against a patch of this size is settled, and sets --patch to it; 0: never}
{unverified | false | do not certify the frame without the sticker too, which shows what the sticker did}
{budget | 400 | frames that key a may try}
{headless | false | no window; says on stderr every few seconds how far it is}
{quiet q | false | does not say how far it is}
{record | | video file to write, .avi or .mp4}
{json | | file to write, see above}
{out | . | folder for saved pictures}
{frames | 0 | stop after so many frames, 0: at the end of the source}
{keys | | keys to press by themselves, FRAME:KEY,... as 30:p,60:q})")
        + tools::SPREAD_KEYS;

namespace {

//! Of an option whose 0 means none.
cv::Size sizeOrNone(const tools::Arguments& arguments, const std::string& name)
{
    return arguments.get<std::string>(name) == "0" ? cv::Size() : arguments.get<cv::Size>(name);
}

//! The names that may stand in an address or a pipeline: "concat:a.mp4|b.mp4", "filesrc location=a.mp4 ! ...".
std::vector<std::string> words(const std::string& text)
{
    const char* const ends = " \t\n=|,;:\"'";
    std::vector<std::string> found;
    for (size_t begin = 0, end; (begin = text.find_first_not_of(ends, begin)) != std::string::npos; begin = end)
    {
        end = std::min(text.find_first_of(ends, begin), text.size());
        found.push_back(text.substr(begin, end - begin));
    }
    return found;
}

} // namespace

Options::Options(const tools::Arguments& a)
    : source(a.inputs.empty() ? "" : a.inputs[0]), model(findModel(a.get<std::string>("model"), a.get<std::string>("models"))),
      stickerFile(a.get<std::string>("sticker-file")), record(a.get<std::string>("record")), json(a.get<std::string>("json")),
      out(a.get<std::string>("out")), keys(a.get<std::string>("keys")), region(parseRegion(a.get<std::string>("roi"))),
      patch(a.get<cv::Size>("patch")), sticker(sizeOrNone(a, "sticker")), budget(a.getInt("budget", 1)),
      frames(a.getInt("frames", 0)), verify(!a.get<bool>("unverified")), headless(a.get<bool>("headless")), quiet(a.get<bool>("quiet"))
{
    const bool reuse = a.get<bool>("reuse");
    const cv::Size earlyStop = sizeOrNone(a, "early-stop");
    settings = [=](Certifier::Params& params) {
        params.reuse = reuse;
        params.earlyStop = earlyStop;
        tools::setSpread(a, params);
    };
    Certifier::Params tried;
    settings(tried); // what is wrong with the options is said now
    if (!sticker.empty() || !earlyStop.empty())
        patch = sticker.empty() ? earlyStop : sticker;
    std::error_code error;
    if (!fs::is_directory(out, error))
        tools::fail("--out={}: expected a folder that exists", out);
    checkOutputs();
}

void Options::checkOutputs() const
{
    const std::vector<tools::NamedPath> outputs = {{"--record", record}, {"--json", json}};
    std::vector<tools::NamedPath> inputs = {{"the model", model},
            {"the model's settings", fs::path(model).replace_extension(".yml").string()}, {"--sticker-file", stickerFile}};
    const SourceName opened = parseSource(source.empty() ? "0" : source);
    if (opened.kind == SourceKind::LIVE || opened.kind == SourceKind::ADDRESS)
    {
        for (const std::string& word : words(opened.name))
            inputs.push_back({"the source", word});
    }
    else if (opened.kind == SourceKind::FILE || opened.kind == SourceKind::PICTURES)
        inputs.push_back({"the source", opened.name});
    tools::checkOutputs(outputs, inputs);
    if (opened.kind != SourceKind::PICTURES || !Numbered::is(opened.name))
        return;
    for (const tools::NamedPath& output : outputs)
    {
        if (!output.path.empty() && Numbered(opened.name).has(output.path))
            tools::fail("{}={}: is one of the pictures of the source: expected another file", output.what, output.path);
    }
}

} // namespace video
