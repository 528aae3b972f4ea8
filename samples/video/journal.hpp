// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_VIDEO_JOURNAL_HPP
#define DERAND_VIDEO_JOURNAL_HPP

#include <fstream>
#include <string>

#include "overlay.hpp"
#include "pipeline.hpp"

namespace video {

//! Writes JSON lines: an object for each frame, and a summary.
class Journal
{
public:
    explicit Journal(const std::string& file); //!< empty: nothing is written
    void add(const Shot& shot, const cv::Size& patch, const Overlay& overlay);
    void close(const VideoTotals& totals, const Pipeline& pipeline); //!< after Pipeline::stop()

private:
    void line(const std::string& object);

    std::string file;
    std::ofstream out;
};

} // namespace video

#endif // DERAND_VIDEO_JOURNAL_HPP
