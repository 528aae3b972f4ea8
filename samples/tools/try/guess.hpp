// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_TOOLS_GUESS_HPP
#define DERAND_TOOLS_GUESS_HPP

#include <optional>
#include <string>
#include <vector>

#include "opencv2/derand.hpp"

namespace tools {

//! What is known about a net besides its file. What is left empty is guessed.
struct Known
{
    std::optional<int> channels, encoding, type, width, stride;
    cv::Size size;          //!< of the whole picture as the net takes it
    bool transpose = false; //!< planes come transposed
    bool wrap = true;
};

struct Guess
{
    cv::derand::Ablation ablation;
    int channels = 0, encoding = 0;
    std::vector<std::string> options; //!< what was guessed, as options: "--width=28"
};

/** @brief Guesses what a net sees at a time from the shape of its input.

A long, narrow input is taken for a strip of a square picture, any other for a whole picture with bands of an eighth of it.
@param model its name, for messages
@param info what its file declares
@param known what need not be guessed
@return settings whose network input has the declared shape; std::runtime_error, which says what is missing or contradicts it
 */
Guess guessSettings(const std::string& model, const cv::derand::OnnxInfo& info, const Known& known);

//! The value that a name stands for, as in settings files. Both fail for a name that does not exist: "--type=x: expected ...".
int encodingOf(const std::string& what, const std::string& name);
int typeOf(const std::string& what, const std::string& name);

//! "N x 3 x 224 x ?", for the shape of an input.
std::string shapeText(const std::vector<int>& shape);

} // namespace tools

#endif // DERAND_TOOLS_GUESS_HPP
