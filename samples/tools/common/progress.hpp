// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_TOOLS_PROGRESS_HPP
#define DERAND_TOOLS_PROGRESS_HPP

#include <chrono>
#include <string>

namespace tools {

//! Progress and remaining time on stderr, only if the work takes more than two seconds: on one line of a
//! terminal, otherwise a new line every five seconds.
class Progress
{
public:
    /** @brief Starts the clock.
    @param total number of steps; 0: not known
    @param unit what is counted, e.g. "images"
     */
    Progress(size_t total, const std::string& unit);
    ~Progress();

    void update(size_t done); //!< steps done so far
    void hide();              //!< before other output to the terminal
    double seconds() const;   //!< since the start

private:
    using Clock = std::chrono::steady_clock;
    Clock::time_point start, shown;
    size_t total;
    std::string unit;
    bool terminal;
    bool visible = false;
};

} // namespace tools

#endif // DERAND_TOOLS_PROGRESS_HPP
