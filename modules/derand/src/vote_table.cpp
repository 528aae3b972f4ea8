// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"
#include "vote_table.hpp"
#include "several_patches.hpp"

namespace cv { namespace derand {

//! What a patch at each location along one axis of the frame touches.
struct VoteTable::Locations
{
    Locations(const FrameAxis& frame, const Axis& axis, int patch)
    {
        patch = std::min(patch, frame.frameLength);
        index.reserve(frame.frameLength - patch + 1);
        int last[] = {-1, -1}; // windows of the last patch that touched nothing, and of the last that touched any ablation
        Range pixels(-1, -1);
        for (int a = 0; a + patch <= frame.frameLength; a++)
        {
            const Range touched = frame.touched(a, a + patch);
            if (touched == pixels) // most locations: a frame has more pixels than the network input
            {
                index.push_back(index.back());
                continue;
            }
            pixels = touched;
            const Window w = axis.affected(pixels);
            int& i = last[w.length > 0];
            if (i < 0 || w.start != windows[i].start || w.length != windows[i].length)
            {
                i = (int)windows.size();
                windows.push_back(w);
            }
            index.push_back(i);
        }
    }

    std::vector<Window> windows; // without repetitions
    std::vector<int> index;      // location -> windows
};

static int area(const Window& x, const Window& y)
{
    return x.length * y.length;
}

//! The locations of one patch that touch any ablation, each as what it touches.
struct VoteTable::Places
{
    Places(const VoteTable& table, const Locations& x, const Locations& y) : mostTouched(0)
    {
        for (size_t j = 0; j < y.windows.size(); j++)
            for (size_t i = 0; i < x.windows.size(); i++)
                if (area(x.windows[i], y.windows[j]) > 0)
                {
                    wx.push_back(x.windows[i]);
                    wy.push_back(y.windows[j]);
                    place.push_back(table.certain.place(wx.back(), wy.back()));
                    mostTouched = std::max(mostTouched, area(wx.back(), wy.back()));
                }
    }

