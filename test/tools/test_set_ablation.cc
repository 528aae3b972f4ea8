// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Sets of bands, blocks and pixels against all sets, all patches and all attacks.

#include <gtest/gtest.h>

#include <algorithm>
#include <climits>
#include <map>
#include <set>

#include "baselines/set_ablation.hpp"

namespace {

using namespace cv::derand;
using tools::SetAblation;

// Every way to choose `size` of 0..positions - 1, by bit masks.
std::vector<std::vector<int>> subsets(int positions, int size)
{
    std::vector<std::vector<int>> all;
    for (int bits = 0; bits < 1 << positions; bits++)
    {
        std::vector<int> set;
        for (int i = 0; i < positions; i++)
            if (bits >> i & 1)
                set.push_back(i);
        if (int(set.size()) == size)
            all.push_back(set);
    }
    std::sort(all.begin(), all.end());
    return all;
}

// Does position i of the ablation (stride 1) retain a pixel of the patch?
bool touches(const Ablation& a, int i, const cv::Rect& patch)
{
    const int w = a.inputSize.width, h = a.inputSize.height;
    for (int y = patch.y; y < patch.y + patch.height; y++)
        for (int x = patch.x; x < patch.x + patch.width; x++)
        {
            const int left = a.type == ABLATION_BLOCK ? i % w : i, top = a.type == ABLATION_BLOCK ? i / w : i;
            const bool inX = a.type == ABLATION_ROW || (x - left + w) % w < a.width;
            const bool inY = a.type == ABLATION_COLUMN || (y - top + h) % h < a.width;
            if (inX && inY)
                return true;
        }
    return false;
}

const Ablation SMALL[] = {Ablation(ABLATION_COLUMN, 1, cv::Size(7, 5)), Ablation(ABLATION_COLUMN, 3, cv::Size(8, 5)),
        Ablation(ABLATION_COLUMN, 3, cv::Size(8, 5), 1, false), Ablation(ABLATION_ROW, 2, cv::Size(4, 9)),
        Ablation(ABLATION_BLOCK, 2, cv::Size(4, 3)), Ablation(ABLATION_BLOCK, 1, cv::Size(4, 4))}; // the last: pixels

TEST(Derand_SetAblation, AllSetsAreThere)
{
    for (const Ablation& member : SMALL)
        for (const int size : {1, 2, 3, member.count()})
        {
            const SetAblation sets(member, size);
            const std::vector<std::vector<int>> expected = subsets(member.count(), size);
            ASSERT_EQ(expected, sets.all());
            ASSERT_EQ(int(expected.size()), sets.count());
        }
}

TEST(Derand_SetAblation, TouchedSetsAreThoseThatAPatchMeets)
{
    for (const Ablation& member : SMALL)
        for (const int size : {1, 2, 3, member.count() - 1})
        {
            const SetAblation sets(member, size);
            const std::vector<std::vector<int>> all = subsets(member.count(), size);
            const cv::Size input = member.inputSize;
            for (int side = 1; side <= std::min(input.width, input.height); side++)
            {
                int most = 0;
                for (int y = 0; y + side <= input.height; y++)
                    for (int x = 0; x + side <= input.width; x++)
                    {
                        const auto hit = [&](int i) { return touches(member, i, cv::Rect(x, y, side, side)); };
                        most = std::max(most, int(std::count_if(all.begin(), all.end(), [&](const auto& set) {
                            return std::any_of(set.begin(), set.end(), hit);
                        })));
                    }
                ASSERT_EQ(most, sets.touched(side)) << size << " of " << member.count() << ", side " << side;
                ASSERT_NEAR(double(most) / double(all.size()), sets.touchedShare(side), 1e-12);
            }
        }
}

TEST(Derand_SetAblation, TheSparseShareIsThatOfThePaper)
{
    // Figure 2: four of 8 x 8 pixels, patch 3 x 3: .463.
    EXPECT_NEAR(.463, SetAblation(Ablation(ABLATION_BLOCK, 1, cv::Size(8, 8)), 4).touchedShare(3), 5e-4);
    // 1 - C(775, 45) / C(784, 45), computed with integers of any length.
    const SetAblation mnist(Ablation(ABLATION_BLOCK, 1, cv::Size(28, 28)), 45);
    EXPECT_NEAR(0.41422352673725, mnist.touchedShare(3), 1e-12);
    EXPECT_EQ(1, mnist.touchedShare(28));
    EXPECT_EQ(0, mnist.count()); // too many
}

TEST(Derand_SetAblation, RefusesSizesThatAreNone)
{
    EXPECT_THROW(SetAblation(SMALL[0], 0), std::runtime_error);
    EXPECT_THROW(SetAblation(SMALL[0], 8), std::runtime_error);
    EXPECT_THROW(SetAblation(Ablation(), 1), cv::Exception);
}

TEST(Derand_SetDraws, AreUniformAndTheSameForASeed)
{
    const SetAblation sets(Ablation(ABLATION_COLUMN, 1, cv::Size(5, 5)), 2);
    tools::SetDraws draws(sets, 7), again(sets, 7), other(sets, 8);
    std::map<std::set<int>, int> one, first; // of one seed, and the first of each seed
    bool same = true;
    const int count = 20000;
    for (int i = 0; i < count; i++)
    {
        const std::vector<int> set = draws.next();
        ASSERT_EQ(set, again.next());
        same = same && set == other.next();
        one[{set[0], set[1]}]++;
        const std::vector<int> begin = tools::SetDraws(sets, uint64_t(i)).next();
        first[{begin[0], begin[1]}]++;
    }
    EXPECT_FALSE(same);
    for (const auto& seen : {one, first})
    {
        ASSERT_EQ(10u, seen.size());
        for (const auto& [set, times] : seen)
        {
            EXPECT_EQ(2u, set.size());
            EXPECT_NEAR(count / 10, times, 5 * std::sqrt(count * .1 * .9));
        }
    }
}

// An attacker who takes a vote from every class of the group and gives one to a rival, in `touched` sets.
bool leaves(std::vector<int> counts, const std::vector<int>& group, int touched)
{
    const std::vector<int> clean = counts;
    for (int rival = 0; rival < int(clean.size()); rival++)
    {
        if (std::count(group.begin(), group.end(), rival))
            continue;
        counts = clean;
        for (const int c : group)
            counts[size_t(c)] -= touched;
        counts[size_t(rival)] += touched;
        const int winner = int(std::max_element(counts.begin(), counts.end()) - counts.begin());
        if (!std::count(group.begin(), group.end(), winner))
            return true;
    }
    return false;
}

TEST(Derand_LeadOf, IsTwiceWhatAnAttackNeeds)
{
    cv::RNG rng(1);
    for (int round = 0; round < 2000; round++)
    {
        std::vector<int> counts(4);
        for (int& n : counts)
            n = rng.uniform(0, 12);
        const int label = int(std::max_element(counts.begin(), counts.end()) - counts.begin());
        for (const std::vector<int>& group : {std::vector<int>{label}, {label, (label + 1) % 4}, {0, 1, 2, 3}})
            for (int touched = 0; touched < 8; touched++)
                ASSERT_EQ(leaves(counts, group, touched), tools::leadOf(counts, group) < 2 * touched);
    }
    EXPECT_EQ(INT_MAX, tools::leadOf({1, 2}, {0, 1}));
}

} // namespace
