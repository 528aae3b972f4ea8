// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_TOOLS_REPORT_HPP
#define DERAND_TOOLS_REPORT_HPP

#include <string>
#include <vector>

#include "opencv2/derand.hpp"

#include "common/records.hpp"

namespace tools {

//! A frame's certificates by both rules, from one inference.
struct Verdict
{
    std::string name;                 //!< of the frame
    cv::Size frameSize;               //!< pixels
    int truth;                        //!< right class; -1: unknown
    cv::derand::Certificate asked;    //!< by the rule asked for
    cv::derand::Certificate location; //!< by CERTIFICATE_LOCATION
    cv::derand::Certificate margin;   //!< by CERTIFICATE_MARGIN

    bool right() const { return truth == asked.label && asked.label >= 0; }
};

//! Counts over all frames.
class ReportTotals
{
public:
    /** @brief Starts with nothing counted.
    @param patch patch size asked for, frame pixels
    @param sizes patch sizes of the table, frame pixels
    @param labelled is the right class of every frame known?
     */
    ReportTotals(const cv::Size& patch, const std::vector<cv::Size>& sizes, bool labelled);

    void add(const Verdict& verdict);

    std::string text(double seconds) const; //!< for people, several lines
    Json record(double seconds) const;      //!< of type "totals"

private:
    struct Count
    {
        size_t right = 0; //!< certified, and the label is right or unknown
        size_t wrong = 0; //!< certified, but the label is wrong
    };
    struct Row
    {
        cv::Size size;
        Count location, margin;
    };
    std::string percent(size_t count) const;

    cv::Size patch;
    std::vector<Row> table;
    bool labelled;
    size_t frames = 0, clean = 0, silent = 0, abstained = 0, rejected = 0;
    Count certified;
};

//! Heading of the lines that verdictText() gives.
std::string verdictHeading(const cv::Size& patch);

//! One line for people.
std::string verdictText(const Verdict& verdict, const cv::Size& patch, const std::vector<std::string>& labels);

//! A record of type "frame".
Json verdictRecord(const Verdict& verdict, const cv::Size& patch, const std::vector<std::string>& labels);

} // namespace tools

#endif // DERAND_TOOLS_REPORT_HPP
