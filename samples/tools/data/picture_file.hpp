// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_TOOLS_PICTURE_FILE_HPP
#define DERAND_TOOLS_PICTURE_FILE_HPP

#include <string>

#include "opencv2/core.hpp"

namespace tools {

/** @brief The frame in a picture file, the same in all programs.

Read like cv::imread() with IMREAD_GRAYSCALE or IMREAD_COLOR: turned by its EXIF orientation, 16 bits reduced to 8,
without alpha. Depths without an agreed range (float, 32-bit integers) are refused: they would be certified as black.
@param file picture of any format that cv::imread() recognises by content
@param channels 1: grey; 3: B, G, R; 4: B, G, R and the file's own alpha
@return CV_8U with this number of channels; std::runtime_error that names the file for anything else
 */
cv::Mat readPicture(const std::string& file, int channels);

//! Fails if readPicture() does not know this number of channels.
void checkChannels(int channels);

//! Would readPicture() try this file? Decided by content, or by the usual extensions, so that damaged files are noticed.
bool isPicture(const std::string& file);

} // namespace tools

#endif // DERAND_TOOLS_PICTURE_FILE_HPP
