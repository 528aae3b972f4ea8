// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "reference.hpp"

#include <climits>

namespace opencv_test { namespace {

using ref::Votes;

//! A vote table and a patch, and the answers of the reference: all but certificate() comes from there.
struct Case
{
    Case(const Ablation& a, const Votes& v) : ablation(a), votes(v) {}

    Case& place(const Size& size)
    {
        patch = size;
        sets = ref::affected(ablation, patch, frame);
        return *this;
    }

    Certificate certificate(int rule = CERTIFICATE_LOCATION) const
    {
        return certify(votes, ablation, frame, rule);
    }

    bool holds(int patches = 1) const { return ref::holds(votes, ref::unions(sets, patches)); }

    bool staysIn(const vector<int>& group) const
    {
        vector<bool> outside(votes.cols + 1, true);
        for (int member : group)
            outside[member] = false;
        return ref::label(votes) >= 0 && !ref::reaches(votes, sets, outside);
    }

    bool neverBecomes(int target) const
    {
        vector<bool> only(votes.cols + 1, false);
        only[target] = true;
        return ref::label(votes) >= 0 && !ref::reaches(votes, sets, only);
    }

    //! The formula of the paper, with every location counted.
    bool holdsByMargin() const
    {
        const int touched = ref::largest(sets), label = ref::label(votes);
        const vector<int> n = ref::sums(votes);
        if (label < 0)
            return false;
        for (int c = 0; c < votes.cols; c++)
            if (c != label && n[label] < n[c] + (label > c) + 2 * touched)
                return false;
        return true;
    }

    //! Does the lead exceed so many times what the worst single patch can take away?
    bool holdsBySingles(int patches) const
    {
        const int label = ref::label(votes);
        if (label < 0)
            return false;
        for (int c = 0; c < votes.cols; c++)
        {
            // With the worse of two possible votes: bit 0 without bit 1 for the label, either for others.
            int lead = -(label > c), worst = 0;
            for (int i = 0; i < votes.rows; i++)
                lead += (votes(i, label) == 1) - (votes(i, c) != 0);
            for (const ref::Set& hit : sets)
            {
                int taken = 0;
                for (int i = 0; i < votes.rows; i++)
                    taken += hit[i] ? 1 + (votes(i, label) == 1) - (votes(i, c) != 0) : 0;
                worst = std::max(worst, taken);
            }
            if (c != label && lead < patches * worst)
                return false;
        }
        return true;
    }

