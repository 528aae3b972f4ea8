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

//! The worst rank of a class after any content of the touched rows.
int worstRank(Votes votes, const ref::Set& hit, int c, bool top1, int row = 0)
{
    while (row < votes.rows && !hit[row])
        row++;
    if (row == votes.rows)
        return rankOf(ref::sums(votes), c);
    votes = votes.clone();
    int worst = 0;
    for (int bits = 0; bits < 1 << votes.cols; bits++)
    {
        if (top1 ? bits == 0 || (bits & (bits - 1)) != 0 : bits + 1 != 1 << votes.cols && bits != (1 << votes.cols) - 1 - (1 << c))
            continue; // several votes each: all classes, or all but c
        for (int k = 0; k < votes.cols; k++)
            votes(row, k) = (uchar)(bits >> k & 1);
        worst = std::max(worst, worstRank(votes, hit, c, top1, row + 1));
    }
    return worst;
}

int worstRank(const Case& example, int c, bool top1)
{
    int worst = 0;
    for (const Votes& table : ref::resolutions(example.votes))
        for (const ref::Set& hit : example.sets)
            worst = std::max(worst, worstRank(table, hit, c, top1));
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
            const int worst = worstRank(example, target, top1);
            for (int few = 1; few < classes; few++)
            {
                ASSERT_EQ(outcomes[few - 1].add(worst < few), c.staysInTop(few, example.patch, target)) << example << target << few;
                ASSERT_TRUE(worst < few || !margin.staysInTop(few, example.patch, target)) << example << target << few;
            }
            ASSERT_TRUE(c.staysInTop(classes, example.patch, target));
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
    ref::Outcomes pooled, joined;
    for (const Case& one : randomCases(5101, 300, blocks() ? 3 : 6, 3, 2))
    {
        Case two(one.ablation, one.votes.clone());
        two.votes(rng.uniform(0, two.votes.rows), rng.uniform(0, two.votes.cols)) ^= 1;
        two.place(one.patch);
        if (2 * ref::largest(one.sets) > 6)
            continue;
        const vector<Certificate> parts = {one.certificate(), two.certificate()};
        const Certificate c = Certificate::pool(parts), d = Certificate::join(parts);
        Votes votes;
        cv::vconcat(one.votes, two.votes, votes);
        for (int target = 0; target < votes.cols; target++)
            for (int few = 1; few < votes.cols; few++)
            {
                int worst = 0, worstOfOnePlace = 0;
                for (size_t a = 0; a < one.sets.size(); a++)
                    for (size_t b = 0; b < two.sets.size(); b++)
                    {
                        const int rank = worstRank(votes, one.sets[a] | two.sets[b] << one.votes.rows, target, false);
                        worst = std::max(worst, rank);
                        worstOfOnePlace = a == b ? std::max(worstOfOnePlace, rank) : worstOfOnePlace;
                    }
                ASSERT_TRUE(!pooled.add(c.staysInTop(few, one.patch, target)) || worst < few) << one << two;
                ASSERT_EQ(worstOfOnePlace < few, joined.add(d.staysInTop(few, one.patch, target))) << one << two;
            }
    }
    EXPECT_GT(pooled.rarer(), 30);
    EXPECT_GT(joined.rarer(), 30);
}

TEST(Derand_CertificateTop, AClassifierKnowsHowManyVotesOfAnAblationItsRuleAllows)
{
    // Above a half, a threshold gives one vote at most, as top-1; from scores that are no probabilities, any number.
    Params params = stripParams();
    params.threshold = .6;
    const Ptr<CertifiedClassifier> probabilities = CertifiedClassifier::create(columnNet(), columns(), params);
    params.softmax = false;
    const Ptr<CertifiedClassifier> scores = CertifiedClassifier::create(columnNet(), columns(), params);
    RNG rng(5201);
    ref::Outcomes one, any, fewer;
    for (int k = 0; k < 200; k++)
    {
        Mat frame(INPUT, CV_8UC1), votes;
        rng.fill(frame, RNG::UNIFORM, 0, 256);
        for (CertifiedClassifier* classifier : {probabilities.get(), scores.get()})
        {
            const Certificate c = classifier->classify(frame);
            c.getVotes(votes);
            for (int few = 1; few < CLASSES; few++)
                for (int target = 0; target < CLASSES; target++)
                {
                    const Size patch(rng.uniform(1, 4), 2);
                    const auto stays = [&](int rule) {
                        return certify(votes, columns(), FrameMap(), CERTIFICATE_LOCATION, 1, rule).staysInTop(few, patch, target);
                    };
                    const bool answer = c.staysInTop(few, patch, target);
                    ASSERT_EQ(stays(classifier == probabilities.get() ? VOTE_TOP1 : VOTE_THRESHOLD), answer);
                    (classifier == probabilities.get() ? one : any).add(answer);
                    fewer.add(stays(VOTE_TOP1) && !stays(VOTE_THRESHOLD));
                }
        }
    }
    EXPECT_GT(one.rarer(), 50);
    EXPECT_GT(any.rarer(), 20);
    EXPECT_GT(fewer.yes, 20) << "one vote each was never less than many";
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
