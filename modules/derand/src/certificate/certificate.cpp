// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"
#include "certificate.hpp"
#include "losses.hpp"

#include <numeric>

namespace cv { namespace derand {

namespace {

void checkPatch(const Size& patch)
{
    if (patch.width < 1 || patch.height < 1)
        CV_Error_(Error::StsOutOfRange, ("the patch is %d x %d, both sides must be at least 1",
                patch.width, patch.height));
}

/* Whether a class keeps its lead in several frames together. In each attacked frame the patches are placed to reduce that frame's lead
most: total lead + slack >= sum of these largest losses + [winner > other]. */
class PooledLead
{
public:
    //! attacked: number of frames with patches; the worst ones are assumed.
    PooledLead(const std::vector<VoteTable>& frames_, int minVotes_, int winner_, const std::vector<Places>& places, int count, int attacked_)
        : frames(frames_), minVotes(minVotes_), winner(winner_), attacked(attacked_), most(-1)
    {
        for (size_t t = 0; t < frames.size(); t++)
            losses.push_back(Losses(frames[t], winner, places[t], count));
    }

    bool isKept(int other, int64 slack)
    {
        const int none = frames[0].classes();
        int64 lead = slack - (winner > other) + (winner == none ? minVotes : 0) - (other == none ? minVotes : 0);
        for (const VoteTable& frame : frames)
            lead += (winner == none ? 0 : frame.certain(winner)) - (other == none ? 0 : frame.possible(other));
        if (lead < 0 || lead >= mostLoss())
            return lead >= 0;
        std::vector<int64> ofFrames;
        for (Losses& ofFrame : losses)
            ofFrames.push_back(ofFrame.atLeast(other));
        for (size_t t = 0; t < losses.size() && largest(ofFrames) <= lead; t++)
            ofFrames[t] = losses[t].over(other);
        return largest(ofFrames) <= lead;
    }

private:
    //! The sum of the largest `attacked` numbers.
    int64 largest(std::vector<int64> numbers) const
    {
        std::sort(numbers.rbegin(), numbers.rend());
        return std::accumulate(numbers.begin(), numbers.begin() + attacked, (int64)0);
    }

    //! The largest loss over any class, summed over the attacked frames.
    int64 mostLoss()
    {
        if (most < 0)
        {
            std::vector<int64> ofFrames;
            for (Losses& ofFrame : losses)
                ofFrames.push_back(ofFrame.most(0));
            most = largest(ofFrames);
        }
        return most;
    }

    const std::vector<VoteTable>& frames;
    const int minVotes, winner, attacked;
    std::vector<Losses> losses;
    int64 most; // mostLoss(); -1: not computed yet
};

} // namespace

//! The votes of one frame, or of several that are counted together.
struct Certificate::Impl
{
    typedef VoteTable::ClassSet ClassSet;
    typedef Places (VoteTable::*Pixels)(const Size&) const; // of the frame, or of the network input

    Impl(const std::vector<VoteTable>& frames, int attacked);

    int classes() const { return frames[0].classes(); }
    int winner() const;
    bool hasLabel() const { return label >= 0 || minVotes > 1; } //!< or is rejected; otherwise nothing is promised
    int lead() const;
    std::vector<Places> places(const Size& size, Pixels pixels = &VoteTable::frame) const;
    int mostTouched(const std::vector<Places>& places) const;
    bool staysIn(const ClassSet& group, const std::vector<Places>& places, int count = 1, int threshold = 0) const;
    bool holds(const Size& size, int count) const;
    bool staysInTop(int c, int k, const std::vector<Places>& places) const;
    ClassSet groupOf(const std::vector<int>& members) const;
    ClassSet onlyLabel() const { return groupOf(std::vector<int>(1, label)); }
    int largestSquare(Pixels pixels) const;
    std::vector<int> strongest() const;
    //! Those of certificates that count together, in pool() or join(): of the same classes, none partial.
    static std::vector<const std::vector<VoteTable>*> tablesOf(const std::vector<Certificate>& certificates, const char* verb);

