// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"
#include "certificate.hpp"
#include "losses.hpp"

namespace cv { namespace derand {

namespace {

void checkPatch(const Size& patch)
{
    if (patch.width < 1 || patch.height < 1)
        CV_Error_(Error::StsOutOfRange, ("the patch is %d x %d, both sides must be at least 1",
                patch.width, patch.height));
}

int classWithMost(const std::vector<int>& counts)
{
    return (int)(std::max_element(counts.begin(), counts.end()) - counts.begin()); // the first of equal elements
}

/* Whether a class keeps its lead in several frames together. In each frame the patches are placed to reduce that frame's lead most:
total lead >= sum of these largest losses + [winner > other]. */
class PooledLead
{
public:
    PooledLead(const std::vector<VoteTable>& frames_, int winner_, const std::vector<Places>& places, int count)
        : frames(frames_), winner(winner_), most(-1)
    {
        for (size_t t = 0; t < frames.size(); t++)
            losses.push_back(Losses(frames[t], winner, places[t], count));
    }

    bool isKept(int other)
    {
        const bool tieIsLost = other == frames[0].classes() || winner > other; // one vote is needed, and is enough, to beat "nobody voted"
        int64 lead = -(int64)tieIsLost;
        for (const VoteTable& frame : frames)
            lead += frame.certain(winner) - frame.possible(other);
        if (lead < 0 || lead >= mostLoss())
            return lead >= 0;
        int64 loss = 0;
        for (Losses& ofFrame : losses)
            loss += ofFrame.atLeast(other);
        for (size_t t = 0; t < losses.size() && loss <= lead; t++)
            loss += losses[t].over(other) - losses[t].atLeast(other);
        return loss <= lead;
    }

private:
    //! The largest loss over any class, summed over the frames.
    int64 mostLoss()
    {
        if (most < 0)
        {
            most = 0;
            for (Losses& ofFrame : losses)
                most += ofFrame.most(0);
        }
        return most;
    }

    const std::vector<VoteTable>& frames;
    const int winner;
    std::vector<Losses> losses;
    int64 most; // mostLoss(); -1: not computed yet
};

} // namespace

//! The votes of one frame, or of several that are counted together.
struct Certificate::Impl
{
    typedef VoteTable::ClassSet ClassSet;
    typedef const VoteTable::Axes& (VoteTable::*Pixels)() const; // of the frame, or of the network input

    explicit Impl(const std::vector<VoteTable>& frames);

    int classes() const { return frames[0].classes(); }
    std::vector<Places> places(const Size& size, Pixels pixels = &VoteTable::frameAxes) const;
    bool staysIn(const ClassSet& group, const std::vector<Places>& places, int count = 1) const;
    bool holds(const Size& size, int count) const;
    ClassSet onlyLabel() const;
    int largestSquare(Pixels pixels) const;

