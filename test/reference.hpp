// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// What the module claims, computed the slow and obvious way: sets of pixels, every patch location, and an attacker who controls
// every ablation that the patch touches. Of the module, only the fields of its structs are used; the footprint in a frame is found
// by changing pixels.

#ifndef OPENCV_DERAND_TEST_REFERENCE_HPP
#define OPENCV_DERAND_TEST_REFERENCE_HPP

#include <bitset>
#include <limits>
#include <sstream>
#include <unordered_set>

#include "test_precomp.hpp"

namespace opencv_test { namespace ref {

//! A set of pixels (y * width + x) or of ablations.
typedef std::bitset<256> Set;

//! A vote table, as certify() takes it.
typedef Mat_<uchar> Votes;

inline string describe(const Ablation& a)
{
    static const char* const names[] = {"columns", "rows", "blocks"};
    std::ostringstream out;
    out << names[a.type] << " of " << a.width << ", stride " << a.stride << (a.wrap ? "" : ", no wrap") << ", input "
        << a.inputSize.width << " x " << a.inputSize.height;
    return out.str();
}

inline string describe(const FrameMap& m)
{
    std::ostringstream out;
    out << "frame " << m.frameSize.width << " x " << m.frameSize.height << ", roi " << m.roi << ", interpolation "
        << m.interpolation << ", dilation " << m.dilation << ", codecBlock " << m.codecBlock << ", codecOffset " << m.codecOffset
        << ", dilationAfterCodec " << m.dilationAfterCodec;
    return out.str();
}

//---- ablations ----

//! Positions 0, stride, 2 stride, .. below size, at which a band either wraps around or ends within the input.
inline int positions(const Ablation& a, int size)
{
    int n = 0;
    for (int p = 0; p < size; p += a.stride)
        n += a.wrap || p + a.width <= size;
    return n;
}

inline int count(const Ablation& a)
{
    const int nx = positions(a, a.inputSize.width);
    const int ny = positions(a, a.inputSize.height);
    return a.type == ABLATION_COLUMN ? nx : a.type == ABLATION_ROW ? ny : nx * ny;
}

//! Is x one of the s pixels from start on, wrapping around at size?
inline bool inBand(int x, int start, int s, int size) { return (x + size - start) % size < s; }

inline bool retains(const Ablation& a, int index, Point p)
{
    const int nx = positions(a, a.inputSize.width);
    const int s = a.width;
    if (a.type == ABLATION_COLUMN)
        return inBand(p.x, index * a.stride, s, a.inputSize.width);
    if (a.type == ABLATION_ROW)
        return inBand(p.y, index * a.stride, s, a.inputSize.height);
    return inBand(p.x, index % nx * a.stride, s, a.inputSize.width) && inBand(p.y, index / nx * a.stride, s, a.inputSize.height);
}

//! The pixels that each ablation retains.
inline vector<Set> retained(const Ablation& a)
{
    CV_Assert(a.inputSize.area() <= 256);
    vector<Set> sets(count(a));
    for (size_t i = 0; i < sets.size(); i++)
        for (int y = 0; y < a.inputSize.height; y++)
            for (int x = 0; x < a.inputSize.width; x++)
                sets[i][y * a.inputSize.width + x] = retains(a, (int)i, Point(x, y));
    return sets;
}

//! The pixels of an image that a patch covers.
inline Set covered(const Rect& patch, const Size& image)
{
    Set pixels;
    for (int y = 0; y < image.height; y++)
        for (int x = 0; x < image.width; x++)
            pixels[y * image.width + x] = x >= patch.x && x - patch.x < patch.width && y >= patch.y && y - patch.y < patch.height;
    return pixels;
}

//! The ablations that retain any of the pixels.
inline Set touching(const vector<Set>& retainedSets, const Set& pixels)
{
    Set ablations;
    for (size_t i = 0; i < retainedSets.size(); i++)
        ablations[i] = (retainedSets[i] & pixels).any();
    return ablations;
}

//! Every location of a patch inside an image, row by row; a side longer than the image covers it.
inline vector<Rect> locations(const Size& patch, const Size& image)
{
    const int w = patch.width < image.width ? patch.width : image.width;
    const int h = patch.height < image.height ? patch.height : image.height;
    vector<Rect> all;
    for (int y = 0; y + h <= image.height; y++)
        for (int x = 0; x + w <= image.width; x++)
            all.push_back(Rect(x, y, w, h));
    return all;
}

//---- frames ----

//! Marks everything within reach of a mark.
inline vector<bool> reach(const vector<bool>& marks, int radius)
{
    vector<bool> wider(marks.size(), false);
    for (int i = 0; i < (int)marks.size(); i++)
        for (int k = std::max(0, i - radius); k <= i + radius && k < (int)marks.size(); k++)
            wider[i] = wider[i] || marks[k];
    return wider;
}

//! Marks every block that contains a mark; one block begins at `corner`.
inline vector<bool> fillBlocks(const vector<bool>& marks, int block, int corner)
{
    vector<bool> filled(marks.size(), false);
    for (int begin = corner % block - block; begin < (int)marks.size(); begin += block)
    {
        bool marked = false;
        for (int i = std::max(0, begin); i < begin + block && i < (int)marks.size(); i++)
            marked = marked || marks[i];
        for (int i = std::max(0, begin); i < begin + block && i < (int)marks.size(); i++)
            filled[i] = marked;
    }
    return filled;
}

/** The pixels along one axis of a frame that a patch at [begin, end) can change through filters, the codec with the filters of its
colour planes (with its blocks at any offset if that is unknown), and filters again. Pixels outside the frame are kept until the end,
since the frame may have been cut from a larger one. */
inline vector<bool> spreadAlong(int length, int begin, int end, int dilation, int block, int offset, int after)
{
    const int chroma = block == 1 ? 0 : block > 16 ? cvCeil(block / 4.) : 4;
    const int margin = 2 * (dilation + chroma + block + after) + std::max(-begin, 0) + std::max(end - length, 0);
    vector<bool> marks(length + 2 * margin, false);
    for (int i = begin; i < end; i++)
        marks[margin + i] = true;
    marks = reach(marks, dilation + chroma);
    vector<bool> coded(marks.size(), false);
    for (int corner = std::max(offset, 0); corner < (offset < 0 ? block : offset + 1); corner++)
    {
        const vector<bool> filled = fillBlocks(marks, block, margin + corner);
        for (size_t i = 0; i < coded.size(); i++)
            coded[i] = coded[i] || filled[i];
    }
    coded = reach(coded, chroma + after);
    return vector<bool>(coded.begin() + margin, coded.begin() + margin + length);
}

//! The frame pixels that a patch can change, CV_8U, 255 or 0.
inline Mat spread(const FrameMap& map, const Rect& patch)
{
    const vector<bool> x = spreadAlong(map.frameSize.width, patch.x, patch.x + patch.width, map.dilation, map.codecBlock.width,
            map.codecOffset.x, map.dilationAfterCodec);
    const vector<bool> y = spreadAlong(map.frameSize.height, patch.y, patch.y + patch.height, map.dilation, map.codecBlock.height,
            map.codecOffset.y, map.dilationAfterCodec);
    Mat pixels(map.frameSize, CV_8U);
    for (int j = 0; j < pixels.rows; j++)
        for (int i = 0; i < pixels.cols; i++)
            pixels.at<uchar>(j, i) = x[i] && y[j] ? 255 : 0;
    return pixels;
}

//! The input pixels that a patch in the frame can change: those that become NaN if everything it spreads to is NaN.
inline Set footprint(const FrameMap& map, const Rect& patch, const Size& inputSize)
{
    Mat frame(map.frameSize, CV_32F, Scalar(0)), image;
    frame.setTo(Scalar(std::numeric_limits<double>::quiet_NaN()), spread(map, patch));
    map.resample(frame, inputSize, image);
    CV_Assert(image.type() == CV_32FC1 && image.size() == inputSize && inputSize.area() <= 256);
    Set pixels;
    for (int y = 0; y < inputSize.height; y++)
        for (int x = 0; x < inputSize.width; x++)
            pixels[y * inputSize.width + x] = cvIsNaN(image.at<float>(y, x)) != 0;
    return pixels;
}

//! The ablations that a patch touches, for each of its locations in the frame, row by row.
inline vector<Set> affected(const Ablation& a, const Size& patch, const FrameMap& map = FrameMap())
{
    const vector<Set> retainedSets = retained(a);
    const bool mapped = !map.frameSize.empty();
    vector<Set> sets;
    for (const Rect& location : locations(patch, mapped ? map.frameSize : a.inputSize))
        sets.push_back(touching(retainedSets, mapped ? footprint(map, location, a.inputSize) : covered(location, a.inputSize)));
    return sets;
}

inline int largest(const vector<Set>& sets)
{
    size_t size = 0;
    for (const Set& set : sets)
        size = set.count() > size ? set.count() : size;
    return (int)size;
}

//! The ablations that several patches touch together, over all choices of their locations.
inline vector<Set> unions(const vector<Set>& sets, int patches)
{
    const std::unordered_set<Set> single(sets.begin(), sets.end());
    std::unordered_set<Set> all = single;
    for (int k = 1; k < patches; k++)
    {
        std::unordered_set<Set> more;
        for (const Set& a : all)
            for (const Set& b : single)
                more.insert(a | b);
        all.swap(more);
    }
    return vector<Set>(all.begin(), all.end());
}

//---- votes ----

//! Index of the largest number, the first of several.
inline int argmax(const vector<int>& numbers)
{
    int best = 0;
    for (size_t c = 1; c < numbers.size(); c++)
        if (numbers[c] > numbers[best])
            best = (int)c;
    return best;
}

//! Votes of each class: bit 0 of the rows that are not in `without`.
inline vector<int> sums(const Votes& votes, const Set& without = Set())
{
    vector<int> n(votes.cols, 0);
    for (int i = 0; i < votes.rows; i++)
        for (int c = 0; c < votes.cols; c++)
            n[c] += without[i] ? 0 : votes(i, c) & 1;
    return n;
}

//! The class that wins with these votes, or one more than the last if none has enough.
inline int winner(const vector<int>& n, int minVotes = 1)
{
    const int best = argmax(n);
    return n[best] >= minVotes ? best : (int)n.size();
}

//! -1: no class has enough votes.
inline int label(const Votes& votes, int minVotes = 1)
{
    const int best = winner(sums(votes), minVotes);
    return best < votes.cols ? best : -1;
}

//! Every table that results from some choice of the votes within the tolerance (codes 2 and 3).
inline vector<Votes> resolutions(const Votes& votes)
{
    vector<Point> either;
    for (int i = 0; i < votes.rows; i++)
        for (int c = 0; c < votes.cols; c++)
            if (votes(i, c) > 1)
                either.push_back(Point(c, i));
    CV_Assert(either.size() < 16);
    vector<Votes> tables;
    for (int bits = 0; bits < 1 << either.size(); bits++)
    {
        tables.push_back(votes.clone());
        for (size_t e = 0; e < either.size(); e++)
            tables.back()(either[e]) = (uchar)(bits >> e & 1);
    }
    return tables;
}

/** Can the attacker reach a winner with bad[winner]? The attacker picks the location and the class to push, or none; every touched
ablation then votes for that class and no other. No other table helps that class more; exhaustiveReaches() checks this reduction. */
inline bool reaches(const Votes& votes, const vector<Set>& affectedSets, const vector<bool>& bad, int minVotes = 1)
{
    const vector<Votes> tables = resolutions(votes);
    const std::unordered_set<Set> sets(affectedSets.begin(), affectedSets.end());
    for (const Votes& table : tables)
        for (const Set& hit : sets)
        {
            const vector<int> rest = sums(table, hit);
            for (int target = 0; target <= votes.cols; target++)
            {
                vector<int> n = rest;
                if (target < votes.cols)
                    n[target] += (int)hit.count();
                if (bad[winner(n, minVotes)])
                    return true;
            }
        }
    return false;
}

//! Everything but the label itself, including "none of these"; -1 is that.
inline vector<bool> otherThan(int good, int classes)
{
    vector<bool> bad(classes + 1, true);
    bad[good < 0 ? classes : good] = false;
    return bad;
}

//! A frame without votes is rejected only if more than one is needed; otherwise it has no label, and nothing holds.
inline bool hasLabel(const Votes& votes, int minVotes = 1) { return minVotes > 1 || label(votes, minVotes) >= 0; }

inline bool holds(const Votes& votes, const vector<Set>& affectedSets, int minVotes = 1)
{
    return hasLabel(votes, minVotes) && !reaches(votes, affectedSets, otherThan(label(votes, minVotes), votes.cols), minVotes);
}

/** The same question without that assumption: every content of every touched row is tried, which is all subsets of the classes for
the threshold rule, and all single classes for top-1. */
inline bool exhaustiveReaches(Votes votes, const Set& hit, const vector<bool>& bad, bool top1, int minVotes = 1, int row = 0)
{
    while (row < votes.rows && !hit[row])
        row++;
    if (row == votes.rows)
        return bad[winner(sums(votes), minVotes)];
    votes = votes.clone();
    for (int bits = 0; bits < 1 << votes.cols; bits++)
    {
        if (top1 && (bits == 0 || (bits & (bits - 1)) != 0))
            continue;
        for (int c = 0; c < votes.cols; c++)
            votes(row, c) = (uchar)(bits >> c & 1);
        if (exhaustiveReaches(votes, hit, bad, top1, minVotes, row + 1))
            return true;
    }
    return false;
}

//---- random cases ----

//! Sides from least to most - 1. The order of the two draws is fixed, which it would not be in an argument list.
inline Size randomSize(RNG& rng, int least, int most)
{
    const int width = rng.uniform(least, most);
    return Size(width, rng.uniform(least, most));
}

//! A geometry, every fourth with a stride, every third without wrap-around: blocks in sides up to maxSide, bands of up to 6 other pixels.
inline Ablation randomAblation(RNG& rng, int type, int maxSide)
{
    const int along = type == ABLATION_BLOCK ? maxSide : 6;
    Size size = randomSize(rng, 1, 1 + along);
    (type == ABLATION_ROW ? size.height : size.width) = rng.uniform(1, 1 + maxSide);
    const int limit = type == ABLATION_COLUMN ? size.width
            : type == ABLATION_ROW            ? size.height
            : size.width < size.height        ? size.width
                                              : size.height;
    // Mostly narrow bands: wide ones leave nothing to certify.
    const int s = rng.uniform(0, 3) ? rng.uniform(1, 2 + limit / 4) : rng.uniform(1, limit + 1);
    const int stride = rng.uniform(0, 4) ? 1 : rng.uniform(2, 5);
    return Ablation(type, s, size, stride, rng.uniform(0, 3) > 0);
}

/** Votes of a leading class and a rival, with more or fewer of both in one run of ablations (as from an object or a sticker), and some
noise. */
inline Votes randomVotes(RNG& rng, int ablations, int classes, bool top1)
{
    Votes votes(ablations, classes, (uchar)0);
    const int lead = rng.uniform(0, classes), rival = (lead + rng.uniform(1, classes)) % classes;
    const int begin = rng.uniform(0, ablations), end = begin + rng.uniform(0, 1 + ablations / 2);
    const double leads[] = {rng.uniform(.4, 1.2), rng.uniform(0., 1.)};
    const double rivals[] = {rng.uniform(-.3, .6), rng.uniform(0., 1.)};
    const double noise = rng.uniform(-.1, .2);
    for (int i = 0; i < ablations; i++)
    {
        const bool run = i >= begin && i < end;
        const bool leading = rng.uniform(0., 1.) < leads[run];
        const bool rivalling = rng.uniform(0., 1.) < rivals[run];
        if (top1)
            votes(i, leading ? lead : rivalling ? rival : rng.uniform(0, classes)) = 1;
        for (int c = 0; !top1 && c < classes; c++)
            votes(i, c) = c == lead ? leading : c == rival ? rivalling : rng.uniform(0., 1.) < noise;
    }
    return votes;
}

//! Counts how often a statement was true and false: a test of both must have seen both.
struct Outcomes
{
    Outcomes() : yes(0), no(0) {}
    bool add(bool outcome)
    {
        outcome ? yes++ : no++;
        return outcome;
    }
    int rarer() const { return yes < no ? yes : no; }
    int yes, no;
};

}} // namespace opencv_test::ref

#endif // OPENCV_DERAND_TEST_REFERENCE_HPP
