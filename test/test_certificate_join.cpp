// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Do certificates of one frame, joined, hold exactly when no patch in that frame changes their common label?

#include "certificate_cases.hpp"

namespace opencv_test { namespace {

//! The tables one below the other, and for each location what the patch touches in both.
Case stacked(const Case& one, const Case& two)
{
    Votes votes;
    cv::vconcat(one.votes, two.votes, votes);
    Case both(one.ablation, votes, one.minVotes + two.minVotes - 1);
    CV_Assert(one.sets.size() == two.sets.size() && votes.rows <= 256);
    for (size_t a = 0; a < one.sets.size(); a++)
        both.sets.push_back(one.sets[a] | two.sets[a] << one.votes.rows);
    both.patch = one.patch;
    return both;
}

//! Two certificates of one frame, by ablations of any kind.
class Derand_CertificateJoin : public CertificateCases
{
protected:
    //! Another ablation for the frame of `one`, with votes mostly for the same label.
    Case second(const Case& one)
    {
        const int scheme = rng.uniform(0, 3), maxSide = scheme == ABLATION_BLOCK ? 5 : 10;
        Ablation a = ref::randomAblation(rng, scheme, maxSide);
        if (one.frame.frameSize.empty())
        {
            a.inputSize = one.ablation.inputSize;
            a.width = std::min(a.width, std::min(a.inputSize.width, a.inputSize.height));
        }
        Votes votes = ref::randomVotes(rng, ref::count(a), one.votes.cols, rng.uniform(0, 2) == 0);
        const int label = one.label(), other = ref::label(votes);
        if (rng.uniform(0, 4) > 0 && other != label && other >= 0 && label >= 0)
            for (int i = 0; i < votes.rows; i++)
                std::swap(votes(i, label), votes(i, other));
        Case two(a, votes, one.minVotes > 1 ? rng.uniform(1, 1 + votes.rows) : 1);
        if (!one.frame.frameSize.empty())
        {
            two.frame = one.frame; // the same frame, another part of it
            const Size size = one.frame.frameSize;
            Rect& roi = two.frame.roi;
            roi.x = rng.uniform(0, size.width);
            roi.y = rng.uniform(0, size.height);
            roi.width = rng.uniform(1, size.width - roi.x + 1);
            roi.height = rng.uniform(1, size.height - roi.y + 1);
        }
        return two.place(one.patch);
    }
};

TEST_P(Derand_CertificateJoin, HoldsExactlyWhenNoPatchInTheFrameChangesTheLabel)
{
    ref::Outcomes outcomes, beyondEach, beyondPool, pairs, groups, rejections;
    for (Case& one : randomCases(4001, 1200, blocks() ? 5 : 10, 4))
    {
        if (rng.uniform(0, 2))
            one.frame = randomFrameMap(rng, 12);
        one.place(ref::randomSize(rng, 1, 4));
        Case two = second(one);
        if (rng.uniform(0, 4) == 0)
            blur(rng, one.votes, 2);
        const Case both = stacked(one, two);
        const Certificate parts[] = {one.certificate(), two.certificate()};
        const Certificate c = Certificate::join({parts[0], parts[1]});
        const int classes = both.votes.cols, label = both.label();
        ASSERT_EQ(label, c.label) << one << two;
        ASSERT_EQ(both.votes.rows, c.run.ablations);
        ASSERT_EQ(0, c.inputPatch);
        ASSERT_EQ(ref::largest(both.sets), c.maxAffected(one.patch)) << one << two;
        ASSERT_EQ(outcomes.add(both.holds()), c.holds(one.patch)) << one << two;
        rejections.add(label < 0 && both.holds());

        const vector<int> group = randomGroup(rng, classes, rng.uniform(1, 1 + classes));
        const int target = rng.uniform(0, classes);
        ASSERT_EQ(groups.add(both.staysIn(group)), c.staysIn(group, one.patch)) << one << two;
        ASSERT_EQ(both.neverBecomes(target), c.neverBecomes(target, one.patch)) << one << two;
        ASSERT_TRUE(!pairs.add(c.holds(one.patch, 2)) || both.holds(2)) << one << two;
        ASSERT_TRUE(c.holds(one.patch, 2) || !both.holdsBySingles(2)) << one << two;
        ASSERT_EQ(largestSquare(c), c.patch) << one << two;

        Mat map, votes;
        c.safeMap(one.patch, map);
        ASSERT_EQ(both.sets.size(), map.total());
        for (size_t a = 0; a < both.sets.size(); a++)
            ASSERT_EQ(ref::holds(both.votes, vector<ref::Set>(1, both.sets[a]), both.minVotes) ? 255 : 0, map.data[a]) << one << two << a;
        c.getVotes(votes);
        ASSERT_EQ(0, cv::norm(votes, both.votes, NORM_INF));

        beyondEach.add(c.holds(one.patch) && !parts[0].holds(one.patch) && !parts[1].holds(one.patch));
        beyondPool.add(c.holds(one.patch) && !Certificate::pool({parts[0], parts[1]}).holds(one.patch));
    }
    EXPECT_GT(outcomes.rarer(), 100);
    EXPECT_GT(groups.rarer(), 100);
    EXPECT_GT(pairs.yes, 20);
    EXPECT_GT(rejections.yes, 0);
    EXPECT_GT(beyondEach.yes, 5) << "two certificates together never proved more than each";
    EXPECT_GT(beyondPool.yes, 10) << "one patch was never less than two";
}

TEST_P(Derand_CertificateJoin, TheMarginRuleCountsTheAblationsOfBoth)
{
    ref::Outcomes outcomes;
    for (Case& one : randomCases(4101, 800, blocks() ? 5 : 10, 4, 3))
    {
        const Case two = second(one), both = stacked(one, two);
        const Certificate c = Certificate::join({one.certificate(CERTIFICATE_MARGIN), two.certificate(CERTIFICATE_MARGIN)});
        ASSERT_EQ(outcomes.add(both.holdsByMargin()), c.holds(one.patch)) << one << two;
        ASSERT_TRUE(both.holds() || !c.holds(one.patch)) << one << two;
    }
    EXPECT_GT(outcomes.rarer(), 50);
}

TEST_P(Derand_CertificateJoin, OneJoinedIsItselfAndJoinsCanBeJoinedAndPooled)
{
    for (const Case& one : randomCases(4201, 100, blocks() ? 5 : 10, 3, 3))
    {
        const Case two = second(one), three = second(one);
        const Certificate a = one.certificate(), b = two.certificate(), c = three.certificate();
        Certificate onePass = b, strips = c;
        onePass.run.onePass = true;
        ASSERT_FALSE(Certificate::join({onePass, strips}).run.onePass);
        ASSERT_FALSE(Certificate::join({strips, onePass}).run.onePass);
        ASSERT_TRUE(Certificate::join({onePass, onePass}).run.onePass);
        const Certificate alone = Certificate::join({a});
        ASSERT_NO_FATAL_FAILURE(expectSame(a, alone)) << one;
        ASSERT_EQ(a.holds(one.patch, 2), alone.holds(one.patch, 2));
        const Certificate nested = Certificate::join({Certificate::join({a, b}), c}), flat = Certificate::join({a, b, c});
        ASSERT_NO_FATAL_FAILURE(expectSame(flat, nested)) << one << two << three;
        ASSERT_EQ(flat.detects(one.patch), nested.detects(one.patch));
        const Certificate frames = Certificate::pool({flat, flat});
        ASSERT_EQ(2 * flat.votes, frames.label == flat.label ? frames.votes : 2 * flat.votes) << one;
        ASSERT_TRUE(!frames.holds(one.patch) || flat.label < 0 || frames.label == flat.label);
    }
}

DERAND_FOR_EVERY_SCHEME(Derand_CertificateJoin);

}} // namespace opencv_test
