// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "perf_precomp.hpp"

namespace opencv_test { namespace {

//! A vote table: ablations of a square input, and classes.
struct Table
{
    int type, width, side, stride, classes;

    Ablation ablation() const { return Ablation(type, width, Size(side, side), stride); }

    //! Most ablations vote for one class, the others for a few of all the others, so that every class has votes.
    Mat votes(double lead = .9) const
    {
        Mat table(ablation().count(), classes, CV_8UC1, Scalar(0));
        RNG rng(1);
        for (int i = 0; i < table.rows; i++)
        {
            for (int k = 0; k < 1 + classes / table.rows; k++)
                table.at<uchar>(i, rng.uniform(0, classes)) = 1;
            table.at<uchar>(i, classes / 2) = rng.uniform(0., 1.) < lead;
        }
        return table;
    }
};

void PrintTo(const Table& table, std::ostream* out)
{
    *out << table.ablation().count() << (table.type == ABLATION_COLUMN ? " columns, " : " blocks, ") << table.classes << " classes";
}

const Table COLUMNS_32 = {ABLATION_COLUMN, 4, 32, 1, 10};
const Table COLUMNS_224 = {ABLATION_COLUMN, 19, 224, 1, 1000};
const Table COLUMNS_299 = {ABLATION_COLUMN, 25, 299, 1, 1000};
const Table BLOCKS_32 = {ABLATION_BLOCK, 8, 32, 1, 43};
const Table BLOCKS_224 = {ABLATION_BLOCK, 20, 224, 2, 1000}; // 12,544: below 100 ms for each question

//! Frame 0x0: the patch is in pixels of the input.
typedef TestBaseWithParam<tuple<Table, Size> > Certificate_Frame;

PERF_TEST_P(Certificate_Frame, largestSquare, testing::Values(make_tuple(COLUMNS_32, Size()), make_tuple(COLUMNS_299, Size()),
        make_tuple(COLUMNS_299, Size(640, 480)), make_tuple(BLOCKS_32, Size()), make_tuple(BLOCKS_224, Size())))
{
    const Table table = get<0>(GetParam());
    const Size frame = get<1>(GetParam());
    const Ablation ablation = table.ablation();
    const Mat votes = table.votes();
    const FrameMap map = frame.empty() ? FrameMap() : FrameMap(frame, Rect(Point(), frame));
    Certificate c;
    TEST_CYCLE()
        c = certify(votes, ablation, map);
    EXPECT_GT(c.patch, 0);
    SANITY_CHECK_NOTHING();
}

//! Does the label hold against this many patches, of this fraction of the largest square against which it holds?
typedef TestBaseWithParam<tuple<Table, double, int> > Certificate_Patches;

PERF_TEST_P(Certificate_Patches, holds, testing::Values(make_tuple(COLUMNS_299, 1., 1), make_tuple(BLOCKS_32, 1., 1),
        make_tuple(COLUMNS_299, 1. / 3, 2), make_tuple(BLOCKS_32, .5, 2), make_tuple(BLOCKS_224, 1., 1),
        make_tuple(BLOCKS_224, 1. / 3, 2), make_tuple(BLOCKS_224, .67, 2), make_tuple(BLOCKS_224, 1., 2)))
{
    const Table table = get<0>(GetParam());
    const double part = get<1>(GetParam());
    const int patches = get<2>(GetParam());
    const Certificate c = certify(table.votes(), table.ablation());
    const int side = cvFloor(c.patch * part + 1e-6);
    const Size patch(side, side);
    bool holds = false;
    TEST_CYCLE()
        holds = c.holds(patch, patches);
    std::cout << format("%d of %d x %d: %s", patches, side, side, holds ? "hold" : "do not") << std::endl;
    EXPECT_TRUE(holds || (patches > 1 && part > .5));
    SANITY_CHECK_NOTHING();
}

enum
{
    IN_TOP_5, // "the label stays among the first 5"
    DETECTS,
    JOINED_WITH_ITSELF
};

CV_ENUM(Proof, IN_TOP_5, DETECTS, JOINED_WITH_ITSELF)

//! The other proofs from the same votes, for the largest patch against which the label holds.
typedef TestBaseWithParam<tuple<Table, Proof> > Certificate_Proof;

PERF_TEST_P(Certificate_Proof, ofLargestSquare, testing::Combine(testing::Values(COLUMNS_32, COLUMNS_299, BLOCKS_224), Proof::all()))
{
    const Table table = get<0>(GetParam());
    const int proof = get<1>(GetParam());
    const Certificate c = certify(table.votes(), table.ablation());
    const Size largest(c.patch, c.patch);
    bool holds = false;
    TEST_CYCLE()
        holds = proof == IN_TOP_5  ? c.staysInTop(5, largest)
                : proof == DETECTS ? c.detects(largest)
                                   : Certificate::join({c, c}).patch == c.patch;
    EXPECT_TRUE(holds);
    SANITY_CHECK_NOTHING();
}

//! 30 frames of 1920 x 1080 of 224 columns and 1000 classes.
std::vector<Certificate> framesOfVideo()
{
    const FrameMap map(Size(1920, 1080), Rect(0, 0, 1920, 1080));
    std::vector<Certificate> frames;
    for (int t = 0; t < 30; t++)
        frames.push_back(certify(COLUMNS_224.votes(.6 + .01 * t), COLUMNS_224.ablation(), map));
    return frames;
}

PERF_TEST(Certificate, pool30Frames)
{
    const std::vector<Certificate> frames = framesOfVideo();
    Certificate c;
    TEST_CYCLE()
        c = Certificate::pool(frames);
    EXPECT_GT(c.patch, 0);
    SANITY_CHECK_NOTHING();
}

enum
{
    HOLDS,     // the largest patch
    HOLDS_NOT, // one that is larger
    TWO_PATCHES,
    NEVER_BECOMES
};

CV_ENUM(Question, HOLDS, HOLDS_NOT, TWO_PATCHES, NEVER_BECOMES)

bool ask(const Certificate& c, int question)
{
    const Size largest(c.patch, c.patch);
    return question == HOLDS          ? c.holds(largest)
            : question == HOLDS_NOT   ? !c.holds(Size(c.patch + 1, c.patch + 1))
            : question == TWO_PATCHES ? c.holds(largest / 3, 2)
                                      : c.neverBecomes(3, largest);
}

typedef TestBaseWithParam<Question> Certificate_Question;

PERF_TEST_P(Certificate_Question, in30Frames, Question::all())
{
    const Certificate c = Certificate::pool(framesOfVideo());
    const int question = GetParam();
    bool answer = false;
    TEST_CYCLE()
        answer = ask(c, question);
    EXPECT_EQ(c.holds(Size(c.patch, c.patch)), answer);
    SANITY_CHECK_NOTHING();
}

}} // namespace opencv_test
