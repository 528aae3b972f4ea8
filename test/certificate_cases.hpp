// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Vote tables and patches with the answers of the reference, and random ones for the tests of certificates.

#ifndef OPENCV_DERAND_TEST_CERTIFICATE_CASES_HPP
#define OPENCV_DERAND_TEST_CERTIFICATE_CASES_HPP

#include "reference.hpp"

namespace opencv_test {

using ref::Votes;

//! A vote table and a patch, with the answers of the reference; only certificate() asks the module.
struct Case
{
    Case(const Ablation& a, const Votes& v, int minVotes_ = 1) : ablation(a), votes(v), minVotes(minVotes_) {}

    Case& place(const Size& size)
    {
        patch = size;
        sets = ref::affected(ablation, patch, frame);
        return *this;
    }

    Certificate certificate(int rule = CERTIFICATE_LOCATION) const { return certify(votes, ablation, frame, rule, minVotes); }

    int label() const { return ref::label(votes, minVotes); }

    bool holds(int patches = 1) const { return ref::holds(votes, ref::unions(sets, patches), minVotes); }

    bool staysIn(const vector<int>& group) const
    {
        vector<bool> outside(votes.cols + 1, true);
        for (int member : group)
            outside[member < 0 ? votes.cols : member] = false;
        return ref::hasLabel(votes, minVotes) && !ref::reaches(votes, sets, outside, minVotes);
    }

    bool neverBecomes(int target) const
    {
        vector<bool> only(votes.cols + 1, false);
        only[target] = true;
        return ref::hasLabel(votes, minVotes) && !ref::reaches(votes, sets, only, minVotes);
    }

    //! The formula of the paper with the worst location of each patch, for the worse of two possible votes.
    bool holdsByMargin(int patches = 1) const
    {
        return holdsByMargin(vector<int>(1, label()), std::min(patches * ref::largest(sets), votes.rows));
    }

    /** The same for a group: its class with the most votes must stay ahead of all classes outside the group.
    @param group classes of the group; -1, "none of these", counts as the last class, with minVotes votes out of reach
    @param touched number of touched ablations
     */
    bool holdsByMargin(const vector<int>& group, int touched) const
    {
        const int none = votes.cols;
        int ahead = none, own = INT_MIN;
        vector<bool> inside(none + 1, false);
        for (int member : group)
        {
            const int c = member < 0 ? none : member, left = c == none ? minVotes : countNonZero(votes.col(c) == 1) - touched;
            inside[c] = true;
            if (left > own || (left == own && c < ahead))
            {
                ahead = c;
                own = left;
            }
        }
        if (!ref::hasLabel(votes, minVotes) || (!inside[none] && own < minVotes))
            return false;
        for (int c = 0; c < none; c++)
            if (!inside[c] && own < countNonZero(votes.col(c)) + touched + (ahead > c))
                return false;
        return true;
    }

    //! Does the lead exceed `patches` times what the worst single patch can take away?
    bool holdsBySingles(int patches) const
    {
        const int own = label(), none = votes.cols;
        if (!ref::hasLabel(votes, minVotes))
            return false;
        for (int c = 0; c <= none; c++)
        {
            if (c == (own < 0 ? none : own))
                continue;
            // With the worse of two possible votes: bit 0 without bit 1 for the label, either for others.
            const auto taken = [&](int i) { return (own >= 0 && votes(i, own) == 1) - (c < none && votes(i, c) != 0); };
            int lead = (own < 0 ? minVotes - 1 : -(own > c)) - (c == none ? minVotes : 0), worst = 0;
            for (int i = 0; i < votes.rows; i++)
                lead += taken(i);
            for (const ref::Set& hit : sets)
            {
                int sum = 0;
                for (int i = 0; i < votes.rows; i++)
                    sum += hit[i] ? (c < none) + taken(i) : 0;
                worst = std::max(worst, sum);
            }
            if (lead < patches * worst)
                return false;
        }
        return true;
    }

