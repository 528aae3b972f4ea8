// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_LOSSES_HPP
#define OPENCV_DERAND_LOSSES_HPP

#include "vote_table.hpp"

namespace cv { namespace derand {

/** What so many patches in one frame can take from the lead of a class over another one, at most. With the gain
g_i = certain vote for the class - possible vote for the other + 1 >= 0 the location rule for the union of several A(a) reads:
sum of g over the union <= lead - [class > other]. Over "nobody voted" the gain is the certain vote. Margin rule: twice the
ablations touched, over "nobody voted" once. */
class Losses
{
public:
    //! Keeps references.
    Losses(const VoteTable& table, int label, const Places& places, int count);

    int over(int other) const;               //!< over this class
    bool exceed(int other, int limit) const; //!< whether that is more than limit, in less time
    int atLeast(int other);                  //!< what it is at least, at once

    /** Over any class: over one without votes.
    @param enough what is not more than this may be returned as any number up to it
     */
    int most(int enough);
    int bound(); //!< no less than most(), at once

private:
    int largest(int other, int low, int high) const;
    int largestPair(const PositionSums& sums, const std::vector<int>& loss, int low, int high) const;

    const VoteTable& table;
    const Places& places;
    const int label, count;
    int upper, exact; // bound() and most(), -1 if not known yet
};

}} // namespace cv::derand

#endif
