// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Classes that may be confused with each other.

#include <gtest/gtest.h>

#include "evaluation/families.hpp"

namespace {

using tools::Families;

TEST(Derand_Families, AreNumbersRangesAndNames)
{
    const Families families("0-2,7;3,stop", {"a", "b", "c", "d", "e", "stop"});
    EXPECT_EQ(std::vector<int>({0, 1, 2, 7}), families.of(7));
    EXPECT_EQ(std::vector<int>({3, 5}), families.of(3));
    EXPECT_EQ("0,1,2,7;3,5", families.text());
    EXPECT_EQ(families.text(), Families(families.text()).text());
    EXPECT_EQ(7, families.largest());
}

TEST(Derand_Families, AClassInNoneIsAFamilyOfItsOwn)
{
    const Families none, families("0-2");
    EXPECT_TRUE(none.empty());
    EXPECT_EQ("", none.text());
    EXPECT_EQ(-1, none.largest());
    EXPECT_EQ(std::vector<int>({4}), families.of(4));
    EXPECT_TRUE(families.related(4, 4));
    EXPECT_FALSE(families.related(4, 5));
    EXPECT_FALSE(families.related(4, 0));
    EXPECT_TRUE(families.related(0, 2));
}

TEST(Derand_Families, RefuseWhatIsNoListOfClasses)
{
    for (const char* text : {"0,1;1,2", "0,0", "3", "x,1", "2-1,3", "1,-2", "1,2x", ";1,2", "1,,2", "1,999999"})
        EXPECT_THROW(Families(text, {"a"}), std::runtime_error) << text;
}

} // namespace
