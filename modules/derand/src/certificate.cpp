// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"
#include "frame_axis.hpp"
#include "several_patches.hpp"

namespace cv { namespace derand {

namespace {

//! What a patch at each location along one axis of the frame touches.
struct Locations
{
    std::vector<Window> windows; // without repetitions
    std::vector<int> index;      // location -> windows
};

Locations locationsOf(const FrameAxis& frame, const Axis& axis, int patch)
{
    Locations l;
    patch = std::min(patch, frame.frameLength);
    for (int a = 0; a + patch <= frame.frameLength; a++)
    {
        const Window w = axis.affected(frame.touched(a, a + patch));
        if (l.windows.empty() || w.start != l.windows.back().start || w.length != l.windows.back().length)
            l.windows.push_back(w);
        l.index.push_back((int)l.windows.size() - 1);
    }
    return l;
}

void checkPatch(const Size& patch)
{
    if (patch.width < 1 || patch.height < 1)
        CV_Error_(Error::StsOutOfRange, ("the patch is %d x %d, both sides must be at least 1",
                patch.width, patch.height));
}

} // namespace

struct Certificate::Impl
{
    Impl(const Mat& codes, const Ablation& ablation, const FrameMap& frame, int rule);

    typedef std::vector<uchar> ClassSet; // one flag for each class

    /** Whether no content of one patch moves the label out of the group.
    @param safe if given, the answer for each pair of windows (y major); otherwise the search ends at the
           first unsafe one
     */
    bool staysIn(const ClassSet& group, const Locations& x, const Locations& y,
            std::vector<uchar>* safe = 0) const;
    bool staysIn(const ClassSet& group, const Size& patchSize, const std::vector<FrameAxis>& frame) const
    {
        return staysIn(group, locationsOf(frame[0], grid.x, patchSize.width),
                locationsOf(frame[1], grid.y, patchSize.height));
    }
    bool holds(int winner, const Size& patchSize, int count) const;
    int largestSquare(int winner, const std::vector<FrameAxis>& frame) const;

    ClassSet only(int c) const
    {
        ClassSet set(codes.cols, 0);
        set[c] = 1;
        return set;
    }
    int ablations(const Window& x, const Window& y) const { return x.length * y.length; }