    std::vector<VoteTable> frames;
    std::vector<int> counts; // votes of each class
    int label;               // -1: nobody voted
};

Certificate::Impl::Impl(const std::vector<VoteTable>& frames_) : frames(frames_), counts(frames_[0].classes(), 0)
{
    for (const VoteTable& frame : frames)
        for (int c = 0; c < classes(); c++)
            counts[c] += frame.votes(c);
    label = classWithMost(counts);
    if (counts[label] == 0)
        label = -1;
}

std::vector<Places> Certificate::Impl::places(const Size& size, Pixels pixels) const
{
    std::vector<Places> all;
    for (const VoteTable& frame : frames)
        all.push_back(Places(frame.grid, (frame.*pixels)(), size));
    return all;
}

// For several frames: looks, for each class outside the group, for one class of the group that leads it whatever the patches show.
// That class must be the same for all places of the patches, so this can miss what the exact rule for one frame finds.
bool Certificate::Impl::staysIn(const ClassSet& group, const std::vector<Places>& where, int count) const
{
    if (frames.size() == 1)
        return frames[0].staysIn(group, where[0]);
    std::vector<std::pair<int, int> > members; // the one with the most votes first
    std::vector<int> others;
    for (int c = 0; c <= classes(); c++)
        if (!group[c])
            others.push_back(c);
        else if (c < classes())
            members.push_back(std::make_pair(-counts[c], c));
    std::sort(members.begin(), members.end());
    for (size_t i = 0; i < members.size() && !others.empty(); i++)
    {
        PooledLead lead(frames, members[i].second, where, count);
        std::vector<int> left;
        for (int other : others)
            if (!lead.isKept(other))
            {
                if (i + 1 == members.size())
                    return false;
                left.push_back(other);
            }
        others.swap(left);
    }
    return true;
}

VoteTable::ClassSet Certificate::Impl::onlyLabel() const
{
    ClassSet group(classes() + 1, 0);
    group[label] = 1;
    return group;
}

bool Certificate::Impl::holds(const Size& size, int count) const
{
    if (label < 0)
        return false;
    const std::vector<Places> where = places(size);
    return frames.size() == 1 ? frames[0].holds(label, where[0], count) : staysIn(onlyLabel(), where, count);
}

// A label that holds for a square holds for all smaller ones.
int Certificate::Impl::largestSquare(Pixels pixels) const
{
    if (label < 0)
        return 0;
    const ClassSet group = onlyLabel();
    int holds = 0, fails = 1;
    for (size_t t = 0; t < frames.size(); t++)
    {
        const VoteTable::Axes& axes = (frames[t].*pixels)();
        fails = std::max(fails, std::max(axes[0].frameLength, axes[1].frameLength) + 1);
    }
    while (fails - holds > 1)
    {
        const int side = holds + (fails - holds) / 2;
        if (staysIn(group, places(Size(side, side), pixels)))
            holds = side;
        else
            fails = side;
    }
    return holds;
}

Certificate::Run::Run() : ablations(0), abstained(0), invalid(0), evaluated(0), reused(0), onePass(false) {}

Certificate::Certificate() : label(-1), votes(0), runnerUp(-1), runnerUpVotes(0), patch(0), inputPatch(0) {}

Certificate::Certificate(const Ptr<Impl>& p) : Certificate()
{
    impl = p;
    for (const VoteTable& frame : impl->frames)
    {
        run.ablations += frame.ablations();
        run.abstained += frame.abstained();
        run.invalid += frame.invalid();
        run.evaluated += frame.ablations() - frame.unknown() - frame.reused();
        run.reused += frame.reused();
    }
    label = impl->label;
    if (label < 0)
        return;
    std::vector<int> counts = impl->counts;
    votes = counts[label];
    counts[label] = -1;
    runnerUp = classWithMost(counts);
    runnerUpVotes = counts[runnerUp];
    patch = impl->largestSquare(&VoteTable::frameAxes);
    inputPatch = impl->largestSquare(&VoteTable::inputAxes);
}

bool Certificate::holds(const Size& patchSize, int count) const
{
    checkPatch(patchSize);
    if (count < 1)
        CV_Error_(Error::StsOutOfRange, ("count is %d, expected at least 1 patch", count));
    return impl && impl->holds(patchSize, count);
}

bool Certificate::staysIn(const std::vector<int>& group, const Size& patchSize) const
{
    checkPatch(patchSize);
    if (group.empty())
        CV_Error(Error::StsBadArg, "the group is empty, expected at least one class index");
    if (!impl)
        return false;
    Impl::ClassSet set(impl->classes() + 1, 0);
    for (size_t i = 0; i < group.size(); i++)
    {
        if (group[i] < 0 || group[i] >= impl->classes())
            CV_Error_(Error::StsOutOfRange, ("class %d is in the group, expected 0 to %d",
                    group[i], impl->classes() - 1));
        set[group[i]] = 1;
    }
    return impl->label >= 0 && impl->staysIn(set, impl->places(patchSize));
}

bool Certificate::neverBecomes(int target, const Size& patchSize) const
{
    checkPatch(patchSize);
    if (!impl)
        return false;
    if (target < 0 || target >= impl->classes())
        CV_Error_(Error::StsOutOfRange, ("target is %d, expected a class, 0 to %d", target, impl->classes() - 1));
    Impl::ClassSet others(impl->classes() + 1, 1); // with "nobody voted"
    others[target] = 0;
    return impl->label >= 0 && impl->staysIn(others, impl->places(patchSize));
}

void Certificate::safeMap(const Size& patchSize, OutputArray map) const
{
    checkPatch(patchSize);
    if (!impl)
        CV_Error(Error::StsBadArg, "the certificate is empty, expected one from classify() or certify()");
    if (impl->frames.size() > 1)
        CV_Error(Error::StsBadArg, "the certificate pools several frames, and the patch may be at another place in each: "
                "ask the certificates of the single frames");
    impl->frames[0].safeMap(impl->label, patchSize, map);
}

void Certificate::getVotes(OutputArray table) const
{
    if (!impl)
        CV_Error(Error::StsBadArg, "the certificate is empty, expected one from classify() or certify()");
    std::vector<Mat> tables;
    for (const VoteTable& frame : impl->frames)
    {
        tables.push_back(Mat());
        frame.getTable(tables.back());
    }
    vconcat(tables, table);
}

Certificate Certificate::pool(const std::vector<Certificate>& certificates)
{
    CV_TRACE_FUNCTION();
    if (certificates.empty())
        CV_Error(Error::StsBadArg, "no certificates, expected at least one");
    std::vector<VoteTable> all;
    int64 ablations = 0;
    for (size_t t = 0; t < certificates.size(); t++)
    {
        if (!certificates[t].impl)
            CV_Error_(Error::StsBadArg, ("certificate %d is empty, expected one from classify() or certify()", (int)t));
        const std::vector<VoteTable>& frames = certificates[t].impl->frames;
        all.insert(all.end(), frames.begin(), frames.end());
        if (frames[0].classes() != all[0].classes())
            CV_Error_(Error::StsUnmatchedSizes, ("certificate %d has %d classes, the first one %d: expected "
                    "frames of one classifier", (int)t, frames[0].classes(), all[0].classes()));
        // The pooled label counts only evaluated votes, and how many those are depends on what the frame shows.
        int unknown = 0;
        for (const VoteTable& frame : frames)
        {
            unknown += frame.unknown();
            ablations += frame.ablations();
        }
        if (unknown > 0)
            CV_Error_(Error::StsBadArg, ("certificate %d is partial, %d of its %d ablations were not evaluated: leave "
                    "Params::earlyStop empty for frames that are to be pooled", (int)t, unknown, certificates[t].run.ablations));
        if (ablations > MAX_ABLATIONS)
            CV_Error_(Error::StsOutOfRange, ("the pool has more than %d ablations at certificate %d: pool fewer frames",
                    MAX_ABLATIONS, (int)t));
    }
    return Certificate(makePtr<Impl>(all));
}

//! Checks the codes passed to certify(): 0 to 3, or VOTE_CODE_NOT_EVALUATED in a whole row.
static void checkCodes(const Mat& votes)
{
    double largest = 0;
    minMaxLoc(votes, 0, &largest);
    if (largest <= (VOTE_CODE_VOTED | VOTE_CODE_EITHER))
        return;
    for (int i = 0; i < votes.rows; i++)
    {
        const Mat row = votes.row(i);
        minMaxLoc(row, 0, &largest);
        if (largest > VOTE_CODE_NOT_EVALUATED
                || (largest > (VOTE_CODE_VOTED | VOTE_CODE_EITHER) && countNonZero(row != VOTE_CODE_NOT_EVALUATED) > 0))
            CV_Error_(Error::StsOutOfRange, ("row %d of the vote table holds %d, expected 0 (no vote), 1 (vote), 2 or 3 (the "
                    "same, but it may go either way), or %d in the whole row (not evaluated)", i, (int)largest,
                    (int)VOTE_CODE_NOT_EVALUATED));
    }
}

void checkRule(int rule)
{
    if (rule != CERTIFICATE_LOCATION && rule != CERTIFICATE_MARGIN)
        CV_Error_(Error::StsBadArg, ("the rule is %d, expected CERTIFICATE_LOCATION (%d) or CERTIFICATE_MARGIN (%d)",
                rule, (int)CERTIFICATE_LOCATION, (int)CERTIFICATE_MARGIN));
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
    checkCodes(votes);
    checkRule(rule);
    return CertificateMaker::make(votes, ablation, makePtr<FrameAxes>(frame, ablation.inputSize), rule, 0);
}

Certificate CertificateMaker::make(const Mat& codes, const Ablation& ablation, const Ptr<FrameAxes>& axes, int rule, int reused)
{
    const VoteTable table(codes, ablation, axes, rule, reused);
    return Certificate(makePtr<Certificate::Impl>(std::vector<VoteTable>(1, table)));
}

}} // namespace cv::derand
