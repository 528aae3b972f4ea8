// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_TOOLS_DRAWING_HPP
#define DERAND_TOOLS_DRAWING_HPP

#include <string>
#include <vector>

#include "opencv2/core.hpp"

#include "ballots.hpp"

namespace tools {

// B, G, R; chosen to differ in brightness too.
const cv::Scalar COLOUR_PAPER(255, 255, 255), COLOUR_INK(40, 40, 40), COLOUR_FAINT(225, 225, 225), COLOUR_GREY(130, 130, 130),
        COLOUR_LABEL(190, 110, 20), COLOUR_RUNNER_UP(20, 140, 245), COLOUR_BOTH(150, 50, 150), COLOUR_SAFE(80, 170, 50),
        COLOUR_UNSAFE(40, 30, 210);

//! Of what an ablation voted for.
cv::Scalar colourOf(Ballot ballot);

//! A sheet of paper.
cv::Mat paper(const cv::Size& size);

/** @brief Writes one line; characters beyond ASCII become "?".
@param canvas where to draw
@param text the line
@param topLeft corner of the line
@param height of the capitals, pixels; about 11 is small print, 18 a heading
@param colour of the letters
 */
void drawText(cv::Mat& canvas, const std::string& text, const cv::Point& topLeft, int height, const cv::Scalar& colour = COLOUR_INK);

//! Width of such a line in pixels.
int textWidth(const std::string& text, int height);

//! The beginning of a text, as much as fits into this number of pixels, with "..." if it was cut.
std::string fitText(const std::string& text, int height, int width);

//! The frame in colour, scaled to fit into a square of that side; enlarged without smoothing.
cv::Mat fitFrame(const cv::Mat& frame, int side);

//! A picture on a contact sheet, with lines of text below.
struct Tile
{
    cv::Mat frame;
    std::vector<std::string> lines; //!< the first is the heading
    cv::Scalar colour;              //!< of the heading
};

/** @brief Contact sheet, row by row.
@param title heading of the sheet
@param tiles its pictures
@param columns number of pictures in a row
@param side of the square that each picture is fitted into, pixels
 */
cv::Mat drawSheet(const std::string& title, const std::vector<Tile>& tiles, int columns, int side);

} // namespace tools

#endif // DERAND_TOOLS_DRAWING_HPP
