// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Certified video: the label of what the camera sees, and a proof that no sticker can change it.
//
//     certify_video [SOURCE] [--model=NAME] [--patch=N] [--sticker=N] ...
//
// The core is three lines, as in certify_image.cpp: create() a classifier, classify() the same part of
// each frame, query the certificate. The rest is in samples/video: where frames come from (open_source
// and what it opens), the command line (options), reading, certifying and showing at the same time
// (pipeline, certifier), drawing (overlay, window), files (recorder, journal).

#include <csignal>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <optional>

#include "opencv2/derand.hpp"
#include "opencv2/imgcodecs.hpp"
#include "opencv2/imgproc.hpp"

#include "attack/victims.hpp"
#include "common/error.hpp"
#include "common/progress.hpp"
#include "video/adversary.hpp"
#include "video/journal.hpp"
#include "video/open_source.hpp"
#include "video/options.hpp"
#include "video/overlay.hpp"
#include "video/pipeline.hpp"
#include "video/recorder.hpp"
#include "video/window.hpp"

using namespace cv;
using namespace cv::derand;
using namespace video;

static volatile std::sig_atomic_t interrupted = 0;

namespace {

class Program
{
public:
    explicit Program(const Options& options);
    int run();

private:
    void show(Shot& next);
    cv::Mat drawn();
    void redraw(bool atOnce = false);
    void press(int key);
    void useMouse();
    void resizePatch(const Size& size);
    void save();
    void attack();
    int finish();

