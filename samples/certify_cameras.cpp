// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Several cameras in one program, each with its own certificates.
//
//     certify_cameras SOURCE... [--model=NAME] [--patch=N] [--json=FOLDER] ...
//
// One classifier for each camera: a cv::dnn::Net serves one thread at a time, and Params::reuse compares with the last frame
// of the same camera. Each camera has its own Pipeline, which reads and certifies in threads of its own, so that a slow or
// broken one holds up no other.

#include <csignal>
#include <filesystem>
#include <iostream>
#include <optional>
#include <thread>

#include "opencv2/imgproc.hpp"

#include "common/error.hpp"
#include "common/files.hpp"
#include "common/progress.hpp"
#include "video/journal.hpp"
#include "video/open_source.hpp"
#include "video/options.hpp"
#include "video/overlay.hpp"
#include "video/pipeline.hpp"
#include "video/window.hpp"

using namespace cv;
using namespace video;
namespace fs = std::filesystem;

static volatile std::sig_atomic_t interrupted = 0;

static const char* const ABOUT = R"(
Labels what several cameras see, each frame with a proof that no sticker of a given size can change the label.

    certify_cameras SOURCE... [options]

SOURCE is the number of a camera, a video file, numbered pictures, a folder of pictures, a stream, or "scene", as in
certify_video; at least one. All must open at the start. If one of them ends later, that is reported and the others go on.
Keys: o: toggle the marks on the frames; i: toggle the panels; q or Esc: quit.
Exit codes: 0 success; 1 error, also of a single source; 3 a source failed: a camera or stream ended, or nothing could be
read; 4 a file or sequence ended early and is incomplete.
)";

static const std::string KEYS = std::string(R"(
{help h | | print this text}
{model | mnist_column_s2_small | ONNX file, or the name of a model in --models}
{models | | folder with the models; default: those installed with the program, or samples/models}
{patch | 60 | patch to certify against, in frame pixels: 60 (a square) or 60x20 (width x height)}
{roi | centre | region to classify, as in certify_video; the same for all cameras}
{window | 1280x720 | size of the window at first; it can be resized}
{headless | false | no window; report progress on stderr every few seconds}
{quiet q | false | do not report progress}
{json | | folder that exists, for one file per camera in the order of the sources: 0.json, 1.json, ...; see doc/json.md}
{frames | 0 | stop each camera after this number of frames; 0: at the end of its source})")
        + tools::DEVICE_KEYS;

namespace {

//! One camera from its source to its last certified frame.
struct Camera
{
    Camera(const std::string& what, const tools::Arguments& arguments, const std::string& model);

    void start(const std::string& model, const std::string& json);
    bool update(const Size& patch); //!< takes a new frame, or notices the end; false if there is no news
    void stop();                    //!< then totals are complete, and written
    const Mat& draw(const Size& patch, const Size& size, View view);

