// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"
#include "planar.hpp"

namespace cv { namespace derand {

Mat toPlanar(const Mat& image)
{
    Mat planar(image.channels() * image.rows, image.cols, CV_32FC1);
    std::vector<Mat> planes(image.channels());
    for (int c = 0; c < image.channels(); c++)
        planes[c] = planar.rowRange(c * image.rows, (c + 1) * image.rows);
    split(image, planes);
    return planar;
}

Mat toInput(const Mat& resampled, const CertifiedClassifier::Params& params)
{
    std::vector<Mat> planes;
    split(resampled, planes);
    if (params.swapRB)
        std::swap(planes[0], planes[2]);
    const int rows = resampled.rows;
    Mat planar(rows * resampled.channels(), resampled.cols, CV_32FC1);
    for (int c = 0; c < resampled.channels(); c++)
        planes[c].convertTo(
                planar.rowRange(c * rows, (c + 1) * rows), CV_32F, params.scalefactor[c], -params.scalefactor[c] * params.mean[c]);
    return planar;
}

}} // namespace cv::derand
