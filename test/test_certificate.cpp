// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Which label does a vote table have, and what does its certificate keep of it?

#include "certificate_cases.hpp"

#include <climits>

namespace opencv_test { namespace {

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

class Derand_Certificate : public CertificateCases
{};

TEST_P(Derand_Certificate, TheVotesItKeepsGiveTheSameCertificateAgain)
{
    for (Case& example : randomCases(1401, 200, 8, 4))
    {
        blur(rng, example.votes, 3);
        if (rng.uniform(0, 2) == 1)
            example.frame = randomFrameMap(rng, 12);
        const Certificate c = example.certificate();
        Mat table;
        c.getVotes(table);
        ASSERT_EQ(CV_8UC1, table.type());
        ASSERT_EQ(example.votes.size(), table.size());
        ASSERT_EQ(0, cv::norm(example.votes, table, NORM_INF)) << example << table;

        const Certificate again = certify(table, example.ablation, example.frame, CERTIFICATE_LOCATION, example.minVotes);
        ASSERT_NO_FATAL_FAILURE(expectSame(c, again));
        for (int m = 1; m < 5; m++)
            ASSERT_EQ(c.holds(Size(m, 5 - m)), again.holds(Size(m, 5 - m)));
    }
}

TEST(Derand_Certificate, ReadsTheVotesOfAnyMatrix)
{
    RNG rng(1701);
    const Ablation a(ABLATION_COLUMN, 2, Size(20, 1));
    Mat wide(20, 9, CV_8UC1, Scalar(0));
    const Mat votes = wide.colRange(3, 6);
    ref::randomVotes(rng, 20, 3, false).copyTo(votes);
    const Certificate part = certify(votes, a), whole = certify(votes.clone(), a), device = certify(votes.getUMat(ACCESS_READ), a);
    Mat table;
    whole.getVotes(table);
    EXPECT_GT(cv::countNonZero(table), 0);
    expectSame(whole, part);
    expectSame(whole, device);
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

DERAND_FOR_EVERY_SCHEME(Derand_Certificate);

}} // namespace opencv_test
