// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"
#include "early_stop.hpp"
#include "certificate/vote_table.hpp"

namespace cv { namespace derand {

static int greatestCommonDivisor(int a, int b) { return b == 0 ? a : greatestCommonDivisor(b, a % b); }

// Steps of about the golden ratio of the whole: every prefix of the sequence leaves gaps of nearly equal size.
static std::vector<int> spreadOrder(int count, bool spread)
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

std::vector<std::vector<int> > evaluationOrder(const Size& positions, const Size& part, bool spread)
{
    if (!spread || part.empty())
        return std::vector<std::vector<int> >(1, spreadOrder(positions.area(), spread));
    std::vector<std::vector<int> > parts;
    for (int top = 0; top < positions.height; top += part.height)
        for (int left = 0; left < positions.width; left += part.width)
        {
            std::vector<int> indices;
            for (int y = top; y < std::min(top + part.height, positions.height); y++)
                for (int x = left; x < std::min(left + part.width, positions.width); x++)
                    indices.push_back(y * positions.width + x);
            parts.push_back(indices);
        }
    std::vector<std::vector<int> > ordered;
    for (int k : spreadOrder((int)parts.size(), true))
        ordered.push_back(parts[k]);
    return ordered;
}

bool isSettled(const Mat& codes, const Ablation& ablation, const Ptr<FrameAxes>& axes, const CountingRules& rules, const Size& patch)
{
    const VoteTable table(codes, ablation, axes, rules, 0);
    const int label = table.winner();
    for (int c = 0; c < table.classes(); c++)
        if (c != label && table.votes(label) < table.votes(c) + table.unknown() + (label > c))
            return false; // the unknown ones may all vote for c alone
    const Places places = table.frame(patch);
    if (table.holds(label, places, 1))
        return true;
    // In the best case all unknown ones vote for the label alone.
    Mat best = codes.clone();
    for (int i = 0; i < best.rows; i++)
        if (isUnknown(best.ptr(i)))
        {
            best.row(i).setTo(0);
            if (label < table.classes())
                best.at<uchar>(i, label) = VOTE_CODE_VOTED;
        }
    return !VoteTable(best, ablation, axes, rules, 0).holds(label, places, 1);
}

}} // namespace cv::derand
