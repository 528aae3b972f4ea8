// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_VIDEO_HANDOVER_HPP
#define DERAND_VIDEO_HANDOVER_HPP

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

namespace video {

//! Hands items from one thread to another. Holds at most one, so that nothing piles up and items are always fresh.
template<typename T> class Handover
{
public:
    //! @param newestWins drop the previous item if nobody has taken it; otherwise put() waits until it is taken
    explicit Handover(bool newestWins_) : newestWins(newestWins_) {}

    //! False once close() has been called: the caller should stop.
    bool put(T thing)
    {
        std::unique_lock<std::mutex> lock(mutex);
        if (!newestWins)
            changed.wait(lock, [this] { return !full || closed; });
        if (closed)
            return false;
        losses += full;
        held = std::move(thing);
        full = true;
        changed.notify_all();
        return true;
    }

    //! Waits for an item. False if none arrives within that time, or no more will come.
    bool take(T& thing, std::chrono::milliseconds patience)
    {
        std::unique_lock<std::mutex> lock(mutex);
        changed.wait_for(lock, patience, [this] { return full || closed; });
        if (!full)
            return false;
        thing = std::move(held);
        full = false;
        changed.notify_all();
        return true;
    }

    //! No more items are accepted; one that is waiting may still be taken.
    void close()
    {
        std::lock_guard<std::mutex> lock(mutex);
        closed = true;
        changed.notify_all();
    }

    //! Is it closed and empty?
    bool finished() const
    {
        std::lock_guard<std::mutex> lock(mutex);
        return closed && !full;
    }

    //! Number of items that were dropped for newer ones.
    int dropped() const
    {
        std::lock_guard<std::mutex> lock(mutex);
        return losses;
    }

private:
    const bool newestWins;
    mutable std::mutex mutex;
    std::condition_variable changed;
    T held;
    bool full = false, closed = false;
    int losses = 0;
};

} // namespace video

#endif // DERAND_VIDEO_HANDOVER_HPP
