// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_VIDEO_JOURNAL_HPP
#define DERAND_VIDEO_JOURNAL_HPP

#include <fstream>
#include <string>

#include "common/records.hpp"
#include "pipeline.hpp"
#include "video_totals.hpp"

namespace video {

//! Writes JSON records, see doc/json.md: the run, each frame, and the totals.
class Journal
{
public:
    explicit Journal(const std::string& file); //!< empty: nothing is written
    void begin(const std::string& program, const std::string& model, const cv::derand::ModelSettings& settings);
    void add(const Shot& shot, const cv::Size& patch, const std::vector<std::string>& labels);
    void close(const VideoTotals& totals, const Pipeline& pipeline); //!< after Pipeline::stop()

private:
    void write(const tools::Json& record);

    std::string file;
    std::ofstream out;
};

} // namespace video

#endif // DERAND_VIDEO_JOURNAL_HPP
