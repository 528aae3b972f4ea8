// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "arguments.hpp"
#include "error.hpp"

#include <algorithm>
#include <sstream>

namespace tools {

Arguments::Arguments(int argc, const char* const* argv, const std::string& keys_, const std::string& about_, size_t mostInputs)
    : program(argc > 0 ? argv[0] : ""), keys(keys_), about(about_)
{
    declare();
    const std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
    help = std::any_of(arguments.begin(), arguments.end(),
            [](const std::string& argument) { return argument == "--help" || argument == "-h"; });
    if (help) // regardless of the other arguments
        return;
    for (const std::string& argument : arguments)
    {
        if (argument.empty())
            fail("an empty argument: expected a file, a folder or an option, see --help");
        if (argument[0] == '-')
            set(argument);
        else if (inputs.size() < mostInputs)
            inputs.push_back(argument);
        else
        {
            fail("'{}': expected {}; the value of an option is written as --option=VALUE", argument,
                    mostInputs == 0 ? "options only" : fmt::format("at most {} arguments", mostInputs));
        }
    }
    help = has("help"); // as a flag with a value
}

//! Reads keys: {names | default | help}.
void Arguments::declare()
{
    for (size_t at = 0; (at = keys.find('{', at)) != std::string::npos; at++)
    {
        const std::vector<std::string> fields = split(keys.substr(at + 1, keys.find('}', at) - at - 1), '|');
        CV_Assert(fields.size() >= 2);
        std::string name, value;
        std::istringstream(fields[1]) >> value;
        std::istringstream names(fields[0]);
        while (names >> name)
            numbers[name] = options.size();
        std::istringstream(fields[0]) >> name; // the first one
        if (name == "help")
            value = "false";
        options.push_back({name, value, value == "true" || value == "false", false});
    }
}

//! Sets the option of "--name=value", "--flag" or "-f".
void Arguments::set(const std::string& argument)
{
    const size_t dashes = argument.compare(0, 2, "--") == 0 ? 2 : 1, equals = argument.find('=');
    const std::string name = argument.substr(dashes, std::min(equals, argument.size()) - dashes);
    const auto known = numbers.find(name);
    if (known == numbers.end() || (dashes == 2) != (name.size() > 1))
    {
        if (known != numbers.end())
            fail("{}: expected {}{} for this option", argument, name.size() > 1 ? "--" : "-", name);
        fail("unknown option {}: see --help; a file whose name begins with - is written as ./{}", argument, argument);
    }
    Option& option = options[known->second];
    if (option.given)
        fail("{}: --{} is given twice: expected once", argument, option.name);
    option.given = true;
    option.value = equals == std::string::npos ? "true" : argument.substr(equals + 1);
    if (option.flag)
        parseBool(argument, option.value);
    else if (equals == std::string::npos || option.value.empty())
        fail("{}: the value is missing: expected --{}=VALUE, without spaces", argument, option.name);
    else if (option.value.compare(0, 2, "--") == 0)
        fail("{}: the value is an option: expected --{}=VALUE", argument, option.name);
}

bool Arguments::helped() const
{
    if (help)
    {
        const char* const argv[] = {program.c_str()};
        cv::CommandLineParser parser(1, argv, keys);
        parser.about(about);
        parser.printMessage();
    }
    return help;
}

const Arguments::Option& Arguments::find(const std::string& name) const { return options.at(numbers.at(name)); }

bool Arguments::has(const std::string& name) const
{
    const Option& option = find(name);
    return option.flag ? parseBool(text(name), option.value) : option.given;
}

std::string Arguments::text(const std::string& name) const { return fmt::format("--{}={}", name, find(name).value); }

void Arguments::refuse(const std::vector<std::string>& names, const std::string& reason) const
{
    for (const std::string& name : names)
        if (find(name).given)
            fail("--{}: {}", name, reason);
}

} // namespace tools