    std::vector<Window> wx, wy;
    std::vector<VoteSums::Place> place;
    int mostTouched;
};

VoteTable::VoteTable(const Mat& codes_, const Ablation& ablation, const FrameMap& map, int rule_)
    : codes(codes_.clone()), grid(ablation), rule(rule_), certain(certainVotes(codes), grid)
{
    possible = countNonZero(codes & EITHER_BIT) == 0 ? certain : VoteSums(possibleVotes(codes), grid);
    derand::frameAxes(map, ablation.inputSize, frame);
    derand::frameAxes(FrameMap(), ablation.inputSize, input);
}

bool VoteTable::staysIn(const ClassSet& group, const Size& patch, const Axes& axes) const
{
    return staysIn(group, Locations(axes[0], grid.x, patch.width), Locations(axes[1], grid.y, patch.height), 0);
}

void VoteTable::safeMap(int label, const Size& patch, OutputArray map) const
{
    const Locations x(frame[0], grid.x, patch.width), y(frame[1], grid.y, patch.height);
    ClassSet group(classes(), 0);
    group[label] = 1;
    std::vector<uchar> safe;
    staysIn(group, x, y, &safe);
    map.create((int)y.index.size(), (int)x.index.size(), CV_8UC1);
    Mat m = map.getMat();
    for (int j = 0; j < m.rows; j++)
        for (int i = 0; i < m.cols; i++)
            m.at<uchar>(j, i) = safe[y.index[j] * x.windows.size() + x.index[i]] ? 255 : 0;
}

// For each pair of windows (y major) whether it is safe, or, without safe, until the first unsafe one.
// Location rule, with the votes outside A(a): certain of c - possible of c' >= |A(a)| + [c > c'], where c
// is any class of the group and c' any class outside. The best c is the one with the most certain votes
// outside A(a), ties to the smaller index. Margin rule: with all votes and 2 |A(a)|.
bool VoteTable::staysIn(const ClassSet& group, const Locations& x, const Locations& y, std::vector<uchar>* safe) const
{
    const int classes = codes.cols, n = (int)(x.windows.size() * y.windows.size());
    const bool margin = rule == CERTIFICATE_MARGIN;
    std::vector<VoteSums::Place> place(n);
    std::vector<int> strength(n, -1), strongest(n, classes), lead(n);
    for (int a = 0; a < n; a++)
        place[a] = certain.place(x.windows[a % x.windows.size()], y.windows[a / x.windows.size()]);

    bool seen = false; // of the classes without votes only the first can matter
    for (int c = 0; c < classes; c++)
    {
        if (!group[c] || (certain.none(c) && seen))
            continue;
        seen = seen || certain.none(c);
        for (int a = 0; a < n; a++)
        {
            const int left = certain.total(c) - (margin ? 0 : certain.sum(c, place[a]));
            if (left > strength[a])
            {
                strength[a] = left;
                strongest[a] = c;
            }
        }
    }
    int least = INT_MAX;
    for (int a = 0; a < n; a++)
    {
        const int touched = area(x.windows[a % x.windows.size()], y.windows[a / x.windows.size()]);
        lead[a] = strength[a] - (margin ? 2 * touched : touched);
        least = std::min(least, lead[a]);
    }

    if (safe)
        safe->assign(n, 1);
    bool all = true;
    seen = false;
    for (int c = 0; c < classes; c++)
    {
        if (group[c] || (possible.none(c) && seen))
            continue;
        seen = seen || possible.none(c);
        if (least > possible.total(c))
            continue; // not even with all its votes
        for (int a = 0; a < n; a++)
        {
            const int left = possible.total(c) - (margin ? 0 : possible.sum(c, place[a]));
            if (lead[a] < left + (strongest[a] > c))
            {
                all = false;
                if (!safe)
                    return false;
                (*safe)[a] = 0;
            }
        }
    }
    return all;
}

bool VoteTable::holds(int label, const Size& patch, int count) const
{
    const Locations x(frame[0], grid.x, patch.width), y(frame[1], grid.y, patch.height);
    ClassSet group(classes(), 0);
    group[label] = 1;
    if (!staysIn(group, x, y, 0))
        return false;
    if (count == 1)
        return true;
    const Places places(*this, x, y);
    for (int c = 0; c < classes(); c++)
    {
        const int limit = lead(label, c) - (label > c);
        if (c != label && largestLoss(label, c, places, count, limit) > limit)
            return false;
    }
    return true;
}

int VoteTable::largestLoss(int label, int other, const Size& patch, int count, const Axes& axes, int limit) const
{
    const Locations x(axes[0], grid.x, patch.width), y(axes[1], grid.y, patch.height);
    return largestLoss(label, other, Places(*this, x, y), count, limit);
}

// With the gain g_i = certain vote for the label - possible vote for the other + 1 >= 0 the location rule for
// the union of several A(a) reads: sum of g over the union <= lead - [label > other].
int VoteTable::largestLoss(int label, int other, const Places& places, int count, int limit) const
{
    if (rule == CERTIFICATE_MARGIN)
        return 2 * (int)std::min<int64>((int64)count * places.mostTouched, codes.rows);
    std::vector<std::pair<int, int> > gain; // of each place, the largest first
    for (size_t a = 0; a < places.place.size(); a++)
        gain.push_back(std::make_pair(area(places.wx[a], places.wy[a]) + certain.sum(label, places.place[a])
                - possible.sum(other, places.place[a]), (int)a));
    if (gain.empty())
        return 0; // no patch touches any ablation
    if (count == 1)
        return std::max_element(gain.begin(), gain.end())->first;
    std::sort(gain.rbegin(), gain.rend());
    const int sum = (int)std::min<int64>((int64)gain[0].first * count, 2 * codes.rows);
    if (sum <= limit)
        return sum;
    if (grid.x.count() == 1 || grid.y.count() == 1)
    {
        std::vector<int> g(codes.rows);
        for (int i = 0; i < codes.rows; i++)
            g[i] = (codes.at<uchar>(i, label) == VOTE_BIT) - (codes.at<uchar>(i, other) != 0) + 1;
        return largestUnion(g, grid.x.count() > 1 ? places.wx : places.wy, count);
    }
    if (count > 2)
        return sum;
    int most = std::max(limit, gain[0].first);
    for (size_t i = 0; i < gain.size() && 2 * gain[i].first > most; i++)
        for (size_t j = i + 1; j < gain.size() && gain[i].first + gain[j].first > most; j++)
        {
            const int a = gain[i].second, b = gain[j].second;
            Window sx[2], sy[2];
            const int nx = intersect(places.wx[a], places.wx[b], grid.x.count(), sx);
            const int ny = intersect(places.wy[a], places.wy[b], grid.y.count(), sy);
            int shared = 0;
            for (int v = 0; v < ny; v++)
                for (int u = 0; u < nx; u++)
                {
                    const VoteSums::Place p = certain.place(sx[u], sy[v]);
                    shared += area(sx[u], sy[v]) + certain.sum(label, p) - possible.sum(other, p);
                }
            most = std::max(most, gain[i].first + gain[j].first - shared);
        }
    return most;
}

}} // namespace cv::derand
