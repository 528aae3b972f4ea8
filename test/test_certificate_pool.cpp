// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Which label do several frames have together, and does it hold exactly when no patches in them change it?

#include "certificate_cases.hpp"

#include <climits>

namespace opencv_test { namespace {

TEST(Derand_CertificatePool, OneFrameThatVotesGivesThePoolItsLabel)
{
    const Ablation a(ABLATION_COLUMN, 1, Size(8, 1));
    Votes votes(8, 3, (uchar)0);
    votes.col(2).setTo(1);
    const Certificate silent = certify(Votes(8, 3, (uchar)0), a), sure = certify(votes, a);
    const Certificate c = Certificate::pool({silent, sure});
    EXPECT_EQ(2, c.label);
    EXPECT_EQ(8, c.votes);
    EXPECT_EQ(0, c.runnerUp);
    EXPECT_EQ(8, c.run.abstained);
    EXPECT_TRUE(c.holds(Size(2, 1))) << "3 + 3 votes go: 8 - 2 is more than 4";
    EXPECT_FALSE(c.holds(Size(3, 1))) << "8 - 3 to 6";
}

//! Votes that a label of two frames needs.
int minVotesOf(const Case& one, const Case& two) { return one.minVotes + two.minVotes - 1; }

/** Can an attacker with this many patches in every frame reach a label for which bad[label] is set? With `single`, only in one of the
two frames. */
bool reachesTogether(const Case& one, const Case& two, int patches, const vector<bool>& bad, bool single = false)
{
    const vector<ref::Set> first = ref::unions(one.sets, patches), second = ref::unions(two.sets, patches);
    if (single)
    {
        Case untouchedOne = one, untouchedTwo = two;
        untouchedOne.sets = untouchedTwo.sets = vector<ref::Set>(1);
        return reachesTogether(one, untouchedTwo, patches, bad) || reachesTogether(untouchedOne, two, patches, bad);
    }
    for (const Votes& a : ref::resolutions(one.votes))
        for (const Votes& b : ref::resolutions(two.votes))
            for (const ref::Set& hitA : first)
                for (const ref::Set& hitB : second)
                {
                    const vector<int> restA = ref::sums(a, hitA), restB = ref::sums(b, hitB);
                    for (int target = 0; target <= a.cols; target++)
                    {
                        vector<int> n = restA;
                        for (int c = 0; c < a.cols; c++)
                            n[c] += restB[c] + (c == target ? (int)(hitA.count() + hitB.count()) : 0);
                        if (bad[ref::winner(n, minVotesOf(one, two))])
                            return true;
                    }
                }
    return false;
}

//! A second frame with votes of the same classes, for another geometry, and mostly for the same label.
Case secondFrame(RNG& rng, const Case& first, int maxSide)
{
    const Ablation a = ref::randomAblation(rng, first.ablation.type, maxSide);
    const int classes = first.votes.cols, label = ref::label(first.votes);
    Votes votes = ref::randomVotes(rng, ref::count(a), classes, rng.uniform(0, 2) == 0);
    const int other = ref::label(votes);
    if (rng.uniform(0, 4) > 0 && other != label && other >= 0 && label >= 0)
        for (int i = 0; i < votes.rows; i++)
            std::swap(votes(i, label), votes(i, other));
    return Case(a, votes, first.minVotes > 1 ? rng.uniform(1, 1 + votes.rows) : 1);
}

class Derand_CertificatePool : public CertificateCases
{};

TEST_P(Derand_CertificatePool, PooledFramesHoldExactlyWhenNoPatchesInThemChangeTheLabel)
{
    ref::Outcomes outcomes, more, rejections, attackedOnce;
    for (Case& one : randomCases(1801, 1500, blocks() ? 6 : 16, 3, 3))
    {
        Case two = secondFrame(rng, one, blocks() ? 6 : 16);
        two.place(one.patch);
        if (rng.uniform(0, 4) == 0)
            blur(rng, one.votes, 2);
        const vector<Certificate> parts = {one.certificate(), two.certificate()};
        const Certificate c = Certificate::pool(parts);
        vector<int> n = ref::sums(one.votes);
        const vector<int> m = ref::sums(two.votes);
        for (size_t k = 0; k < n.size(); k++)
            n[k] += m[k];
        const int minVotes = minVotesOf(one, two), winner = ref::winner(n, minVotes), label = winner < one.votes.cols ? winner : -1;
        ASSERT_EQ(label, c.label) << one << two;
        ASSERT_EQ(label < 0 ? 0 : n[label], c.votes);
        ASSERT_EQ(one.votes.rows + two.votes.rows, c.run.ablations);
        const vector<bool> others = ref::otherThan(label, one.votes.cols);
        const bool promises = label >= 0 || minVotes > 1, expected = promises && !reachesTogether(one, two, 1, others);
        ASSERT_EQ(outcomes.add(expected), c.holds(one.patch)) << one << two;
        ASSERT_EQ(expected, c.staysIn({label}, one.patch)) << one << two;
        rejections.add(expected && label < 0);
        const Certificate d = Certificate::pool(parts, 1);
        const bool expectedOfOne = promises && !reachesTogether(one, two, 1, others, true);
        ASSERT_EQ(expectedOfOne, d.holds(one.patch)) << one << two;
        attackedOnce.add(expectedOfOne && !expected);
        ASSERT_EQ(largestSquare(c), c.patch) << one << two;
        more.add(expected && !(parts[0].holds(one.patch) && parts[1].holds(one.patch)));
    }
    EXPECT_GT(outcomes.rarer(), 100);
    EXPECT_GT(more.yes, 20) << "frames together never proved more than each by itself";
    EXPECT_GT(rejections.yes, 2);
    EXPECT_GT(attackedOnce.yes, 50);
}

TEST_P(Derand_CertificatePool, PooledFramesAreSoundForGroupsTargetsSeveralPatchesAndTheMarginRule)
{
    ref::Outcomes groups, targets, pairs, margin;
    for (const Case& one : randomCases(1901, 800, blocks() ? 5 : 12, 4, 2))
    {
        Case two = secondFrame(rng, one, blocks() ? 5 : 12);
        two.place(one.patch);
        const int classes = one.votes.cols;
        const Certificate c = Certificate::pool({one.certificate(), two.certificate()});
        const vector<int> group = randomGroup(rng, classes, rng.uniform(1, 1 + classes));
        vector<bool> outside(classes + 1, true), only(classes + 1, false);
        for (int member : group)
            outside[member] = false;
        const int target = rng.uniform(0, classes);
        only[target] = true;
        const vector<bool> others = ref::otherThan(c.label, classes);
        const Certificate d = Certificate::pool({one.certificate(CERTIFICATE_MARGIN), two.certificate(CERTIFICATE_MARGIN)});
        ASSERT_FALSE(groups.add(c.staysIn(group, one.patch)) && reachesTogether(one, two, 1, outside)) << one << two;
        ASSERT_FALSE(targets.add(c.neverBecomes(target, one.patch)) && reachesTogether(one, two, 1, only)) << one << two;
        ASSERT_FALSE(pairs.add(c.holds(one.patch, 2)) && reachesTogether(one, two, 2, others)) << one << two;
        ASSERT_FALSE(margin.add(d.holds(one.patch)) && reachesTogether(one, two, 1, others)) << one << two;
    }
    EXPECT_GT(groups.rarer(), 50);
    EXPECT_GT(targets.rarer(), 50);
    EXPECT_GT(pairs.yes, 20);
    EXPECT_GT(margin.yes, 20);
}

TEST_P(Derand_CertificatePool, PooledFramesOfManyClassesHoldExactlyWhenTheyShould)
{
    // The sum of what each frame loses at its worst location, class by class.
    ref::Outcomes outcomes;
    rng = RNG(781 + scheme());
    for (int k = 0; k < 400; k++)
    {
        const int classes = rng.uniform(4, 25), frames = rng.uniform(2, 5), patches = rng.uniform(1, 3);
        const Size patch = ref::randomSize(rng, 1, 3);
        vector<Case> cases;
        vector<Certificate> certificates;
        for (int t = 0; t < frames; t++)
        {
            const Ablation a = ref::randomAblation(rng, scheme(), blocks() ? 7 : 20);
            Votes votes = manyClasses(rng, ref::count(a), classes);
            const int label = ref::label(votes);
            if (label > 0) // the same in most frames
                for (int i = 0; i < votes.rows && rng.uniform(0, 50); i++)
                    std::swap(votes(i, label), votes(i, 0));
            cases.push_back(Case(a, votes).place(patch));
            certificates.push_back(cases.back().certificate());
        }
        const Certificate c = Certificate::pool(certificates);
        bool expected = c.label >= 0;
        for (int other = 0; other <= classes && expected; other++)
        {
            if (other == c.label)
                continue;
            int left = other == classes ? -1 : -(c.label > other);
            for (const Case& example : cases)
            {
                int least = INT_MAX;
                for (const ref::Set& hit : ref::unions(example.sets, patches))
                {
                    const vector<int> n = ref::sums(example.votes, hit);
                    least = std::min(least, n[c.label] - (other < classes ? n[other] + (int)hit.count() : 0));
                }
                left += least;
            }
            expected = left >= 0;
        }
        ASSERT_EQ(outcomes.add(expected), c.holds(patch, patches)) << cases[0] << patches;
        ASSERT_TRUE(patches > 1 || c.staysIn({std::max(0, c.label)}, patch) == expected) << cases[0];
    }
    EXPECT_GT(outcomes.rarer(), 50);
}

TEST_P(Derand_CertificatePool, APoolOfOneFrameIsItsCertificate)
{
    for (const Case& example : randomCases(2001, 200, blocks() ? 7 : 16, 4, 3))
    {
        const Certificate c = example.certificate(), d = Certificate::pool({c});
        ASSERT_EQ(c.label, d.label);
        ASSERT_EQ(c.patch, d.patch);
        ASSERT_EQ(c.inputPatch, d.inputPatch);
        ASSERT_EQ(c.run.abstained, d.run.abstained);
        ASSERT_EQ(c.run.evaluated, d.run.evaluated);
        ASSERT_EQ(c.holds(example.patch, 2), d.holds(example.patch, 2)) << example;
        // Pools of pools are pools of all their frames.
        const Certificate e = Certificate::pool({d, Certificate::pool({c, c})}), f = Certificate::pool({c, c, c});
        ASSERT_EQ(3 * c.votes, e.votes);
        ASSERT_EQ(f.patch, e.patch);
        Mat votes;
        e.getVotes(votes);
        ASSERT_EQ(3 * c.run.ablations, votes.rows);
    }
}

DERAND_FOR_EVERY_SCHEME(Derand_CertificatePool);

}} // namespace opencv_test
