// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_VOTE_TABLE_HPP
#define OPENCV_DERAND_VOTE_TABLE_HPP

#include "frame_axis.hpp"
#include "vote_sums.hpp"

namespace cv { namespace derand {

//! The votes of one frame, and what patches in that frame can do to them.
class VoteTable
{
public:
    typedef std::vector<uchar> ClassSet; // one flag for each class
    typedef std::vector<FrameAxis> Axes; // x, y

    //! Arguments as certify() checks them.
    VoteTable(const Mat& codes, const Ablation& ablation, const FrameMap& frame, int rule);

    int ablations() const { return codes.rows; }
    int classes() const { return codes.cols; }
    const Mat& table() const { return codes; }
    const Axes& frameAxes() const { return frame; } //!< for patches in frame pixels
    const Axes& inputAxes() const { return input; } //!< for patches in network-input pixels

    //! Whether no content of one patch moves the label out of the group.
    bool staysIn(const ClassSet& group, const Size& patch, const Axes& axes) const;
    //! Whether no content of so many patches takes the label away from a class.
    bool holds(int label, const Size& patch, int count) const;
    //! As Certificate::safeMap().
    void safeMap(int label, const Size& patch, OutputArray map) const;

    //! Certain votes of a class - possible votes of another.
    int lead(int label, int other) const { return certain.total(label) - possible.total(other); }
    /** What so many patches can take from that lead, at most.
    @param limit the caller only asks whether it is more than this: if not, any number up to limit may be returned
     */
    int largestLoss(int label, int other, const Size& patch, int count, const Axes& axes, int limit) const;

private:
    struct Locations;
    struct Places;

    bool staysIn(const ClassSet& group, const Locations& x, const Locations& y, std::vector<uchar>* safe) const;
    int largestLoss(int label, int other, const Places& places, int count, int limit) const;

    Mat codes;
    Grid grid;
    int rule;
    Axes frame, input;
    VoteSums certain, possible;
};

}} // namespace cv::derand

#endif