    Certifier certifier;
    Overlay overlay;
    Window window;
    std::unique_ptr<Source> source; // until the pipeline takes it over
    Recorder recorder;
    Journal journal;
    const Options options;
    Controls controls; // what the keys and the mouse change
    Mat content;       // of the sticker, as large as it was given
    Size patch;
    View view;
    bool mouseSticker = false, quit = false;
    std::unique_ptr<Pipeline> pipeline;
    std::optional<tools::Progress> progress;
    VideoTotals totals;
    Shot shot;        // the last one
    Size pictureSize; // of its picture in the window
};

Program::Program(const Options& o)
    : certifier(o.model, o.settings, o.verify, o.device), overlay(certifier.params().labels),
      window("certify_video", o.headless, o.keys, o.window), source(openSource(o.source, certifier.params().channels)),
      recorder(o.record, source->fps), journal(o.json), options(o)
{
    controls.region = o.region;
    controls.sticker.place = o.sticker.empty() ? Sticker::OFF : Sticker::PATH;
    content = stickerContent(o.stickerFile);
    resizePatch(o.patch);
    if (source->turned)
        certifier.expectTurned();
    journal.begin("certify_video", o.model, certifier.settings());
    if (o.headless && !o.quiet)
    {
        const double least = std::min(source->announced > 0 ? source->announced : 1e9, o.frames > 0 ? o.frames : 1e9);
        progress.emplace(least < 1e9 ? size_t(least) : 0, "frames");
    }
    Pipeline::Limits limits;
    limits.frames = o.frames;
    limits.everyFrame = !o.record.empty() || !o.json.empty();
    limits.paced = !o.headless;
    pipeline.reset(new Pipeline(std::move(source), certifier, controls, limits));
}

int Program::run()
{
    std::exception_ptr error;
    try
    {
        while (!quit && !interrupted && !pipeline->ended())
        {
            Shot next;
            if (pipeline->next(next))
                show(next);
            if (shot.index < 0)
                continue;
            for (int key; (key = window.key(shot.index)) >= 0;)
                press(key);
            useMouse();
            pipeline->set(controls);
        }
    }
    catch (...)
    {
        error = std::current_exception();
    }
    const int code = finish(); // whatever happened, the recording is complete
    if (error)
        std::rethrow_exception(error);
    return code;
}

void Program::show(Shot& next)
{
    if (next.frame.size() != shot.frame.size())
    {
        if (progress)
            progress->hide();
        std::cerr << "from frame " << next.index << ": " << next.frame.size() << " px, classified: " << next.roi << std::endl;
    }
    shot = std::move(next);
    totals.add(shot, patch);
    if (progress)
        progress->update(size_t(shot.index) + 1);
    redraw();
    if (shot.repeated) // during a pause
        return;
    if (!options.record.empty())
        recorder.add(overlay.draw(shot, patch, totals, shot.frame.size(), {view.marks, view.panel, Rect(), view.message}));
    journal.add(shot, patch, certifier.params().labels);
}

//! The picture for the window.
Mat Program::drawn()
{
    pictureSize = window.size(shot.frame.size());
    return overlay.draw(shot, patch, totals, pictureSize, view);
}

void Program::redraw(bool atOnce)
{
    if (!options.headless)
        window.show(drawn(), atOnce);
}

void Program::press(int key)
{
    Sticker& sticker = controls.sticker;
    if (std::strchr("+=-pa", key)) // a result is about another sticker
        view.message.clear();
    if (key == ' ')
        controls.paused = !controls.paused;
    else if (key == 's')
        save();
    else if (key == 'o')
        view.marks = !view.marks;
    else if (key == 'i')
        view.panel = !view.panel;
    else if (key == '+' || key == '=' || key == '-')
    {
        const auto resized = [&](int side) { return std::max(1, side + (key == '-' ? -1 : 1) * std::max(1, side / 10)); };
        resizePatch(Size(resized(patch.width), resized(patch.height)));
    }
    else if (key == 'p') // on its path, at the mouse, off
    {
        mouseSticker = sticker.place == Sticker::PATH;
        sticker.place = sticker.place == Sticker::OFF ? Sticker::PATH : mouseSticker ? Sticker::HERE : Sticker::OFF;
    }
    else if (key == 'a')
        attack();
    else if (key == 'r')
        controls.region = options.region;
    else if (key == 'q' || key == 27)
        quit = true;
}

void Program::useMouse()
{
    const Layout layout = arrange(pictureSize, shot.frame.size());
    if (window.moved && mouseSticker)
        controls.sticker.corner = layout.framePoint(window.pointer) - Point(patch / 2);
    const Rect selected(layout.framePoint(window.drag.tl()), layout.framePoint(window.drag.br()));
    if (window.dragged && !selected.empty())
        controls.region = selected;
    view.selection = window.dragging ? selected : Rect();
    const bool redraws = window.moved && window.dragging; // whenever the next frame comes
    window.moved = window.dragged = false;
    if (redraws)
        redraw();
}

void Program::resizePatch(const Size& size)
{
    patch = size;
    Mat fitted; // a new one: the pipeline reads the other
    resize(content, fitted, patch, 0, 0, INTER_AREA);
    controls.sticker.content = fitted;
}

//! Never overwrites a file: it may be an input, such as a picture of the sequence.
void Program::save()
{
    const std::string name = options.out + format("/frame_%06d", shot.index);
    const std::pair<std::string, Mat> files[] = {{name + ".png", shot.frame}, {name + "_certificate.png", drawn()}};
    for (const auto& file : files)
    {
        if (std::filesystem::exists(file.first))
            std::cerr << file.first << ": already exists and was not overwritten: see --out" << std::endl;
        else if (imwrite(file.first, file.second))
            std::cout << "saved " << file.first << std::endl;
        else
            tools::fail("{}: cannot be written: check --out, and the free space", file.first);
    }
}

//! Puts on the frame a sticker that changes its label, if a search finds one, and says what it found.
void Program::attack()
{
    view.message = format("searching for a sticker, %d tries", options.budget);
    redraw(true);
    view.message = video::attack(certifier, shot, patch, options.budget, controls.sticker); // until the sticker changes
    std::cout << view.message << std::endl;
    content = controls.sticker.content;
    mouseSticker = false;
}

//! Closes the files, and reports what became of the frames.
int Program::finish()
{
    pipeline->stop();
    progress.reset();
    recorder.close();
    journal.close(totals, *pipeline);
    const Source& from = pipeline->from();
    if (!from.message.empty())
        std::cerr << from.message << std::endl;
    std::cout << totals.text() << std::endl;
    if (from.skipped > 0 || pipeline->dropped() > 0)
        std::cout << from.skipped << " frames could not be decoded, " << pipeline->dropped() << " were dropped for newer ones"
                  << std::endl;
    return totals.broken > 0 ? 2 : int(from.ending);
}

} // namespace

int main(int argc, char** argv)
{
    std::signal(SIGINT, [](int) { interrupted = 1; });
    std::signal(SIGTERM, [](int) { interrupted = 1; });
    int code = 0;
    const int error = tools::runProgram("certify_video", [&] {
        const tools::Arguments arguments(argc, argv, Options::KEYS, Options::ABOUT, 1);
        if (arguments.helped())
            return;
        try
        {
            code = Program(Options(arguments)).run();
        }
        catch (const tools::BrokenCertificate& e)
        {
            code = 2;
            throw;
        }
    });
    return code ? code : error;
}
