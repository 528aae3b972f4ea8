// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "common/error.hpp"
#include "dataset.hpp"

#include <algorithm>
#include <functional>

namespace tools {
namespace {

//! -1: none. Six digits are more than there are classes.
int numberOf(const std::string& name)
{
    const bool digits = !name.empty() && name.find_first_not_of("0123456789") == std::string::npos;
    return digits && name.size() <= 6 ? std::stoi(name) : -1;
}

//! A few of the words, for people.
std::string quoted(const std::vector<std::string>& words)
{
    constexpr size_t MOST = 8;
    std::string text;
    for (size_t i = 0; i < std::min(words.size(), MOST); i++)
        text += fmt::format("{}'{}'", i ? ", " : "", words[i]);
    return words.size() > MOST ? text + fmt::format(" and {} more", words.size() - MOST) : text;
}

//! Are there combining accents, U+0300 to U+036F in UTF-8, as macOS writes them in file names?
bool decomposed(const std::string& text)
{
    for (size_t i = 0; i + 1 < text.size(); i++)
    {
        const unsigned char first = static_cast<unsigned char>(text[i]), second = static_cast<unsigned char>(text[i + 1]);
        if (first == 0xcc || (first == 0xcd && second <= 0xaf))
            return true;
    }
    return false;
}

//! Is a name the number of another class, so that a folder "1" would be ambiguous?
bool misnumbered(const std::vector<std::string>& names)
{
    for (size_t i = 0; i < names.size(); i++)
        if (numberOf(names[i]) >= 0 && numberOf(names[i]) != int(i))
            return true;
    return false;
}

[[noreturn]] void failUnnamed(const std::string& set, const std::vector<std::string>& folders, const std::vector<std::string>& names)
{
    std::vector<std::string> strange;
    for (const std::string& folder : folders)
        if (std::count(names.begin(), names.end(), folder) == 0 && (!names.empty() || numberOf(folder) < 0))
            strange.push_back(folder);
    if (names.empty())
    {
        fail("{}: {} of {} sub-folders are not numbers, {}: the settings have no class names, so the folders must "
             "be numbered from 0, like the classes; or add the names to the settings (labels)",
                set, strange.size(), folders.size(), quoted(strange));
    }
    std::string hint;
    if (misnumbered(names) && std::any_of(strange.begin(), strange.end(), [](auto& name) { return numberOf(name) >= 0; }))
        hint = "; since the class names are numbers, a folder's number is not taken as a position in that list";
    else if (std::any_of(strange.begin(), strange.end(), decomposed) != std::any_of(names.begin(), names.end(), decomposed))
        hint = "; accents are stored in two ways (Unicode NFC and NFD, as on macOS): rename the folders to match the settings";
    fail("{}: {} of {} sub-folders are not classes of the model, {}: expected the names of classes ({}), or all folders "
         "numbered 0 to {}{}",
            set, strange.size(), folders.size(), quoted(strange), quoted(names), names.size() - 1, hint);
}

} // namespace

std::vector<int> classesOf(const std::string& set, const std::vector<std::string>& folders, const std::vector<std::string>& names)
{
    const auto all = [&](const std::function<int(const std::string&)>& classOf) {
        std::vector<int> classes;
        for (const std::string& folder : folders)
            if (classOf(folder) >= 0)
                classes.push_back(classOf(folder));
        return classes;
    };
    std::vector<int> classes = all([&](const std::string& folder) {
        const auto known = std::find(names.begin(), names.end(), folder);
        if (known != names.end() && std::find(known + 1, names.end(), folder) != names.end())
            fail("{}: several classes are named '{}': number the sub-folders 0 to {}", set, folder, names.size() - 1);
        return known == names.end() ? -1 : int(known - names.begin());
    });
    if (classes.size() < folders.size() && !misnumbered(names))
        classes = all(numberOf);
    if (classes.size() < folders.size())
        failUnnamed(set, folders, names);

    for (size_t i = 0; i < classes.size(); i++)
    {
        if (!names.empty() && size_t(classes[i]) >= names.size())
        {
            const bool fromOne = *std::min_element(classes.begin(), classes.end()) == 1;
            fail("{}: sub-folder '{}': the model has the classes 0 to {}{}", set, folders[i], names.size() - 1,
                    fromOne ? "; are the folders numbered from 1? Number them from 0, or name them" : "");
        }
        const auto first = std::find(classes.begin(), classes.end(), classes[i]) - classes.begin();
        if (first != std::ptrdiff_t(i))
        {
            fail("{}: the sub-folders '{}' and '{}' are both class {}: expected one folder for each class", set,
                    folders[size_t(first)], folders[i], classes[i]);
        }
    }
    return classes;
}

} // namespace tools