    std::string name;
    Certifier certifier;
    Overlay overlay;
    Controls controls;
    Pipeline::Limits limits;
    std::unique_ptr<Source> source; // until start()
    std::unique_ptr<Journal> journal;
    std::unique_ptr<Pipeline> pipeline;
    VideoTotals totals;
    Shot shot;          // the last one
    std::string ending; // what became of it; empty: it runs
    int code = 0;       // exit code of the program, if it were the only camera
    Mat picture;        // the last one that was drawn
    View drawn;
    bool news = true; // since then
};

Camera::Camera(const std::string& what, const tools::Arguments& arguments, const std::string& model)
    : name(what), certifier(
                          model, [](Certifier::Params& params) { params.reuse = true; }, false, tools::deviceOf(arguments)),
      overlay(certifier.params().labels), source(openSource(what, certifier.params().channels))
{
    controls.region = parseRegion(arguments.get<std::string>("roi"));
    limits.frames = arguments.getInt("frames", 0);
    limits.paced = !arguments.get<bool>("headless");
    if (source->turned)
        certifier.expectTurned();
}

void Camera::start(const std::string& model, const std::string& json)
{
    limits.everyFrame = !json.empty();
    journal = std::make_unique<Journal>(json);
    journal->begin("certify_cameras", model, certifier.settings());
    pipeline = std::make_unique<Pipeline>(std::move(source), certifier, controls, limits);
}

bool Camera::update(const Size& patch)
{
    if (!ending.empty())
        return false;
    try
    {
        Shot next;
        if (pipeline->next(next, std::chrono::milliseconds(0)))
        {
            shot = std::move(next);
            totals.add(shot, patch);
            journal->add(shot, patch, certifier.params().labels);
            return true;
        }
        if (!pipeline->ended())
            return false;
        pipeline->stop();
        const Source& from = pipeline->from();
        ending = from.message.empty() ? name + ": done" : from.message;
        code = int(from.ending);
    }
    catch (const std::exception& e)
    {
        ending = name + ": " + tools::messageOf(e);
        code = 1;
    }
    return true;
}

void Camera::stop()
{
    try
    {
        pipeline->stop();
        journal->close(totals, *pipeline);
    }
    catch (const std::exception& e) // not a second time, if the file is what went wrong
    {
        if (code != 1)
            std::cerr << name << ": " << tools::messageOf(e) << std::endl;
        code = 1;
    }
}

//! Drawn again only if something has changed: the other cameras may be slower.
const Mat& Camera::draw(const Size& patch, const Size& size, View view)
{
    view.message = ending.empty() ? name : code == 0 ? ending : "STOPPED: " + ending;
    if (!news && picture.size() == size && view.marks == drawn.marks && view.panel == drawn.panel)
        return picture;
    picture = shot.index < 0 ? Mat(size, CV_8UC3, Scalar::all(40)) : overlay.draw(shot, patch, totals, size, view);
    drawn = view;
    news = false;
    return picture;
}

//! As many columns as rows, or one more.
Mat grid(const std::vector<std::unique_ptr<Camera>>& cameras, const Size& patch, const Size& size, const View& view)
{
    const int count = int(cameras.size()), columns = cvCeil(std::sqrt(count)), rows = (count + columns - 1) / columns;
    Mat picture(size, CV_8UC3, Scalar::all(40));
    for (int i = 0; i < count; i++)
    {
        const auto corner = [&](int column, int row) { return Point(size.width * column / columns, size.height * row / rows); };
        const Rect place(corner(i % columns, i / columns), corner(i % columns + 1, i / columns + 1));
        cameras[size_t(i)]->draw(patch, place.size(), view).copyTo(picture(place));
    }
    return picture;
}

std::vector<std::unique_ptr<Camera>> openCameras(const tools::Arguments& arguments)
{
    if (arguments.inputs.empty())
        tools::fail("expected at least one source: the numbers of cameras, video files, ..., see --help");
    const std::string model = findModel(arguments.get<std::string>("model"), arguments.get<std::string>("models"));
    const std::string folder = arguments.get<std::string>("json");
    if (!folder.empty() && !fs::is_directory(folder))
        tools::fail("--json={}: expected a folder that exists", folder);
    std::vector<tools::NamedPath> outputs,
            inputs = {{"the model", model}, {"its settings", fs::path(model).replace_extension(".yml").string()}};
    for (size_t i = 0; i < arguments.inputs.size(); i++)
    {
        outputs.push_back({"--json", folder.empty() ? "" : (fs::path(folder) / fmt::format("{}.json", i)).string()});
        inputs.push_back({"the source", arguments.inputs[i]});
    }
    tools::checkOutputs(outputs, inputs);
    // OpenCV runs one parallel loop at a time: with a camera for each processor, each does better without.
    if (int(arguments.inputs.size()) >= getNumberOfCPUs())
        setNumThreads(1);
    std::vector<std::unique_ptr<Camera>> cameras;
    for (size_t i = 0; i < arguments.inputs.size(); i++)
        cameras.push_back(std::make_unique<Camera>(arguments.inputs[i], arguments, model));
    for (size_t i = 0; i < cameras.size(); i++) // no file is touched before all sources are open
        cameras[i]->start(model, outputs[i].path);
    return cameras;
}

int run(const tools::Arguments& arguments)
{
    const Size patch = arguments.get<Size>("patch");
    const bool headless = arguments.get<bool>("headless");
    Window window("certify_cameras", headless, "", windowOf(arguments));
    std::vector<std::unique_ptr<Camera>> cameras = openCameras(arguments);
    std::optional<tools::Progress> progress;
    if (headless && !arguments.get<bool>("quiet"))
        progress.emplace(0, "frames");
    View view;
    size_t running = cameras.size(), frames = 0;
    for (int key = -1; running > 0 && !interrupted && key != 'q' && key != 27;)
    {
        bool news = false;
        for (const std::unique_ptr<Camera>& camera : cameras)
        {
            if (!camera->update(patch))
                continue;
            news = camera->news = true;
            frames += camera->ending.empty();
            if (camera->ending.empty())
                continue;
            running--;
            if (progress)
                progress->hide();
            std::cerr << camera->ending << "; " << running << " of " << cameras.size() << " sources go on" << std::endl;
        }
        if (progress)
            progress->update(frames);
        if (news && !headless)
            window.show(grid(cameras, patch, window.size(Size()), view));
        if (!news)
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        key = window.key(0);
        view.marks ^= key == 'o';
        view.panel ^= key == 'i';
    }
    progress.reset();
    int code = 0;
    for (const std::unique_ptr<Camera>& camera : cameras)
    {
        camera->stop();
        std::cout << camera->name << ": " << camera->totals.text() << std::endl;
        if (camera->code > 0 && (code == 0 || camera->code < code))
            code = camera->code;
    }
    return code;
}

} // namespace

int main(int argc, char** argv)
{
    std::signal(SIGINT, [](int) { interrupted = 1; });
    std::signal(SIGTERM, [](int) { interrupted = 1; });
    int code = 0;
    const int error = tools::runProgram("certify_cameras", [&] {
        const tools::Arguments arguments(argc, argv, KEYS, ABOUT);
        if (!arguments.helped())
            code = run(arguments);
    });
    return error ? error : code;
}
