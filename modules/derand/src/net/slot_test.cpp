// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"
#include "slot_test.hpp"

namespace cv { namespace derand {

namespace {

// Values that a float frame may contain. A dependence may vanish below some value and drown in NaN above it; through a weight of 0
// only NaN passes.
const float EXTREMES[] = {EXTREME_NEIGHBOURS[0], EXTREME_NEIGHBOURS[1], EXTREME_NEIGHBOURS[2], 0.f, 1e6f, FLT_MAX,
        -std::numeric_limits<float>::infinity()};
const int EXTREME_COUNT = (int)(sizeof(EXTREMES) / sizeof(EXTREMES[0]));
const int FOR_ALL_PAIRS = (int)(sizeof(EXTREME_NEIGHBOURS) / sizeof(EXTREME_NEIGHBOURS[0]));
const int FOR_ONE_SLOT = 3; // the first ones are enough if there is no other slot

// A blob as a matrix with one row for each ablation.
Mat asRows(const Mat& blob) { return blob.reshape(1, blob.size[0]); }

// Row i of the result is row order[i].
Mat reordered(const Mat& blob, const std::vector<int>& order)
{
    Mat result(blob.dims, blob.size.p, blob.type());
    Mat to = asRows(result);
    const Mat from = asRows(blob);
    for (int i = 0; i < from.rows; i++)
        from.row(order[i]).copyTo(to.row(i));
    return result;
}

int bitsOf(int chunk)
{
    int bits = 0;
    while (1 << bits < chunk)
        bits++;
    return bits;
}

class SlotTest
{
public:
    SlotTest(const Scorer& score_, const Mat& probes_, const Mat& reference_, int behind_)
        : score(score_), probes(probes_), reference(reference_), n(probes_.size[0]), behind(behind_)
    {
        spread.finite = checkRange(reference);
        for (int i = 0; i < n; i++)
            inPlace.push_back(i);
    }

    ScoreSpread run()
    {
        if (n == 1)
            testMemory();
        else
        {
            testOrder();
            testPairs();
            compareAll(probes, inPlace); // a net with memory must not keep extreme values
        }
        return spread;
    }

private:
    void compareAll(const Mat& blob, const std::vector<int>& order)
    {
        const Mat scores = score(blob);
        for (int i = 0; i < n; i++)
            spread.add(reference.row(order[i]), scores.row(i));
    }

    // Ordinary neighbours: reversed, probes move far from their slots; shuffled, each gets different neighbours at every distance.
    void testOrder()
    {
        std::vector<int> order(inPlace.rbegin(), inPlace.rend());
        compareAll(reordered(probes, order), order);
        RNG rng(21);
        for (int i = n - 1; i > 0; i--)
            std::swap(order[i], order[rng.uniform(0, i + 1)]);
        compareAll(reordered(probes, order), order);
    }

    /* For each bit, the slots whose number has it set, then those that have it clear, are filled, and the others compared. Any two
    slots differ in some bit, so each is filled while the other is compared. Influences of two slots that cancel out when both are
    filled are seen too: the two differ in a bit, so one of them is filled without the other while the compared slot is not filled. */
    void testPairs()
    {
        const int bits = bitsOf(n);
        for (int k = 0; k < EXTREME_COUNT; k++)
            for (int pattern = 0; pattern < 2 * bits; pattern++)
                if (k < FOR_ALL_PAIRS || pattern == k % (2 * bits))
                    testNeighbours(EXTREMES[k], pattern / 2, pattern % 2);
    }

    void testNeighbours(float value, int bit, int filled)
    {
        Mat blob = probes.clone(), rows = asRows(blob);
        for (int i = 0; i < n; i++)
            if ((i >> bit & 1) == filled)
                rows.row(i).setTo(Scalar(value));
        const Mat scores = score(blob);
        for (int i = 0; i < n; i++)
            if ((i >> bit & 1) != filled)
                spread.add(reference.row(i), scores.row(i));
    }

    /* Finds nets that remember one to three chunks ago, or that read beyond their chunk: a larger chunk before it leaves other numbers
    there. */
    void testMemory()
    {
        if (behind > 0)
        {
            const int shape[] = {1 + behind, probes.size[1], probes.size[2], probes.size[3]};
            try
            {
                score(Mat(4, shape, CV_32F, Scalar(EXTREMES[0])));
            }
            catch (const std::exception&)
            {
                // the net takes only one ablation at a time
            }
            compareAll(probes, inPlace);
        }
        for (int k = 0; k < FOR_ONE_SLOT; k += k ? 2 : 1)
        {
            const int chunks = k ? 2 : 1;
            for (int i = 0; i < chunks; i++)
                score(Mat(probes.dims, probes.size.p, CV_32F, Scalar(EXTREMES[k + i])));
            for (int i = 0; i < chunks; i++)
                compareAll(probes, inPlace);
        }
    }

    const Scorer& score;
    const Mat probes, reference;
    const int n, behind;
    std::vector<int> inPlace;
    ScoreSpread spread;
};

} // namespace

void ScoreSpread::add(const Mat& expected, const Mat& scores)
{
    if (!checkRange(scores))
    {
        finite = false;
        return;
    }
    const double difference = norm(expected, scores, NORM_INF);
    probability = std::max(probability, difference);
    if (difference > 0)
        relative = std::max(relative, difference / norm(expected, NORM_INF));
}

ScoreSpread measureSpread(const Scorer& score, const Mat& probes, const Mat& reference, bool softmax, int behind)
{
    ScoreSpread spread = SlotTest(score, probes, reference, behind).run();
    // Logits that change by at most d change a probability by at most d / 2, since the absolute values of its derivatives with
    // respect to the logits add up to 2 p (1 - p). Probabilities are not compared: those of the probes may be saturated, and those
    // of a frame need not be.
    if (softmax)
        spread.probability /= 2;
    return spread;
}

int slotTestForwards(int chunk)
{
    return chunk == 1 ? 2 * FOR_ONE_SLOT + 2 : 3 + 2 * FOR_ALL_PAIRS * bitsOf(chunk) + EXTREME_COUNT - FOR_ALL_PAIRS;
}

}} // namespace cv::derand
