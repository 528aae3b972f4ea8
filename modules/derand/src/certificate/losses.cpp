// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"
#include "losses.hpp"
#include "several_patches.hpp"

namespace cv { namespace derand {

static const int WITHOUT_VOTES = -1; // stands for any class without votes

Losses::Losses(const VoteTable& table_, int label_, const Places& places_, int count_)
    : table(table_), places(places_), label(label_), count(count_), upper(-1), exact(-1)
{}

// One of the axes has a single position.
bool Losses::isBands() const { return table.grids[0].x.count() == 1 || table.grids[0].y.count() == 1; }

// Whether the largest loss to several patches is exact: not for more than two on blocks, nor for joined tables.
bool Losses::isUnionFound() const { return count == 1 || (!table.isJoined() && (count == 2 || isBands())); }

int Losses::over(int other) const { return largest(other, 0, INT_MAX); }

bool Losses::exceed(int other, int limit) const { return largest(other, limit, limit) > limit; }

int Losses::bound()
{
    if (upper < 0)
        upper = largest(WITHOUT_VOTES, INT_MAX, INT_MAX);
    return upper;
}

int Losses::most(int enough)
{
    if (exact >= 0 || bound() <= enough)
        return exact >= 0 ? exact : upper;
    const int loss = largest(WITHOUT_VOTES, enough, INT_MAX);
    if (loss > enough)
        exact = loss;
    return loss;
}

// The patches with the largest loss over a class without votes lose at least that much over this class, less its votes.
int Losses::atLeast(int other)
{
    if (table.rules.rule == CERTIFICATE_MARGIN)
        return over(other);
    if (other == table.classes() || !isUnionFound())
        return 0;
    return std::max(0, most(0) - table.possible(other));
}

/* Returns any number up to low if the loss is at most low, any number above high if it is above high, and the exact loss in between;
except where isUnionFound() is false, for which the worst single loss is multiplied. */
int Losses::largest(int other, int low, int high) const
{
    const int n = table.ablations();
    const int none = table.classes(), movable = (label != none) + (other != none); // of the two classes, those with votes that patches can touch
    if (table.rules.rule == CERTIFICATE_MARGIN)
        return movable * (int)std::min<int64>((int64)count * places.mostTouched, n);
    if (places.mostTouched == 0)
        return 0;
    const uchar* const own = label == none ? 0 : table.codesOf(label);
    const uchar* const others = other == none || other == WITHOUT_VOTES ? 0 : table.codesOf(other);
    std::vector<uchar> gain(n);
    for (int i = 0; i < n; i++)
        gain[i] = (uchar)((other != none) + (own && isCertain(own[i])) - (others && isPossible(others[i])));

    PositionSums sums(table.grids);
    sums.set([&](int i) { return gain[i]; });
    std::vector<int> loss(places.count());
    int worst = 0;
    for (size_t a = 0; a < loss.size(); a++)
    {
        loss[a] = sums.sum(places.of((int)a));
        worst = std::max(worst, loss[a]);
    }
    const int sum = (int)std::min<int64>((int64)worst * count, 2 * (int64)n);
    if (count == 1 || sum <= low || !isUnionFound())
        return sum;
    if (isBands())
        return largestUnion(std::vector<int>(gain.begin(), gain.end()),
                table.grids[0].x.count() > 1 ? places.x.ranges : places.y.ranges, count);
    return largestPair(sums, loss, std::max(low, worst), high);
}

int Losses::largestPair(const PositionSums& sums, const std::vector<int>& loss, int low, int high) const
{
    const int worst = *std::max_element(loss.begin(), loss.end());
    std::vector<std::pair<int, int> > large; // loss, place
    for (size_t a = 0; a < loss.size(); a++)
        if (loss[a] + worst > low)
            large.push_back(std::make_pair(loss[a], (int)a));
    std::sort(large.rbegin(), large.rend());
    int most = low;
    for (size_t i = 0; i < large.size() && 2 * large[i].first > most; i++)
        for (size_t j = i + 1; j < large.size() && large[i].first + large[j].first > most; j++)
        {
            const int a = large[i].second, b = large[j].second;
            CyclicRange sx[2], sy[2];
            const int nx = intersect(*places.rangesX(a), *places.rangesX(b), table.grids[0].x.count(), sx);
            const int ny = intersect(*places.rangesY(a), *places.rangesY(b), table.grids[0].y.count(), sy);
            int shared = 0;
            for (int v = 0; v < ny; v++)
                for (int u = 0; u < nx; u++)
                    shared += sums.sum(PositionSums::place(table.grids[0], sx[u], sy[v]));
            most = std::max(most, large[i].first + large[j].first - shared);
            if (most > high)
                return most;
        }
    return most;
}

}} // namespace cv::derand
