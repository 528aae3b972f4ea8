// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// The statistics of derand_evaluate against sums over all outcomes and against exact figures.

#include <gtest/gtest.h>

#include <vector>

#include "common/binomial.hpp"

namespace {

// Probabilities of 0..trials successes, one trial after the other.
std::vector<double> distribution(int trials, double probability)
{
    std::vector<double> p(1, 1.);
    for (int i = 0; i < trials; i++)
    {
        p.push_back(0);
        for (size_t k = p.size(); k-- > 0;)
            p[k] = p[k] * (1 - probability) + (k > 0 ? p[k - 1] * probability : 0);
    }
    return p;
}

TEST(Derand_Binomial, TailIsTheSumOfTheProbabilities)
{
    for (const int trials : {1, 2, 7, 60, 400})
        for (const double probability : {0., .001, .2, .5, .77, .999, 1.})
        {
            const std::vector<double> p = distribution(trials, probability);
            double tail = 0;
            for (int k = trials + 1; k >= -1; k--)
            {
                tail += k >= 0 && k <= trials ? p[size_t(k)] : 0;
                ASSERT_NEAR(tail, tools::binomialTail(trials, k, probability), 1e-11) << trials << " " << k << " " << probability;
            }
        }
}

TEST(Derand_Binomial, TheBoundOfEnoughSuccessesExceedsTheProbability)
{
    for (const int trials : {1, 10, 100})
        for (const double probability : {0., .3, .5, .9, .99})
        {
            const int needed = tools::successesFor(trials, probability, .05);
            for (int k = 0; k <= trials; k++)
            {
                // The lower bound is above the probability if this many successes are rarer than alpha there.
                const std::vector<double> p = distribution(trials, probability);
                double tail = 0;
                for (int i = k; i <= trials; i++)
                    tail += p[size_t(i)];
                ASSERT_EQ(tail < .05, k >= needed) << trials << " " << k << " " << probability;
            }
        }
    EXPECT_EQ(5083, tools::successesFor(10000, .5, .05)); // exact: tails .0515 of 5082, .0495 of 5083
    EXPECT_EQ(10001, tools::successesFor(10000, .9998, .05));
}

TEST(Derand_Binomial, IntervalsAreThoseOfClopperAndPearson)
{
    // Zero and all successes have closed forms: 1 - (alpha/2)^(1/n).
    EXPECT_NEAR(.3084971, tools::shareInterval(10, 0).second, 1e-6);
    EXPECT_NEAR(1 - .3084971, tools::shareInterval(10, 10).first, 1e-6);
    EXPECT_EQ(0, tools::shareInterval(10, 0).first);
    EXPECT_EQ(1, tools::shareInterval(10, 10).second);
    for (int k = 1; k < 50; k++)
    {
        const auto bounds = tools::shareInterval(50, k);
        EXPECT_NEAR(.025, tools::binomialTail(50, k, bounds.first), 1e-9);
        EXPECT_NEAR(.025, 1 - tools::binomialTail(50, k + 1, bounds.second), 1e-9);
    }
}

} // namespace
