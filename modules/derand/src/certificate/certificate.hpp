// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_SRC_CERTIFICATE_HPP
#define OPENCV_DERAND_SRC_CERTIFICATE_HPP

#include "geometry/frame_axis.hpp"

namespace cv { namespace derand {

//! Throws if this is not a CertificateRule.
void checkRule(int rule);

//! Friend of Certificate; creates certificates.
struct CertificateMaker
{
    /** As certify(), but the arguments are not checked.
    @param codes see vote_codes.hpp
    @param reused number of rows whose votes were kept from the last frame
     */
    static Certificate make(const Mat& codes, const Ablation& ablation, const Ptr<FrameAxes>& axes, int rule, int reused);
};

}} // namespace cv::derand

#endif
