// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"
#include "votes.hpp"
#include "certificate/vote_codes.hpp"

namespace cv { namespace derand {

// False if a score is NaN or Inf.
static bool probabilities(const float* scores, int classes, bool softmax, double* p)
{
    double largest = -DBL_MAX;
    for (int c = 0; c < classes; c++)
    {
        if (cvIsNaN(scores[c]) || cvIsInf(scores[c]))
            return false;
        p[c] = scores[c];
        largest = std::max(largest, p[c]);
    }
    if (!softmax)
        return true;
    double sum = 0;
    for (int c = 0; c < classes; c++)
    {
        p[c] = std::exp(p[c] - largest);
        sum += p[c];
    }
    for (int c = 0; c < classes; c++)
        p[c] /= sum;
    return true;
}

static uchar code(bool vote, bool certain, bool possible)
{
    return (uchar)((vote ? VOTE_CODE_VOTED : 0) | (certain == possible ? 0 : VOTE_CODE_EITHER));
}

void castVotes(const float* scores, int classes, const CertifiedClassifier::Params& params, const Tolerance& numeric, uchar* codes)
{
    AutoBuffer<double> p(classes);
    if (!probabilities(scores, classes, params.softmax, p.data()))
    {
        std::fill(codes, codes + classes, INVALID_CODE);
        return;
    }
    // Softmax at least halves differences of scores, see measureSpread().
    double tolerance = 0;
    for (int c = 0; c < classes; c++)
        tolerance = std::max(tolerance, (double)std::abs(scores[c]));
    tolerance = std::max(numeric.absolute, tolerance * numeric.relative * (params.softmax ? .5 : 1));
    if (params.voteRule == VOTE_THRESHOLD)
    {
        for (int c = 0; c < classes; c++)
            codes[c] = code(p[c] >= params.threshold, p[c] >= params.threshold + tolerance, p[c] >= params.threshold - tolerance);
        return;
    }
    // The first of equal scores wins. The difference of two probabilities changes by less than 2 * tolerance.
    const int top = (int)(std::max_element(scores, scores + classes) - scores);
    double second = -DBL_MAX;
    for (int c = 0; c < classes; c++)
        if (c != top)
            second = std::max(second, p[c]);
    for (int c = 0; c < classes; c++)
    {
        const bool possible = tolerance > 0 ? p[top] - p[c] < 2 * tolerance : c == top;
        const bool certain = c == top && (tolerance <= 0 || p[top] - second >= 2 * tolerance);
        codes[c] = code(c == top, certain, possible);
    }
}

}} // namespace cv::derand