    Ablation ablation;
    Votes votes;
    FrameMap frame; // empty: the patch is in input pixels
    Size patch;
    vector<ref::Set> sets; // the ablations that it touches, for each of its locations
};

//! Complete enough to repeat it.
std::ostream& operator<<(std::ostream& out, const Case& example)
{
    out << ref::describe(example.ablation);
    if (!example.frame.frameSize.empty())
        out << ", " << ref::describe(example.frame);
    return out << ", patch " << example.patch << ", votes\n" << example.votes << "\n";
}

//! A part of the classes, of the size that a test wants.
vector<int> randomGroup(RNG& rng, int classes, int size)
{
    vector<int> group;
    for (int c = 0; c < classes; c++)
        group.push_back(c);
    while ((int)group.size() > size)
        group.erase(group.begin() + rng.uniform(0, (int)group.size()));
    return group;
}

//! Turns some votes into votes within the tolerance: 0 into 2, 1 into 3.
void blur(RNG& rng, Votes& votes, int entries)
{
    for (int e = 0; e < entries; e++)
    {
        const int row = rng.uniform(0, votes.rows);
        votes(row, rng.uniform(0, votes.cols)) |= 2;
    }
}

//! A resized region of a somewhat larger frame.
FrameMap randomFrame(RNG& rng, int maxSide)
{
    static const int interpolations[] = {INTER_NEAREST, INTER_LINEAR, INTER_AREA};
    const Size frame = ref::randomSize(rng, 1, maxSide + 1);
    Rect roi;
    roi.x = rng.uniform(0, 1 + frame.width / 4);
    roi.y = rng.uniform(0, 1 + frame.height / 4);
    roi.width = rng.uniform(1 + (frame.width - roi.x) / 2, frame.width - roi.x + 1);
    roi.height = rng.uniform(1 + (frame.height - roi.y) / 2, frame.height - roi.y + 1);
    FrameMap map(frame, roi, interpolations[rng.uniform(0, 3)]);
    map.dilation = std::max(0, rng.uniform(-6, 3));
    if (rng.uniform(0, 3) == 0)
    {
        map.codecBlock = ref::randomSize(rng, 1, 5);
        map.codecOffset = Point(rng.uniform(-2, 5), rng.uniform(-2, 5));
        map.dilationAfterCodec = rng.uniform(0, 2);
    }
    return map;
}

//! The largest square that the certificate itself says holds.
int largestSquare(const Certificate& c)
{
    int side = 0;
    while (side < 50 && c.holds(Size(side + 1, side + 1)))
        side++;
    return side;
}

TEST(Derand_Certificate, CountsTheVotesOfLabelAndRunnerUp)
{
    RNG rng(101);
    int ties = 0;
    for (int k = 0; k < 2000; k++)
    {
        const Ablation a = ref::randomAblation(rng, k % 3, 6);
        const int classes = rng.uniform(2, 6);
        Votes votes(ref::count(a), classes, (uchar)0);
        rng.fill(votes, RNG::UNIFORM, 0, 2);
        vector<int> n = ref::sums(votes);
        int abstained = 0;
        for (int i = 0; i < votes.rows; i++)
            abstained += cv::countNonZero(votes.row(i)) == 0;

        const Certificate c = certify(votes, a);
        const int label = ref::label(votes);
        ASSERT_EQ(label, c.label) << Case(a, votes);
        ASSERT_EQ(label < 0 ? 0 : n[label], c.votes);
        if (label >= 0)
            n[label] = -1;
        const int runnerUp = label < 0 ? -1 : ref::argmax(n);
        ASSERT_EQ(runnerUp, c.runnerUp) << Case(a, votes);
        ASSERT_EQ(label < 0 ? 0 : n[runnerUp], c.runnerUpVotes);
        ASSERT_EQ(votes.rows, c.run.ablations);
        ASSERT_EQ(abstained, c.run.abstained);
        ASSERT_EQ(0, c.run.invalid) << "a vote table holds no scores";
        ties += c.votes == c.runnerUpVotes;
    }
    EXPECT_GT(ties, 100);
}

//! Label -1, and nothing holds.
void expectAbstains(const Certificate& c, int classes)
{
    EXPECT_EQ(-1, c.label);
    EXPECT_EQ(0, c.votes);
    EXPECT_EQ(-1, c.runnerUp);
    EXPECT_EQ(0, c.runnerUpVotes);
    EXPECT_EQ(c.run.ablations, c.run.abstained);
    EXPECT_EQ(0, c.patch);
    EXPECT_EQ(0, c.inputPatch);
    vector<int> all;
    for (int k = 0; k < classes; k++)
        all.push_back(k);
    for (int side : {1, 2, 5, 1000, INT_MAX})
    {
        const Size patch(side, side);
        for (int patches = 1; patches < 5; patches++)
            EXPECT_FALSE(c.holds(patch, patches)) << patch << patches;
        EXPECT_FALSE(c.staysIn(all, patch)) << patch;
        for (int k = 0; k < classes; k++)
        {
            EXPECT_FALSE(c.staysIn({k}, patch)) << patch << k;
            EXPECT_FALSE(c.neverBecomes(k, patch)) << patch << k;
        }
    }
}

TEST(Derand_Certificate, WithoutAnyVoteItAbstainsAndNothingHolds)
{
    const Ablation ablations[] = {Ablation(ABLATION_COLUMN, 2, Size(6, 4)), Ablation(ABLATION_ROW, 1, Size(2, 7), 3),
                                  Ablation(ABLATION_BLOCK, 2, Size(5, 4)), Ablation(ABLATION_COLUMN, 1, Size(9, 2), 4)};
    for (const Ablation& a : ablations)
        for (int rule = CERTIFICATE_LOCATION; rule <= CERTIFICATE_MARGIN; rule++)
            for (int code : {0, 2, 6}) // nobody; perhaps somebody; not evaluated
            {
                const Certificate c = certify(Votes(a.count(), 3, (uchar)code), a, FrameMap(), rule);
                SCOPED_TRACE(ref::describe(a) + format(", code %d", code));
                if (code == 6)
                {
                    EXPECT_EQ(0, c.run.evaluated);
                    EXPECT_EQ(0, c.run.abstained);
                    EXPECT_EQ(-1, c.label);
                    EXPECT_FALSE(c.holds(Size(1, 1)));
                    continue;
                }
                expectAbstains(c, 3);
                Mat map, votes;
                c.safeMap(Size(1, 1), map);
                EXPECT_EQ(0, countNonZero(map)) << "where the stride leaves out pixels, too";
                EXPECT_EQ(a.inputSize, map.size());
                c.getVotes(votes);
                expectAbstains(certify(votes, a, FrameMap(), rule), 3);
                expectAbstains(Certificate::pool({c}), 3);
                expectAbstains(Certificate::pool({c, c, c}), 3);
            }
}

TEST(Derand_Certificate, OneFrameThatVotesGivesThePoolItsLabel)
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

TEST(Derand_Certificate, ALabelOfUncertainVotesDoesNotHoldEvenWhereNoPatchTouchesIt)
{
    // Of 8 columns those at 0 and 4 are evaluated, the patch may be between them; in another run nobody votes.
    const Ablation a(ABLATION_COLUMN, 1, Size(8, 1), 4);
    Votes votes = (Votes(2, 2) << 3, 0, 3, 0);
    const Certificate c = certify(votes, a);
    EXPECT_EQ(0, c.label);
    EXPECT_FALSE(c.holds(Size(1, 1)));
    EXPECT_FALSE(c.staysIn({0, 1}, Size(1, 1)));
    Mat map;
    c.safeMap(Size(1, 1), map);
    EXPECT_EQ(0, countNonZero(map));
    EXPECT_FALSE(Certificate::pool({c, c}).holds(Size(1, 1)));
    votes(1, 0) = 1; // one vote that is one in every run
    const Certificate d = certify(votes, a);
    d.safeMap(Size(1, 1), map);
    EXPECT_EQ(7, countNonZero(map)) << "all but 4: at 0 class 1 gets no more than a tie";
}

TEST(Derand_Certificate, ATieInTheAttackedVotesGoesToTheSmallerIndex)
{
    // One pixel touches one of the columns: a lead of 2 shrinks to a tie, which class 0 wins and
    // class 1 loses.
    const Ablation a(ABLATION_COLUMN, 1, Size(4, 1));
    const Votes first({4, 2}, {1, 0, 1, 0, 1, 0, 0, 1});
    const Votes second({4, 2}, {0, 1, 0, 1, 0, 1, 1, 0});
    EXPECT_TRUE(certify(first, a).holds(Size(1, 1)));
    EXPECT_FALSE(certify(second, a).holds(Size(1, 1)));
    EXPECT_TRUE(certify(first, a, FrameMap(), CERTIFICATE_MARGIN).holds(Size(1, 1)));
    EXPECT_FALSE(certify(second, a, FrameMap(), CERTIFICATE_MARGIN).holds(Size(1, 1)));
}

//! All vote tables of a few columns against all contents of the touched ablations.
void againstEveryAttack(int columns, int classes, bool top1)
{
    ref::Outcomes outcomes;
    const int contents = 1 << classes;
    int tables = 1;
    for (int i = 0; i < columns; i++)
        tables *= contents;
    for (int t = 0; t < tables; t++)
    {
        Votes votes(columns, classes);
        bool oneEach = true;
        for (int i = 0, code = t; i < columns; i++, code /= contents)
        {
            int given = 0;
            for (int c = 0; c < classes; c++)
                given += votes(i, c) = (uchar)(code % contents >> c & 1);
            oneEach = oneEach && given == 1;
        }
        if (top1 && !oneEach)
            continue;
        const int label = ref::label(votes);
        for (int s = 1; s <= columns; s++)
        {
            Case example(Ablation(ABLATION_COLUMN, s, Size(columns, 1)), votes);
            const Certificate c = example.certificate();
            for (int m = 1; m + s - 1 < columns; m++)
            {
                example.place(Size(m, 1));
                bool changed = false;
                vector<bool> becomes(classes, false), leaves(classes, false);
                bool abstains = label < 0; // then nothing is promised
                for (int bad = 0; bad < classes; bad++)
                {
                    vector<bool> only(classes + 1, false);
                    only[bad] = true;
                    for (const ref::Set& hit : example.sets)
                    {
                        changed = changed || ref::exhaustiveReaches(votes, hit,
                                ref::otherThan(label, classes), top1);
                        becomes[bad] = becomes[bad] || ref::exhaustiveReaches(votes, hit, only, top1);
                        only.flip();
                        leaves[bad] = leaves[bad] || ref::exhaustiveReaches(votes, hit, only, top1);
                        only.flip();
                        vector<bool> nobody(classes + 1, false);
                        nobody[classes] = true;
                        abstains = abstains || ref::exhaustiveReaches(votes, hit, nobody, top1);
                    }
                    becomes[bad] = becomes[bad] || label < 0;
                }
                ASSERT_EQ(!outcomes.add(changed), c.holds(example.patch)) << example;
                ASSERT_EQ(!changed, example.holds()) << "pushing one class is not the worst case";
                vector<int> all(1, 0);
                for (int k = 1; k < classes; k++)
                    all.push_back(k);
                ASSERT_TRUE(top1 || c.staysIn(all, example.patch) == !abstains) << example << "any class, but one";
                ASSERT_FALSE(changed && c.holds(example.patch));
                for (int bad = 0; bad < classes; bad++)
                {
                    ASSERT_EQ(!becomes[bad], c.neverBecomes(bad, example.patch)) << example << "target " << bad;
                    ASSERT_EQ(!leaves[bad], c.staysIn(vector<int>(1, bad), example.patch))
                            << example << "group " << bad;
                }
            }
        }
    }
    EXPECT_GT(outcomes.rarer(), 0);
}

TEST(Derand_Certificate, IsExactAgainstEveryThinkableAttackOnFewThresholdVotes)
{
    againstEveryAttack(2, 2, false);
    againstEveryAttack(3, 2, false);
    againstEveryAttack(4, 2, false);
    againstEveryAttack(2, 3, false);
    againstEveryAttack(3, 3, false);
}

TEST(Derand_Certificate, IsExactAgainstEveryThinkableAttackOnFewTop1Votes)
{
    againstEveryAttack(2, 2, true);
    againstEveryAttack(3, 2, true);
    againstEveryAttack(4, 2, true);
    againstEveryAttack(5, 2, true);
    againstEveryAttack(3, 3, true);
    againstEveryAttack(4, 3, true);
}

//! Random certificates of one scheme.
class Derand_CertificateOf : public ::testing::TestWithParam<int>
{
protected:
    int scheme() const { return GetParam(); }
    bool blocks() const { return scheme() == ABLATION_BLOCK; }

