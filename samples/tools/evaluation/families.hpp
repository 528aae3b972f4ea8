// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_TOOLS_FAMILIES_HPP
#define DERAND_TOOLS_FAMILIES_HPP

#include <string>
#include <vector>

namespace tools {

//! Groups of classes that may be confused with each other, e.g. all speed limits; a class in no group is its own family.
class Families
{
public:
    Families() = default;

    /** @brief Parses.
    @param text families separated by ";", their classes by ",": numbers, ranges or names, e.g. "0-8;stop,give way"
    @param names of the classes; empty: numbers only
    @throw std::runtime_error for anything else, and if a class is named twice
     */
    explicit Families(const std::string& text, const std::vector<std::string>& names = {});

    bool empty() const { return families.empty(); }

    //! The classes of the family of a class, in rising order.
    std::vector<int> of(int label) const;

    bool related(int label, int other) const;

    int largest() const;      //!< largest class that occurs, -1: none
    std::string text() const; //!< in numbers; what the constructor takes

private:
    std::vector<std::vector<int>> families; //!< each in rising order
};

} // namespace tools

#endif // DERAND_TOOLS_FAMILIES_HPP
