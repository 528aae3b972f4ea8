// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_TOOLS_ARGUMENTS_HPP
#define DERAND_TOOLS_ARGUMENTS_HPP

#include <string>
#include <vector>

#include "opencv2/core.hpp"

namespace tools {

/** @brief Command line: cv::CommandLineParser for the options, any number of inputs.

CommandLineParser passes over options it does not know; here they are errors (std::runtime_error),
and so are values that cannot be converted: a typing error must not be a silently different result.
 */
class Arguments
{
public:
    /** @brief Parses.
    @param argc number of elements of argv
    @param argv as main() has it
    @param keys as for cv::CommandLineParser, without positional arguments and with "help"
    @param about first lines of the help
     */
    Arguments(int argc, char** argv, const std::string& keys, const std::string& about);

    //! Prints the help if it was asked for.
    bool helped() const;

    //! The value of an option, or its default.
    template<typename T> T get(const std::string& name) const
    {
        const T value = parser.get<T>(name);
        check(name);
        return value;
    }

    //! Was the option given, or does it have a default?
    bool has(const std::string& name) const { return parser.has(name); }

    //! Arguments that are not options.
    std::vector<std::string> inputs;

private:
    void check(const std::string& name) const;

    std::vector<std::string> bare; // options given without a value

    cv::CommandLineParser parser;
};

} // namespace tools

#endif // DERAND_TOOLS_ARGUMENTS_HPP
