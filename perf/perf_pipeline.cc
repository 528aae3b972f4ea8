// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// certify_video from the source to the finished picture, without a window: frames per second of the pipeline, of the same stages one
// after the other, and with votes kept between frames. All lines of a table are measured in turn, several times, and the best counts: the
// ratios hold on a busy machine, too.
//     derand_perf_pipeline [SOURCE [MODEL...]]        default: the built-in scene and small models, see certify_video --help

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "common/error.hpp"
#include "video/open_source.hpp"
#include "video/overlay.hpp"
#include "video/pipeline.hpp"

namespace {

constexpr int FRAMES = 60; // of the scene: one digit, which is drawn with the first
constexpr int ROUNDS = 7;

struct Way
{
    std::string name;
    bool reuse, overlap;
};

struct Run
{
    double framesPerSecond;
    double evaluated;         // share of the ablations
    std::vector<int> answers; // labels and certified patches
};

const cv::Size PATCH(60, 60);

Run run(const std::string& what, const std::string& model, const Way& way)
{
    video::Certifier certifier(
            video::findModel(model, ""), [&](video::Certifier::Params& params) { params.reuse = way.reuse; }, false);
    const video::Overlay overlay(certifier.params().labels);
    video::VideoTotals totals;
    std::vector<int> answers;
    const auto draw = [&](const video::Shot& shot) {
        totals.add(shot, PATCH);
        overlay.draw(shot, PATCH, totals, video::pictureSize(shot.frame.size()));
        answers.push_back(shot.certificate.label);
        answers.push_back(shot.certificate.patch);
    };
    std::unique_ptr<video::Source> source = video::openSource(what, certifier.params().channels);
    video::Shot shot;
    if (way.overlap)
    {
        video::Pipeline::Limits limits;
        limits.frames = FRAMES;
        video::Pipeline pipeline(std::move(source), certifier, video::Controls(), limits);
        while (!pipeline.ended())
        {
            if (pipeline.next(shot))
                draw(shot);
        }
    }
    else
    {
        cv::Mat frame;
        for (shot.index = 0; shot.index < FRAMES && source->read(frame); shot.index++)
        {
            shot.clean = frame;
            certifier.certify(shot, video::Controls());
            draw(shot);
        }
    }
    if (totals.frames < 2)
        tools::fail("{}: has no frames to measure", what);
    // Without the first frame, which sets the net up.
    return {(totals.frames - 1) / totals.seconds(), double(totals.evaluated) / double(totals.ablations), answers};
}

void measure(const std::string& what, const std::string& model)
{
    const Way ways[] = {{"one after the other, all evaluated", false, false}, {"overlapping, all evaluated", false, true},
            {"overlapping, votes kept", true, true}};
    fmt::print("\n{}, {}\n", model, what);
    std::vector<Run> best;
    for (int round = 0; round < ROUNDS; round++)
    {
        for (size_t i = 0; i < std::size(ways); i++)
        {
            const Run r = run(what, model, ways[i]);
            if (round == 0)
                best.push_back(r);
            if (r.answers != best[0].answers)
                tools::fail("{}: labels or certificates differ from those of a full evaluation", ways[i].name);
            best[i].framesPerSecond = std::max(best[i].framesPerSecond, r.framesPerSecond);
        }
    }
    for (size_t i = 0; i < std::size(ways); i++)
    {
        fmt::print("  {:<36} {:6.1f} frames/s, {:5.2f} times, {:5.1f} % of the ablations evaluated\n", ways[i].name,
                best[i].framesPerSecond, best[i].framesPerSecond / best[0].framesPerSecond, 100 * best[i].evaluated);
    }
}

} // namespace

int main(int argc, char** argv)
{
    return tools::runProgram("derand_perf_pipeline", [&] {
        fmt::print("{} threads, OpenCV {}\n", cv::getNumThreads(), CV_VERSION);
        const std::string source = argc > 1 ? argv[1] : "scene";
        std::vector<std::string> models(argv + std::min(argc, 2), argv + argc);
        if (models.empty())
            models = {"mnist_column_s2_small", "gtsrb_column_s2"};
        for (const std::string& model : models)
            measure(source, model);
    });
}
