// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "set_ablation.hpp"

#include <algorithm>
#include <climits>
#include <numeric>

#include "common/error.hpp"

namespace tools {

namespace {

const int MOST_SETS = 1 << 16;

//! n over k; 0 if it exceeds MOST_SETS.
int binomial(int n, int k)
{
    if (k > n)
        return 0;
    int64_t value = 1;
    for (int i = 1; i <= std::min(k, n - k); i++) // rises with every step
    {
        value = value * (n - i + 1) / i;
        if (value > MOST_SETS)
            return 0;
    }
    return int(value);
}

} // namespace

SetAblation::SetAblation(const cv::derand::Ablation& member, int size) : ablation(member), retained(size)
{
    const int positions = member.count();
    if (size < 1 || size > positions)
        fail("sets of {}: expected 1 to {}, the number of bands or blocks", size, positions);
    sets = binomial(positions, size);
}

std::vector<std::vector<int>> SetAblation::all() const
{
    const int positions = ablation.count();
    std::vector<std::vector<int>> all;
    std::vector<int> set(static_cast<size_t>(retained));
    std::iota(set.begin(), set.end(), 0);
    for (int i = retained; i >= 0;)
    {
        all.push_back(set);
        // Move the last member that can move; the ones after it follow.
        for (i = retained - 1; i >= 0 && set[size_t(i)] == positions - retained + i; i--)
        {}
        if (i >= 0)
            std::iota(set.begin() + i, set.end(), set[size_t(i)] + 1);
    }
    return all;
}

double SetAblation::touchedShare(int side) const
{
    const int positions = ablation.count(), affected = ablation.maxAffected(cv::Size(side, side));
    double untouched = 1;
    for (int i = 0; i < retained; i++)
        untouched *= std::max(0., double(positions - affected - i)) / (positions - i);
    return 1 - untouched;
}

int SetAblation::touched(int side) const
{
    return sets - binomial(ablation.count() - ablation.maxAffected(cv::Size(side, side)), retained);
}

SetDraws::SetDraws(const SetAblation& ablation, uint64_t seed)
    : rng(seed), positions(size_t(ablation.member().count())), size(ablation.size())
{
    std::iota(positions.begin(), positions.end(), 0);
}

std::vector<int> SetDraws::next()
{
    // The beginning of a shuffle; earlier draws leave the rest in some other order, which does not matter.
    for (int i = 0; i < size; i++)
        std::swap(positions[size_t(i)], positions[size_t(rng.uniform(i, int(positions.size())))]);
    return {positions.begin(), positions.begin() + size};
}

int leadOf(const std::vector<int>& counts, const std::vector<int>& group)
{
    int least = INT_MAX;
    for (int rival = 0; rival < int(counts.size()); rival++)
    {
        if (std::count(group.begin(), group.end(), rival))
            continue;
        int lead = INT_MIN;
        for (const int c : group)
            lead = std::max(lead, counts[size_t(c)] - counts[size_t(rival)] - (c > rival));
        least = std::min(least, lead);
    }
    return least;
}

} // namespace tools
