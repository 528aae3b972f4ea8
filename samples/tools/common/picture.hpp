// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_TOOLS_PICTURE_HPP
#define DERAND_TOOLS_PICTURE_HPP

#include <string>
#include <vector>

#include "opencv2/derand.hpp"

namespace tools {

//! What a picture of a certificate shows besides it.
struct PictureInput
{
    std::string name;                //!< of the frame
    cv::Mat frame;                   //!< as classified
    cv::derand::FrameMap map;        //!< how it became the network input
    cv::derand::Ablation ablation;   //!< what the base classifier saw
    cv::Size patch;                  //!< patch asked for, frame pixels
    std::vector<std::string> labels; //!< names of the classes, or none
};

/** @brief A certificate as a self-explanatory picture.

The frame with the votes of its ablations (below it for columns, beside it for rows, as a map for
blocks), and the frame with the locations where a patch could change the label.
@return CV_8UC3, about 1000 x 720 pixels, 50 % wider for blocks
 */
cv::Mat drawCertificate(const PictureInput& input, const cv::derand::Certificate& certificate);

} // namespace tools

#endif // DERAND_TOOLS_PICTURE_HPP