    //! Inputs, patches and classes up to the given; every second with top-1 votes. Patch 0: none placed yet.
    vector<Case> randomCases(int seed, int count, int maxSide, int maxClasses, int maxPatch = 0)
    {
        rng = RNG(seed + scheme());
        vector<Case> cases;
        for (int k = 0; k < count; k++)
        {
            const Ablation a = ref::randomAblation(rng, scheme(), maxSide);
            const int classes = rng.uniform(2, 1 + maxClasses);
            cases.push_back(Case(a, ref::randomVotes(rng, ref::count(a), classes, k % 2 == 0)));
            if (maxPatch > 0)
                cases.back().place(ref::randomSize(rng, 1, 1 + maxPatch));
        }
        return cases;
    }

    RNG rng; // of the test, goes on where its cases end
};

TEST_P(Derand_CertificateOf, LocationRuleHoldsExactlyWhenNoPatchChangesTheLabel)
{
    ref::Outcomes outcomes;
    for (const Case& example : randomCases(201, 5000, blocks() ? 9 : 24, 4, 4))
        ASSERT_EQ(outcomes.add(example.holds()), example.certificate().holds(example.patch)) << example;
    EXPECT_GT(outcomes.rarer(), 300);
}

TEST_P(Derand_CertificateOf, MarginRuleIsTheFormulaOfThePaperWithEveryLocationCounted)
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

TEST_P(Derand_CertificateOf, VotesWithinTheToleranceCountAsTheWorseOfTheTwo)
{
    ref::Outcomes outcomes, lost;
    for (Case& example : randomCases(401, 1500, blocks() ? 8 : 20, 4, 3))
    {
        const Votes exact = example.votes.clone();
        blur(rng, example.votes, rng.uniform(1, 7));
        const bool expected = example.holds(); // label by bit 0, then every resolution
        const Certificate c = example.certificate();
        ASSERT_EQ(ref::label(exact), c.label) << example;
        ASSERT_EQ(outcomes.add(expected), c.holds(example.patch)) << example;

        const int size = rng.uniform(1, exact.cols), target = rng.uniform(0, exact.cols);
        const vector<int> group = randomGroup(rng, exact.cols, size);
        ASSERT_EQ(example.staysIn(group), c.staysIn(group, example.patch)) << example;
        ASSERT_EQ(example.neverBecomes(target), c.neverBecomes(target, example.patch)) << example;

        const Certificate margin = example.certificate(CERTIFICATE_MARGIN);
        ASSERT_TRUE(expected || !margin.holds(example.patch)) << example;
        lost.add(!expected && ref::holds(exact, example.sets));
    }
    EXPECT_GT(outcomes.rarer(), 150);
    EXPECT_GT(lost.yes, 30) << "the tolerance never cost a certificate";
}

TEST_P(Derand_CertificateOf, AnAblationThatMayVoteForAnyClassCountsAsTheWorst)
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

TEST_P(Derand_CertificateOf, StaysInIsExactForEveryGroup)
{
    ref::Outcomes outcomes, beyondLabel;
    for (const Case& example : randomCases(501, 600, blocks() ? 8 : 20, 4, 3))
    {
        const Certificate c = example.certificate();
        const int classes = example.votes.cols;
        for (int bits = 1; bits < 1 << classes; bits++)
        {
            vector<int> group;
            for (int m = classes - 1; m >= 0; m--) // the order does not matter
                if (bits >> m & 1)
                    group.push_back(m);
            const bool expected = example.staysIn(group);
            ASSERT_EQ(outcomes.add(expected), c.staysIn(group, example.patch))
                    << example << "classes " << bits << " as bits";
            group.push_back(group[0]);
            ASSERT_EQ(expected, c.staysIn(group, example.patch)) << "a class named twice";
            beyondLabel.add(expected && bits + 1 < 1 << classes && !c.holds(example.patch));
        }
    }
    EXPECT_GT(outcomes.rarer(), 500);
    EXPECT_GT(beyondLabel.yes, 30) << "no group held where the label did not";
}

TEST_P(Derand_CertificateOf, NeverBecomesIsExactForEveryTarget)
{
    ref::Outcomes outcomes, beyondLabel;
    for (const Case& example : randomCases(601, 1500, blocks() ? 8 : 20, 4, 3))
    {
        const Certificate c = example.certificate();
        for (int target = 0; target < example.votes.cols; target++)
        {
            const bool expected = example.neverBecomes(target);
            ASSERT_EQ(outcomes.add(expected), c.neverBecomes(target, example.patch))
                    << example << "target " << target;
            beyondLabel.add(expected && !c.holds(example.patch));
        }
        ASSERT_TRUE(c.label < 0 || !c.neverBecomes(c.label, example.patch));
    }
    EXPECT_GT(outcomes.rarer(), 500);
    EXPECT_GT(beyondLabel.yes, 30) << "no target was excluded where the label did not hold";
}

TEST_P(Derand_CertificateOf, TwoPatchesHoldExactlyWhenNoTwoLocationsChangeTheLabel)
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
            ASSERT_TRUE(smallerHeld || !margin.holds(example.patch, 2)) << example;
            beyondSingles.add(smallerHeld && !example.holdsBySingles(2));
        }
    }
    EXPECT_GT(outcomes.rarer(), 100);
    EXPECT_GT(beyondSingles.yes, 5) << "twice the worst single patch was always enough";
}

