// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_VIDEO_PIPELINE_HPP
#define DERAND_VIDEO_PIPELINE_HPP

#include <exception>
#include <memory>
#include <thread>

#include "certifier.hpp"
#include "handover.hpp"
#include "source.hpp"

namespace video {

/** @brief Reads, certifies and shows frames, each in its own thread: while one frame is shown, the next is certified and
the one after that is read.

There is room for one frame between two threads. From live sources the newest frame is taken, from others every frame.
 */
class Pipeline
{
public:
    struct Limits
    {
        int frames = 0;          //!< to read, 0: all
        bool everyFrame = false; //!< of a live source too
        bool paced = false;      //!< no faster than the source's frames per second
    };

    Pipeline(std::unique_ptr<Source> source, Certifier& certifier, const Controls& controls, const Limits& limits);
    ~Pipeline() { stop(); }

    //! The next certified frame. False if there is none yet, or if ended(); errors of the other threads are rethrown here.
    bool next(Shot& shot, std::chrono::milliseconds patience = std::chrono::milliseconds(50));
    bool ended() const;

    void set(const Controls& controls);
    void stop(); //!< joins the threads

    const Source& from() const { return *source; } //!< after stop(): how it ended, and what it skipped
    int dropped() const { return captured.dropped() + certified.dropped(); }

private:
    Controls now() const;
    void capture();
    void certify();
    template<typename Body> std::thread start(const Body& body);

    std::unique_ptr<Source> source;
    Certifier& certifier;
    const Limits limits;
    mutable std::mutex mutex; // of the two below
    Controls controls;
    std::exception_ptr error;
    Handover<Shot> captured, certified;
    std::thread capturing, certifying;
};

} // namespace video

#endif // DERAND_VIDEO_PIPELINE_HPP