    Ablation ablation;
    Votes votes;
    int minVotes;
    FrameMap frame; // empty: the patch is in input pixels
    Size patch;
    vector<ref::Set> sets; // the ablations that it touches, for each of its locations
};

//! Prints everything needed to reproduce the case.
inline std::ostream& operator<<(std::ostream& out, const Case& example)
{
    out << ref::describe(example.ablation);
    if (!example.frame.frameSize.empty())
        out << ", " << ref::describe(example.frame);
    return out << ", patch " << example.patch << ", at least " << example.minVotes << " votes of\n" << example.votes << "\n";
}

//! A subset of the classes, of the size that a test needs.
inline vector<int> randomGroup(RNG& rng, int classes, int size)
{
    vector<int> group;
    for (int c = 0; c < classes; c++)
        group.push_back(c);
    while ((int)group.size() > size)
        group.erase(group.begin() + rng.uniform(0, (int)group.size()));
    return group;
}

//! Turns some votes into votes within the tolerance: 0 becomes 2, 1 becomes 3.
inline void blur(RNG& rng, Votes& votes, int entries)
{
    for (int e = 0; e < entries; e++)
    {
        const int row = rng.uniform(0, votes.rows);
        votes(row, rng.uniform(0, votes.cols)) |= 2;
    }
}

//! A resized region of a somewhat larger frame.
inline FrameMap randomFrameMap(RNG& rng, int maxSide)
{
    static const int interpolations[] = {INTER_NEAREST, INTER_LINEAR, INTER_AREA};
    const Size frame = ref::randomSize(rng, 1, maxSide + 1);
    Rect roi;
    roi.x = rng.uniform(0, 1 + frame.width / 4);
    roi.y = rng.uniform(0, 1 + frame.height / 4);
    roi.width = rng.uniform(1 + (frame.width - roi.x) / 2, frame.width - roi.x + 1);
    roi.height = rng.uniform(1 + (frame.height - roi.y) / 2, frame.height - roi.y + 1);
    FrameMap map(frame, roi, interpolations[rng.uniform(0, 3)]);
    map.dilation = std::max(0, rng.uniform(-6, 3));
    if (rng.uniform(0, 3) == 0)
    {
        map.codecBlock = ref::randomSize(rng, 1, 5);
        map.codecOffset = Point(rng.uniform(-2, 5), rng.uniform(-2, 5));
        map.dilationAfterCodec = rng.uniform(0, 2);
    }
    return map;
}

//! Most ablations vote for the label, and a few for each other class, some of them close together.
inline Votes manyClasses(RNG& rng, int ablations, int classes)
{
    Votes votes(ablations, classes, (uchar)0);
    const int label = rng.uniform(0, classes), begin = rng.uniform(0, ablations);
    const double lead = rng.uniform(.5, 1.1);
    for (int i = 0; i < ablations; i++)
        votes(i, label) = rng.uniform(0., 1.) < lead;
    const int most = rng.uniform(1, 4);
    for (int c = 0; c < classes; c++)
        for (int n = c == label ? 0 : rng.uniform(0, 1 + most); n > 0; n--)
            votes(rng.uniform(0, 3) ? (begin + rng.uniform(0, 3)) % ablations : rng.uniform(0, ablations), c) = 1;
    return votes;
}

//! The largest square that the certificate itself says holds.
inline int largestSquare(const Certificate& c)
{
    int side = 0;
    while (side < 50 && c.holds(Size(side + 1, side + 1)))
        side++;
    return side;
}

//! Two certificates of the same votes say the same.
inline void expectSame(const Certificate& expected, const Certificate& c)
{
    Mat votes, table;
    expected.getVotes(votes);
    c.getVotes(table);
    ASSERT_EQ(votes.size(), table.size());
    ASSERT_EQ(0, cv::norm(votes, table, NORM_INF));
    ASSERT_EQ(expected.label, c.label);
    ASSERT_EQ(expected.votes, c.votes);
    ASSERT_EQ(expected.runnerUp, c.runnerUp);
    ASSERT_EQ(expected.runnerUpVotes, c.runnerUpVotes);
    ASSERT_EQ(expected.minVotes, c.minVotes);
    ASSERT_EQ(expected.lead, c.lead);
    ASSERT_EQ(expected.patch, c.patch);
    ASSERT_EQ(expected.inputPatch, c.inputPatch);
    ASSERT_EQ(expected.run.abstained, c.run.abstained);
    ASSERT_EQ(expected.run.invalid, c.run.invalid);
}

//! Random certificates of one scheme: the base of every fixture of certificates.
class CertificateCases : public ::testing::TestWithParam<int>
{
protected:
    int scheme() const { return GetParam(); }
    bool blocks() const { return scheme() == ABLATION_BLOCK; }

    /** Inputs, patches and classes up to the given; every second with top-1 votes, every third with rejection. Patch 0: none placed yet. */
    vector<Case> randomCases(int seed, int count, int maxSide, int maxClasses, int maxPatch = 0)
    {
        rng = RNG(seed + scheme());
        vector<Case> cases;
        for (int k = 0; k < count; k++)
        {
            const Ablation a = ref::randomAblation(rng, scheme(), maxSide);
            const int classes = rng.uniform(2, 1 + maxClasses);
            const Votes votes = ref::randomVotes(rng, ref::count(a), classes, k % 2 == 0);
            cases.push_back(Case(a, votes, k % 3 == 0 ? rng.uniform(1, 1 + votes.rows) : 1));
            if (maxPatch > 0)
                cases.back().place(ref::randomSize(rng, 1, 1 + maxPatch));
        }
        return cases;
    }

    RNG rng; // of the test; continues after its cases
};

inline string schemeName(const ::testing::TestParamInfo<int>& info)
{
    return info.param == ABLATION_COLUMN ? "Columns" : info.param == ABLATION_ROW ? "Rows" : "Blocks";
}

//! Runs the TEST_P of a fixture for columns, rows and blocks.
#define DERAND_FOR_EVERY_SCHEME(fixture)                                                                                           \
    DERAND_INSTANTIATE_TEST_P(Schemes, fixture, ::testing::Range((int)ABLATION_COLUMN, ABLATION_BLOCK + 1), schemeName)

} // namespace opencv_test

#endif // OPENCV_DERAND_TEST_CERTIFICATE_CASES_HPP
