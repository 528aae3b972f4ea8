// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Certified video: the label of what the camera sees, and the proof that no sticker can change it.
//
//     certify_video [SOURCE] [--model=NAME] [--patch=N] [--sticker=N] ...
//
// The core is three lines, as in certify_image.cpp: create() a classifier, classify() the same part of
// each frame, ask the certificate. What stands around it is in samples/video: where frames come from
// (source, scene), reading, certifying and showing at the same time (pipeline, certifier), drawing
// (overlay, window), files (recorder, journal).

#include <csignal>
#include <iostream>

#include "opencv2/derand.hpp"
#include "opencv2/imgcodecs.hpp"
#include "opencv2/imgproc.hpp"

#include "arguments.hpp"
#include "error.hpp"
#include "spread.hpp"
#include "victims.hpp"
#include "video/adversary.hpp"
#include "video/journal.hpp"
#include "video/overlay.hpp"
#include "video/pipeline.hpp"
#include "video/recorder.hpp"
#include "video/window.hpp"

using namespace cv;
using namespace cv::derand;
using namespace video;

static const char* const about = R"(
Labels of a video, and for each frame the proof that no sticker of some size can change it.

    certify_video [SOURCE] [options]

SOURCE is the number of a camera, a video file, an image sequence (frame_%03d.png), the address of a stream, or
"scene", the built-in scene; without one the first camera, and where there is none the built-in scene.
Keys: space pause, s save picture and frame, o marks on the frame, + - size of the patch, p sticker: on its path,
at the mouse, off; a search for a sticker that changes the label, r the region as at the beginning, q or Esc quit.
The left mouse button draws the region that is classified.
Exit codes: 0 done, 1 an error, 2 a certificate was broken, which must never happen, 3 the source failed.
)";

