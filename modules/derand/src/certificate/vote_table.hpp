// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_VOTE_TABLE_HPP
#define OPENCV_DERAND_VOTE_TABLE_HPP

#include "places.hpp"
#include "vote_codes.hpp"

namespace cv { namespace derand {

/** The votes of one frame, and what patches in that frame can do to them. Its memory depends on the numbers of ablations and
classes only, not on the votes.

The class classes() is "nobody voted", the label -1: it has one vote that no patch touches, so it loses to every class that has
any. */
class VoteTable
{
public:
    typedef std::vector<uchar> ClassSet; // one flag for each class, and one for "nobody voted"
    typedef std::vector<FrameAxis> Axes; // x, y

    /** Arguments as certify() checks them.
    @param codes see vote_codes.hpp
    @param reused how many of the rows are votes of the last frame
     */
    VoteTable(const Mat& codes, const Ablation& ablation, const FrameMap& frame, int rule, int reused);

    int ablations() const { return codes.cols; }
    int classes() const { return codes.rows; }
    void getTable(Mat& table) const; //!< as certify() takes it

    int unknown() const { return unknownRows; }     //!< ablations that were not evaluated
    int reused() const { return reusedRows; }
    int abstained() const { return abstainedRows; } //!< known ones without a vote
    int invalid() const { return invalidRows; }     //!< of these, the ones with NaN or Inf
    int votes(int c) const { return voted[c]; }     //!< in this run

    //! Votes of a class in every run.
    int certain(int c) const { return certainVotes[c]; }
    //! Votes of a class in some run.
    int possible(int c) const { return c < classes() ? possibleVotes[c] : 0; }
    //! Codes of a class for each ablation.
    const uchar* codesOf(int c) const { return codes.ptr(c); }

    const Axes& frameAxes() const { return frame; } //!< for patches in frame pixels
    const Axes& inputAxes() const { return input; } //!< for patches in network-input pixels

    //! Whether no content of one patch moves the label out of the group.
    bool staysIn(const ClassSet& group, const Places& places) const { return staysIn(group, places, 0); }
    //! Whether no content of so many patches takes the label away from a class.
    bool holds(int label, const Places& places, int count) const;
    //! As Certificate::safeMap(); label -1: nobody voted.
    void safeMap(int label, const Size& patch, OutputArray map) const;

    Grid grid;
    int rule;

private:
    bool staysIn(const ClassSet& group, const Places& places, std::vector<uchar>* safe) const;

    Mat codes; // of each class a row
    std::vector<int> voted, certainVotes, possibleVotes; // of each class
    int unknownRows, reusedRows, abstainedRows, invalidRows;
    Axes frame, input;
};

}} // namespace cv::derand

#endif
