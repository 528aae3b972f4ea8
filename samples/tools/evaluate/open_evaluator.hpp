// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_TOOLS_OPEN_EVALUATOR_HPP
#define DERAND_TOOLS_OPEN_EVALUATOR_HPP

#include <memory>

#include "common/arguments.hpp"
#include "evaluation/evaluator.hpp"

namespace tools {

/** @brief The model of --model and --config.

If there is a file NAME.sets.yml next to the settings NAME.yml, it is a baseline, see SetEvaluator.
 */
std::unique_ptr<Evaluator> openEvaluator(const Arguments& arguments);

} // namespace tools

#endif // DERAND_TOOLS_OPEN_EVALUATOR_HPP
