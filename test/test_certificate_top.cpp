// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Does a class stay among the k with the most votes, exactly when no patch can lift k others above it?

#include "certificate_cases.hpp"
#include "column_net.hpp"

namespace opencv_test { namespace {

//! Number of classes before this one, ties to the smaller index.
int rankOf(const vector<int>& votes, int c)
{
    int before = 0;
    for (int d = 0; d < (int)votes.size(); d++)
        before += votes[d] > votes[c] || (votes[d] == votes[c] && d < c);
    return before;
}

//! The worst rank of a class after any content of the touched rows, each with at most most(row) votes.
template<typename Most> int worstRank(Votes votes, const ref::Set& hit, int c, const Most& most, int row = 0)
{
    while (row < votes.rows && !hit[row])
        row++;
    if (row == votes.rows)
        return rankOf(ref::sums(votes), c);
    votes = votes.clone();
    int worst = 0;
    const int others = (1 << votes.cols) - 1 - (1 << c); // as a set of bits: helps most, where it is allowed
    for (int bits = 0; bits < 1 << votes.cols; bits++)
    {
        if (most(row) >= votes.cols - 1 ? bits != others : (int)ref::Set(bits).count() > most(row))
            continue;
        for (int k = 0; k < votes.cols; k++)
            votes(row, k) = (uchar)(bits >> k & 1);
        worst = std::max(worst, worstRank(votes, hit, c, most, row + 1));
    }
    return worst;
}

int worstRank(const Case& example, int c, int most)
{
    int worst = 0;
    for (const Votes& table : ref::resolutions(example.votes))
        for (const ref::Set& hit : example.sets)
            worst = std::max(worst, worstRank(table, hit, c, [=](int) { return most; }));
    return worst;
}

class Derand_CertificateTop : public CertificateCases
{};

TEST_P(Derand_CertificateTop, IsExactAgainstEveryContentOfAPatch)
{
    for (const bool top1 : {false, true})
    {
        ref::Outcomes outcomes[4], beyondLabel;
        rng = RNG(5001 + scheme());
        for (int k = 0; k < 500; k++)
        {
            const Ablation a = ref::randomAblation(rng, scheme(), blocks() ? 4 : 9);
            const int classes = rng.uniform(2, 5), target = rng.uniform(0, classes);
            Case example(a, ref::randomVotes(rng, ref::count(a), classes, top1));
            example.place(ref::randomSize(rng, 1, 3));
            if (ref::largest(example.sets) > 5)
                continue;
            if (!top1 && rng.uniform(0, 4) == 0)
                blur(rng, example.votes, 2);
            const Certificate c = certify(example.votes, a, FrameMap(), CERTIFICATE_LOCATION, 1, top1 ? VOTE_TOP1 : VOTE_THRESHOLD);
            const Certificate margin = certify(example.votes, a, FrameMap(), CERTIFICATE_MARGIN, 1, top1 ? VOTE_TOP1 : VOTE_THRESHOLD);
            const int worst = worstRank(example, target, top1 ? 1 : classes);
            for (int few = 1; few < classes; few++)
            {
                const bool stays = outcomes[few - 1].add(c.label >= 0 && worst < few);
                ASSERT_EQ(stays, c.staysInTop(few, example.patch, target)) << example << target << few;
                ASSERT_TRUE(worst < few || !margin.staysInTop(few, example.patch, target)) << example << target << few;
            }
            ASSERT_EQ(c.label >= 0, c.staysInTop(classes, example.patch, target));
            ASSERT_EQ(c.label >= 0 && c.staysInTop(1, example.patch, c.label), c.staysInTop(1, example.patch)) << example;
            ASSERT_TRUE(c.staysInTop(1, example.patch) || !c.holds(example.patch)) << example;
            beyondLabel.add(c.label >= 0 && c.staysInTop(2, example.patch) && !c.holds(example.patch));
        }
        for (int few = 1; few < 3; few++)
            EXPECT_GT(outcomes[few - 1].rarer(), 20) << few;
        EXPECT_GT(beyondLabel.yes, 20);
    }
}

TEST_P(Derand_CertificateTop, PooledAndJoinedFramesAreSound)
{
    ref::Outcomes pooled, joined, mixed;
    int k = 0;
    for (const Case& one : randomCases(5101, 600, blocks() ? 3 : 6, 3, 2))
    {
        const bool top1 = k++ % 2 == 0; // the votes of `one`
        Case two(one.ablation, one.votes.clone());
        const int flipped = rng.uniform(0, two.votes.rows);
        two.votes(flipped, rng.uniform(0, two.votes.cols)) ^= 1;
        two.place(one.patch);
        if (2 * ref::largest(one.sets) > 6)
            continue;
        const vector<Certificate> parts = {one.certificate(), two.certificate()};
        const Certificate c = Certificate::pool(parts), d = Certificate::join(parts);
        Votes votes;
        cv::vconcat(one.votes, two.votes, votes);
        const int rows = one.votes.rows, classes = votes.cols;
        const auto any = [=](int) { return classes; };
        const auto oneInTheFirst = [=](int row) { return row < rows ? 1 : classes; };
        const bool promises = c.label >= 0 || c.minVotes > 1;
        vector<Certificate> both = {certify(one.votes, one.ablation, FrameMap(), CERTIFICATE_LOCATION, 1, top1 ? VOTE_TOP1 : VOTE_THRESHOLD),
                certify(two.votes, two.ablation)};
        if (k % 4 < 2)
            std::swap(both[0], both[1]);
        const Certificate e = Certificate::join(both);
        for (int target = 0; target < classes; target++)
            for (int few = 1; few < classes; few++)
            {
                int worst = 0, worstOfOnePlace = 0, worstOfMixed = 0;
                for (size_t a = 0; a < one.sets.size(); a++)
                    for (size_t b = 0; b < two.sets.size(); b++)
                    {
                        const ref::Set hit = one.sets[a] | two.sets[b] << rows;
                        const int rank = worstRank(votes, hit, target, any);
                        worst = std::max(worst, rank);
                        worstOfOnePlace = a == b ? std::max(worstOfOnePlace, rank) : worstOfOnePlace;
                        worstOfMixed = top1 && a == b ? std::max(worstOfMixed, worstRank(votes, hit, target, oneInTheFirst)) : worstOfMixed;
                    }
                ASSERT_TRUE(!pooled.add(c.staysInTop(few, one.patch, target)) || worst < few) << one << two;
                ASSERT_EQ(promises && worstOfOnePlace < few, joined.add(d.staysInTop(few, one.patch, target))) << one << two;
                ASSERT_TRUE(!top1 || !mixed.add(e.staysInTop(few, one.patch, target)) || worstOfMixed < few) << one << two;
            }
    }
    EXPECT_GT(pooled.rarer(), 30);
    EXPECT_GT(joined.rarer(), 30);
    EXPECT_GT(mixed.rarer(), 30);
}

TEST(Derand_CertificateTop, AClassifierKnowsHowManyVotesOfAnAblationItsRuleAllows)
{
    // Probabilities above a half give one vote at most, above .4 two; scores that are no probabilities give any number.
    struct
    {
        double threshold;
        bool softmax;
        int most;
    } const rules[] = {{.6, true, 1}, {.4, true, 2}, {.3, true, 3}, {.6, false, CLASSES}};
    RNG rng(5201);
    const Size patch(1, 2);
    const vector<ref::Set> sets = ref::affected(columns(), patch);
    for (const auto& rule : rules)
    {
        Params params = stripParams();
        params.threshold = rule.threshold;
        params.softmax = rule.softmax;
        const Ptr<CertifiedClassifier> classifier = CertifiedClassifier::create(columnNet(), columns(), params);
        ref::Outcomes outcomes, fewer;
        for (int k = 0; k < 40; k++)
        {
            Mat frame(INPUT, CV_8UC1);
            rng.fill(frame, RNG::UNIFORM, 0, 256);
            const Certificate c = classifier->classify(frame);
            Case example(columns(), Votes());
            c.getVotes(example.votes);
            if (c.label < 0 || countNonZero(example.votes > 1) > 0)
                continue;
            example.sets = sets;
            const Certificate many = certify(example.votes, columns());
            for (int few = 1; few < CLASSES; few++)
                for (int target = 0; target < CLASSES; target++)
                {
                    const bool answer = c.staysInTop(few, patch, target);
                    ASSERT_EQ(worstRank(example, target, rule.most) < few, outcomes.add(answer)) << example << target << few << rule.most;
                    fewer.add(answer && !many.staysInTop(few, patch, target));
                }
        }
        EXPECT_GT(outcomes.rarer(), 5) << rule.most;
        EXPECT_TRUE(rule.most > 2 || fewer.yes > 0) << "few votes each were never less than many";
    }
}

TEST(Derand_CertificateTop, AFrameWithTooFewVotesIsRejected)
{
    Params params = stripParams();
    const Ptr<CertifiedClassifier> classifier = CertifiedClassifier::create(columnNet(), columns(), params);
    RNG rng(5301);
    ref::Outcomes rejected;
    for (int k = 0; k < 60; k++)
    {
        Mat frame(INPUT, CV_8UC1);
        rng.fill(frame, RNG::UNIFORM, 0, 256);
        params.minVotes = 1;
        classifier->setParams(params);
        const Certificate all = classifier->classify(frame);
        params.minVotes = rng.uniform(2, 13);
        classifier->setParams(params);
        const Certificate c = classifier->classify(frame);
        ASSERT_EQ(all.votes >= params.minVotes ? all.label : -1, c.label);
        ASSERT_EQ(all.votes >= params.minVotes ? all.runnerUp : all.label, c.runnerUp);
        rejected.add(c.label < 0);
    }
    EXPECT_GT(rejected.rarer(), 10);
}

DERAND_FOR_EVERY_SCHEME(Derand_CertificateTop);

}} // namespace opencv_test