    std::vector<VoteTable> frames;
    int attacked;            // number of frames with patches
    std::vector<int> counts; // votes of each class
    int minVotes;            // of a label
    int label;               // -1: none of these
};

Certificate::Impl::Impl(const std::vector<VoteTable>& frames_, int attacked_)
    : frames(frames_), attacked(attacked_), counts(frames_[0].classes(), 0), minVotes(1)
{
    for (const VoteTable& frame : frames)
    {
        for (int c = 0; c < classes(); c++)
            counts[c] += frame.votes(c);
        minVotes += frame.rules.minVotes - 1;
    }
    label = strongest()[0];
    if (counts[label] < minVotes)
        label = -1;
}

//! The classes, those with the most votes first, ties to the smaller index.
std::vector<int> Certificate::Impl::strongest() const
{
    std::vector<int> order(classes());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [this](int a, int b) { return counts[a] > counts[b]; });
    return order;
}

//! The class of the tables that is the label.
int Certificate::Impl::winner() const { return label < 0 ? classes() : label; }

int Certificate::Impl::lead() const
{
    const bool accepted = label >= 0;
    int64 own = accepted ? 0 : minVotes, best = accepted ? minVotes : INT_MIN;
    for (int c = 0; c < classes(); c++)
    {
        int64 certain = 0, possible = 0;
        for (const VoteTable& frame : frames)
        {
            certain += frame.certain(c);
            possible += frame.possible(c);
        }
        if (c == label)
            own = certain;
        else
            best = std::max(best, possible + (winner() > c));
    }
    return (int)(own - best);
}

std::vector<Places> Certificate::Impl::places(const Size& size, Pixels pixels) const
{
    std::vector<Places> all;
    for (const VoteTable& frame : frames)
        all.push_back((frame.*pixels)(size));
    return all;
}

int Certificate::Impl::mostTouched(const std::vector<Places>& where) const
{
    std::vector<int> touched(where.size());
    std::transform(where.begin(), where.end(), touched.begin(), [](const Places& ofFrame) { return ofFrame.mostTouched; });
    std::sort(touched.rbegin(), touched.rend());
    return std::accumulate(touched.begin(), touched.begin() + attacked, 0);
}

/* For several frames: looks, for each class outside the group, for one class that leads it whatever the patches show, or is less than
the threshold behind. That class must be the same for all places of the patches, so this can miss what the exact rule for one frame
finds. Candidates are the classes of the group and, with a threshold, the strongest two. */
bool Certificate::Impl::staysIn(const ClassSet& group, const std::vector<Places>& where, int count, int threshold) const
{
    if (frames.size() == 1 && count == 1)
        return frames[0].staysIn(group, where[0], threshold);
    const int none = classes();
    std::vector<int> candidates, others; // the strongest first
    for (int c : strongest())
        (group[c] ? candidates : others).push_back(c);
    if (threshold > 0)
        candidates.insert(candidates.end(), others.begin(), others.begin() + std::min(2, (int)others.size()));
    if (group[none])
        candidates.push_back(none);
    else
        others.push_back(none);
    for (size_t i = 0; i < candidates.size() && !others.empty(); i++)
    {
        PooledLead lead(frames, minVotes, candidates[i], where, count, attacked);
        std::vector<int> left;
        for (int other : others)
            if (other == candidates[i] || !lead.isKept(other, threshold))
            {
                if (i + 1 == candidates.size())
                    return false;
                left.push_back(other);
            }
        others.swap(left);
    }
    return others.empty();
}

bool Certificate::Impl::holds(const Size& size, int count) const
{
    if (!hasLabel())
        return false;
    const std::vector<Places> where = places(size);
    return frames.size() == 1 ? frames[0].holds(winner(), where[0], count) : staysIn(onlyLabel(), where, count);
}

bool Certificate::Impl::staysInTop(int c, int k, const std::vector<Places>& where) const
{
    if (frames.size() == 1)
        return frames[0].staysInTop(c, k, where[0]);
    PooledLead lead(frames, minVotes, c, where, 1, attacked);
    int passing = 0;
    for (int other = 0; other < classes() && passing < k; other++)
        passing += other != c && !lead.isKept(other, 0);
    return passing < k;
}

//! -1 stands for "none of these".
VoteTable::ClassSet Certificate::Impl::groupOf(const std::vector<int>& members) const
{
    ClassSet group(classes() + 1, 0);
    for (int c : members)
    {
        if (c < -1 || c >= classes())
            CV_Error_(Error::StsOutOfRange, ("class %d is in the group, expected 0 to %d, or -1 for \"none of these\"", c, classes() - 1));
        group[c < 0 ? classes() : c] = 1;
    }
    return group;
}

// A label that holds for a square holds for all smaller ones.
int Certificate::Impl::largestSquare(Pixels pixels) const
{
    if (!hasLabel())
        return 0;
    const ClassSet group = onlyLabel();
    int holds = 0, fails = 1;
    for (const Places& ofFrame : places(Size(1, 1), pixels)) // as many locations as pixels
        fails = std::max(fails, (int)std::max(ofFrame.x.index.size(), ofFrame.y.index.size()) + 1);
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

Certificate::Certificate() : label(-1), votes(0), runnerUp(-1), runnerUpVotes(0), minVotes(1), lead(0), patch(0), inputPatch(0) {}

Certificate::Certificate(const Ptr<Impl>& p) : Certificate()
{
    impl = p;
    bool joined = false;
    for (const VoteTable& frame : impl->frames)
    {
        run.ablations += frame.ablations();
        run.abstained += frame.abstained();
        run.invalid += frame.invalid();
        run.evaluated += frame.ablations() - frame.unknown() - frame.reused();
        run.reused += frame.reused();
        joined = joined || frame.isJoined();
    }
    const std::vector<int> order = impl->strongest();
    label = impl->label;
    votes = label < 0 ? 0 : impl->counts[label];
    runnerUp = order[label >= 0];
    runnerUpVotes = impl->counts[runnerUp];
    if (label < 0 && runnerUpVotes == 0)
        runnerUp = -1;
    minVotes = impl->minVotes;
    lead = impl->lead();
    patch = impl->largestSquare(&VoteTable::frame);
    inputPatch = joined ? 0 : impl->largestSquare(&VoteTable::input);
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
    const Impl::ClassSet set = impl->groupOf(group);
    return impl->hasLabel() && impl->staysIn(set, impl->places(patchSize));
}

bool Certificate::neverBecomes(int target, const Size& patchSize) const
{
    checkPatch(patchSize);
    if (!impl)
        return false;
    if (target < 0 || target >= impl->classes())
        CV_Error_(Error::StsOutOfRange, ("target is %d, expected a class, 0 to %d", target, impl->classes() - 1));
    Impl::ClassSet others(impl->classes() + 1, 1);
    others[target] = 0;
    return impl->hasLabel() && impl->staysIn(others, impl->places(patchSize));
}

bool Certificate::staysInTop(int k, const Size& patchSize, int target) const
{
    checkPatch(patchSize);
    if (k < 1)
        CV_Error_(Error::StsOutOfRange, ("k is %d, expected at least 1", k));
    if (!impl)
        return false;
    if (target < -1 || target >= impl->classes())
        CV_Error_(Error::StsOutOfRange, ("target is %d, expected a class, 0 to %d, or -1 for the label", target, impl->classes() - 1));
    target = target < 0 ? impl->label : target;
    return impl->hasLabel() && target >= 0 && impl->staysInTop(target, k, impl->places(patchSize));
}

int Certificate::maxAffected(const Size& patchSize) const
{
    checkPatch(patchSize);
    return impl ? impl->mostTouched(impl->places(patchSize)) : 0;
}

static void checkThreshold(int threshold)
{
    if (threshold < -1)
        CV_Error_(Error::StsOutOfRange, ("threshold is %d, expected at least 0, or -1 for maxAffected()", threshold));
}

bool Certificate::silent(const Size& patchSize, int threshold) const
{
    checkThreshold(threshold);
    if (threshold < 0)
        threshold = maxAffected(patchSize);
    else
        checkPatch(patchSize);
    return impl && impl->hasLabel() && lead >= threshold;
}

bool Certificate::detects(const Size& patchSize, int threshold, const std::vector<int>& group) const
{
    checkPatch(patchSize);
    checkThreshold(threshold);
    if (!impl)
        return false;
    const Impl::ClassSet set = group.empty() ? impl->onlyLabel() : impl->groupOf(group);
    if (!impl->hasLabel())
        return false;
    const std::vector<Places> where = impl->places(patchSize);
    const int beyondAnyLead = 2 * run.ablations + minVotes + 2;
    return impl->staysIn(set, where, 1, threshold < 0 ? impl->mostTouched(where) : std::min(threshold, beyondAnyLead));
}

void Certificate::safeMap(const Size& patchSize, OutputArray map) const
{
    checkPatch(patchSize);
    if (!impl)
        CV_Error(Error::StsBadArg, "the certificate is empty, expected one from classify() or certify()");
    if (impl->frames.size() > 1)
        CV_Error(Error::StsBadArg, "the certificate pools several frames, and the patch may be at another place in each: "
                "ask the certificates of the single frames");
    impl->frames[0].safeMap(impl->winner(), patchSize, map);
    if (!impl->hasLabel())
        map.setTo(Scalar(0));
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

// They are evaluated completely, since their common label counts only evaluated votes, and how many those are depends on what the
// frame shows.
std::vector<const std::vector<VoteTable>*> Certificate::Impl::tablesOf(const std::vector<Certificate>& certificates, const char* verb)
{
    if (certificates.empty())
        CV_Error(Error::StsBadArg, "no certificates, expected at least one");
    std::vector<const std::vector<VoteTable>*> tables(certificates.size(), 0);
    int64 ablations = 0;
    for (size_t t = 0; t < tables.size(); t++)
    {
        if (!certificates[t].impl)
            CV_Error_(Error::StsBadArg, ("certificate %d is empty, expected one from classify() or certify()", (int)t));
        const std::vector<VoteTable>& all = *(tables[t] = &certificates[t].impl->frames);
        if (all[0].classes() != (*tables[0])[0].classes())
            CV_Error_(Error::StsUnmatchedSizes, ("certificate %d has %d classes, the first one %d: expected the same classes in all",
                    (int)t, all[0].classes(), (*tables[0])[0].classes()));
        int unknown = 0;
        for (const VoteTable& table : all)
        {
            unknown += table.unknown();
            ablations += table.ablations();
        }
        if (unknown > 0)
            CV_Error_(Error::StsBadArg, ("certificate %d is partial, %d of its %d ablations were not evaluated: leave "
                    "Params::earlyStop empty for frames that are to be %s", (int)t, unknown, certificates[t].run.ablations, verb));
        if (ablations > MAX_ABLATIONS)
            CV_Error_(Error::StsOutOfRange, ("more than %d ablations at certificate %d, expected fewer to be %s",
                    MAX_ABLATIONS, (int)t, verb));
    }
    return tables;
}

Certificate Certificate::pool(const std::vector<Certificate>& certificates, int attacked)
{
    CV_TRACE_FUNCTION();
    const std::vector<const std::vector<VoteTable>*> tables = Impl::tablesOf(certificates, "pooled");
    std::vector<VoteTable> all;
    for (size_t t = 0; t < tables.size(); t++)
    {
        if (certificates[t].impl->attacked < (int)tables[t]->size())
            CV_Error_(Error::StsBadArg, ("certificate %d is a pool of %d frames of which %d are attacked: pool the frames themselves",
                    (int)t, (int)tables[t]->size(), certificates[t].impl->attacked));
        all.insert(all.end(), tables[t]->begin(), tables[t]->end());
    }
    if (attacked < 0 || attacked > (int)all.size())
        CV_Error_(Error::StsOutOfRange, ("attacked is %d, expected 1 to %d frames, or 0 for all", attacked, (int)all.size()));
    return Certificate(makePtr<Impl>(all, attacked == 0 ? (int)all.size() : attacked));
}

Certificate Certificate::join(const std::vector<Certificate>& certificates)
{
    CV_TRACE_FUNCTION();
    const std::vector<const std::vector<VoteTable>*> tables = Impl::tablesOf(certificates, "joined");
    std::vector<VoteTable> all;
    for (size_t t = 0; t < tables.size(); t++)
    {
        const VoteTable &table = (*tables[t])[0], &first = (*tables[0])[0];
        if (tables[t]->size() > 1)
            CV_Error_(Error::StsBadArg, ("certificate %d is a pool of %d frames, expected one of a single frame: join the certificates "
                    "of each frame first, then pool them", (int)t, (int)tables[t]->size()));
        if (table.frameSize() != first.frameSize())
            CV_Error_(Error::StsUnmatchedSizes, ("certificate %d is of a frame of %d x %d, the first one of %d x %d: expected the same frame",
                    (int)t, table.frameSize().width, table.frameSize().height, first.frameSize().width, first.frameSize().height));
        if (table.rules.rule != first.rules.rule)
            CV_Error_(Error::StsBadArg, ("certificate %d has rule %d, the first one rule %d: expected the same CertificateRule in all",
                    (int)t, table.rules.rule, first.rules.rule));
        all.push_back(table);
    }
    Certificate joined(makePtr<Impl>(std::vector<VoteTable>(1, VoteTable(all)), 1));
    joined.run.onePass = true;
    for (const Certificate& c : certificates)
        joined.run.onePass = joined.run.onePass && c.run.onePass;
    return joined;
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

static void checkOneVoteEach(const Mat& votes)
{
    for (int i = 0; i < votes.rows; i++)
        if (countNonZero(votes.row(i) & (int)VOTE_CODE_VOTED) > 1)
            CV_Error_(Error::StsOutOfRange, ("row %d of the vote table has votes for several classes, expected one at most with VOTE_TOP1", i));
}

void checkRule(int rule)
{
    if (rule != CERTIFICATE_LOCATION && rule != CERTIFICATE_MARGIN)
        CV_Error_(Error::StsBadArg, ("the rule is %d, expected CERTIFICATE_LOCATION (%d) or CERTIFICATE_MARGIN (%d)",
                rule, (int)CERTIFICATE_LOCATION, (int)CERTIFICATE_MARGIN));
}

void checkVoteRule(int voteRule)
{
    if (voteRule != VOTE_THRESHOLD && voteRule != VOTE_TOP1)
        CV_Error_(Error::StsBadArg, ("voteRule is %d, expected VOTE_THRESHOLD (%d) or VOTE_TOP1 (%d)",
                voteRule, (int)VOTE_THRESHOLD, (int)VOTE_TOP1));
}

void checkMinVotes(int minVotes, int ablations)
{
    if (minVotes < 1 || minVotes > ablations)
        CV_Error_(Error::StsOutOfRange, ("minVotes is %d, expected 1 to %d, the number of ablations", minVotes, ablations));
}

Certificate certify(InputArray votes_, const Ablation& ablation, const FrameMap& frame, int rule, int minVotes, int voteRule)
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
    checkVoteRule(voteRule);
    checkMinVotes(minVotes, count);
    if (voteRule == VOTE_TOP1)
        checkOneVoteEach(votes);
    const CountingRules rules(rule, minVotes, voteRule == VOTE_TOP1 ? 1 : INT_MAX);
    return CertificateMaker::make(votes, ablation, makePtr<FrameAxes>(frame, ablation.inputSize), rules, 0);
}

Certificate CertificateMaker::make(
        const Mat& codes, const Ablation& ablation, const Ptr<FrameAxes>& axes, const CountingRules& rules, int reused)
{
    const VoteTable table(codes, ablation, axes, rules, reused);
    return Certificate(makePtr<Certificate::Impl>(std::vector<VoteTable>(1, table), 1));
}

}} // namespace cv::derand
