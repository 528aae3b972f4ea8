// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "drawing.hpp"

#include <algorithm>

#include "opencv2/imgproc.hpp"

namespace tools {

cv::Scalar colourOf(Ballot ballot)
{
    switch (ballot)
    {
    case Ballot::LABEL: return COLOUR_LABEL;
    case Ballot::RUNNER_UP: return COLOUR_RUNNER_UP;
    case Ballot::BOTH: return COLOUR_BOTH;
    case Ballot::OTHERS: return COLOUR_GREY;
    case Ballot::NONE: break;
    }
    return COLOUR_FAINT;
}
namespace {

constexpr int FONT = cv::FONT_HERSHEY_DUPLEX;

double fontScale(int height) { return cv::getFontScaleFromHeight(FONT, height, 1); }

} // namespace

cv::Mat paper(const cv::Size& size) { return cv::Mat(size, CV_8UC3, COLOUR_PAPER); }

void drawText(cv::Mat& canvas, const std::string& text, const cv::Point& topLeft, int height, const cv::Scalar& colour)
{
    std::string ascii = text;
    std::replace_if(
            ascii.begin(), ascii.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    cv::putText(canvas, ascii, topLeft + cv::Point(0, height), FONT, fontScale(height), colour, 1, cv::LINE_AA);
}

int textWidth(const std::string& text, int height) { return cv::getTextSize(text, FONT, fontScale(height), 1, nullptr).width; }

std::string fitText(const std::string& text, int height, int width)
{
    if (textWidth(text, height) <= width)
        return text;
    size_t length = text.size();
    while (length > 0 && textWidth(text.substr(0, length) + "...", height) > width)
        length--;
    return text.substr(0, length) + "...";
}

cv::Mat fitFrame(const cv::Mat& frame, int side)
{
    cv::Mat bytes, colour, fitted;
    frame.convertTo(bytes, CV_8U);
    if (bytes.channels() == 3)
        colour = bytes;
    else
        cv::cvtColor(bytes, colour, bytes.channels() == 1 ? cv::COLOR_GRAY2BGR : cv::COLOR_BGRA2BGR);
    const double scale = double(side) / std::max(frame.cols, frame.rows);
    const cv::Size size(std::max(1, cvRound(frame.cols * scale)), std::max(1, cvRound(frame.rows * scale)));
    cv::resize(colour, fitted, size, 0, 0, scale > 1 ? cv::INTER_NEAREST : cv::INTER_AREA);
    return fitted;
}

cv::Mat drawSheet(const std::string& title, const std::vector<Tile>& tiles, int columns, int side)
{
    constexpr int MARGIN = 24, TITLE = 18, HEADING = 15, SMALL = 12, LEADING = 10;
    size_t lines = 1;
    for (const Tile& tile : tiles)
        lines = std::max(lines, tile.lines.size());
    const int cell = side + 12 + HEADING + int(lines - 1) * (SMALL + LEADING) + MARGIN;
    const int rows = (int(tiles.size()) + columns - 1) / columns;
    cv::Mat sheet = paper(cv::Size(std::max(MARGIN + columns * (side + MARGIN), 2 * MARGIN + textWidth(title, TITLE)),
            TITLE + 2 * MARGIN + rows * (cell + MARGIN / 2)));
    drawText(sheet, title, {MARGIN, MARGIN}, TITLE);
    for (int i = 0; i < int(tiles.size()); i++)
    {
        const Tile& tile = tiles[size_t(i)];
        const cv::Point corner(MARGIN + i % columns * (side + MARGIN), TITLE + 2 * MARGIN + i / columns * (cell + MARGIN / 2));
        const cv::Mat picture = fitFrame(tile.frame, side);
        picture.copyTo(sheet(cv::Rect(corner, picture.size())));
        cv::Point line = corner + cv::Point(0, side + 12);
        for (size_t k = 0; k < tile.lines.size(); k++)
        {
            const int height = k == 0 ? HEADING : SMALL;
            drawText(sheet, fitText(tile.lines[k], height, side), line, height, k == 0 ? tile.colour : COLOUR_INK);
            line.y += height + LEADING;
        }
    }
    return sheet;
}

} // namespace tools
