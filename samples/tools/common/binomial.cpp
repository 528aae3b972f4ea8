// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "binomial.hpp"

#include <cmath>

#include <fmt/format.h>

namespace tools {

double binomialTail(int trials, int successes, double probability)
{
    if (successes <= 0 || probability >= 1)
        return successes > trials ? 0 : 1;
    if (successes > trials || probability <= 0)
        return 0;
    const double n = trials, odds = probability / (1 - probability);
    double sum = 0;
    // The side without the mode is summed: its terms only fall.
    const bool upper = successes > n * probability;
    const int from = upper ? successes : successes - 1, step = upper ? 1 : -1;
    double term = std::exp(std::lgamma(n + 1) - std::lgamma(from + 1.) - std::lgamma(n - from + 1.) + from * std::log(probability)
            + (n - from) * std::log1p(-probability));
    for (int k = from; k >= 0 && k <= trials; k += step)
    {
        sum += term;
        term *= upper ? odds * (n - k) / (k + 1) : k / (odds * (n - k + 1));
        if (term < sum * 1e-17)
            break;
    }
    return upper ? sum : 1 - sum;
}

int successesFor(int trials, double probability, double alpha)
{
    int no = 0, yes = trials + 1; // the tail falls with the number of successes
    while (yes - no > 1)
    {
        const int middle = no + (yes - no) / 2;
        (binomialTail(trials, middle, probability) < alpha ? yes : no) = middle;
    }
    return yes;
}

std::pair<double, double> shareInterval(int trials, int successes)
{
    const double alpha = .025;
    // The tail of k rises with the probability: the bounds are where it is alpha, and 1 - alpha for k + 1.
    const auto solve = [trials](int k, double tail) {
        double low = 0, high = 1;
        for (int i = 0; i < 60; i++)
        {
            const double middle = (low + high) / 2;
            (binomialTail(trials, k, middle) < tail ? low : high) = middle;
        }
        return low;
    };
    return {successes == 0 ? 0. : solve(successes, alpha), successes == trials ? 1. : solve(successes + 1, 1 - alpha)};
}

std::string shareText(int trials, int successes)
{
    const auto bounds = shareInterval(trials, successes);
    return fmt::format("{:6.2f} ({:5.2f} .. {:5.2f})", trials ? 100. * successes / trials : 0, 100 * bounds.first, 100 * bounds.second);
}

std::string shareCsv(int trials, int successes)
{
    const auto bounds = shareInterval(trials, successes);
    return fmt::format(
            "{},{:.3f},{:.3f},{:.3f}", successes, trials ? 100. * successes / trials : 0, 100 * bounds.first, 100 * bounds.second);
}

std::string shareCsvHeading(const std::string& name) { return fmt::format(",{0},{0}_percent,{0}_low,{0}_high", name); }

} // namespace tools
