// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_SLOT_TEST_HPP
#define OPENCV_DERAND_SLOT_TEST_HPP

#include <functional>

namespace cv { namespace derand {

//! A net: blob of ablations -> CV_32F, one row of scores for each.
typedef std::function<Mat(const Mat& blob)> Scorer;

struct ScoreSpread
{
    /** Bound on how much a probability of the same ablation differs between slots of the chunk, next to extreme neighbours
    and when repeated. */
    double probability;
    double relative; //!< the difference of the scores, relative to the ablation's largest score
    bool finite;     //!< no score was NaN or Inf

    ScoreSpread() : probability(0), relative(0), finite(true) {}
    //! Takes note of one ablation's scores, once as they should be and once more; differences of scores count as such of probabilities.
    void add(const Mat& expected, const Mat& scores);
};

// Values that a float frame may contain: either sign, and NaN, which no weight hides.
const float EXTREME_NEIGHBOURS[] = {1e20f, -1e20f, std::numeric_limits<float>::quiet_NaN()};

/** Measures whether the slots of a chunk are scored independently of each other and of what was scored before. Tests every ordered
pair of slots, with any neighbours that float frames can produce.
@param score the net
@param probes a chunk of ordinary ablations
@param reference their scores
@param softmax the scores are logits
@param behind for a chunk of one: by how many ablations a larger chunk, which may fail, can be tried; 0: not at all
 */
ScoreSpread measureSpread(const Scorer& score, const Mat& probes, const Mat& reference, bool softmax, int behind = 0);

//! Number of chunks that measureSpread() scores.
int slotTestForwards(int chunk);

}} // namespace cv::derand

#endif
