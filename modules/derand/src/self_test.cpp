// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"
#include "self_test.hpp"

namespace cv { namespace derand {

namespace {

// A blob as a matrix with one row for each ablation.
Mat asRows(const Mat& blob)
{
    return blob.reshape(1, blob.size[0]);
}

// Row i of the result is row (i + shift) % rows.
Mat rotated(const Mat& blob, int shift)
{
    Mat result(blob.dims, blob.size.p, blob.type());
    Mat to = asRows(result);
    const Mat from = asRows(blob);
    for (int i = 0; i < from.rows; i++)
        from.row((i + shift) % from.rows).copyTo(to.row(i));
    return result;
}

// Every second row, from the first one given on, is filled with a value.
Mat withNeighbours(const Mat& blob, int first, float value)
{
    Mat result = blob.clone();
    Mat rows = asRows(result);
    for (int i = first; i < rows.rows; i += 2)
        rows.row(i).setTo(Scalar(value));
    return result;
}

} // namespace

ScoreSpread measureSpread(const Scorer& score, const Mat& probes, const Mat& reference, bool softmax)
{
    const int n = probes.size[0];
    ScoreSpread spread = {0, 0, checkRange(reference)};

    // Scores of the rows first, first + step, ... of the reference, found at row i - shift.
    const auto compare = [&](const Mat& scores, int first, int step, int shift)
    {
        for (int i = first; i < n; i += step)
        {
            const Mat a = reference.row(i), b = scores.row((i - shift + n) % n);
            if (!checkRange(b))
                spread.finite = false;
            else
            {
                const double difference = norm(a, b, NORM_INF);
                spread.probability = std::max(spread.probability, difference);
                if (difference > 0)
                    spread.relative = std::max(spread.relative, difference / norm(a, NORM_INF));
            }
        }
    };
    compare(score(probes), 0, 1, 0);
    for (int shift = 1; shift < n; shift += std::max(1, (n - 1) / 2))
        compare(score(rotated(probes, shift)), 0, 1, shift);
    // A float frame may show any of these; a dependence may vanish below one and drown in NaN above it.
    const float extremes[] = {0.f, 1e6f, -1e6f, 1e12f, -1e20f, 1e30f, FLT_MAX, -std::numeric_limits<float>::infinity(),
                              std::numeric_limits<float>::quiet_NaN()};
    for (float value : extremes)
        for (int first = 0; first < std::min(n, 2); first++)
        {
            const Mat scores = score(withNeighbours(probes, first, value));
            if (n == 1) // a net that remembers the last chunk
                compare(score(probes), 0, 1, 0);
            else
                compare(scores, 1 - first, 2, 0);
        }

    // A shift of the logits by at most d changes a probability by at most d / 2: its derivatives by the logits
    // add up to 2 p (1 - p). The probabilities of the probes may be saturated, those of a frame need not be.
    if (softmax)
        spread.probability /= 2;
    return spread;
}

Mat probeImage(const Size& size, int channels, double largest, bool coarse)
{
    const int cell = coarse ? 4 : 1;
    Mat noise((size.height + cell - 1) / cell, (size.width + cell - 1) / cell, CV_32FC(channels)), image;
    RNG rng(20);
    rng.fill(noise, RNG::UNIFORM, 0, largest);
    resize(noise, image, size, 0, 0, INTER_NEAREST);
    return image;
}

}} // namespace cv::derand
