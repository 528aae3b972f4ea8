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
    if (table.rule == CERTIFICATE_MARGIN)
        return over(other);
    const bool sumOfWorst = count > 2 && table.grid.x.count() > 1 && table.grid.y.count() > 1;
    if (other == table.classes() || sumOfWorst)
        return 0;
    return std::max(0, most(0) - table.possible(other));
}

/* Returns any number up to low if the loss is at most low, any number above high if it is above high, and the exact loss in between;
except for more than two patches on blocks, for which the worst single loss is multiplied. */
int Losses::largest(int other, int low, int high) const
{
    const int n = table.ablations();
    const bool overNobody = other == table.classes();
    if (table.rule == CERTIFICATE_MARGIN)
        return (overNobody ? 1 : 2) * (int)std::min<int64>((int64)count * places.mostTouched, n);
    if (places.mostTouched == 0)
        return 0;
    const uchar* const own = table.codesOf(label);
    const uchar* const others = overNobody || other == WITHOUT_VOTES ? 0 : table.codesOf(other);
    std::vector<uchar> gain(n);
    for (int i = 0; i < n; i++)
        gain[i] = (uchar)(!overNobody + isCertain(own[i]) - (others && isPossible(others[i])));

    PositionSums sums(table.grid);
    sums.set([&](int i) { return gain[i]; });
    std::vector<int> loss(places.count());
    int worst = 0;
    for (size_t a = 0; a < loss.size(); a++)
    {
        loss[a] = sums.sum(places.place[a]);
        worst = std::max(worst, loss[a]);
    }
    const int sum = (int)std::min<int64>((int64)worst * count, 2 * (int64)n);
    if (count == 1 || sum <= low)
        return sum;
    const int nx = table.grid.x.count(), ny = table.grid.y.count();
    if (nx == 1 || ny == 1)
        return largestUnion(std::vector<int>(gain.begin(), gain.end()), nx > 1 ? places.x.ranges : places.y.ranges, count);
    return count > 2 ? sum : largestPair(sums, loss, std::max(low, worst), high);
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
            const int nx = intersect(places.rangeX(a), places.rangeX(b), table.grid.x.count(), sx);
            const int ny = intersect(places.rangeY(a), places.rangeY(b), table.grid.y.count(), sy);
            int shared = 0;
            for (int v = 0; v < ny; v++)
                for (int u = 0; u < nx; u++)
                    shared += sums.sum(PositionSums::place(table.grid, sx[u], sy[v]));
            most = std::max(most, large[i].first + large[j].first - shared);
            if (most > high)
                return most;
        }
    return most;
}

}} // namespace cv::derand
