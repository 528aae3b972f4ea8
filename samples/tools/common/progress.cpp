// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "progress.hpp"

#include <algorithm>

#include <fmt/format.h>

#ifdef _WIN32
#include <io.h>
#else
#include <unistd.h>
#endif

#include "text.hpp"

namespace tools {

namespace {

bool onTerminal()
{
#ifdef _WIN32
    return _isatty(2) != 0;
#else
    return isatty(2) != 0;
#endif
}

} // namespace

Progress::Progress(size_t total_, const std::string& unit_)
    : start(Clock::now()), shown(start), total(total_), unit(unit_), terminal(onTerminal())
{}

Progress::~Progress() { hide(); }

void Progress::hide()
{
    if (visible) // wipe the line
        fmt::print(stderr, "\r{:60}\r", "");
    visible = false;
}

double Progress::seconds() const { return std::chrono::duration<double>(Clock::now() - start).count(); }

void Progress::update(size_t done)
{
    const double spent = seconds();
    const double pause = std::chrono::duration<double>(Clock::now() - shown).count();
    if (done == 0 || spent < 2 || pause < (terminal ? .5 : 5))
        return;
    const double left = spent / double(done) * double(total - std::min(done, total)); // the total may be an estimate
    const std::string line = total > 0 ? fmt::format("{} of {} {}, {} to go", done, total, unit, durationText(left))
                                       : fmt::format("{} {}, {:.1f} a second", done, unit, double(done) / spent);
    if (terminal)
        fmt::print(stderr, "\r{:60}", line);
    else
        fmt::print(stderr, "{}\n", line);
    std::fflush(stderr);
    shown = Clock::now();
    visible = terminal;
}

} // namespace tools