TEST_P(Derand_CertificateOf, ThreePatchesAreSoundAndExactForBands)
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

TEST_P(Derand_CertificateOf, WhatTwoPatchesTouchTogetherIsCountedOnce)
{
    // Ties everywhere, a sparse lead, and one rectangle of positions, across the border too, in which
    // the lead is dense: there the worst single patch is, and a second one finds less.
    rng = RNG(751 + scheme());
    ref::Outcomes outcomes, beyondSingles;
    for (int k = 0; k < 2000; k++)
    {
        const Size size = blocks() ? ref::randomSize(rng, 6, 11) : ref::randomSize(rng, 18, 60);
        const Ablation a(scheme(), rng.uniform(1, blocks() ? 3 : 4),
                scheme() == ABLATION_COLUMN ? Size(size.width, 2)
                : scheme() == ABLATION_ROW  ? Size(2, size.height) : size);
        const Size grid(scheme() == ABLATION_ROW ? 1 : size.width,
                scheme() == ABLATION_COLUMN ? 1 : size.height);
        const Size dense = ref::randomSize(rng, 1, blocks() ? 4 : 9);
        const int x0 = rng.uniform(0, grid.width), y0 = rng.uniform(0, grid.height);
        const int lead = k % 2;
        const double sparse = rng.uniform(.2, .7);
        Votes votes(ref::count(a), 2, (uchar)1);
        for (int i = 0; i < votes.rows; i++)
            if ((ref::inBand(i % grid.width, x0, dense.width, grid.width) &&
                        ref::inBand(i / grid.width, y0, dense.height, grid.height)) ||
                rng.uniform(0., 1.) < sparse)
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

//! A label that most ablations vote for, and for every other class a few, of which some gather in one place.
Votes manyClasses(RNG& rng, int ablations, int classes)
{
    Votes votes(ablations, classes, (uchar)0);
    const int label = rng.uniform(0, classes), begin = rng.uniform(0, ablations);
    const double lead = rng.uniform(.5, 1.1);
    for (int i = 0; i < ablations; i++)
        votes(i, label) = rng.uniform(0., 1.) < lead;
    const int most = rng.uniform(1, 4);
    for (int c = 0; c < classes; c++)
        for (int n = c == label ? 0 : rng.uniform(0, 1 + most); n > 0; n--)
            votes(rng.uniform(0, 3) ? (begin + rng.uniform(0, 3)) % ablations : rng.uniform(0, ablations), c) = 1;
    return votes;
}

TEST_P(Derand_CertificateOf, ClassesOfFewVotesAreNotPassedOver)
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

TEST_P(Derand_CertificateOf, TheLastVoteOfALeadCounts)
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

TEST(Derand_Certificate, WhatTheWorstTwoPatchesShareIsCountedOnce)
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
        // The worst two share something: their gains add up to more than that of what they touch.
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

TEST_P(Derand_CertificateOf, PooledFramesOfManyClassesHoldExactlyWhenTheyShould)
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

TEST_P(Derand_CertificateOf, MorePatchesNeverHoldWhereFewerDoNot)
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

TEST_P(Derand_CertificateOf, PatchIsTheLargestSquareThatHolds)
{
    ref::Outcomes outcomes;
    for (Case& example : randomCases(1001, 400, blocks() ? 9 : 24, 3))
    {
        for (int rule = CERTIFICATE_LOCATION; rule <= CERTIFICATE_MARGIN; rule++)
        {
            const Certificate c = example.certificate(rule);
            const int largest = largestSquare(c);
            ASSERT_EQ(largest, c.patch) << example;
            ASSERT_EQ(largest, c.inputPatch) << "without a frame they are the same";
            outcomes.add(largest > 0);
        }
        int truth = 0;
        while (truth < 50 && example.place(Size(truth + 1, truth + 1)).holds())
            truth++;
        ASSERT_EQ(truth, example.certificate().patch) << example;
    }
    EXPECT_GT(outcomes.rarer(), 40);
}

TEST_P(Derand_CertificateOf, WhatHoldsForAPatchHoldsForEveryPatchInsideIt)
{
    ref::Outcomes outcomes;
    for (const Case& example : randomCases(1101, 150, 10, 3))
        for (int rule = CERTIFICATE_LOCATION; rule <= CERTIFICATE_MARGIN; rule++)
        {
            const Certificate c = example.certificate(rule);
            for (int h = 1; h <= 11; h++)
                for (int w = 1; w <= 11; w++)
                {
                    if (!outcomes.add(c.holds(Size(w, h))))
                        continue;
                    ASSERT_TRUE(w == 1 || c.holds(Size(w - 1, h))) << example << Size(w, h) << " holds";
                    ASSERT_TRUE(h == 1 || c.holds(Size(w, h - 1))) << example << Size(w, h) << " holds";
                }
        }
    EXPECT_GT(outcomes.rarer(), 100);
}

TEST_P(Derand_CertificateOf, SafeMapIsTheAnswerOfEachLocation)
{
    ref::Outcomes outcomes;
    for (Case& example : randomCases(1201, 500, blocks() ? 7 : 16, 4))
    {
        if (rng.uniform(0, 5) == 0)
            blur(rng, example.votes, 2);
        const bool framed = rng.uniform(0, 2) == 1;
        if (framed)
            example.frame = randomFrame(rng, 16);
        const Size size = framed ? example.frame.frameSize : example.ablation.inputSize;
        const Size patch = ref::randomSize(rng, 1, 5); // at times longer than the frame
        example.place(patch);
        Mat map(2, 2, CV_16S), weaker;
        example.certificate().safeMap(patch, map);
        const Certificate margin = example.certificate(CERTIFICATE_MARGIN);
        margin.safeMap(patch, weaker);

        ASSERT_EQ(CV_8UC1, map.type());
        ASSERT_EQ(Size(std::max(1, size.width - patch.width + 1),
                          std::max(1, size.height - patch.height + 1)), map.size());
        ASSERT_EQ(map.size(), weaker.size());
        for (int y = 0; y < map.rows; y++)
            for (int x = 0; x < map.cols; x++)
            {
                const ref::Set& hit = example.sets[y * map.cols + x];
                const bool safe = ref::holds(example.votes, vector<ref::Set>(1, hit));
                ASSERT_EQ(outcomes.add(safe) ? 255 : 0, map.at<uchar>(y, x)) << example << "at " << Point(x, y);
                ASSERT_TRUE(safe || weaker.at<uchar>(y, x) == 0);
                ASSERT_TRUE(!margin.holds(patch) || weaker.at<uchar>(y, x) == 255);
            }
    }
    EXPECT_GT(outcomes.rarer(), 1000);
}

TEST_P(Derand_CertificateOf, FramePixelsAreMappedLocationByLocation)
{
    ref::Outcomes one, two;
    for (Case& example : randomCases(1301, 2000, blocks() ? 7 : 20, 3))
    {
        example.frame = randomFrame(rng, 24);
        example.place(ref::randomSize(rng, 1, 5));
        const Certificate c = example.certificate(), margin = example.certificate(CERTIFICATE_MARGIN);
        ASSERT_EQ(one.add(example.holds()), c.holds(example.patch)) << example;
        ASSERT_EQ(two.add(example.holds(2)), c.holds(example.patch, 2)) << example;
        ASSERT_TRUE(blocks() || example.holds(3) == c.holds(example.patch, 3)) << example;
        ASSERT_EQ(example.holdsByMargin(), margin.holds(example.patch)) << example;
        ASSERT_EQ(largestSquare(c), c.patch) << example;
        ASSERT_EQ(certify(example.votes, example.ablation).patch, c.inputPatch);
    }
    EXPECT_GT(one.rarer(), 40);
    EXPECT_GT(two.yes, 10);
    EXPECT_GT(two.no, 40);
}

//---- several frames ----

//! Can an attacker with so many patches in every frame reach a label for which bad[label]?
bool reachesTogether(const Case& one, const Case& two, int patches, const vector<bool>& bad)
{
    const vector<ref::Set> first = ref::unions(one.sets, patches), second = ref::unions(two.sets, patches);
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
                        if (bad[ref::winner(n)])
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
    return Case(a, votes);
}

TEST_P(Derand_CertificateOf, PooledFramesHoldExactlyWhenNoPatchesInThemChangeTheLabel)
{
    ref::Outcomes outcomes, more;
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
        const int label = ref::winner(n) < one.votes.cols ? ref::winner(n) : -1;
        ASSERT_EQ(label, c.label) << one << two;
        ASSERT_EQ(label < 0 ? 0 : n[label], c.votes);
        ASSERT_EQ(one.votes.rows + two.votes.rows, c.run.ablations);
        const bool expected = label >= 0 && !reachesTogether(one, two, 1, ref::otherThan(label, one.votes.cols));
        ASSERT_EQ(outcomes.add(expected), c.holds(one.patch)) << one << two;
        ASSERT_EQ(expected, c.staysIn({std::max(0, label)}, one.patch)) << one << two;
        ASSERT_EQ(largestSquare(c), c.patch) << one << two;
        more.add(expected && !(parts[0].holds(one.patch) && parts[1].holds(one.patch)));
    }
    EXPECT_GT(outcomes.rarer(), 100);
    EXPECT_GT(more.yes, 20) << "frames together never proved more than each by itself";
}

TEST_P(Derand_CertificateOf, PooledFramesAreSoundForGroupsTargetsSeveralPatchesAndTheMarginRule)
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
        const vector<bool> others = ref::otherThan(c.label < 0 ? classes : c.label, classes);
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

TEST_P(Derand_CertificateOf, APoolOfOneFrameIsItsCertificate)
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

TEST_P(Derand_CertificateOf, TheVotesItKeepsGiveTheSameCertificateAgain)
{
    for (Case& example : randomCases(1401, 200, 8, 4))
    {
        blur(rng, example.votes, 3);
        if (rng.uniform(0, 2) == 1)
            example.frame = randomFrame(rng, 12);
        const Certificate c = example.certificate();
        Mat table;
        c.getVotes(table);
        ASSERT_EQ(CV_8UC1, table.type());
        ASSERT_EQ(example.votes.size(), table.size());
        ASSERT_EQ(0, cv::norm(example.votes, table, NORM_INF)) << example << table;

        const Certificate again = certify(table, example.ablation, example.frame);
        ASSERT_EQ(c.label, again.label);
        ASSERT_EQ(c.votes, again.votes);
        ASSERT_EQ(c.runnerUp, again.runnerUp);
        ASSERT_EQ(c.runnerUpVotes, again.runnerUpVotes);
        ASSERT_EQ(c.patch, again.patch);
        ASSERT_EQ(c.inputPatch, again.inputPatch);
        ASSERT_EQ(c.run.abstained, again.run.abstained);
        for (int m = 1; m < 5; m++)
            ASSERT_EQ(c.holds(Size(m, 5 - m)), again.holds(Size(m, 5 - m)));
    }
}

string schemeName(const ::testing::TestParamInfo<int>& info)
{
    return info.param == ABLATION_COLUMN ? "Columns" : info.param == ABLATION_ROW ? "Rows" : "Blocks";
}

DERAND_INSTANTIATE_TEST_P(Schemes, Derand_CertificateOf,
        ::testing::Values((int)ABLATION_COLUMN, (int)ABLATION_ROW, (int)ABLATION_BLOCK), schemeName);

TEST(Derand_Certificate, IsExactAtTheSizesOfRealNets)
{
    struct { Ablation ablation; int patch; } const cases[] = {
        {Ablation(ABLATION_COLUMN, 2, Size(28, 1)), 5}, {Ablation(ABLATION_ROW, 4, Size(1, 32)), 5},
        {Ablation(ABLATION_COLUMN, 19, Size(224, 1)), 32},
        {Ablation(ABLATION_BLOCK, 5, Size(16, 16)), 3},
        {Ablation(ABLATION_COLUMN, 19, Size(224, 1), 5), 32},
        {Ablation(ABLATION_ROW, 19, Size(1, 224), 10), 32}};
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

TEST(Derand_Certificate, StrideFiveNeedsALeadOfTwiceElevenNotTwiceTen)
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

TEST(Derand_Certificate, OfColumnsKnowsNoHeightAndOfRowsNoWidth)
{
    RNG rng(1601);
    ref::Outcomes outcomes;
    for (int k = 0; k < 200; k++)
    {
        const Certificate columns = certify(ref::randomVotes(rng, 12, 3, true),
                Ablation(ABLATION_COLUMN, 2, Size(12, 9)));
        const Certificate rows = certify(ref::randomVotes(rng, 9, 3, true),
                Ablation(ABLATION_ROW, 2, Size(12, 9)));
        for (int m = 1; m < 4; m++)
        {
            const bool narrow = outcomes.add(columns.holds(Size(m, 1)));
            EXPECT_EQ(narrow, columns.holds(Size(m, 9)));
            EXPECT_EQ(narrow, columns.holds(Size(m, INT_MAX)));
            const bool flat = outcomes.add(rows.holds(Size(1, m)));
            EXPECT_EQ(flat, rows.holds(Size(12, m)));
            EXPECT_EQ(flat, rows.holds(Size(INT_MAX, m)));
        }
    }
    EXPECT_GT(outcomes.rarer(), 100);
}

TEST(Derand_Certificate, APatchThatCoversTheFrameIsNeverHarmless)
{
    const Ablation a(ABLATION_BLOCK, 2, Size(6, 5));
    Votes votes(30, 3, (uchar)0);
    votes.col(1).setTo(1);
    const Certificate c = certify(votes, a);
    EXPECT_TRUE(c.holds(Size(2, 2)));
    for (int side : {6, 7, 1000000, INT_MAX})
        EXPECT_FALSE(c.holds(Size(side, side))) << side;
    Mat map;
    c.safeMap(Size(INT_MAX, INT_MAX), map);
    ASSERT_EQ(Size(1, 1), map.size());
    EXPECT_EQ(0, map.at<uchar>(0, 0));
    EXPECT_FALSE(c.staysIn({0, 1, 2}, Size(INT_MAX, INT_MAX))) << "perhaps nobody votes then";
    EXPECT_TRUE(c.staysIn({0, 1, 2}, Size(4, 3)));
}

TEST(Derand_Certificate, KeepsItsOwnVotes)
{
    Votes votes(8, 2, (uchar)0);
    votes.col(0).setTo(1);
    const Certificate c = certify(votes, Ablation(ABLATION_COLUMN, 1, Size(8, 1)));
    const Certificate copy = c;
    votes.setTo(0);
    EXPECT_TRUE(c.holds(Size(2, 1)));
    EXPECT_TRUE(copy.holds(Size(2, 1)));
    Mat table;
    c.getVotes(table);
    EXPECT_EQ(8, cv::countNonZero(table));
    table.setTo(0);
    EXPECT_TRUE(copy.holds(Size(2, 1)));
}

TEST(Derand_Certificate, ReadsTheVotesOfAnyMatrix)
{
    RNG rng(1701);
    const Ablation a(ABLATION_COLUMN, 2, Size(20, 1));
    Mat wide(20, 9, CV_8UC1, Scalar(0));
    const Mat votes = wide.colRange(3, 6);
    ref::randomVotes(rng, 20, 3, false).copyTo(votes);
    const Certificate part = certify(votes, a), whole = certify(votes.clone(), a),
                      device = certify(votes.getUMat(ACCESS_READ), a);
    Mat expected, table;
    whole.getVotes(expected);
    EXPECT_GT(cv::countNonZero(expected), 0);
    part.getVotes(table);
    EXPECT_EQ(0, cv::norm(expected, table, NORM_INF));
    device.getVotes(table);
    EXPECT_EQ(0, cv::norm(expected, table, NORM_INF));
    EXPECT_EQ(whole.patch, part.patch);
    EXPECT_EQ(whole.patch, device.patch);
}

TEST(Derand_Certificate, AnEmptyOneHoldsForNothing)
{
    const Certificate c;
    EXPECT_EQ(-1, c.label);
    EXPECT_EQ(-1, c.runnerUp);
    EXPECT_EQ(0, c.votes);
    EXPECT_EQ(0, c.runnerUpVotes);
    EXPECT_EQ(0, c.patch);
    EXPECT_EQ(0, c.inputPatch);
    EXPECT_EQ(0, c.run.ablations);
    EXPECT_EQ(0, c.run.abstained);
    EXPECT_EQ(0, c.run.invalid);
    EXPECT_FALSE(c.holds(Size(1, 1)));
    EXPECT_FALSE(c.holds(Size(1, 1), 2));
    Mat out;
    EXPECT_REFUSED(c.safeMap(Size(1, 1), out), "empty");
    EXPECT_REFUSED(c.getVotes(out), "empty");
}

TEST(Derand_Certificate, TablesThatAreNoVotesAreRefused)
{
    const Ablation a(ABLATION_COLUMN, 2, Size(17, 3));
    const Votes good(17, 3, (uchar)1);
    EXPECT_EQ(0, certify(good, a).label);
    EXPECT_REFUSED(certify(Mat(17, 3, CV_8SC1, Scalar(1)), a), "CV_8S");
    EXPECT_REFUSED(certify(Mat(17, 3, CV_32FC1, Scalar(1)), a), "CV_32F");
    EXPECT_REFUSED(certify(Mat(17, 3, CV_8UC2, Scalar(1)), a), "CV_8UC2");
    EXPECT_REFUSED(certify(Mat(), a), "");
    EXPECT_REFUSED(certify(Votes(16, 3, (uchar)1), a), "16");
    EXPECT_REFUSED(certify(Votes(18, 3, (uchar)1), a), "18");
    EXPECT_REFUSED(certify(Votes(17, 1, (uchar)1), a), "1");
    Votes four = good.clone();
    four(16, 2) = 4;
    EXPECT_REFUSED(certify(four, a), "4");
    four(16, 2) = 255; // as a mask would have it
    EXPECT_REFUSED(certify(four, a), "255");
    four(16, 2) = 6;
    EXPECT_REFUSED(certify(four, a), "row 16 of the vote table holds 6");
    for (int code : {4, 5, 7, 10})
    {
        four.row(16).setTo(code);
        EXPECT_REFUSED(certify(four, a), format("holds %d", code));
    }
    four.row(16).setTo(6);
    EXPECT_EQ(16, certify(four, a).run.evaluated);
}

TEST(Derand_Certificate, SettingsThatMeanNothingAreRefused)
{
    const Ablation a(ABLATION_COLUMN, 2, Size(17, 3));
    const Votes votes(17, 3, (uchar)1);
    EXPECT_REFUSED(certify(votes, Ablation()), "");
    EXPECT_REFUSED(certify(votes, Ablation(ABLATION_COLUMN, 19, Size(17, 3))), "19");
    EXPECT_REFUSED(certify(votes, a, FrameMap(), 7), "7");
    EXPECT_REFUSED(certify(votes, a, FrameMap(), -5), "-5");
    EXPECT_REFUSED(certify(votes, a, FrameMap(Size(20, 20), Rect(4, 0, 17, 20))), "17");
    EXPECT_REFUSED(certify(votes, a, FrameMap(Size(20, 20), Rect(0, 0, 20, 20), INTER_CUBIC)), "2");
}

TEST(Derand_Certificate, PoolsThatMeanNothingAreRefused)
{
    const Ablation a(ABLATION_COLUMN, 2, Size(17, 3));
    const Certificate c = certify(Votes(17, 3, (uchar)1), a), d = certify(Votes(17, 4, (uchar)1), a);
    EXPECT_REFUSED(Certificate::pool(vector<Certificate>()), "no certificates");
    EXPECT_REFUSED(Certificate::pool({c, Certificate()}), "certificate 1 is empty");
    EXPECT_REFUSED(Certificate::pool({c, d}), "4 classes");
    Mat map;
    EXPECT_REFUSED(Certificate::pool({c, c}).safeMap(Size(2, 2), map), "pools several frames");
    Votes some(17, 3, (uchar)1);
    some.row(5).setTo(6); // not evaluated
    EXPECT_REFUSED(Certificate::pool({c, certify(some, a)}), "certificate 1 is partial, 1 of its 17 ablations were not evaluated");
    EXPECT_REFUSED(Certificate::pool({certify(some, a)}), "Params::earlyStop");
    Certificate claimed = certify(some, a);
    claimed.run.evaluated = 17;
    EXPECT_REFUSED(Certificate::pool({c, claimed}), "partial");
    const Ablation many(ABLATION_BLOCK, 1, Size(1024, 512));
    const Certificate large = certify(Votes(1 << 19, 2, (uchar)0), many);
    EXPECT_EQ(-1, Certificate::pool(vector<Certificate>(256, large)).label);
    EXPECT_REFUSED(Certificate::pool(vector<Certificate>(257, large)), "more than 134217728 ablations at certificate 256");
    some.row(5).setTo(2); // NaN
    EXPECT_EQ(34, Certificate::pool({c, certify(some, a)}).run.ablations);
}

TEST(Derand_Certificate, TheLargestFramesAreAnsweredAndTheirMapsRefused)
{
    const Size size(1 << 20, 1 << 20);
    Votes votes(4, 2, (uchar)0);
    votes.col(1).setTo(1);
    const Certificate c = certify(votes, Ablation(ABLATION_COLUMN, 1, Size(4, 4)), FrameMap(size, Rect(Point(), size), INTER_NEAREST));
    EXPECT_EQ(1, c.inputPatch);
    EXPECT_EQ(1 << 18, c.patch) << "a longer one touches the pixels that two columns are made of";
    EXPECT_TRUE(c.holds(Size(1 << 18, INT_MAX)));
    Mat map;
    EXPECT_REFUSED(c.safeMap(Size(1, 1), map), "1048576 x 1048576 locations");
    c.safeMap(Size(INT_MAX, INT_MAX), map);
    EXPECT_EQ(Size(1, 1), map.size());
    EXPECT_REFUSED(certify(votes, Ablation(ABLATION_COLUMN, 1, Size(4, 4)), FrameMap(Size(4, size.height + 1), Rect(0, 0, 4, 4))), "4 x 1048577");
}

TEST(Derand_Certificate, QuestionsThatMeanNothingAreRefused)
{
    const Certificate c = certify(Votes(17, 3, (uchar)1), Ablation(ABLATION_COLUMN, 2, Size(17, 3)));
    const Size patch(2, 2);
    Mat map;
    EXPECT_REFUSED(c.holds(Size(0, 2)), "0");
    EXPECT_REFUSED(c.holds(Size(2, -6)), "-6");
    EXPECT_REFUSED(c.holds(patch, 0), "0");
    EXPECT_REFUSED(c.holds(patch, -4), "-4");
    EXPECT_REFUSED(c.safeMap(Size(-6, 1), map), "-6");
    EXPECT_REFUSED(c.staysIn({0}, Size(0, 0)), "0");
    EXPECT_REFUSED(c.staysIn(vector<int>(), patch), "empty");
    EXPECT_REFUSED(c.staysIn({0, 3}, patch), "3");
    EXPECT_REFUSED(c.staysIn({-2, 0}, patch), "-2");
    EXPECT_REFUSED(c.neverBecomes(3, patch), "3");
    EXPECT_REFUSED(c.neverBecomes(-8, patch), "-8");
    EXPECT_REFUSED(c.neverBecomes(0, Size(-6, 1)), "-6");
}

}} // namespace opencv_test
