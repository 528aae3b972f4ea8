// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_PLANAR_HPP
#define OPENCV_DERAND_PLANAR_HPP

namespace cv { namespace derand {

//! Converts an interleaved image, CV_32FCn, to a planar one: one CV_32FC1 Mat of channels * H rows and W columns.
Mat toPlanar(const Mat& image);

//! Scales a resampled frame as the net expects, and makes it planar.
Mat toInput(const Mat& resampled, const CertifiedClassifier::Params& params);

}} // namespace cv::derand

#endif
