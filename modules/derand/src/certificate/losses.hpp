// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_LOSSES_HPP
#define OPENCV_DERAND_LOSSES_HPP

#include "vote_table.hpp"

namespace cv { namespace derand {

/** The most by which `count` patches in one frame can reduce the lead of a class over another one. With the gain
g_i = certain vote for the class - possible vote for the other + 1 >= 0, the location rule for the union of several A(a) is:
sum of g over the union <= lead - [class > other]. No patch touches the votes of "none of these": over it the gain is the certain vote,
and its own gain over another class is 1 - possible vote. Margin rule: twice the number of touched ablations; once with "none of these". */
class Losses
{
public:
    //! Keeps references to table and places.
    Losses(const VoteTable& table, int label, const Places& places, int count);

    int over(int other) const;               //!< the largest loss over this class
    bool exceed(int other, int limit) const; //!< whether over(other) > limit; faster than over()
    int atLeast(int other);                  //!< a quick lower bound of over(other)

    /** The largest loss over any class, which is the loss over a class without votes.
    @param enough if the loss is at most this, any number up to it may be returned
     */
    int most(int enough);
    int bound(); //!< a quick upper bound of most()

private:
    bool isBands() const;
    bool isUnionFound() const;
    int largest(int other, int low, int high) const;
    int largestPair(const PositionSums& sums, const std::vector<int>& loss, int low, int high) const;

    const VoteTable& table;
    const Places& places;
    const int label, count;
    int upper, exact; // bound() and most(); -1: not computed yet
};

}} // namespace cv::derand

#endif
