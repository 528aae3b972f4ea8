// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"
#include "vote_table.hpp"
#include "losses.hpp"

#include <numeric>

namespace cv { namespace derand {

static void setCertain(PositionSums& sums, const uchar* codes)
{
    sums.set([codes](int i) { return isCertain(codes[i]); });
}

static void setPossible(PositionSums& sums, const uchar* codes)
{
    sums.set([codes](int i) { return isPossible(codes[i]); });
}

VoteTable::VoteTable(const Mat& table, const Ablation& ablation, const Ptr<FrameAxes>& axes_, const CountingRules& rules_, int reused)
    : grids(1, Grid(ablation)), rules(rules_), axes(1, axes_), voted(table.cols, 0), certainVotes(table.cols, 0),
      possibleVotes(table.cols, 0), unknownRows(0), reusedRows(reused), abstainedRows(0), invalidRows(0)
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
    addNone();
    transpose(table, codes);
}

VoteTable::VoteTable(const std::vector<VoteTable>& tables)
    : rules(tables[0].rules), voted(tables[0].classes(), 0), certainVotes(voted), possibleVotes(voted), unknownRows(0),
      reusedRows(0), abstainedRows(0), invalidRows(0)
{
    std::vector<Mat> all;
    rules.minVotes = 1;
    for (const VoteTable& table : tables)
    {
        grids.insert(grids.end(), table.grids.begin(), table.grids.end());
        axes.insert(axes.end(), table.axes.begin(), table.axes.end());
        all.push_back(table.codes);
        for (int c = 0; c < table.classes(); c++)
        {
            voted[c] += table.voted[c];
            certainVotes[c] += table.certainVotes[c];
            possibleVotes[c] += table.possibleVotes[c];
        }
        rules.minVotes += table.rules.minVotes - 1;
        rules.votesEach = std::max(rules.votesEach, table.rules.votesEach);
        unknownRows += table.unknownRows;
        reusedRows += table.reusedRows;
        abstainedRows += table.abstainedRows;
        invalidRows += table.invalidRows;
    }
    addNone();
    hconcat(all, codes);
}

void VoteTable::addNone()
{
    voted.push_back(rules.minVotes);
    certainVotes.push_back(rules.minVotes);
    possibleVotes.push_back(rules.minVotes);
}

void VoteTable::getTable(Mat& table) const
{
    transpose(codes, table);
    bitwise_and(table, Scalar(VOTE_CODE_VOTED | VOTE_CODE_NOT_EVALUATED), table);
}

int VoteTable::winner() const
{
    return (int)(std::max_element(voted.begin(), voted.end()) - voted.begin()); // the first of equal elements
}

std::vector<Part> VoteTable::parts(bool ofInput) const
{
    std::vector<Part> all;
    for (size_t k = 0; k < grids.size(); k++)
    {
        const Part part = {&grids[k], ofInput ? &axes[k]->input : &axes[k]->frame};
        all.push_back(part);
    }
    return all;
}

void VoteTable::safeMap(int label, const Size& patch, OutputArray map) const
{
    const Places places = frame(patch);
    std::vector<uchar> safe(places.count(), 0);
    ClassSet group(classes() + 1, 0);
    group[label] = 1;
    staysIn(group, places, 0, &safe);
    const std::vector<int>&x = places.x.index, &y = places.y.index;
    if ((int64)x.size() * (int64)y.size() > INT_MAX)
        CV_Error_(Error::StsOutOfRange, ("the patch of %d x %d has %d x %d locations, expected a map of at most %d elements: "
                "use holds() instead", patch.width, patch.height, (int)x.size(), (int)y.size(), INT_MAX));
    map.create((int)y.size(), (int)x.size(), CV_8UC1);
    Mat m = map.getMat();
    for (int j = 0; j < m.rows; j++)
        for (int i = 0; i < m.cols; i++)
            m.at<uchar>(j, i) = safe[y[j] * places.x.count() + x[i]] ? 255 : 0;
}

namespace {

//! A class, and its votes at one place.
struct Count
{
    int votes, c;
    bool isBefore(const Count& other) const { return votes > other.votes || (votes == other.votes && c < other.c); }
};

//! All classes: the two with the most votes, then the others by index.
std::vector<int> strongestFirst(const std::vector<int>& votes, int classes)
{
    std::vector<int> order(classes);
    std::iota(order.begin(), order.end(), 0);
    for (int k = 0; k < std::min(2, classes); k++)
    {
        const auto next = order.begin() + k;
        const auto strongest = std::max_element(next, order.end(), [&](int a, int b) { return votes[a] < votes[b]; });
        std::rotate(next, strongest, strongest + 1);
    }
    return order;
}

} // namespace

/* Finds out for each place whether it is safe; if safe is null, stops at the first unsafe one. A place is safe if for every class c'
outside the group, after a patch there made as many votes for c' as it can, another class d is still less than `threshold` behind:

    kept(d) + [c' > d] + threshold > gained(c')                       for some d other than c'

Location rule: kept(d) are the certain votes of d outside A(a), gained(c') the possible votes of c' outside A(a) and |A(a)| more. Margin
rule: certain votes and |A(a)| less, possible votes and |A(a)| more. "None of these" keeps and gains minVotes.
The best d is the one with the largest kept(d), ties to the smaller index, or the next one if c' is that itself; with threshold 0
a place is not safe if c' has the largest itself. */
bool VoteTable::staysIn(const ClassSet& group, const Places& places, int threshold, std::vector<uchar>* safe) const
{
    const int n = places.count(), none = classes();
    const bool margin = rules.rule == CERTIFICATE_MARGIN, needsSecond = threshold > 0;
    const Count lowest = {INT_MIN / 2, none}, ofNone = {rules.minVotes, none};
    std::vector<Count> first(n, ofNone), second(n, lowest);
    PositionSums sums(grids);
    int weakest = INT_MIN; // least votes of `first`, or of `second` if needed: a class with fewer cannot get there
    int without = 0;       // classes without votes so far: after two of them, the others are no stronger
    for (int c : strongestFirst(certainVotes, none))
    {
        if (certain(c) < weakest || (certain(c) == 0 && ++without > 2))
            continue;
        const bool sum = !margin && certain(c) > 0;
        if (sum)
            setCertain(sums, codesOf(c));
        weakest = INT_MAX;
        for (int a = 0; a < n; a++)
        {
            Count kept = {certain(c) - (margin ? places.touched[a] : sum ? sums.sum(places.of(a)) : 0), c};
            if (kept.isBefore(first[a]))
                std::swap(kept, first[a]);
            if (kept.isBefore(second[a]))
                second[a] = kept;
            weakest = std::min(weakest, (needsSecond ? second : first)[a].votes);
        }
    }

    if (safe)
        safe->assign(n, 1);
    bool allSafe = true;
    int least = INT_MAX; // a class with fewer votes does not win anywhere, even if it keeps all of them
    for (int a = 0; a < n; a++)
        least = std::min(least, (needsSecond ? second : first)[a].votes + threshold - places.touched[a]);
    std::vector<int> rivals = strongestFirst(possibleVotes, none);
    rivals.push_back(none);
    bool seen = false; // a class without votes: those that follow are no stronger
    for (int c : rivals)
    {
        const int all = possible(c);
        if (group[c] || (c < none && (all < least || (all == 0 && seen))))
            continue;
        seen = seen || all == 0;
        const bool sum = c < none && !margin && all > 0;
        if (sum)
            setPossible(sums, codesOf(c));
        for (int a = 0; a < n; a++)
        {
            const Count& ahead = first[a].c != c ? first[a] : second[a];
            const int gained = all - (sum ? sums.sum(places.of(a)) : 0) + (c < none ? places.touched[a] : 0);
            if (ahead.votes + (c > ahead.c) + threshold <= gained)
            {
                allSafe = false;
                if (!safe)
                    return false;
                (*safe)[a] = 0;
            }
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
    std::vector<std::pair<int, int> > rivals; // how much of the lead may be lost, class
    for (int c = 0; c <= classes(); c++)
        if (c != label)
            rivals.push_back(std::make_pair(certain(label) - possible(c) - (label > c), c));
    std::sort(rivals.begin(), rivals.end()); // the closest classes first
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

/* A class d passes c if it gains need(d) = kept(c) + [d > c] - possible(d) votes at a place, at most |A(a)|; the touched ablations can
give |A(a)| votes to each of any number of classes, but only votesEach |A(a)| in all: k classes pass if the k smallest needs fit into
that. (Votes for different classes can come from the same ablation or from others, so that no ablation gives more than votesEach.) */
bool VoteTable::staysInTop(int c, int k, const Places& places) const
{
    const int n = places.count();
    if (k >= classes())
        return true;
    const bool margin = rules.rule == CERTIFICATE_MARGIN;
    PositionSums sums(grids);
    setCertain(sums, codesOf(c));
    std::vector<int> kept(n);
    int least = INT_MAX; // as in staysIn()
    for (int a = 0; a < n; a++)
    {
        kept[a] = certain(c) - (margin ? places.touched[a] : sums.sum(places.of(a)));
        least = std::min(least, kept[a] - places.touched[a]);
    }
    std::vector<std::vector<int> > needs(n); // the k smallest so far, as a heap
    for (int d = 0; d < classes(); d++)
    {
        if (d == c || possible(d) < least)
            continue;
        if (!margin && possible(d) > 0)
            setPossible(sums, codesOf(d));
        for (int a = 0; a < n; a++)
        {
            const int left = possible(d) - (!margin && possible(d) > 0 ? sums.sum(places.of(a)) : 0);
            const int need = std::max(0, kept[a] + (d > c) - left);
            std::vector<int>& heap = needs[a];
            if (need > places.touched[a] || ((int)heap.size() == k && need >= heap[0]))
                continue;
            if ((int)heap.size() == k)
            {
                std::pop_heap(heap.begin(), heap.end());
                heap.pop_back();
            }
            heap.push_back(need);
            std::push_heap(heap.begin(), heap.end());
        }
    }
    for (int a = 0; a < n; a++)
        if ((int)needs[a].size() == k)
        {
            int64 sum = 0;
            for (int need : needs[a])
                sum += need;
            if (sum <= (int64)rules.votesEach * places.touched[a])
                return false;
        }
    return true;
}

}} // namespace cv::derand
