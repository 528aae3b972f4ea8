// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Does the label stay in a group of classes, and can it become a target, exactly as the reference says?

#include "certificate_cases.hpp"

namespace opencv_test { namespace {

class Derand_CertificateGroups : public CertificateCases
{};

TEST_P(Derand_CertificateGroups, StaysInIsExactForEveryGroup)
{
    ref::Outcomes outcomes, beyondLabel;
    for (const Case& example : randomCases(501, 600, blocks() ? 8 : 20, 4, 3))
    {
        const Certificate c = example.certificate();
        const int classes = example.votes.cols;
        for (int bits = 1; bits < 2 << classes; bits++)
        {
            vector<int> group;
            for (int m = classes; m >= 0; m--) // the order does not matter
                if (bits >> m & 1)
                    group.push_back(m == classes ? -1 : m);
            const bool expected = example.staysIn(group);
            ASSERT_EQ(outcomes.add(expected), c.staysIn(group, example.patch)) << example << "classes " << bits << " as bits";
            group.push_back(group[0]);
            ASSERT_EQ(expected, c.staysIn(group, example.patch)) << "a class named twice";
            beyondLabel.add(expected && bits + 1 < 2 << classes && !c.holds(example.patch));
        }
    }
    EXPECT_GT(outcomes.rarer(), 500);
    EXPECT_GT(beyondLabel.yes, 30) << "no group held where the label did not";
}

TEST_P(Derand_CertificateGroups, NeverBecomesIsExactForEveryTarget)
{
    ref::Outcomes outcomes, beyondLabel;
    for (const Case& example : randomCases(601, 1500, blocks() ? 8 : 20, 4, 3))
    {
        const Certificate c = example.certificate();
        for (int target = 0; target < example.votes.cols; target++)
        {
            const bool expected = example.neverBecomes(target);
            ASSERT_EQ(outcomes.add(expected), c.neverBecomes(target, example.patch)) << example << "target " << target;
            beyondLabel.add(expected && !c.holds(example.patch));
        }
        ASSERT_TRUE(c.label < 0 || !c.neverBecomes(c.label, example.patch));
    }
    EXPECT_GT(outcomes.rarer(), 500);
    EXPECT_GT(beyondLabel.yes, 30) << "no target was excluded where the label did not hold";
}

TEST_P(Derand_CertificateGroups, TheMarginRuleCountsAllVotesOfGroupsAndTargets)
{
    ref::Outcomes groups, targets;
    for (Case& example : randomCases(651, 1500, blocks() ? 8 : 20, 4, 3))
    {
        if (rng.uniform(0, 4) == 0)
            blur(rng, example.votes, 3);
        const Certificate c = example.certificate(CERTIFICATE_MARGIN);
        const int classes = example.votes.cols, touched = ref::largest(example.sets), target = rng.uniform(0, classes);
        vector<int> group = randomGroup(rng, classes, rng.uniform(1, classes));
        if (rng.uniform(0, 3) == 0)
            group.push_back(-1);
        vector<int> others(1, -1);
        for (int k = 0; k < classes; k++)
            if (k != target)
                others.push_back(k);
        const bool stays = groups.add(example.holdsByMargin(group, touched));
        const bool never = targets.add(example.holdsByMargin(others, touched));
        ASSERT_EQ(stays, c.staysIn(group, example.patch)) << example << Mat(group).t();
        ASSERT_EQ(never, c.neverBecomes(target, example.patch)) << example << target;
        ASSERT_TRUE(!stays || example.staysIn(group)) << example << Mat(group).t();
        ASSERT_TRUE(!never || example.neverBecomes(target)) << example << target;
    }
    EXPECT_GT(groups.rarer(), 100);
    EXPECT_GT(targets.rarer(), 100);
}

DERAND_FOR_EVERY_SCHEME(Derand_CertificateGroups);

}} // namespace opencv_test
