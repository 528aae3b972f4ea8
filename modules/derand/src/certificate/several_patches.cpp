// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"
#include "several_patches.hpp"

namespace cv { namespace derand {

namespace {

// largestUnion() without wrap-around. from[e] is the smallest start of a range that contains position e - 1, or e if there is
// none. best[e] is the largest sum over a union cut off at e: either e - 1 is not covered, or, of the ranges that cover it, the
// one that starts first is as good as any.
int largestLinearUnion(const std::vector<int>& gain, const std::vector<int>& from, int count)
{
    const size_t n = gain.size();
    std::vector<int> before(n + 1, 0), best(n + 1, 0), fewer;
    for (size_t e = 0; e < n; e++)
        before[e + 1] = before[e] + gain[e];
    for (int k = 0; k < count; k++)
    {
        fewer.swap(best);
        best.assign(n + 1, 0);
        for (size_t e = 1; e <= n; e++)
            best[e] = std::max(best[e - 1], fewer[from[e]] + before[e] - before[from[e]]);
    }
    return best[n];
}

} // namespace

int largestUnion(const std::vector<int>& gain, const std::vector<CyclicRange>& ranges, int count)
{
    const int n = (int)gain.size();
    count = std::min(count, n);

    // A wrapping range takes part as its two pieces, each counted as one patch. This underestimates only unions that use both
    // pieces; those are handled below.
    std::vector<int> from(n + 1);
    for (int e = 0; e <= n; e++)
        from[e] = e;
    for (size_t i = 0; i < ranges.size(); i++)
    {
        const CyclicRange& w = ranges[i];
        for (int p = w.start; p < w.start + w.length; p++)
            from[p % n + 1] = std::min(from[p % n + 1], p < n ? w.start : 0);
    }
    int most = largestLinearUnion(gain, from, count);

    // Of the wrapping ranges in the best union, take the one that starts first as a whole and set the gain of what it covers to 0:
    // of the other wrapping ranges only the piece at the beginning still counts.
    for (size_t i = 0; i < ranges.size(); i++)
    {
        const CyclicRange& w = ranges[i];
        if (w.start + w.length <= n)
            continue;
        std::vector<int> rest(gain);
        int sum = 0;
        for (int p = w.start; p < w.start + w.length; p++)
        {
            sum += gain[p % n];
            rest[p % n] = 0;
        }
        most = std::max(most, sum + largestLinearUnion(rest, from, count - 1));
    }
    return most;
}

int intersect(const CyclicRange& a, const CyclicRange& b, int n, CyclicRange shared[2])
{
    // Relative to the start of a, b begins at offset and may wrap around to the start of a.
    const int offset = (b.start - a.start + n) % n;
    const Range pieces[2] = {Range(offset, std::min(offset + b.length, a.length)), Range(0, std::min(offset + b.length - n, a.length))};
    int count = 0;
    for (int i = 0; i < 2; i++)
        if (pieces[i].start < pieces[i].end)
        {
            const CyclicRange w = {(a.start + pieces[i].start) % n, pieces[i].size()};
            shared[count++] = w;
        }
    return count;
}

}} // namespace cv::derand
