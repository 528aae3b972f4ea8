// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_TOOLS_ARGUMENTS_HPP
#define DERAND_TOOLS_ARGUMENTS_HPP

#include <climits>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "values.hpp"

namespace tools {

/** @brief Command line: --option=VALUE, --flag, and inputs.

Anything not understood is an error (std::runtime_error), never ignored and never taken for something else:
cv::CommandLineParser ignores unknown options and reads "1e3" as 1. It is only used to print the help.
 */
class Arguments
{
public:
    /** @brief Parses.
    @param argc number of elements of argv
    @param argv as main() has it
    @param keys as for cv::CommandLineParser, without positional arguments and with "help". An option whose default is
           true or false is a flag and needs no value
    @param about first lines of the help
    @param mostInputs maximum number of arguments that are not options
     */
    Arguments(int argc, const char* const* argv, const std::string& keys, const std::string& about, size_t mostInputs = SIZE_MAX);

    //! Prints the help if it was asked for.
    bool helped() const;

    //! Was the option given? For a flag: is it true?
    bool has(const std::string& name) const;

    /** @brief The value of an option or its default.

    @tparam T std::string (empty: neither given nor a default), bool, int, double or cv::Size (of a patch), as values.hpp
            reads them
     */
    template<typename T> T get(const std::string& name) const;

    //! A whole number within bounds.
    int getInt(const std::string& name, int least, int most = INT_MAX) const
    {
        return parseInt(text(name), find(name).value, least, most);
    }

    //! A number within bounds.
    double getNumber(const std::string& name, double least, double most) const
    {
        return parseNumber(text(name), find(name).value, least, most);
    }

    //! The option as it was, or would be, given, for messages: "--patch=5x5".
    std::string text(const std::string& name) const;

    //! Fails if one of these options was given.
    void refuse(const std::vector<std::string>& names, const std::string& reason) const;

    //! Arguments that are not options.
    std::vector<std::string> inputs;

private:
    struct Option
    {
        std::string name, value;
        bool flag, given;
    };
    const Option& find(const std::string& name) const;
    void declare();
    void set(const std::string& argument);

    std::string program, keys, about;
    bool help = false;
    std::vector<Option> options;
    std::map<std::string, size_t> numbers; // of the options by all their names
};

template<> inline std::string Arguments::get(const std::string& name) const { return find(name).value; }
template<> inline bool Arguments::get(const std::string& name) const { return parseBool(text(name), find(name).value); }
template<> inline int Arguments::get(const std::string& name) const { return parseInt(text(name), find(name).value); }
template<> inline double Arguments::get(const std::string& name) const { return parseNumber(text(name), find(name).value); }
template<> inline cv::Size Arguments::get(const std::string& name) const { return parseSize(text(name), find(name).value); }

} // namespace tools

#endif // DERAND_TOOLS_ARGUMENTS_HPP
