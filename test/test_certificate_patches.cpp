// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Does a label hold exactly when several patches together cannot change it?

#include "certificate_cases.hpp"

#include <climits>

namespace opencv_test { namespace {

class Derand_CertificatePatches : public CertificateCases
{};

TEST_P(Derand_CertificatePatches, TwoPatchesHoldExactlyWhenNoTwoLocationsChangeTheLabel)
{
    ref::Outcomes outcomes, beyondSingles;
    for (Case& example : randomCases(701, 2000, blocks() ? 10 : 42, 3))
    {
        if (rng.uniform(0, 5) == 0)
            blur(rng, example.votes, 2);
        const Certificate c = example.certificate(), margin = example.certificate(CERTIFICATE_MARGIN);
        bool smallerHeld = true;
        for (int m = 1; m < 10 && smallerHeld; m++) // until the first that does not hold
        {
            example.place(Size(m, rng.uniform(std::max(1, m - 1), m + 2)));
            smallerHeld = outcomes.add(example.holds(2));
            ASSERT_EQ(smallerHeld, c.holds(example.patch, 2)) << example;
            ASSERT_EQ(example.holdsByMargin(2), margin.holds(example.patch, 2)) << example;
            ASSERT_TRUE(smallerHeld || !margin.holds(example.patch, 2)) << example;
            beyondSingles.add(smallerHeld && !example.holdsBySingles(2));
        }
    }
    EXPECT_GT(outcomes.rarer(), 100);
    EXPECT_GT(beyondSingles.yes, 5) << "twice the worst single patch was always enough";
}

TEST_P(Derand_CertificatePatches, ThreePatchesAreSoundAndExactForBands)
{
    ref::Outcomes proven, outcomes;
    for (Case& example : randomCases(801, 1000, blocks() ? 7 : 30, 3, 2))
    {
        if (rng.uniform(0, 5) == 0)
            blur(rng, example.votes, 2);
        const bool expected = outcomes.add(example.holds(3));
        const bool answer = proven.add(example.certificate().holds(example.patch, 3));
        ASSERT_TRUE(expected || !answer) << example;
        ASSERT_TRUE(answer || !expected || blocks()) << example;
        ASSERT_TRUE(answer || !example.holdsBySingles(3)) << example;
    }
    EXPECT_GT(proven.yes, 30);
    EXPECT_GT(outcomes.no, 60);
}

TEST_P(Derand_CertificatePatches, WhatTwoPatchesTouchTogetherIsCountedOnce)
{
    // Ties everywhere, a sparse lead, and one rectangle of positions, across the border too, in which
    // the lead is dense: there the worst single patch is, and a second one finds less.
    rng = RNG(751 + scheme());
    ref::Outcomes outcomes, beyondSingles;
    for (int k = 0; k < 2000; k++)
    {
        const Size size = blocks() ? ref::randomSize(rng, 6, 11) : ref::randomSize(rng, 18, 60);
        const Ablation a(scheme(), rng.uniform(1, blocks() ? 3 : 4),
                scheme() == ABLATION_COLUMN        ? Size(size.width, 2)
                        : scheme() == ABLATION_ROW ? Size(2, size.height)
                                                   : size);
        const Size grid(scheme() == ABLATION_ROW ? 1 : size.width, scheme() == ABLATION_COLUMN ? 1 : size.height);
        const Size dense = ref::randomSize(rng, 1, blocks() ? 4 : 9);
        const int x0 = rng.uniform(0, grid.width), y0 = rng.uniform(0, grid.height);
        const int lead = k % 2;
        const double sparse = rng.uniform(.2, .7);
        Votes votes(ref::count(a), 2, (uchar)1);
        for (int i = 0; i < votes.rows; i++)
            if ((ref::inBand(i % grid.width, x0, dense.width, grid.width) && ref::inBand(i / grid.width, y0, dense.height, grid.height))
                    || rng.uniform(0., 1.) < sparse)
                votes(i, 1 - lead) = 0;
        Case example(a, votes);
        example.place(ref::randomSize(rng, 1, blocks() ? 3 : 5));
        const bool expected = outcomes.add(example.holds(2));
        ASSERT_EQ(expected, example.certificate().holds(example.patch, 2)) << example;
        beyondSingles.add(expected && !example.holdsBySingles(2));
    }
    EXPECT_GT(outcomes.rarer(), 100);
    EXPECT_GT(beyondSingles.yes, 20);
}

TEST(Derand_CertificatePatches, WhatTheWorstTwoPatchesShareIsCountedOnce)
{
    // The votes to be had lie in two squares of 3 x 3 blocks that share a corner, with nothing around them: the worst two patches
    // touch both, and so the corner twice. One vote less each time, elsewhere, until they change the label.
    RNG rng(795);
    for (int k = 0; k < 4; k++)
    {
        const int side = 16, x0 = rng.uniform(1, 10), y0 = rng.uniform(1, 10), label = k % 2;
        const bool falling = k / 2 % 2 == 0; // which of the corners
        Votes votes(side * side, 2, (uchar)1);
        vector<int> others; // that vote for the label only
        for (int i = 0; i < votes.rows; i++)
        {
            const int x = i % side - x0, y = falling ? i / side - y0 : 4 - (i / side - y0);
            const bool first = x >= 0 && x < 3 && y >= 0 && y < 3, second = x >= 2 && x < 5 && y >= 2 && y < 5;
            const bool around = x >= -1 && x < 6 && y >= -1 && y < 6 && std::abs(x - y) <= 3;
            if (first || second)
                votes(i, 1 - label) = 0;
            else if (around)
                votes(i, label) = 0;
            else if ((i % side + 2 * (i / side)) % 4 != 1)
            {
                if (rng.uniform(0, 5) < 2)
                    votes(i, 1 - label) = 0;
            }
            if (!first && !second && votes(i, label) && !votes(i, 1 - label))
                others.push_back(i);
        }
        Case example(Ablation(ABLATION_BLOCK, 2, Size(side, side)), votes);
        example.place(Size(2, 2));
        const vector<ref::Set> pairs = ref::unions(example.sets, 2);
        ASSERT_TRUE(ref::holds(votes, pairs)) << "nothing to lose";
        for (bool holds = true; holds;)
        {
            ASSERT_FALSE(others.empty());
            votes(others.back(), 1 - label) = 1;
            others.pop_back();
            holds = ref::holds(votes, pairs);
            ASSERT_EQ(holds, example.certificate().holds(example.patch, 2)) << k;
        }
        // The worst two overlap: their gains add up to more than the gain of what they touch together.
        ref::Set gain;
        for (int i = 0; i < votes.rows; i++)
            gain[i] = votes(i, label) && !votes(i, 1 - label);
        const auto loss = [&](const ref::Set& set) { return (int)((set & gain).count()); };
        int disjoint = 0, any = 0;
        for (const ref::Set& one : example.sets)
            for (const ref::Set& two : example.sets)
            {
                any = std::max(any, loss(one | two));
                if ((one & two).none())
                    disjoint = std::max(disjoint, loss(one | two));
            }
        EXPECT_GT(any, disjoint) << k;
    }
}

TEST_P(Derand_CertificatePatches, ClassesOfFewVotesAreNotPassedOver)
{
    ref::Outcomes outcomes, byFew, groups;
    rng = RNG(771 + scheme());
    for (int k = 0; k < 500; k++)
    {
        const Ablation a = ref::randomAblation(rng, scheme(), blocks() ? 9 : 36);
        Case example(a, manyClasses(rng, ref::count(a), rng.uniform(8, 30)));
        if (k % 5 == 0)
            blur(rng, example.votes, 3);
        const Certificate c = example.certificate();
        const int label = ref::label(example.votes), classes = example.votes.cols;
        // Without the class that is closest, which answers most questions.
        Votes fewer = example.votes.clone();
        if (label >= 0)
            fewer.col(c.runnerUp).setTo(0);
        bool held = true;
        for (int m = 1; m < 8 && held; m++)
        {
            example.place(Size(m, rng.uniform(std::max(1, m - 1), m + 2)));
            held = outcomes.add(example.holds(2));
            ASSERT_EQ(held, c.holds(example.patch, 2)) << example;
            ASSERT_EQ(example.holds(), c.holds(example.patch)) << example;
            byFew.add(!held && label >= 0 && !Case(a, fewer).place(example.patch).holds(2));
            const vector<int> group = randomGroup(rng, classes, rng.uniform(1, classes));
            ASSERT_EQ(groups.add(example.staysIn(group)), c.staysIn(group, example.patch)) << example;
            const int target = rng.uniform(0, classes);
            ASSERT_EQ(example.neverBecomes(target), c.neverBecomes(target, example.patch)) << example << target;
        }
    }
    EXPECT_GT(outcomes.rarer(), 100);
    EXPECT_GT(byFew.yes, 50);
    EXPECT_GT(groups.rarer(), 30);
}

TEST_P(Derand_CertificatePatches, TheLastVoteOfALeadCounts)
{
    // One vote less each time, until two patches, which touch much in common, change the label.
    rng = RNG(791 + scheme());
    int steps = 0, ends = 0;
    for (int k = 0; k < 150; k++)
    {
        const Size size = blocks() ? ref::randomSize(rng, 6, 10) : Size(rng.uniform(20, 50), 1);
        const Ablation a(scheme(), rng.uniform(1, 3), scheme() == ABLATION_ROW ? Size(1, size.width) : size);
        Votes votes(ref::count(a), 3, (uchar)0);
        const int label = k % 2, hot = rng.uniform(0, votes.rows);
        for (int i = 0; i < votes.rows; i++)
        {
            const bool near = ref::inBand(i, hot, blocks() ? 2 * size.width : 6, votes.rows);
            votes(i, label) = 1;
            votes(i, 1 - label) = !near || rng.uniform(0, 3) == 0;
            votes(i, 1 - label) &= rng.uniform(0, 3) > 0;
        }
        Case example(a, votes);
        example.place(blocks() ? ref::randomSize(rng, 1, 4) : Size(rng.uniform(2, 6), rng.uniform(2, 6)));
        const vector<ref::Set> pairs = ref::unions(example.sets, 2);
        for (bool holds = true; holds; steps++)
        {
            holds = ref::holds(votes, pairs);
            ASSERT_EQ(holds, example.certificate().holds(example.patch, 2)) << example;
            ends += !holds;
            int i = rng.uniform(0, votes.rows);
            while (!votes(i, label))
                i = (i + 1) % votes.rows;
            votes(i, label) = 0;
        }
    }
    EXPECT_EQ(150, ends);
    EXPECT_GT(steps, 300);
}

TEST_P(Derand_CertificatePatches, MorePatchesNeverHoldWhereFewerDoNot)
{
    int several = 0;
    for (const Case& example : randomCases(901, 600, blocks() ? 9 : 30, 3, 2))
    {
        const Certificate c = example.certificate();
        bool before = c.holds(example.patch);
        for (int patches = 2; patches < 8; patches++)
        {
            const bool now = c.holds(example.patch, patches);
            ASSERT_TRUE(before || !now) << example << patches << " patches";
            several += now;
            before = now;
        }
        const int all = example.ablation.inputSize.area(); // as many patches as pixels cover everything
        for (int patches : {all, all + 1, 1000000, INT_MAX})
            ASSERT_FALSE(c.holds(example.patch, patches)) << example << patches << " patches";
    }
    EXPECT_GT(several, 100);
}

DERAND_FOR_EVERY_SCHEME(Derand_CertificatePatches);

}} // namespace opencv_test
