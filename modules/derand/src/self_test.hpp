// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_SELF_TEST_HPP
#define OPENCV_DERAND_SELF_TEST_HPP

#include <functional>

namespace cv { namespace derand {

//! A net: blob of ablations -> CV_32F, one row of scores for each.
typedef std::function<Mat(const Mat& blob)> Scorer;

struct ScoreSpread
{
    /** Bound on the difference of a probability of the same ablation in different slots of the chunk, beside
    extreme neighbours and repeated. */
    double probability;
    double relative; //!< the difference of the scores by the largest score of the ablation
    bool finite; //!< no score was NaN or Inf
};

//! probes: a chunk of ordinary ablations; reference: their scores.
ScoreSpread measureSpread(const Scorer& score, const Mat& probes, const Mat& reference, bool softmax);

//! An image as frames may be, in frame units: fine noise, or coarse blocks of it. Always the same.
Mat probeImage(const Size& size, int channels, double largest, bool coarse);

}} // namespace cv::derand

#endif
