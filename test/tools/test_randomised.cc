// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Randomised smoothing against the binomial tail itself.

#include <gtest/gtest.h>

#include "baselines/randomised.hpp"
#include "common/binomial.hpp"

namespace {

using tools::Randomised;

const int DRAWS = 200, FOR_LABEL = 20;

// The label is drawn first in all of FOR_LABEL, then this many times among DRAWS; the rest is class 0.
std::vector<int> draws(int label, int successes)
{
    std::vector<int> top(FOR_LABEL, label);
    top.insert(top.end(), size_t(successes), label);
    top.insert(top.end(), size_t(DRAWS - successes), 0);
    return top;
}

TEST(Derand_Randomised, CertifiesWhatTheLowerBoundOfTheShareAllows)
{
    const std::vector<double> touched = {.1, .25, .4, .499, .6};
    const Randomised random(DRAWS, touched);
    ASSERT_EQ(DRAWS + FOR_LABEL, random.draws());
    for (int successes = 0; successes <= DRAWS; successes++)
    {
        // The lower bound exceeds p if this many successes are rarer than alpha.
        const auto exceeds = [&](double p) { return p < 1 && tools::binomialTail(DRAWS, successes, p) < Randomised::ALPHA; };
        int patch = 0;
        while (size_t(patch) < touched.size() && exceeds(.5 + touched[size_t(patch)]))
            patch++;
        const Randomised::Result result = random.result(draws(3, successes));
        ASSERT_EQ(exceeds(.5) ? 3 : -1, result.label) << successes;
        ASSERT_EQ(exceeds(.5) ? patch : 0, result.patch) << successes;
    }
    EXPECT_EQ(3, random.result(draws(3, DRAWS)).patch); // of 200 draws none shows a share above .999
}

TEST(Derand_Randomised, TheFirstDrawsChooseTheLabelAndOnlyTheOthersTestIt)
{
    const Randomised random(DRAWS, {});
    std::vector<int> top(FOR_LABEL, 2);
    top.insert(top.end(), DRAWS, 1);
    EXPECT_EQ(-1, random.result(top).label); // 2 is chosen, and never seen again

    top.assign(FOR_LABEL / 2, 4); // a tie goes to the smaller class, and ablations without a vote count for none
    top.insert(top.end(), FOR_LABEL / 2, 1);
    std::vector<int> ones = top, fours = top, nothing(DRAWS + FOR_LABEL, -1);
    ones.insert(ones.end(), DRAWS, 1);
    fours.insert(fours.end(), DRAWS, 4);
    EXPECT_EQ(1, random.result(ones).label);
    EXPECT_EQ(-1, random.result(fours).label);
    EXPECT_EQ(-1, random.result(nothing).label);
}

TEST(Derand_Randomised, RefusesTooFewDraws) { EXPECT_THROW(Randomised(9, {}), std::runtime_error); }

} // namespace
