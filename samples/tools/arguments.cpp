// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "arguments.hpp"
#include "error.hpp"

#include <algorithm>

namespace tools {
namespace {

// Only the options: CommandLineParser takes no open number of inputs.
cv::CommandLineParser parseOptions(int argc, char** argv, const std::string& keys)
{
    std::vector<char*> options(argv, argv + argc);
    options.erase(std::remove_if(options.begin() + 1, options.end(),
            [](const char* argument) { return argument[0] != '-'; }), options.end());
    return cv::CommandLineParser(int(options.size()), options.data(), keys);
}

} // namespace

Arguments::Arguments(int argc, char** argv, const std::string& keys, const std::string& about)
    : parser(parseOptions(argc, argv, keys))
{
    parser.about(about);
    for (int i = 1; i < argc; i++)
    {
        const std::string argument = argv[i];
        if (argument.empty() || argument[0] != '-')
        {
            inputs.push_back(argument);
            continue;
        }
        const size_t begin = std::min(argument.find_first_not_of('-'), argument.size());
        const std::string name = argument.substr(begin, argument.find('=') - begin);
        try
        {
            parser.has(name);
        }
        catch (const cv::Exception&)
        {
            fail("unknown option {}: see --help", argument);
        }
        if (argument.find('=') == std::string::npos)
            bare.push_back(name);
    }
}

bool Arguments::helped() const
{
    if (parser.has("help"))
        parser.printMessage();
    return parser.has("help");
}

void Arguments::check(const std::string& name) const
{
    if (!parser.check() || std::find(bare.begin(), bare.end(), name) != bare.end())
    {
        fail("--{}: the value is missing or of the wrong kind: expected --{}=VALUE, see --help",
                name, name);
    }
}

} // namespace tools
