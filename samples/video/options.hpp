// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_VIDEO_OPTIONS_HPP
#define DERAND_VIDEO_OPTIONS_HPP

#include <functional>
#include <string>

#include "opencv2/derand.hpp"

#include "common/arguments.hpp"
#include "common/device.hpp"

namespace video {

//! The value of --window, empty if there is none; std::runtime_error if it is too small.
cv::Size windowOf(const tools::Arguments& arguments);

//! The command line of certify_video, read and checked completely before anything is opened.
struct Options
{
    static const char* const ABOUT; //!< for tools::Arguments
    static const std::string KEYS;

    //! std::runtime_error for invalid options, and if an output would overwrite an input.
    explicit Options(const tools::Arguments& arguments);

    std::string source;                                                     //!< empty: none was given
    std::string model;                                                      //!< file
    tools::Device device;                                                   //!< where it runs
    std::string stickerFile, record, json, out, keys;                       //!< empty: none
    cv::Rect region;                                                        //!< see Controls::region
    cv::Size patch;                                                         //!< to certify against, frame pixels
    cv::Size window;                                                        //!< empty: as large as its first picture
    cv::Size sticker;                                                       //!< frame pixels, empty: none
    std::function<void(cv::derand::CertifiedClassifier::Params&)> settings; //!< modifies those of the model
    int budget = 0, frames = 0;
    bool verify = false, headless = false, quiet = false;

private:
    void checkOutputs() const;
};

} // namespace video

#endif // DERAND_VIDEO_OPTIONS_HPP