    Mat codes;
    Grid grid;
    int rule;
    std::vector<FrameAxis> frameAxes;
    VoteSums certain, possible;
};

Certificate::Impl::Impl(const Mat& codes_, const Ablation& ablation, const FrameMap& frame, int rule_)
    : codes(codes_.clone()), grid(ablation), rule(rule_), certain(certainVotes(codes), grid)
{
    possible = countNonZero(codes & EITHER_BIT) == 0 ? certain : VoteSums(possibleVotes(codes), grid);
    derand::frameAxes(frame, ablation.inputSize, frameAxes);
}

// Location rule, with the votes outside A(a): certain of c - possible of c' >= |A(a)| + [c > c'], where c
// is any class of the group and c' any class outside. The best c is the one with the most certain votes
// outside A(a), ties to the smaller index. Margin rule: with all votes and 2 |A(a)|.
bool Certificate::Impl::staysIn(const ClassSet& group, const Locations& x, const Locations& y,
        std::vector<uchar>* safe) const
{
    const int classes = codes.cols, n = (int)(x.windows.size() * y.windows.size());
    const bool margin = rule == CERTIFICATE_MARGIN;
    std::vector<VoteSums::Place> place(n);
    std::vector<int> strength(n, -1), strongest(n, classes), lead(n);
    for (int a = 0; a < n; a++)
        place[a] = certain.place(x.windows[a % x.windows.size()], y.windows[a / x.windows.size()]);

    bool seen = false; // of the classes without votes only the first can matter
    for (int c = 0; c < classes; c++)
    {
        if (!group[c] || (certain.none(c) && seen))
            continue;
        seen = seen || certain.none(c);
        for (int a = 0; a < n; a++)
        {
            const int left = certain.total(c) - (margin ? 0 : certain.sum(c, place[a]));
            if (left > strength[a])
            {
                strength[a] = left;
                strongest[a] = c;
            }
        }
    }
    int least = INT_MAX;
    for (int a = 0; a < n; a++)
    {
        const int touched = ablations(x.windows[a % x.windows.size()], y.windows[a / x.windows.size()]);
        lead[a] = strength[a] - (margin ? 2 * touched : touched);
        least = std::min(least, lead[a]);
    }

    if (safe)
        safe->assign(n, 1);
    bool all = true;
    seen = false;
    for (int c = 0; c < classes; c++)
    {
        if (group[c] || (possible.none(c) && seen))
            continue;
        seen = seen || possible.none(c);
        if (least > possible.total(c))
            continue; // not even with all its votes
        for (int a = 0; a < n; a++)
        {
            const int left = possible.total(c) - (margin ? 0 : possible.sum(c, place[a]));
            if (lead[a] < left + (strongest[a] > c))
            {
                all = false;
                if (!safe)
                    return false;
                (*safe)[a] = 0;
            }
        }
    }
    return all;
}

// With the gain g_i = certain vote for the label - possible vote for c' + 1 >= 0 the location rule for
// the union of several A(a) reads: sum of g over the union <= lead over c' - [label > c'].
bool Certificate::Impl::holds(int winner, const Size& patchSize, int count) const
{
    const Locations x = locationsOf(frameAxes[0], grid.x, patchSize.width);
    const Locations y = locationsOf(frameAxes[1], grid.y, patchSize.height);
    if (!staysIn(only(winner), x, y))
        return false;
    if (count == 1)
        return true;

    std::vector<Window> wx, wy; // one pair for each location that touches any ablation
    std::vector<VoteSums::Place> place;
    int most = 0;
    for (size_t j = 0; j < y.windows.size(); j++)
        for (size_t i = 0; i < x.windows.size(); i++)
            if (ablations(x.windows[i], y.windows[j]) > 0)
            {
                wx.push_back(x.windows[i]);
                wy.push_back(y.windows[j]);
                place.push_back(certain.place(wx.back(), wy.back()));
                most = std::max(most, ablations(wx.back(), wy.back()));
            }
    const int64 touched = std::min<int64>((int64)count * most, codes.rows);
    const bool line = grid.x.count() == 1 || grid.y.count() == 1;
    for (int c = 0; c < codes.cols; c++)
    {
        if (c == winner)
            continue;
        const int limit = certain.total(winner) - possible.total(c) - (winner > c);
        if (rule == CERTIFICATE_MARGIN)
        {
            if (2 * touched > limit)
                return false;
            continue;
        }
        std::vector<std::pair<int, int> > gain; // of each location, the largest first
        for (size_t a = 0; a < place.size(); a++)
            gain.push_back(std::make_pair(ablations(wx[a], wy[a]) + certain.sum(winner, place[a])
                    - possible.sum(c, place[a]), (int)a));
        if (gain.empty())
            continue; // no patch touches any ablation
        std::sort(gain.rbegin(), gain.rend());
        if ((int64)gain[0].first * count <= limit)
            continue;
        if (line)
        {
            std::vector<int> g(codes.rows);
            for (int i = 0; i < codes.rows; i++)
                g[i] = (codes.at<uchar>(i, winner) == VOTE_BIT) - (codes.at<uchar>(i, c) != 0) + 1;
            if (largestUnion(g, grid.x.count() > 1 ? wx : wy, count) > limit)
                return false;
        }
        else if (count > 2)
            return false;
        else
            for (size_t i = 0; i < gain.size() && 2 * gain[i].first > limit; i++)
                for (size_t j = i + 1; j < gain.size() && gain[i].first + gain[j].first > limit; j++)
                {
                    const int a = gain[i].second, b = gain[j].second;
                    Window sx[2], sy[2];
                    const int nx = intersect(wx[a], wx[b], grid.x.count(), sx);
                    const int ny = intersect(wy[a], wy[b], grid.y.count(), sy);
                    int shared = 0;
                    for (int v = 0; v < ny; v++)
                        for (int u = 0; u < nx; u++)
                        {
                            const VoteSums::Place p = certain.place(sx[u], sy[v]);
                            shared += ablations(sx[u], sy[v]) + certain.sum(winner, p) - possible.sum(c, p);
                        }
                    if (gain[i].first + gain[j].first - shared > limit)
                        return false;
                }
    }
    return true;
}

// What holds for a square holds for all smaller ones.
int Certificate::Impl::largestSquare(int winner, const std::vector<FrameAxis>& frame) const
{
    const ClassSet group = only(winner);
    int holds = 0, fails = std::max(frame[0].frameLength, frame[1].frameLength) + 1;
    while (fails - holds > 1)
    {
        const int side = holds + (fails - holds) / 2;
        (staysIn(group, Size(side, side), frame) ? holds : fails) = side;
    }
    return holds;
}

Certificate::Certificate()
    : label(-1), votes(0), runnerUp(-1), runnerUpVotes(0), patch(0), inputPatch(0), ablations(0),
      abstained(0), invalid(0)
{
}

Certificate::Certificate(const Ptr<Impl>& p) : Certificate()
{
    impl = p;
    ablations = impl->codes.rows;
    const Mat voted = impl->codes & VOTE_BIT;
    Mat sums, any;
    reduce(voted, sums, 0, REDUCE_SUM, CV_32S);
    reduce(voted, any, 1, REDUCE_MAX);
    abstained = ablations - countNonZero(any);
    std::vector<int> counts(sums.begin<int>(), sums.end<int>());
    // max_element gives the first of equal elements.
    label = (int)(std::max_element(counts.begin(), counts.end()) - counts.begin());
    votes = counts[label];
    counts[label] = -1;
    runnerUp = (int)(std::max_element(counts.begin(), counts.end()) - counts.begin());
    runnerUpVotes = counts[runnerUp];

    patch = impl->largestSquare(label, impl->frameAxes);
    std::vector<FrameAxis> input;
    frameAxes(FrameMap(), Size(impl->grid.x.length, impl->grid.y.length), input);
    inputPatch = impl->largestSquare(label, input);
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
    Impl::ClassSet set(impl->codes.cols, 0);
    for (size_t i = 0; i < group.size(); i++)
    {
        if (group[i] < 0 || group[i] >= impl->codes.cols)
            CV_Error_(Error::StsOutOfRange, ("class %d is in the group, expected 0 to %d",
                    group[i], impl->codes.cols - 1));
        set[group[i]] = 1;
    }
    return impl->staysIn(set, patchSize, impl->frameAxes);
}

bool Certificate::neverBecomes(int target, const Size& patchSize) const
{
    checkPatch(patchSize);
    if (!impl)
        return false;
    if (target < 0 || target >= impl->codes.cols)
        CV_Error_(Error::StsOutOfRange, ("target is %d, expected a class, 0 to %d", target, impl->codes.cols - 1));
    Impl::ClassSet others(impl->codes.cols, 1);
    others[target] = 0;
    return impl->staysIn(others, patchSize, impl->frameAxes);
}

void Certificate::safeMap(const Size& patchSize, OutputArray map) const
{
    checkPatch(patchSize);
    if (!impl)
        CV_Error(Error::StsBadArg, "the certificate is empty, expected one from classify() or certify()");
    const Locations x = locationsOf(impl->frameAxes[0], impl->grid.x, patchSize.width);
    const Locations y = locationsOf(impl->frameAxes[1], impl->grid.y, patchSize.height);
    std::vector<uchar> safe;
    impl->staysIn(impl->only(label), x, y, &safe);
    map.create((int)y.index.size(), (int)x.index.size(), CV_8UC1);
    Mat m = map.getMat();
    for (int j = 0; j < m.rows; j++)
        for (int i = 0; i < m.cols; i++)
            m.at<uchar>(j, i) = safe[y.index[j] * x.windows.size() + x.index[i]] ? 255 : 0;
}

void Certificate::getVotes(OutputArray table) const
{
    if (!impl)
        CV_Error(Error::StsBadArg, "the certificate is empty, expected one from classify() or certify()");
    impl->codes.copyTo(table);
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
    return Certificate(makePtr<Certificate::Impl>(votes, ablation, frame, rule));
}

}} // namespace cv::derand
