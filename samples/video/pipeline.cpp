// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "pipeline.hpp"

#include <algorithm>

namespace video {

using Clock = std::chrono::steady_clock;

Pipeline::Pipeline(std::unique_ptr<Source> source_, Certifier& certifier_, const Controls& controls_, const Limits& limits_)
    : source(std::move(source_)), certifier(certifier_), limits(limits_), controls(controls_),
      captured(source->live && !limits.everyFrame), certified(source->live && !limits.everyFrame)
{
    capturing = start([this] { capture(); });
    certifying = start([this] { certify(); });
}

//! Closes the queue however the body ends, so that nobody blocks on it.
template<typename Body> std::thread Pipeline::start(const Body& body)
{
    return std::thread([this, body] {
        try
        {
            body();
        }
        catch (...)
        {
            std::lock_guard<std::mutex> lock(mutex);
            error = std::current_exception();
        }
        captured.close();
    });
}

void Pipeline::capture()
{
    const Clock::time_point beginning = Clock::now();
    const auto period = std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(1 / source->fps));
    Clock::time_point due = beginning;
    Shot shot;
    shot.turned = source->turned;
    while (limits.frames == 0 || shot.index + 1 < limits.frames || now().paused)
    {
        shot.repeated = shot.index >= 0 && now().paused;
        if (!shot.repeated)
        {
            cv::Mat frame; // the last one is still in use
            if (!source->read(frame))
                break;
            shot.clean = frame;
            shot.index++;
            shot.time = source->live ? std::chrono::duration<double>(Clock::now() - beginning).count() : source->time;
            shot.estimated = !source->live && source->estimated;
        }
        if (shot.repeated || (limits.paced && !source->live))
        {
            due = std::max(due + period, Clock::now());
            std::this_thread::sleep_until(due);
        }
        if (!captured.put(shot))
            break;
    }
}

void Pipeline::certify()
{
    Shot shot;
    while (!captured.finished())
    {
        if (!captured.take(shot, std::chrono::hours(1)))
            continue;
        certifier.certify(shot, now());
        if (!certified.put(shot))
            break;
    }
    certified.close();
}

bool Pipeline::next(Shot& shot, std::chrono::milliseconds patience)
{
    if (certified.take(shot, patience))
        return true;
    std::lock_guard<std::mutex> lock(mutex);
    if (error)
        std::rethrow_exception(error);
    return false;
}

bool Pipeline::ended() const
{
    std::lock_guard<std::mutex> lock(mutex);
    return certified.finished() && !error; // next() has yet to throw it
}

Controls Pipeline::now() const
{
    std::lock_guard<std::mutex> lock(mutex);
    return controls;
}

void Pipeline::set(const Controls& controls_)
{
    std::lock_guard<std::mutex> lock(mutex);
    controls = controls_;
}

void Pipeline::stop()
{
    captured.close();
    certified.close();
    for (std::thread* thread : {&capturing, &certifying})
    {
        if (thread->joinable())
            thread->join();
    }
}

} // namespace video
