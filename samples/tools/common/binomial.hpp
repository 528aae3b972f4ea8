// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_TOOLS_BINOMIAL_HPP
#define DERAND_TOOLS_BINOMIAL_HPP

#include <string>
#include <utility>

namespace tools {

//! P(X >= successes) for X binomial with this many trials of this probability.
double binomialTail(int trials, int successes, double probability);

/** @brief Clopper-Pearson: the least number of successes whose lower confidence bound exceeds a probability.
@param trials number of trials, at least 1
@param probability to be exceeded, below 1
@param alpha one-sided error, in (0, 1)
@return 1..trials, or trials + 1 if no number suffices
 */
int successesFor(int trials, double probability, double alpha);

//! 95 % Clopper-Pearson interval of a share, two-sided: lower and upper bound.
std::pair<double, double> shareInterval(int trials, int successes);

//! A share with its interval in percent, for tables: "97.80 (97.49 .. 98.08)", in columns of constant width.
std::string shareText(int trials, int successes);

//! The same as CSV: number, percent, lower and upper bound; and the heading of these columns, each with a comma in front.
std::string shareCsv(int trials, int successes);
std::string shareCsvHeading(const std::string& name);

} // namespace tools

#endif // DERAND_TOOLS_BINOMIAL_HPP
