// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "families.hpp"

#include <algorithm>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "common/error.hpp"

namespace tools {

namespace {

//! The number of a class; -1 if the text is not a class.
int classNumber(const std::string& text)
{
    const bool digits = text.find_first_not_of("0123456789") == std::string::npos;
    return digits && !text.empty() && text.size() <= 5 ? std::stoi(text) : -1;
}

} // namespace

Families::Families(const std::string& text, const std::vector<std::string>& names)
{
    std::istringstream groups(text);
    for (std::string group; std::getline(groups, group, ';');)
    {
        std::vector<int> family;
        std::istringstream items(group);
        for (std::string item; std::getline(items, item, ',');)
        {
            const size_t dash = item.find('-');
            int first = classNumber(item.substr(0, dash));
            int last = dash == std::string::npos ? first : classNumber(item.substr(dash + 1));
            if (first < 0 || last < first) // not a range: a name
            {
                const auto name = std::find(names.begin(), names.end(), item);
                if (name == names.end())
                    fail("--families={}: \"{}\" is not a class: expected numbers, ranges or names of the model's classes, "
                         "e.g. \"0-8;9,10\"",
                            text, item);
                first = last = int(name - names.begin());
            }
            for (int c = first; c <= last; c++)
            {
                if (of(c).size() > 1 || std::count(family.begin(), family.end(), c))
                    fail("--families={}: class {} occurs twice: expected each class in one family", text, c);
                family.push_back(c);
            }
        }
        if (family.size() < 2)
            fail("--families={}: \"{}\" is a single class: expected at least two per family", text, group);
        std::sort(family.begin(), family.end());
        families.push_back(family);
    }
}

std::vector<int> Families::of(int label) const
{
    for (const std::vector<int>& family : families)
        if (std::binary_search(family.begin(), family.end(), label))
            return family;
    return {label};
}

bool Families::related(int label, int other) const
{
    const std::vector<int> family = of(label);
    return std::binary_search(family.begin(), family.end(), other);
}

int Families::largest() const
{
    int most = -1;
    for (const std::vector<int>& family : families)
        most = std::max(most, family.back());
    return most;
}

std::string Families::text() const
{
    std::string text;
    for (const std::vector<int>& family : families)
        text += fmt::format("{}{}", text.empty() ? "" : ";", fmt::join(family, ","));
    return text;
}

} // namespace tools
