// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"
#include "early_stop.hpp"
#include "vote_table.hpp"

namespace cv { namespace derand {

static int greatestCommonDivisor(int a, int b)
{
    return b == 0 ? a : greatestCommonDivisor(b, a % b);
}

// Steps of about the golden ratio of the whole: every beginning of the sequence leaves gaps of nearly one size.
std::vector<int> evaluationOrder(int count, bool spread)
{
    int step = 1;
    if (spread && count > 2)
        for (step = cvRound(count * .6180339887); greatestCommonDivisor(step, count) != 1;)
            step++;
    std::vector<int> order(count);
    for (int k = 0; k < count; k++)
        order[k] = (int)((int64)k * step % count);
    return order;
}

bool isSettled(const Mat& codes, const std::vector<uchar>& known, const Ablation& ablation, const FrameMap& frame, int rule,
        const Size& patch)
{
    const int unknown = codes.rows - countNonZero(known);
    Mat sums;
    reduce(codes & VOTE_BIT, sums, 0, REDUCE_SUM, CV_32S);
    const int* counts = sums.ptr<int>();
    const int label = (int)(std::max_element(counts, counts + codes.cols) - counts);
    for (int c = 0; c < codes.cols; c++)
        if (c != label && counts[label] < counts[c] + unknown + (label > c))
            return false; // all the others may vote for c alone
    if (VoteTable(codes, ablation, frame, rule).holds(label, patch, 1))
        return true;
    // At best all the others vote for the label alone.
    Mat best = codes.clone();
    for (int i = 0; i < best.rows; i++)
        if (!known[i])
        {
            best.row(i).setTo(0);
            best.at<uchar>(i, label) = VOTE_BIT;
        }
    return !VoteTable(best, ablation, frame, rule).holds(label, patch, 1);
}

}} // namespace cv::derand
