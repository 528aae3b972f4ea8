// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_VOTE_TABLE_HPP
#define OPENCV_DERAND_VOTE_TABLE_HPP

#include "places.hpp"
#include "vote_codes.hpp"

namespace cv { namespace derand {

/** The votes of one frame, and what patches in that frame can do to them. Its size depends only on the numbers of ablations and
classes, not on the votes.

Class number classes() is "nobody voted" (label -1): it has one vote, which no patch touches, and so loses to every class with
votes. */
class VoteTable
{
public:
    typedef std::vector<uchar> ClassSet; // one flag for each class, and one for "nobody voted"
    typedef std::vector<FrameAxis> Axes; // x, y

    /** The arguments must satisfy what certify() checks.
    @param codes see vote_codes.hpp
    @param reused number of rows whose votes were kept from the last frame
     */
    VoteTable(const Mat& codes, const Ablation& ablation, const Ptr<FrameAxes>& axes, int rule, int reused);

    int ablations() const { return codes.cols; }
    int classes() const { return codes.rows; }
    void getTable(Mat& table) const; //!< in the form that certify() takes

    int unknown() const { return unknownRows; } //!< ablations that were not evaluated
    int reused() const { return reusedRows; }
    int abstained() const { return abstainedRows; } //!< ablations without a vote, the unknown ones not counted
    int invalid() const { return invalidRows; }     //!< those among them with NaN or Inf
    int votes(int c) const { return voted[c]; }     //!< in this run

    //! Votes of a class in every run.
    int certain(int c) const { return certainVotes[c]; }
    //! Votes of a class in some run.
    int possible(int c) const { return c < classes() ? possibleVotes[c] : 0; }
    //! Codes of a class for each ablation.
    const uchar* codesOf(int c) const { return codes.ptr(c); }

    const Axes& frameAxes() const { return axes->frame; } //!< for patches in frame pixels
    const Axes& inputAxes() const { return axes->input; } //!< for patches in network-input pixels

    //! Whether no content of one patch moves the label out of the group.
    bool staysIn(const ClassSet& group, const Places& places) const { return staysIn(group, places, 0); }
    //! Whether no content of `count` patches changes the label from this class to another.
    bool holds(int label, const Places& places, int count) const;
    //! See Certificate::safeMap(); label -1: nobody voted.
    void safeMap(int label, const Size& patch, OutputArray map) const;

    Grid grid;
    int rule;

private:
    bool staysIn(const ClassSet& group, const Places& places, std::vector<uchar>* safe) const;

    Mat codes;                                           // one row for each class
    std::vector<int> voted, certainVotes, possibleVotes; // for each class
    int unknownRows, reusedRows, abstainedRows, invalidRows;
    Ptr<FrameAxes> axes;
};

}} // namespace cv::derand

#endif
