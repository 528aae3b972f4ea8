// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Does every patch that changes the label ring the alarm, exactly when detects() says so?

#include "certificate_cases.hpp"

#include <climits>

namespace opencv_test { namespace {

//! Votes by which a class, or the last index for "none of these", is ahead of all others.
int leadOf(const vector<int>& votes, int winner, int minVotes)
{
    const int none = (int)votes.size();
    int lead = INT_MAX;
    for (int d = 0; d <= none; d++)
        if (d != winner)
            lead = std::min(lead, (winner == none ? minVotes : votes[winner]) - (d == none ? minVotes : votes[d]) - (winner > d));
    return lead;
}

//! The smallest lead of the label in any run.
int leadOf(const Case& example)
{
    const int label = example.label(), winner = label < 0 ? example.votes.cols : label;
    int lead = INT_MAX;
    for (const Votes& table : ref::resolutions(example.votes))
        lead = std::min(lead, leadOf(ref::sums(table), winner, example.minVotes));
    return lead;
}

/** Can a patch make a label for which bad[label] is set, with a lead of at least the threshold? All touched ablations vote for one class
and no other, or for none. exhaustivelySilent() checks that nothing else helps more. */
bool reachesSilently(const Case& example, const vector<bool>& bad, int threshold)
{
    const int none = example.votes.cols;
    for (const Votes& table : ref::resolutions(example.votes))
        for (const ref::Set& hit : example.sets)
            for (int target = 0; target <= none; target++)
            {
                vector<int> n = ref::sums(table, hit);
                if (target < none)
                    n[target] += (int)hit.count();
                const int winner = ref::winner(n, example.minVotes);
                if (bad[winner] && leadOf(n, winner, example.minVotes) >= threshold)
                    return true;
            }
    return false;
}

//! The same for every content of every touched row.
bool exhaustivelySilent(Case example, const ref::Set& hit, const vector<bool>& bad, int threshold, int row = 0)
{
    while (row < example.votes.rows && !hit[row])
        row++;
    if (row == example.votes.rows)
    {
        const vector<int> n = ref::sums(example.votes);
        const int winner = ref::winner(n, example.minVotes);
        return bad[winner] && leadOf(n, winner, example.minVotes) >= threshold;
    }
    example.votes = example.votes.clone();
    for (int bits = 0; bits < 1 << example.votes.cols; bits++)
    {
        for (int c = 0; c < example.votes.cols; c++)
            example.votes(row, c) = (uchar)(bits >> c & 1);
        if (exhaustivelySilent(example, hit, bad, threshold, row + 1))
            return true;
    }
    return false;
}

vector<bool> outsideOf(const vector<int>& group, int classes)
{
    vector<bool> bad(classes + 1, true);
    for (int member : group)
        bad[member < 0 ? classes : member] = false;
    return bad;
}

TEST(Derand_CertificateAlarm, NoContentOfAPatchIsWorseThanVotesForOneClass)
{
    RNG rng(3001);
    ref::Outcomes outcomes;
    for (int k = 0; k < 400; k++)
    {
        const int rows = rng.uniform(3, 7), classes = rng.uniform(2, 4);
        Votes votes(rows, classes);
        rng.fill(votes, RNG::UNIFORM, 0, 2);
        Case example(Ablation(ABLATION_COLUMN, 1, Size(rows, 1)), votes, k % 3 ? 1 : rng.uniform(1, rows + 1));
        example.place(Size(rng.uniform(1, 4), 1));
        const vector<bool> bad = ref::otherThan(example.label(), classes);
        for (int threshold = 0; threshold < 6; threshold++)
        {
            bool silent = false;
            for (const ref::Set& hit : example.sets)
                silent = silent || exhaustivelySilent(example, hit, bad, threshold);
            ASSERT_EQ(outcomes.add(silent), reachesSilently(example, bad, threshold)) << example << threshold;
        }
    }
    EXPECT_GT(outcomes.rarer(), 300);
}

class Derand_CertificateAlarm : public CertificateCases
{};

TEST_P(Derand_CertificateAlarm, DetectsExactlyWhenNoPatchChangesTheLabelSilently)
{
    ref::Outcomes outcomes, beyond, rejected, byClassesOutside;
    for (Case& example : randomCases(3101, 1500, blocks() ? 8 : 20, 4, 3))
    {
        const bool blurred = rng.uniform(0, 4) == 0;
        if (blurred)
            blur(rng, example.votes, 3);
        const Certificate c = example.certificate();
        const int touched = ref::largest(example.sets), lead = leadOf(example), classes = example.votes.cols;
        const bool promises = ref::hasLabel(example.votes, example.minVotes);
        ASSERT_EQ(touched, c.maxAffected(example.patch)) << example;
        ASSERT_EQ(lead, c.lead) << example;
        const vector<int> label(1, c.label);
        vector<int> group = randomGroup(rng, classes, rng.uniform(1, 1 + classes));
        if (rng.uniform(0, 3) == 0)
            group.push_back(-1);
        for (int threshold = 0; threshold <= 2 * touched + 1; threshold++)
        {
            const bool expected = promises && !reachesSilently(example, outsideOf(label, classes), threshold);
            ASSERT_EQ(outcomes.add(expected), c.detects(example.patch, threshold)) << example << "threshold " << threshold;
            ASSERT_EQ(promises && lead >= threshold, c.silent(example.patch, threshold)) << example << "threshold " << threshold;
            const bool stays = promises && !reachesSilently(example, outsideOf(group, classes), threshold);
            ASSERT_EQ(stays, c.detects(example.patch, threshold, group)) << example << "threshold " << threshold << Mat(group).t();
            rejected.add(expected && c.label < 0);
        }
        ASSERT_EQ(c.holds(example.patch), c.detects(example.patch, 0));
        ASSERT_EQ(c.staysIn(group, example.patch), c.detects(example.patch, 0, group));
        ASSERT_TRUE(blurred || promises == c.detects(example.patch, 2 * touched + 1)) << "more than a patch can turn";
        for (const int huge : {INT_MAX, INT_MAX - 5})
        {
            ASSERT_EQ(promises, c.detects(example.patch, huge));
            ASSERT_FALSE(c.silent(example.patch, huge));
        }
        ASSERT_EQ(c.detects(example.patch, touched), c.detects(example.patch));
        ASSERT_EQ(c.silent(example.patch, touched), c.silent(example.patch));
        ASSERT_TRUE(c.detects(example.patch) || !c.silent(example.patch)) << "a silent frame is protected";
        beyond.add(c.silent(example.patch) && !c.holds(example.patch));
    }
    EXPECT_GT(outcomes.rarer(), 1000);
    EXPECT_GT(beyond.yes, 50) << "the alarm never promised more than recovery";
    EXPECT_GT(rejected.yes, 10);
}

TEST_P(Derand_CertificateAlarm, TheMarginRuleCountsAllVotes)
{
    ref::Outcomes outcomes;
    for (Case& example : randomCases(3201, 1500, blocks() ? 8 : 20, 4, 3))
    {
        if (rng.uniform(0, 4) == 0)
            blur(rng, example.votes, 3);
        const Certificate c = example.certificate(CERTIFICATE_MARGIN), exact = example.certificate();
        const int touched = ref::largest(example.sets), none = example.votes.cols, own = c.label < 0 ? none : c.label;
        for (int threshold = 0; threshold <= 2 * touched + 1; threshold++)
        {
            bool expected = ref::hasLabel(example.votes, example.minVotes);
            for (int rival = 0; rival <= none; rival++)
            {
                int best = INT_MIN; // of all classes but the rival, with the votes that they keep
                for (int d = 0; d <= none; d++)
                {
                    const int kept = d == none ? example.minVotes : countNonZero(example.votes.col(d) == 1) - touched;
                    best = d == rival ? best : std::max(best, kept + (rival > d));
                }
                const int gained = rival == none ? example.minVotes : countNonZero(example.votes.col(rival)) + touched;
                expected = expected && (rival == own || best + threshold > gained);
            }
            ASSERT_EQ(outcomes.add(expected), c.detects(example.patch, threshold)) << example << threshold;
            ASSERT_TRUE(!expected || exact.detects(example.patch, threshold)) << example << threshold;
        }
    }
    EXPECT_GT(outcomes.rarer(), 1000);
}

TEST_P(Derand_CertificateAlarm, PooledFramesAreSound)
{
    ref::Outcomes outcomes, beyond;
    for (Case& one : randomCases(3301, 800, blocks() ? 5 : 12, 3, 2))
    {
        Case two(one.ablation, one.votes.clone(), one.minVotes);
        for (int i = rng.uniform(0, two.votes.rows); i > 0; i--)
        {
            const int row = rng.uniform(0, two.votes.rows);
            two.votes(row, rng.uniform(0, two.votes.cols)) ^= 1;
        }
        two.place(one.patch);
        const Certificate c = Certificate::pool({one.certificate(), two.certificate()});
        const int none = one.votes.cols, minVotes = one.minVotes + two.minVotes - 1;
        vector<int> all = ref::sums(one.votes);
        const vector<int> others = ref::sums(two.votes);
        for (int k = 0; k < none; k++)
            all[k] += others[k];
        const int lead = leadOf(all, c.label < 0 ? none : c.label, minVotes), touched = ref::largest(one.sets);
        ASSERT_EQ(lead, c.lead) << one << two;
        ASSERT_EQ((c.label >= 0 || minVotes > 1) && lead >= touched, c.silent(one.patch, touched));
        const Certificate once = Certificate::pool({one.certificate(), two.certificate()}, 1);
        ASSERT_EQ(lead, once.lead);
        ASSERT_EQ(touched, once.maxAffected(one.patch)) << "of one frame";
        const vector<bool> bad = ref::otherThan(c.label, none);
        for (int threshold = 0; threshold <= 2 * ref::largest(one.sets); threshold++)
        {
            bool silent = false;
            for (const ref::Set& hitOne : one.sets)
                for (const ref::Set& hitTwo : two.sets)
                    for (int target = 0; target <= none && !silent; target++)
                    {
                        vector<int> n = ref::sums(one.votes, hitOne);
                        const vector<int> m = ref::sums(two.votes, hitTwo);
                        for (int k = 0; k < none; k++)
                            n[k] += m[k] + (k == target ? (int)(hitOne.count() + hitTwo.count()) : 0);
                        const int winner = ref::winner(n, minVotes);
                        silent = bad[winner] && leadOf(n, winner, minVotes) >= threshold;
                    }
            ASSERT_FALSE(outcomes.add(c.detects(one.patch, threshold)) && silent) << one << two << threshold;
            ASSERT_TRUE(once.detects(one.patch, threshold) || !c.detects(one.patch, threshold)) << one << two << threshold;
            bool silentOnce = false; // a patch in one of the frames
            for (const Case* attacked : {&one, &two})
                for (const ref::Set& hit : attacked->sets)
                    for (int target = 0; target <= none && !silentOnce; target++)
                    {
                        vector<int> n = ref::sums(attacked->votes, hit);
                        const vector<int> m = ref::sums((attacked == &one ? two : one).votes);
                        for (int k = 0; k < none; k++)
                            n[k] += m[k] + (k == target ? (int)hit.count() : 0);
                        const int winner = ref::winner(n, minVotes);
                        silentOnce = bad[winner] && leadOf(n, winner, minVotes) >= threshold;
                    }
            ASSERT_FALSE(once.detects(one.patch, threshold) && silentOnce) << one << two << threshold;
            beyond.add(c.detects(one.patch, threshold) && !c.holds(one.patch));
        }
        ASSERT_EQ(c.holds(one.patch), c.detects(one.patch, 0));
        ASSERT_EQ(2 * ref::largest(one.sets), c.maxAffected(one.patch));
    }
    EXPECT_GT(outcomes.rarer(), 200);
    EXPECT_GT(beyond.yes, 100);
}

TEST(Derand_CertificateAlarm, ARivalIsKeptDownByTheClassThatThePatchDidNotTouch)
{
    // Class 2 gets 4 votes by a patch on the columns of class 0; 3 of class 1 are still there, so its lead is 4 - 3 - 1.
    const Ablation a(ABLATION_COLUMN, 1, Size(7, 1));
    Votes votes(7, 3, (uchar)0);
    for (int i = 0; i < 7; i++)
        votes(i, i / 3) = 1;
    const Certificate c = certify(votes, a);
    EXPECT_EQ(0, c.label);
    EXPECT_EQ(0, c.lead);
    const vector<int> group = {0, 1};
    EXPECT_TRUE(c.detects(Size(3, 1), 2, group));
    EXPECT_FALSE(c.detects(Size(3, 1), 1, group)) << "on the border of classes 0 and 1: 1 : 2 : 4";
    EXPECT_FALSE(c.detects(Size(3, 1), 2)) << "class 1 may have 0 : 6 : 1";
    EXPECT_FALSE(c.detects(Size(3, 1), 5));
    EXPECT_TRUE(c.detects(Size(3, 1), 6));
}

DERAND_FOR_EVERY_SCHEME(Derand_CertificateAlarm);

}} // namespace opencv_test
