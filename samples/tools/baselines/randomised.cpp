// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "randomised.hpp"

#include <algorithm>
#include <map>

#include "common/binomial.hpp"
#include "common/error.hpp"

namespace tools {

Randomised::Randomised(int draws, const std::vector<double>& touched) : forLabel(draws / 10), forShare(draws)
{
    if (draws < 10)
        fail("--draws={}: expected at least 10", draws);
    needed.push_back(successesFor(draws, .5, ALPHA));
    for (const double share : touched)
    {
        if (share >= .5)
            break;
        needed.push_back(successesFor(draws, .5 + share, ALPHA));
    }
}

Randomised::Result Randomised::result(const std::vector<int>& top) const
{
    std::map<int, int> counts;
    const auto test = top.begin() + forLabel;
    std::for_each(top.begin(), test, [&](int c) { counts[c] += c >= 0; });
    // The smallest of the classes drawn most often.
    const int label = std::max_element(counts.begin(), counts.end(), [](const auto& a, const auto& b) {
        return a.second < b.second;
    })->first;
    const int successes = label < 0 ? 0 : int(std::count(test, top.end(), label));
    if (successes < needed[0])
        return {-1, 0};
    size_t patch = 0;
    while (patch + 1 < needed.size() && successes >= needed[patch + 1])
        patch++;
    return {label, int(patch)};
}

Outcome randomisedOutcome(const LabelledImage& image, const Method& method, const std::vector<double>& touched,
        const std::vector<int>& top, bool drawn)
{
    const Randomised random(method.draws, touched);
    std::vector<int> draws = top;
    if (!drawn)
    {
        draws.resize(size_t(random.draws()));
        cv::RNG rng(image.number + 1);
        for (int& draw : draws)
            draw = top[size_t(rng.uniform(0, int(top.size())))];
    }
    const Randomised::Result result = random.result(draws);
    return {image.truth, result.label, 0, result.patch, result.patch, result.patch};
}

} // namespace tools