static const std::string options = std::string(R"(
{help h | | print this text}
{model | mnist_column_s2_small | ONNX file, or its name in the folder of models}
{models | | folder of models; default: samples/models}
{patch | 60 | side of the patch to certify against, frame pixels}
{roi | centre | what is classified: centre (the largest part of the model's shape), whole, or x,y,w,h. It must not depend on what the frame shows, or no certificate is true}
{sticker | 0 | moves a white sticker of this side over the frame, and sets --patch to it}
{sticker-file | | picture that the sticker shows}
{reuse | true | votes are kept between frames where nothing changed: the same certificates, faster}
{early-stop | 0 | stop when the certificate against a patch of this side is settled, and sets --patch to it; 0: never}
{unverified | false | do not certify the frame without the sticker too, which shows what the sticker did}
{budget | 400 | frames that key a may try}
{headless | false | no window}
{record | | video file to write, .avi or .mp4}
{json | | file to write: a JSON object for each frame and a summary, one in a line}
{out | . | folder for saved pictures}
{frames | 0 | stop after so many frames, 0: at the end of the source}
{keys | | keys to press by themselves, FRAME:KEY,... as 30:p,60:q})") + tools::SPREAD_KEYS;

static volatile std::sig_atomic_t interrupted = 0;

namespace {

class Program
{
public:
    explicit Program(const tools::Arguments& arguments);
    int run();

private:
    void show(Shot& next);
    void press(int key);
    void useMouse();
    void resizePatch(int side);
    void save();
    void attack();
    int finish();

    Certifier certifier;
    Overlay overlay;
    Window window;
    std::unique_ptr<Source> source; // until the pipeline has it
    Recorder recorder;
    Journal journal;
    Controls controls; // what the keys and the mouse change
    const Rect region; // as at the beginning
    Mat content;       // of the sticker, as large as it was given
    Size patch;
    const int budget;
    const std::string out;
    bool marks = true, mouseSticker = false, quit = false;
    std::unique_ptr<Pipeline> pipeline;
    Totals totals;
    Shot shot;   // the last one
    Mat picture; // of it
};

Program::Program(const tools::Arguments& a)
    : certifier(
              findModel(a.get<std::string>("model"), a.get<std::string>("models")),
              [&a](Certifier::Params& params) {
                  params.reuse = a.get<bool>("reuse");
                  params.earlyStop = Size(a.get<int>("early-stop"), a.get<int>("early-stop"));
                  tools::setSpread(a, params);
              },
              !a.has("unverified")),
      overlay(certifier.params().labels),
      window("certify_video", a.has("headless"), a.get<std::string>("keys")),
      source(openSource(a.inputs.empty() ? "" : a.inputs[0])),
      recorder(a.get<std::string>("record"), source->fps), journal(a.get<std::string>("json")),
      region(parseRegion(a.get<std::string>("roi"))), budget(a.get<int>("budget")), out(a.get<std::string>("out"))
{
    const int sticker = a.get<int>("sticker"), settled = a.get<int>("early-stop"), frames = a.get<int>("frames");
    if (sticker < 0 || settled < 0 || frames < 0 || budget < 1 || a.get<int>("patch") < 1)
        tools::fail("--sticker, --early-stop and --frames: expected 0 or more; --patch and --budget: 1 or more");
    controls.region = region;
    controls.sticker.place = sticker > 0 ? Sticker::PATH : Sticker::OFF;
    content = stickerContent(a.get<std::string>("sticker-file"));
    resizePatch(sticker > 0 ? sticker : settled > 0 ? settled : a.get<int>("patch"));

    Pipeline::Options how;
    how.frames = frames;
    how.everyFrame = !a.get<std::string>("record").empty() || !a.get<std::string>("json").empty();
    how.paced = !a.has("headless");
    pipeline.reset(new Pipeline(std::move(source), certifier, controls, how));
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
            if (picture.empty())
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
    const int code = finish(); // whatever happened, what was recorded is complete
    if (error)
        std::rethrow_exception(error);
    return code;
}

void Program::show(Shot& next)
{
    if (next.frame.size() != shot.frame.size())
    {
        std::cerr << "from frame " << next.index << ": " << next.frame.size() << " px, classified: "
                  << next.roi << std::endl;
    }
    shot = std::move(next);
    totals.add(shot, patch);
    picture = overlay.draw(shot, patch, totals, marks);
    window.show(picture);
    if (shot.repeated) // during a pause
        return;
    recorder.add(picture);
    journal.add(shot, patch, overlay);
}

void Program::press(int key)
{
    Sticker& sticker = controls.sticker;
    if (key == ' ')
        controls.paused = !controls.paused;
    else if (key == 's')
        save();
    else if (key == 'o')
        marks = !marks;
    else if (key == '+' || key == '=' || key == '-')
        resizePatch(patch.width + (key == '-' ? -1 : 1) * std::max(1, patch.width / 10));
    else if (key == 'p') // on its path, at the mouse, off
    {
        mouseSticker = sticker.place == Sticker::PATH;
        sticker.place = sticker.place == Sticker::OFF ? Sticker::PATH : mouseSticker ? Sticker::HERE : Sticker::OFF;
    }
    else if (key == 'a')
        attack();
    else if (key == 'r')
        controls.region = region;
    else if (key == 'q' || key == 27)
        quit = true;
}

void Program::useMouse()
{
    const int times = Overlay::scale(shot.frame.size());
    if (window.moved && mouseSticker)
        controls.sticker.corner = window.pointer / times - Point(patch / 2);
    const Rect drawn = Rect(window.drag.tl() / times, window.drag.size() / times) & Rect(Point(), shot.frame.size());
    if (window.dragged && !drawn.empty())
        controls.region = drawn;
    window.moved = window.dragged = false;
}

void Program::resizePatch(int side)
{
    patch = Size(std::max(1, side), std::max(1, side));
    Mat fitted; // a new one: the pipeline reads the other
    resize(content, fitted, patch, 0, 0, INTER_AREA);
    controls.sticker.content = fitted;
}

void Program::save()
{
    const std::string name = out + format("/frame_%06d", shot.index);
    if (!imwrite(name + ".png", shot.frame) || !imwrite(name + "_certificate.png", picture))
        tools::fail("{}.png: cannot be written: check --out, and the space left", name);
    std::cout << "saved " << name << ".png and " << name << "_certificate.png" << std::endl;
}

//! Puts a sticker on the frame that changes its label, if a search finds one.
void Program::attack()
{
    std::cout << video::attack(certifier, shot, patch, budget, controls.sticker) << std::endl;
    content = controls.sticker.content;
    mouseSticker = false;
}

//! Closes the files, and says what became of the frames.
int Program::finish()
{
    pipeline->stop();
    recorder.close();
    journal.close(totals, *pipeline);
    const Source& from = pipeline->from();
    if (!from.ending.empty())
        std::cerr << from.ending << std::endl;
    std::cout << totals.text() << std::endl;
    if (from.skipped > 0 || pipeline->dropped() > 0)
        std::cout << from.skipped << " frames could not be decoded, " << pipeline->dropped()
                  << " were dropped for newer ones" << std::endl;
    return totals.broken > 0 ? 2 : from.failed ? 3 : 0;
}

} // namespace

int main(int argc, char** argv)
{
    std::signal(SIGINT, [](int) { interrupted = 1; });
    std::signal(SIGTERM, [](int) { interrupted = 1; });
    int code = 0;
    const int error = tools::runProgram("certify_video", [&] {
        const tools::Arguments arguments(argc, argv, options, about);
        if (arguments.helped())
            return;
        try
        {
            code = Program(arguments).run();
        }
        catch (const tools::BrokenCertificate& e)
        {
            code = 2;
            throw;
        }
    });
    return code ? code : error;
}
