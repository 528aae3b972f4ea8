// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Does a label hold exactly when nothing that one patch does to the votes changes it? By the rule of locations, that of the
// margin, and with votes that are not certain.

#include "certificate_cases.hpp"

namespace opencv_test { namespace {

//! Everything of this many positions: columns of every width, with and without wrap-around; without, also blocks and strides.
vector<Ablation> ablationsOf(int count)
{
    vector<Ablation> all;
    for (int s = 1; s <= count; s++)
    {
        all.push_back(Ablation(ABLATION_COLUMN, s, Size(count, 1)));
        all.push_back(Ablation(ABLATION_COLUMN, s, Size(count + s - 1, 1), 1, false));
    }
    all.push_back(Ablation(ABLATION_ROW, 2, Size(1, 3 * count + 1), 3, false)); // every third row and the last are never seen
    if (count == 4)
        all.push_back(Ablation(ABLATION_BLOCK, 3, Size(5, 6), 2, false));
    return all;
}

//! All vote tables of a few ablations against all contents of those that are touched. Counts the rejections that hold.
void againstEveryAttack(int ablations, int classes, bool top1, int& rejections)
{
    ref::Outcomes outcomes;
    const int contents = 1 << classes;
    int tables = 1;
    for (int i = 0; i < ablations; i++)
        tables *= contents;
    for (int t = 0; t < tables; t++)
    {
        Votes votes(ablations, classes);
        bool oneEach = true;
        for (int i = 0, code = t; i < ablations; i++, code /= contents)
        {
            int given = 0;
            for (int c = 0; c < classes; c++)
                given += votes(i, c) = (uchar)(code % contents >> c & 1);
            oneEach = oneEach && given == 1;
        }
        if (top1 && !oneEach)
            continue;
        for (const Ablation& a : ablationsOf(ablations))
            for (int minVotes = 1; minVotes <= ablations; minVotes++)
            {
                Case example(a, votes, minVotes);
                const int label = example.label();
                const Certificate c = example.certificate(), margin = example.certificate(CERTIFICATE_MARGIN);
                for (int m = 1; ref::largest(example.place(Size(m, m)).sets) < ablations; m++)
                {
                    bool changed = false;
                    vector<bool> becomes(classes, false), leaves(classes, false);
                    const bool promises = ref::hasLabel(votes, minVotes);
                    bool rejects = !promises;
                    for (int bad = 0; bad < classes; bad++)
                    {
                        vector<bool> only(classes + 1, false);
                        only[bad] = true;
                        for (const ref::Set& hit : example.sets)
                        {
                            changed = changed || ref::exhaustiveReaches(votes, hit, ref::otherThan(label, classes), top1, minVotes);
                            becomes[bad] = becomes[bad] || ref::exhaustiveReaches(votes, hit, only, top1, minVotes);
                            only.flip();
                            leaves[bad] = leaves[bad] || ref::exhaustiveReaches(votes, hit, only, top1, minVotes);
                            only.flip();
                            vector<bool> none(classes + 1, false);
                            none[classes] = true;
                            rejects = rejects || ref::exhaustiveReaches(votes, hit, none, top1, minVotes);
                        }
                        becomes[bad] = becomes[bad] || !promises;
                        leaves[bad] = leaves[bad] || !promises;
                    }
                    changed = changed || !promises;
                    ASSERT_EQ(!outcomes.add(changed), c.holds(example.patch)) << example;
                    rejections += !changed && label < 0;
                    ASSERT_EQ(!changed, example.holds()) << "pushing one class is not the worst case";
                    vector<int> all(1, 0);
                    for (int k = 1; k < classes; k++)
                        all.push_back(k);
                    ASSERT_FALSE(c.staysIn(all, example.patch) && rejects) << example << "any class, but one";
                    ASSERT_TRUE(top1 || c.staysIn(all, example.patch) == !rejects) << example << "any class, but one";
                    ASSERT_FALSE(changed && margin.holds(example.patch)) << example;
                    for (int bad = 0; bad < classes; bad++)
                    {
                        ASSERT_EQ(!becomes[bad], c.neverBecomes(bad, example.patch)) << example << "target " << bad;
                        ASSERT_EQ(!leaves[bad], c.staysIn(vector<int>(1, bad), example.patch)) << example << "group " << bad;
                    }
                }
            }
    }
    EXPECT_GT(outcomes.rarer(), 0);
}

TEST(Derand_CertificateRules, IsExactAgainstEveryThinkableAttackOnFewThresholdVotes)
{
    int rejections = 0;
    againstEveryAttack(2, 2, false, rejections);
    againstEveryAttack(3, 2, false, rejections);
    againstEveryAttack(4, 2, false, rejections);
    againstEveryAttack(2, 3, false, rejections);
    againstEveryAttack(3, 3, false, rejections);
    EXPECT_GT(rejections, 0);
}

TEST(Derand_CertificateRules, IsExactAgainstEveryThinkableAttackOnFewTop1Votes)
{
    int rejections = 0;
    againstEveryAttack(2, 2, true, rejections);
    againstEveryAttack(3, 2, true, rejections);
    againstEveryAttack(4, 2, true, rejections);
    againstEveryAttack(5, 2, true, rejections);
    againstEveryAttack(3, 3, true, rejections);
    againstEveryAttack(4, 3, true, rejections);
    EXPECT_GT(rejections, 0);
}

class Derand_CertificateRules : public CertificateCases
{};

TEST_P(Derand_CertificateRules, LocationRuleHoldsExactlyWhenNoPatchChangesTheLabel)
{
    ref::Outcomes outcomes;
    for (const Case& example : randomCases(201, 5000, blocks() ? 9 : 24, 4, 4))
        ASSERT_EQ(outcomes.add(example.holds()), example.certificate().holds(example.patch)) << example;
    EXPECT_GT(outcomes.rarer(), 300);
}

TEST_P(Derand_CertificateRules, MarginRuleIsTheFormulaOfThePaperWithEveryLocationCounted)
{
    ref::Outcomes outcomes, weaker;
    for (const Case& example : randomCases(301, 5000, blocks() ? 9 : 24, 4, 4))
    {
        const bool expected = example.holdsByMargin(), truth = example.holds();
        const Certificate c = example.certificate(CERTIFICATE_MARGIN);
        ASSERT_EQ(outcomes.add(expected), c.holds(example.patch)) << example;
        ASSERT_TRUE(truth || !expected) << example;
        weaker.add(truth && !expected);
    }
    EXPECT_GT(outcomes.rarer(), 300);
    EXPECT_GT(weaker.yes, 20) << "the location rule never proved more";
}

TEST_P(Derand_CertificateRules, VotesWithinTheToleranceCountAsTheWorseOfTheTwo)
{
    ref::Outcomes outcomes, lost;
    for (Case& example : randomCases(401, 1500, blocks() ? 8 : 20, 4, 3))
    {
        const Votes exact = example.votes.clone();
        blur(rng, example.votes, rng.uniform(1, 7));
        const bool expected = example.holds(); // label by bit 0, then every resolution
        const Certificate c = example.certificate();
        ASSERT_EQ(ref::label(exact, example.minVotes), c.label) << example;
        ASSERT_EQ(outcomes.add(expected), c.holds(example.patch)) << example;

        const int size = rng.uniform(1, exact.cols), target = rng.uniform(0, exact.cols);
        const vector<int> group = randomGroup(rng, exact.cols, size);
        ASSERT_EQ(example.staysIn(group), c.staysIn(group, example.patch)) << example;
        ASSERT_EQ(example.neverBecomes(target), c.neverBecomes(target, example.patch)) << example;

        const Certificate margin = example.certificate(CERTIFICATE_MARGIN);
        ASSERT_EQ(example.holdsByMargin(), margin.holds(example.patch)) << example;
        ASSERT_TRUE(expected || !margin.holds(example.patch)) << example;
        lost.add(!expected && ref::holds(exact, example.sets, example.minVotes));
    }
    EXPECT_GT(outcomes.rarer(), 150);
    EXPECT_GT(lost.yes, 30) << "the tolerance never cost a certificate";
}

TEST_P(Derand_CertificateRules, AnAblationThatMayVoteForAnyClassCountsAsTheWorst)
{
    ref::Outcomes outcomes;
    for (Case& example : randomCases(451, 1200, blocks() ? 6 : 12, 3, 3))
    {
        Votes& votes = example.votes;
        for (int n = rng.uniform(1, 3); n > 0; n--) // as NaN scores do
            votes.row(rng.uniform(0, votes.rows)).setTo(Scalar(2));
        const Certificate c = example.certificate();
        const int last = votes.cols - 1;
        ASSERT_EQ(outcomes.add(example.holds()), c.holds(example.patch)) << example;
        ASSERT_EQ(example.holds(2), c.holds(example.patch, 2)) << example;
        ASSERT_EQ(example.neverBecomes(last), c.neverBecomes(last, example.patch)) << example;
    }
    EXPECT_GT(outcomes.rarer(), 40);
}

TEST(Derand_CertificateRules, IsExactAtTheSizesOfRealNets)
{
    struct
    {
        Ablation ablation;
        int patch;
    } const cases[] = {{Ablation(ABLATION_COLUMN, 2, Size(28, 1)), 5}, {Ablation(ABLATION_ROW, 4, Size(1, 32)), 5},
            {Ablation(ABLATION_COLUMN, 19, Size(224, 1)), 32}, {Ablation(ABLATION_BLOCK, 5, Size(16, 16)), 3},
            {Ablation(ABLATION_COLUMN, 19, Size(224, 1), 5), 32}, {Ablation(ABLATION_ROW, 19, Size(1, 224), 10), 32}};
    RNG rng(1501);
    ref::Outcomes outcomes;
    for (const auto& sample : cases)
        for (int k = 0; k < 40; k++)
        {
            Case example(sample.ablation, ref::randomVotes(rng, ref::count(sample.ablation), 10, k % 2 == 0));
            example.place(Size(sample.patch, sample.patch));
            ASSERT_EQ(outcomes.add(example.holds()), example.certificate().holds(example.patch)) << example;
        }
    EXPECT_GT(outcomes.rarer(), 20);
}

TEST(Derand_CertificateRules, StrideFiveNeedsALeadOfTwiceElevenNotTwiceTen)
{
    // W = 224, s = 19, m = 32: 45 columns, one patch touches 11 of them. 33 to 12 is a lead of 21.
    const Ablation a(ABLATION_COLUMN, 19, Size(224, 224), 5);
    Votes votes(45, 2, (uchar)0);
    votes.col(0).setTo(1);
    for (int i = 12; i < 24; i++)
    {
        votes(i, 0) = 0;
        votes(i, 1) = 1;
    }
    EXPECT_FALSE(certify(votes, a, FrameMap(), CERTIFICATE_MARGIN).holds(Size(32, 32)));
    EXPECT_FALSE(certify(votes, a).holds(Size(32, 32)));
    votes(12, 1) = 0; // 33 to 11
    EXPECT_TRUE(certify(votes, a, FrameMap(), CERTIFICATE_MARGIN).holds(Size(32, 32)));
    EXPECT_TRUE(certify(votes, a).holds(Size(32, 32)));
}

DERAND_FOR_EVERY_SCHEME(Derand_CertificateRules);

}} // namespace opencv_test
