// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_VOTE_SUMS_HPP
#define OPENCV_DERAND_VOTE_SUMS_HPP

#include "grid.hpp"

namespace cv { namespace derand {

//! Codes of the vote table, see certify().
enum { VOTE_BIT = 1, EITHER_BIT = 2 };

//! 0 or 255: votes that stay votes in every run, and votes that are votes in some run.
inline Mat certainVotes(const Mat& codes) { return codes == VOTE_BIT; }
inline Mat possibleVotes(const Mat& codes) { return codes != 0; }

/** Sums of the votes of each class over cyclic rectangles of positions.

The vote maps of all classes that have votes, extended by their wrap-around, stand below each other in
one image with one integral. Ablations that vote for every class (scores of NaN) share one map: an attack on
many classes must not cost memory. */
class VoteSums
{
public:
    //! Where a rectangle of positions is read from the integral of a class.
    struct Place
    {
        int topLeft, topRight, bottomLeft, bottomRight;
    };

    VoteSums() : classStep(0), shared(-1) {}
    //! votes: CV_8UC1, ablations x classes, 0 or 255.
    VoteSums(const Mat& votes, const Grid& grid);

    //! x and y as Axis::affected() makes them.
    Place place(const Window& x, const Window& y) const
    {
        const int step = (int)integral.step1();
        const Place p = {y.start * step + x.start, y.start * step + x.start + x.length,
                         (y.start + y.length) * step + x.start,
                         (y.start + y.length) * step + x.start + x.length};
        return p;
    }
    //! Class c has no votes but those that every class has: all such classes are equal.
    bool none(int c) const { return slot[c] < 0; }
    int total(int c) const { return totals.at<int>(c); }
    int sum(int c, const Place& p) const
    {
        return sumOfSlot(slot[c], p) + sumOfSlot(shared, p);
    }

private:
    int sumOfSlot(int index, const Place& p) const
    {
        if (index < 0)
            return 0;
        const int* s = integral.ptr<int>() + index * classStep;
        return s[p.bottomRight] - s[p.bottomLeft] - s[p.topRight] + s[p.topLeft];
    }

    Mat integral, totals;
    size_t classStep;
    std::vector<int> slot; // -1: none
    int shared;            // slot of the ablations that vote for every class, -1: none
};

}} // namespace cv::derand

#endif
