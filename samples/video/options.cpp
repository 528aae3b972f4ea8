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
Labels the frames of a video, each with a proof that no sticker of a given size can change the label.

    certify_video [SOURCE] [options]

SOURCE is one of the following (default: the first camera or, if there is none, the built-in scene):
  0, 1, ...             the number of a camera, /dev/video0 or v4l2:///dev/video0
  clip.mp4              a video file, also as file:// or as a URL (http, https, ftp, ...) if its length is known;
                        /dev/stdin or another pipe: every frame is certified
  frame_%03d.png        numbered pictures, one picture, or a folder of pictures in the order of their names
  rtsp://...            a stream without end: frames that arrive while one is being certified are dropped, except the
                        newest, unless --record or --json needs every frame
  "v4l2src ! appsink"   a GStreamer pipeline, treated like a camera
  scene                 the built-in scene
Keys: space: pause; s: save picture and frame; o: toggle the marks on the frame; i: toggle the panel; + -: patch size; p: sticker on its path,
at the mouse, off; a: search for a sticker that changes the label; r: reset the region; q or Esc: quit.
Drag with the left mouse button to select the region to classify.
Panel: below or beside the frame, or on it if there is no room. A recorded video has the size of the source, with the panel on it if it is large enough for text.
The --json file has one JSON object per line: the run, each frame, and the totals; see doc/json.md.
Exit codes: 0 success; 1 error; 2 a certificate was broken, which must never happen; 3 the source failed: a camera or
stream ended, or nothing could be read; 4 a file or sequence ended early and is incomplete.
)";

const std::string Options::KEYS = std::string(R"(
{help h | | print this text}
{model | mnist_column_s2_small | ONNX file, or the name of a model in --models}
{models | | folder with the models; default: those installed with the program, or samples/models}
{patch | 60 | patch to certify against, in frame pixels: 60 (a square) or 60x20 (width x height)}
{roi | centre | region to classify: centre (the largest centred part with the shape of the model's input), whole, or x,y,w,h inside the frame. It must not depend on what the frame shows: that would void the certificates}
{sticker | 0 | move a white sticker of this size over the frame, and set --patch to this size; 0: no sticker}
{sticker-file | | picture to show on the sticker}
{reuse | true | reuse votes of the previous frame where nothing has changed: the same certificates, faster}
{early-stop | 0 | stop evaluating a frame once the certificate against a patch of this size is settled, and set --patch to this size; 0: never}
{unverified | false | do not also certify the frame without the sticker, which shows what the sticker changed}
{budget | 400 | number of attempts for the search (key a)}
{window | | size of the window at first, such as 1600x900, which also enlarges small frames; default: as large as the frame, but at most 1280x720. It can be resized}
{headless | false | no window; report progress on stderr every few seconds}
{quiet q | false | do not report progress}
{record | | video file to write, .avi or .mp4}
{json | | file to write, see above}
{out | . | folder for saved pictures}
{frames | 0 | stop after this number of frames; 0: at the end of the source}
{keys | | key presses to simulate: FRAME:KEY,... such as 30:p,60:q})")
        + tools::DEVICE_KEYS + tools::SPREAD_KEYS;

namespace {

//! The size given by an option, where 0 means none.
cv::Size sizeOrNone(const tools::Arguments& arguments, const std::string& name)
{
    return arguments.get<std::string>(name) == "0" ? cv::Size() : arguments.get<cv::Size>(name);
}

//! The file names that may occur in an address or a pipeline: "concat:a.mp4|b.mp4", "filesrc location=a.mp4 ! ...".
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

cv::Size windowOf(const tools::Arguments& arguments)
{
    const cv::Size size = arguments.has("window") ? arguments.get<cv::Size>("window") : cv::Size();
    if (!size.empty() && (size.width < 320 || size.height < 240))
        tools::fail("{}: expected at least 320x240", arguments.text("window"));
    return size;
}

Options::Options(const tools::Arguments& a)
    : source(a.inputs.empty() ? "" : a.inputs[0]), model(findModel(a.get<std::string>("model"), a.get<std::string>("models"))),
      device(tools::deviceOf(a)), stickerFile(a.get<std::string>("sticker-file")), record(a.get<std::string>("record")),
      json(a.get<std::string>("json")), out(a.get<std::string>("out")), keys(a.get<std::string>("keys")),
      region(parseRegion(a.get<std::string>("roi"))), patch(a.get<cv::Size>("patch")), window(windowOf(a)),
      sticker(sizeOrNone(a, "sticker")), budget(a.getInt("budget", 1)), frames(a.getInt("frames", 0)),
      verify(!a.get<bool>("unverified")), headless(a.get<bool>("headless")), quiet(a.get<bool>("quiet"))
{
    const bool reuse = a.get<bool>("reuse");
    const cv::Size earlyStop = sizeOrNone(a, "early-stop");
    settings = [=](Certifier::Params& params) {
        params.reuse = reuse;
        params.earlyStop = earlyStop;
        tools::setSpread(a, params);
    };
    Certifier::Params tried;
    settings(tried); // errors in the options are reported now
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
    std::error_code error;
    for (const tools::NamedPath& output : outputs)
    {
        if (opened.kind == SourceKind::PICTURES && !output.path.empty() && fs::is_directory(opened.name, error)
                && tools::within(output.path, opened.name))
            tools::fail("{}={}: is inside the folder of the source: expected another place", output.what, output.path);
    }
    if (opened.kind != SourceKind::PICTURES || !Numbered::is(opened.name))
        return;
    for (const tools::NamedPath& output : outputs)
    {
        if (!output.path.empty() && Numbered(opened.name).has(output.path))
            tools::fail("{}={}: is one of the pictures of the source: expected another file", output.what, output.path);
    }
}

} // namespace video
