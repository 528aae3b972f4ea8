// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"
#include "vote_table.hpp"
#include "losses.hpp"

namespace cv { namespace derand {

static void setCertain(PositionSums& sums, const uchar* codes)
{
    sums.set([codes](int i) { return isCertain(codes[i]); });
}

static void setPossible(PositionSums& sums, const uchar* codes)
{
    sums.set([codes](int i) { return isPossible(codes[i]); });
}

VoteTable::VoteTable(const Mat& table, const Ablation& ablation, const Ptr<FrameAxes>& axes_, int rule_, int reused)
    : grid(ablation), rule(rule_), voted(table.cols, 0), certainVotes(table.cols, 0), possibleVotes(table.cols, 0), unknownRows(0),
      reusedRows(reused), abstainedRows(0), invalidRows(0), axes(axes_)
{
    for (int i = 0; i < table.rows; i++)
    {
        const uchar* row = table.ptr(i);
        bool votes = false;
        for (int c = 0; c < table.cols; c++)
        {
            votes = votes || (row[c] & VOTE_CODE_VOTED);
            voted[c] += row[c] & VOTE_CODE_VOTED;
            certainVotes[c] += isCertain(row[c]);
            possibleVotes[c] += isPossible(row[c]);
        }
        unknownRows += isUnknown(row);
        invalidRows += isInvalid(row);
        abstainedRows += !votes && !isUnknown(row);
    }
    transpose(table, codes);
}

void VoteTable::getTable(Mat& table) const
{
    transpose(codes, table);
    bitwise_and(table, Scalar(VOTE_CODE_VOTED | VOTE_CODE_NOT_EVALUATED), table);
}

void VoteTable::safeMap(int label, const Size& patch, OutputArray map) const
{
    const Places places(grid, axes->frame, patch);
    std::vector<uchar> safe(places.count(), 0);
    if (label >= 0)
    {
        ClassSet group(classes() + 1, 0);
        group[label] = 1;
        staysIn(group, places, &safe);
    }
    const std::vector<int>&x = places.x.index, &y = places.y.index;
    if ((int64)x.size() * (int64)y.size() > INT_MAX)
        CV_Error_(Error::StsOutOfRange, ("the patch of %d x %d has %d x %d locations, expected a map of at most %d elements: "
                "use holds() instead", patch.width, patch.height, (int)x.size(), (int)y.size(), INT_MAX));
    map.create((int)y.size(), (int)x.size(), CV_8UC1);
    Mat m = map.getMat();
    for (int j = 0; j < m.rows; j++)
        for (int i = 0; i < m.cols; i++)
            m.at<uchar>(j, i) = safe[y[j] * places.x.ranges.size() + x[i]] ? 255 : 0;
}

// Finds out for each place whether it is safe; if safe is null, stops at the first unsafe one.
// Location rule, counting votes outside A(a): certain of c - possible of c' >= |A(a)| + [c > c'], where c is any class of the group
// and c' any class outside. The best c is the one with the most certain votes outside A(a), ties to the smaller index.
// Margin rule: with all votes and 2 |A(a)|.
bool VoteTable::staysIn(const ClassSet& group, const Places& places, std::vector<uchar>* safe) const
{
    const int n = places.count(), nobody = classes();
    const bool margin = rule == CERTIFICATE_MARGIN;
    std::vector<int> strength(n, -1), strongest(n, nobody), lead(n);
    PositionSums sums(grid);

    int weakest = -1; // least strength of any place so far; a class with fewer votes cannot be strongest anywhere
    const auto join = [&](int c) {
        const int all = c < nobody ? certain(c) : 1;
        const bool sum = !margin && c < nobody && all > 0;
        if (sum)
            setCertain(sums, codesOf(c));
        weakest = INT_MAX;
        for (int a = 0; a < n; a++)
        {
            const int left = all - (sum ? sums.sum(places.place[a]) : 0);
            if (left > strength[a] || (left == strength[a] && c < strongest[a]))
            {
                strength[a] = left;
                strongest[a] = c;
            }
            weakest = std::min(weakest, strength[a]);
        }
    };
    int first = -1;
    for (int c = 0; c < nobody; c++)
        if (group[c] && (first < 0 || certain(c) > certain(first)))
            first = c;
    join(first);
    bool seen = certain(first) == 0; // among the classes without votes only the first can matter
    for (int c = 0; c <= nobody; c++)
    {
        const int all = c < nobody ? certain(c) : 1;
        if (!group[c] || c == first || all < weakest || (all == 0 && seen))
            continue;
        seen = seen || all == 0;
        join(c);
    }

    if (safe)
        safe->assign(n, 1);
    bool allSafe = true;
    int least = INT_MAX;
    for (int a = 0; a < n; a++)
    {
        const int touched = places.touched[a];
        lead[a] = strength[a] - (margin ? 2 * touched : touched);
        least = std::min(least, lead[a]);
        if (!group[nobody] && strength[a] - (margin ? touched : 0) < 1)
        {
            allSafe = false;
            if (safe)
                (*safe)[a] = 0;
        }
    }
    if (!allSafe && !safe)
        return false;

    seen = false;
    for (int c = 0; c < nobody; c++)
    {
        const int all = possible(c);
        if (group[c] || least > all || (all == 0 && seen)) // does not win even with all its votes
            continue;
        seen = seen || all == 0;
        const bool sum = !margin && all > 0;
        if (sum)
            setPossible(sums, codesOf(c));
        for (int a = 0; a < n; a++)
            if (lead[a] < all - (sum ? sums.sum(places.place[a]) : 0) + (strongest[a] > c))
            {
                allSafe = false;
                if (!safe)
                    return false;
                (*safe)[a] = 0;
            }
    }
    return allSafe;
}

bool VoteTable::holds(int label, const Places& places, int count) const
{
    ClassSet group(classes() + 1, 0);
    group[label] = 1;
    if (!staysIn(group, places))
        return false;
    if (count == 1)
        return true;
    // The closest classes first. "Nobody voted" is not among them: if patches touch anything, a lead consists of votes.
    std::vector<std::pair<int, int> > rivals; // how much of the lead may be lost, class
    for (int c = 0; c < classes(); c++)
        if (c != label)
            rivals.push_back(std::make_pair(certain(label) - possible(c) - (label > c), c));
    std::sort(rivals.begin(), rivals.end());
    Losses losses(*this, label, places, count);
    for (size_t k = 0; k < rivals.size(); k++)
    {
        const int limit = rivals[k].first;
        if ((k == 0 ? losses.bound() : losses.most(limit)) <= limit)
            return true; // for this class and all that follow
        if (losses.exceed(rivals[k].second, limit))
            return false;
    }
    return true;
}

}} // namespace cv::derand
