// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_VOTE_TABLE_HPP
#define OPENCV_DERAND_VOTE_TABLE_HPP

#include "places.hpp"
#include "vote_codes.hpp"

namespace cv { namespace derand {

//! What turns votes into a label and a proof.
struct CountingRules
{
    CountingRules(int rule_ = CERTIFICATE_LOCATION, int minVotes_ = 1, int votesEach_ = INT_MAX)
        : rule(rule_), minVotes(minVotes_), votesEach(votesEach_)
    {}

    int rule;      // CertificateRule
    int minVotes;  // of a label
    int votesEach; // most votes of one ablation
};

/** The votes of one frame, and what patches in that frame can do to them. Its size depends only on the numbers of ablations and
classes, not on the votes.

Class number classes() is "none of these" (label -1): it has minVotes votes, which no patch touches, and comes after all other
classes where votes are equal.

A joined table has the ablations of several tables of the same frame, one after the other: a patch touches some of each. */
class VoteTable
{
public:
    typedef std::vector<uchar> ClassSet; // one flag for each class, and one for "none of these"

    /** The arguments must satisfy what certify() checks.
    @param codes see vote_codes.hpp
    @param reused number of rows whose votes were kept from the last frame
     */
    VoteTable(const Mat& codes, const Ablation& ablation, const Ptr<FrameAxes>& axes, const CountingRules& rules, int reused);
    //! Joins tables of the same number of classes, the same rule, and frames of the same size.
    explicit VoteTable(const std::vector<VoteTable>& tables);

    int ablations() const { return codes.cols; }
    int classes() const { return codes.rows; }
    void getTable(Mat& table) const; //!< in the form that certify() takes
    bool isJoined() const { return grids.size() > 1; }
    Size frameSize() const { return Size(axes[0]->frame[0].frameLength, axes[0]->frame[1].frameLength); }

    int unknown() const { return unknownRows; } //!< ablations that were not evaluated
    int reused() const { return reusedRows; }
    int abstained() const { return abstainedRows; } //!< ablations without a vote, the unknown ones not counted
    int invalid() const { return invalidRows; }     //!< those among them with NaN or Inf
    int votes(int c) const { return voted[c]; }     //!< in this run
    int winner() const;                             //!< the class with the most, or "none of these"

    //! Votes of a class in every run.
    int certain(int c) const { return certainVotes[c]; }
    //! Votes of a class in some run.
    int possible(int c) const { return possibleVotes[c]; }
    //! Codes of a class for each ablation.
    const uchar* codesOf(int c) const { return codes.ptr(c); }

    Places frame(const Size& patch) const { return Places(parts(false), patch); } //!< of a patch in frame pixels
    Places input(const Size& patch) const { return Places(parts(true), patch); } //!< of a patch in network-input pixels; not joined

    /** Whether no content of one patch moves the label out of the group with a lead of at least `threshold`; see Certificate::detects().
    @param threshold 0: moves it at all
     */
    bool staysIn(const ClassSet& group, const Places& places, int threshold = 0) const
    {
        return staysIn(group, places, threshold, 0);
    }
    //! Whether no content of `count` patches changes the label from this class to another.
    bool holds(int label, const Places& places, int count) const;
    //! Whether the class keeps fewer than k classes before it, whatever one patch shows; "none of these" does not count.
    bool staysInTop(int c, int k, const Places& places) const;
    //! See Certificate::safeMap().
    void safeMap(int label, const Size& patch, OutputArray map) const;

    std::vector<Grid> grids;
    CountingRules rules;

private:
    bool staysIn(const ClassSet& group, const Places& places, int threshold, std::vector<uchar>* safe) const;
    std::vector<Part> parts(bool ofInput) const;
    void addNone();

    std::vector<Ptr<FrameAxes> > axes;                   // of each grid
    Mat codes;                                           // one row for each class
    std::vector<int> voted, certainVotes, possibleVotes; // for each class, and for "none of these"
    int unknownRows, reusedRows, abstainedRows, invalidRows;
};

}} // namespace cv::derand

#endif
