// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"
#include "vote_table.hpp"

namespace cv { namespace derand {

namespace {

void checkPatch(const Size& patch)
{
    if (patch.width < 1 || patch.height < 1)
        CV_Error_(Error::StsOutOfRange, ("the patch is %d x %d, both sides must be at least 1",
                patch.width, patch.height));
}

} // namespace

//! The votes of one frame, or of several that are counted together.
struct Certificate::Impl
{
    typedef VoteTable::ClassSet ClassSet;
    typedef const VoteTable::Axes& (VoteTable::*Pixels)() const; // of the frame, or of the network input

    int classes() const { return frames[0].classes(); }
    bool staysIn(const ClassSet& group, const Size& size, Pixels pixels = &VoteTable::frameAxes) const;
    bool holds(int winner, const Size& size, int count) const;
    int largestSquare(int winner, Pixels pixels) const;

    ClassSet only(int c) const
    {
        ClassSet set(classes(), 0);
        set[c] = 1;
        return set;
    }

    std::vector<VoteTable> frames;

private:
    bool leads(int winner, int other, const Size& size, int count, Pixels pixels) const;
};

// The patch of each frame is where it takes most from the lead of that frame: lead of all frames together >= sum of
// these largest losses + [winner > other].
bool Certificate::Impl::leads(int winner, int other, const Size& size, int count, Pixels pixels) const
{
    int64 left = -(winner > other);
    for (size_t t = 0; t < frames.size(); t++)
        left += frames[t].lead(winner, other) - frames[t].largestLoss(winner, other, size, count, (frames[t].*pixels)(), 0);
    return left >= 0;
}

// Of several frames: for each class outside one class of the group that leads whatever the patches show. Which one may
// not depend on where they are, so this can miss what the exact rule for one frame finds.
bool Certificate::Impl::staysIn(const ClassSet& group, const Size& size, Pixels pixels) const
{
    if (frames.size() == 1)
        return frames[0].staysIn(group, size, (frames[0].*pixels)());
    for (int other = 0; other < classes(); other++)
    {
        bool beaten = group[other] != 0;
        for (int c = 0; c < classes() && !beaten; c++)
            beaten = group[c] && leads(c, other, size, 1, pixels);
        if (!beaten)
            return false;
    }
    return true;
}

bool Certificate::Impl::holds(int winner, const Size& size, int count) const
{
    if (frames.size() == 1)
        return frames[0].holds(winner, size, count);
    for (int other = 0; other < classes(); other++)
        if (other != winner && !leads(winner, other, size, count, &VoteTable::frameAxes))
            return false;
    return true;
}

// What holds for a square holds for all smaller ones.
int Certificate::Impl::largestSquare(int winner, Pixels pixels) const
{
    const ClassSet group = only(winner);
    int holds = 0, fails = 1;
    for (size_t t = 0; t < frames.size(); t++)
    {
        const VoteTable::Axes& axes = (frames[t].*pixels)();
        fails = std::max(fails, std::max(axes[0].frameLength, axes[1].frameLength) + 1);
    }
    while (fails - holds > 1)
    {
        const int side = holds + (fails - holds) / 2;
        (staysIn(group, Size(side, side), pixels) ? holds : fails) = side;
    }
    return holds;
}

Certificate::Certificate()
    : label(-1), votes(0), runnerUp(-1), runnerUpVotes(0), patch(0), inputPatch(0), ablations(0),
      abstained(0), invalid(0), evaluated(0), reused(0)
{
}

Certificate::Certificate(const Ptr<Impl>& p) : Certificate()
{
    impl = p;
    std::vector<int> counts(impl->classes(), 0);
    for (size_t t = 0; t < impl->frames.size(); t++)
    {
        const VoteTable& frame = impl->frames[t];
        ablations += frame.ablations();
        const Mat voted = frame.table() & VOTE_BIT;
        Mat sums, any;
        reduce(voted, sums, 0, REDUCE_SUM, CV_32S);
        reduce(voted, any, 1, REDUCE_MAX);
        abstained += frame.ablations() - countNonZero(any);
        for (int c = 0; c < frame.classes(); c++)
            counts[c] += sums.at<int>(c);
    }
    evaluated = ablations;
    // max_element gives the first of equal elements.
    label = (int)(std::max_element(counts.begin(), counts.end()) - counts.begin());
    votes = counts[label];
    counts[label] = -1;
    runnerUp = (int)(std::max_element(counts.begin(), counts.end()) - counts.begin());
    runnerUpVotes = counts[runnerUp];
    patch = impl->largestSquare(label, &VoteTable::frameAxes);
    inputPatch = impl->largestSquare(label, &VoteTable::inputAxes);
}

bool Certificate::holds(const Size& patchSize, int count) const
{
    checkPatch(patchSize);
    if (count < 1)
        CV_Error_(Error::StsOutOfRange, ("count is %d, expected at least 1 patch", count));
    return impl && impl->holds(label, patchSize, count);
}

bool Certificate::staysIn(const std::vector<int>& group, const Size& patchSize) const
{
    checkPatch(patchSize);
    if (group.empty())
        CV_Error(Error::StsBadArg, "the group is empty, expected at least one class index");
    if (!impl)
        return false;
    Impl::ClassSet set(impl->classes(), 0);
    for (size_t i = 0; i < group.size(); i++)
    {
        if (group[i] < 0 || group[i] >= impl->classes())
            CV_Error_(Error::StsOutOfRange, ("class %d is in the group, expected 0 to %d",
                    group[i], impl->classes() - 1));
        set[group[i]] = 1;
    }
    return impl->staysIn(set, patchSize);
}

bool Certificate::neverBecomes(int target, const Size& patchSize) const
{
    checkPatch(patchSize);
    if (!impl)
        return false;
    if (target < 0 || target >= impl->classes())
        CV_Error_(Error::StsOutOfRange, ("target is %d, expected a class, 0 to %d", target, impl->classes() - 1));
    Impl::ClassSet others(impl->classes(), 1);
    others[target] = 0;
    return impl->staysIn(others, patchSize);
}

void Certificate::safeMap(const Size& patchSize, OutputArray map) const
{
    checkPatch(patchSize);
    if (!impl)
        CV_Error(Error::StsBadArg, "the certificate is empty, expected one from classify() or certify()");
    if (impl->frames.size() > 1)
        CV_Error(Error::StsBadArg, "the certificate pools several frames, in each of which the patch may be elsewhere: "
                "ask the certificates of the frames");
    impl->frames[0].safeMap(label, patchSize, map);
}

void Certificate::getVotes(OutputArray table) const
{
    if (!impl)
        CV_Error(Error::StsBadArg, "the certificate is empty, expected one from classify() or certify()");
    std::vector<Mat> tables;
    for (size_t t = 0; t < impl->frames.size(); t++)
        tables.push_back(impl->frames[t].table());
    vconcat(tables, table);
}

Certificate Certificate::pool(const std::vector<Certificate>& certificates)
{
    CV_TRACE_FUNCTION();
    if (certificates.empty())
        CV_Error(Error::StsBadArg, "no certificates, expected at least one");
    const Ptr<Impl> impl = makePtr<Impl>();
    for (size_t t = 0; t < certificates.size(); t++)
    {
        if (!certificates[t].impl)
            CV_Error_(Error::StsBadArg, ("certificate %d is empty, expected one from classify() or certify()", (int)t));
        const std::vector<VoteTable>& frames = certificates[t].impl->frames;
        impl->frames.insert(impl->frames.end(), frames.begin(), frames.end());
        if (frames[0].classes() != impl->classes())
            CV_Error_(Error::StsUnmatchedSizes, ("certificate %d is about %d classes, the first one about %d: expected "
                    "frames of one classifier", (int)t, frames[0].classes(), impl->classes()));
    }
    Certificate pooled(impl);
    pooled.abstained = pooled.evaluated = 0;
    for (size_t t = 0; t < certificates.size(); t++)
    {
        pooled.abstained += certificates[t].abstained;
        pooled.invalid += certificates[t].invalid;
        pooled.evaluated += certificates[t].evaluated;
        pooled.reused += certificates[t].reused;
    }
    return pooled;
}

Certificate certify(InputArray votes_, const Ablation& ablation, const FrameMap& frame, int rule)
{
    CV_TRACE_FUNCTION();
    const Mat votes = votes_.getMat();
    const int count = ablation.count();
    if (votes.type() != CV_8UC1 || votes.dims > 2)
        CV_Error_(Error::StsUnsupportedFormat, ("the vote table is %s of %d dimensions, expected CV_8UC1 of 2",
                typeToString(votes.type()).c_str(), votes.dims));
    if (votes.rows != count)
        CV_Error_(Error::StsUnmatchedSizes, ("the vote table has %d rows, expected one for each of the %d ablations",
                votes.rows, count));
    if (votes.cols < 2)
        CV_Error_(Error::StsOutOfRange, ("the vote table has %d columns, expected at least 2 classes", votes.cols));
    double largest = 0;
    minMaxLoc(votes, 0, &largest);
    if (largest > (VOTE_BIT | EITHER_BIT))
        CV_Error_(Error::StsOutOfRange, ("the vote table holds %d, expected 0 (no vote), 1 (vote), "
                "2 or 3 (the same, but either is possible)", (int)largest));
    if (rule != CERTIFICATE_LOCATION && rule != CERTIFICATE_MARGIN)
        CV_Error_(Error::StsBadArg, ("the rule is %d, expected CERTIFICATE_LOCATION (%d) or CERTIFICATE_MARGIN (%d)",
                rule, (int)CERTIFICATE_LOCATION, (int)CERTIFICATE_MARGIN));
    const Ptr<Certificate::Impl> impl = makePtr<Certificate::Impl>();
    impl->frames.push_back(VoteTable(votes, ablation, frame, rule));
    return Certificate(impl);
}

}} // namespace cv::derand
