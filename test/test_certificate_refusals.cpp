// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Which vote tables, settings and questions are refused, and with which values in the message?

#include "certificate_cases.hpp"

#include <climits>

namespace opencv_test { namespace {

TEST(Derand_CertificateRefusals, TablesThatAreNoVotesAreRefused)
{
    const Ablation a(ABLATION_COLUMN, 2, Size(17, 3));
    const Votes good(17, 3, (uchar)1);
    EXPECT_EQ(0, certify(good, a).label);
    EXPECT_REFUSED(certify(Mat(17, 3, CV_8SC1, Scalar(1)), a), "CV_8S");
    EXPECT_REFUSED(certify(Mat(17, 3, CV_32FC1, Scalar(1)), a), "CV_32F");
    EXPECT_REFUSED(certify(Mat(17, 3, CV_8UC2, Scalar(1)), a), "CV_8UC2");
    EXPECT_REFUSED(certify(Mat(), a), "the vote table has 0 rows");
    EXPECT_REFUSED(certify(Votes(16, 3, (uchar)1), a), "the vote table has 16 rows");
    EXPECT_REFUSED(certify(Votes(18, 3, (uchar)1), a), "the vote table has 18 rows");
    EXPECT_REFUSED(certify(Votes(17, 1, (uchar)1), a), "the vote table has 1 columns");
    Votes four = good.clone();
    four(16, 2) = 4;
    EXPECT_REFUSED(certify(four, a), "row 16 of the vote table holds 4");
    four(16, 2) = 255; // as a mask would have it
    EXPECT_REFUSED(certify(four, a), "holds 255");
    four(16, 2) = 6;
    EXPECT_REFUSED(certify(four, a), "row 16 of the vote table holds 6");
    for (int code : {4, 5, 7, 10})
    {
        four.row(16).setTo(code);
        EXPECT_REFUSED(certify(four, a), format("holds %d", code));
    }
    four.row(16).setTo(6);
    EXPECT_EQ(16, certify(four, a).run.evaluated);
}

TEST(Derand_CertificateRefusals, SettingsThatMeanNothingAreRefused)
{
    const Ablation a(ABLATION_COLUMN, 2, Size(17, 3));
    const Votes votes(17, 3, (uchar)1);
    EXPECT_REFUSED(certify(votes, Ablation()), "Ablation::inputSize is 0 x 0");
    EXPECT_REFUSED(certify(votes, Ablation(ABLATION_COLUMN, 19, Size(17, 3))), "Ablation::width is 19");
    EXPECT_REFUSED(certify(votes, a, FrameMap(), 7), "the rule is 7");
    EXPECT_REFUSED(certify(votes, a, FrameMap(), -5), "the rule is -5");
    EXPECT_REFUSED(certify(votes, a, FrameMap(), CERTIFICATE_LOCATION, 0), "minVotes is 0, expected 1 to 17");
    EXPECT_REFUSED(certify(votes, a, FrameMap(), CERTIFICATE_LOCATION, 18), "minVotes is 18, expected 1 to 17");
    EXPECT_REFUSED(certify(votes, a, FrameMap(), CERTIFICATE_LOCATION, 1, 2), "voteRule is 2");
    EXPECT_REFUSED(certify(votes, a, FrameMap(), CERTIFICATE_LOCATION, 1, VOTE_TOP1), "row 0 of the vote table has votes for several classes");
    EXPECT_REFUSED(certify(votes, a, FrameMap(Size(20, 20), Rect(4, 0, 17, 20))), "the region is 17 x 20 at (4, 0)");
    EXPECT_REFUSED(certify(votes, a, FrameMap(Size(20, 20), Rect(0, 0, 20, 20), INTER_CUBIC)), "the interpolation is 2");
}

TEST(Derand_CertificateRefusals, JoinsThatMeanNothingAreRefused)
{
    const Ablation a(ABLATION_COLUMN, 2, Size(17, 3)), rows(ABLATION_ROW, 1, Size(17, 3)), larger(ABLATION_ROW, 1, Size(17, 4));
    const Certificate c = certify(Votes(17, 3, (uchar)1), a), d = certify(Votes(3, 3, (uchar)1), rows);
    EXPECT_EQ(20, Certificate::join({c, d}).run.ablations);
    EXPECT_REFUSED(Certificate::join(vector<Certificate>()), "no certificates");
    EXPECT_REFUSED(Certificate::join({c, Certificate()}), "certificate 1 is empty");
    EXPECT_REFUSED(Certificate::join({c, certify(Votes(3, 4, (uchar)1), rows)}), "certificate 1 has 4 classes");
    EXPECT_REFUSED(Certificate::join({c, certify(Votes(4, 3, (uchar)1), larger)}), "a frame of 17 x 4, the first one of 17 x 3");
    EXPECT_REFUSED(Certificate::join({c, certify(Votes(3, 3, (uchar)1), rows, FrameMap(), CERTIFICATE_MARGIN)}), "rule 1");
    EXPECT_REFUSED(Certificate::join({c, Certificate::pool({c, c})}), "certificate 1 is a pool of 2 frames");
    Votes some(3, 3, (uchar)1);
    some.row(1).setTo(6); // not evaluated
    EXPECT_REFUSED(Certificate::join({c, certify(some, rows)}), "certificate 1 is partial, 1 of its 3 ablations");
    Mat map;
    Certificate::join({c, d}).safeMap(Size(2, 2), map);
    EXPECT_EQ(Size(16, 2), map.size());
}

TEST(Derand_CertificateRefusals, AlarmsAndRanksThatMeanNothingAreRefused)
{
    const Certificate c = certify(Votes(17, 3, (uchar)1), Ablation(ABLATION_COLUMN, 2, Size(17, 3)));
    const Size patch(2, 2);
    EXPECT_REFUSED(c.silent(patch, -2), "threshold is -2");
    EXPECT_REFUSED(c.silent(Size(0, 2), 3), "the patch is 0 x 2");
    EXPECT_REFUSED(c.silent(Size(0, 2)), "the patch is 0 x 2");
    EXPECT_REFUSED(c.detects(patch, -2), "threshold is -2");
    EXPECT_REFUSED(c.detects(Size(2, -1)), "the patch is 2 x -1");
    EXPECT_REFUSED(c.detects(patch, 0, {3}), "class 3 is in the group, expected 0 to 2, or -1");
    EXPECT_REFUSED(c.staysIn({-2}, patch), "class -2 is in the group");
    EXPECT_REFUSED(c.staysInTop(0, patch), "k is 0");
    EXPECT_REFUSED(c.staysInTop(1, patch, 3), "target is 3");
    EXPECT_REFUSED(c.staysInTop(1, patch, -2), "target is -2");
    EXPECT_REFUSED(c.maxAffected(Size(1, 0)), "the patch is 1 x 0");
    const Certificate empty;
    EXPECT_FALSE(empty.silent(patch));
    EXPECT_FALSE(empty.silent(patch, 0));
    EXPECT_FALSE(empty.detects(patch));
    EXPECT_FALSE(empty.staysInTop(1, patch));
    EXPECT_EQ(0, empty.maxAffected(patch));
}

TEST(Derand_CertificateRefusals, PoolsThatMeanNothingAreRefused)
{
    const Ablation a(ABLATION_COLUMN, 2, Size(17, 3));
    const Certificate c = certify(Votes(17, 3, (uchar)1), a), d = certify(Votes(17, 4, (uchar)1), a);
    EXPECT_REFUSED(Certificate::pool(vector<Certificate>()), "no certificates");
    EXPECT_REFUSED(Certificate::pool({c, Certificate()}), "certificate 1 is empty");
    EXPECT_REFUSED(Certificate::pool({c, d}), "4 classes");
    EXPECT_REFUSED(Certificate::pool({c, c}, 3), "attacked is 3, expected 1 to 2");
    EXPECT_REFUSED(Certificate::pool({c, c}, -1), "attacked is -1");
    EXPECT_REFUSED(Certificate::pool({c, Certificate::pool({c, c}, 1)}), "pool of 2 frames of which 1 are attacked");
    Mat map;
    EXPECT_REFUSED(Certificate::pool({c, c}).safeMap(Size(2, 2), map), "pools several frames");
    Votes some(17, 3, (uchar)1);
    some.row(5).setTo(6); // not evaluated
    EXPECT_REFUSED(Certificate::pool({c, certify(some, a)}), "certificate 1 is partial, 1 of its 17 ablations were not evaluated");
    EXPECT_REFUSED(Certificate::pool({certify(some, a)}), "Params::earlyStop");
    Certificate claimed = certify(some, a);
    claimed.run.evaluated = 17;
    EXPECT_REFUSED(Certificate::pool({c, claimed}), "partial");
    const Ablation many(ABLATION_BLOCK, 1, Size(1024, 512));
    const Certificate large = certify(Votes(1 << 19, 2, (uchar)0), many);
    EXPECT_EQ(-1, Certificate::pool(vector<Certificate>(256, large)).label);
    EXPECT_REFUSED(Certificate::pool(vector<Certificate>(257, large)), "more than 134217728 ablations at certificate 256");
    some.row(5).setTo(2); // NaN
    EXPECT_EQ(34, Certificate::pool({c, certify(some, a)}).run.ablations);
}

TEST(Derand_CertificateRefusals, TheLargestFramesAreAnsweredAndTheirMapsRefused)
{
    const Size size(1 << 20, 1 << 20);
    Votes votes(4, 2, (uchar)0);
    votes.col(1).setTo(1);
    const Certificate c = certify(votes, Ablation(ABLATION_COLUMN, 1, Size(4, 4)), FrameMap(size, Rect(Point(), size), INTER_NEAREST));
    EXPECT_EQ(1, c.inputPatch);
    EXPECT_EQ(1 << 18, c.patch) << "a longer one touches the pixels that two columns are made of";
    EXPECT_TRUE(c.holds(Size(1 << 18, INT_MAX)));
    Mat map;
    EXPECT_REFUSED(c.safeMap(Size(1, 1), map), "1048576 x 1048576 locations");
    c.safeMap(Size(INT_MAX, INT_MAX), map);
    EXPECT_EQ(Size(1, 1), map.size());
    EXPECT_REFUSED(certify(votes, Ablation(ABLATION_COLUMN, 1, Size(4, 4)), FrameMap(Size(4, size.height + 1), Rect(0, 0, 4, 4))), "4 x 1048577");
}

TEST(Derand_CertificateRefusals, QuestionsThatMeanNothingAreRefused)
{
    const Certificate c = certify(Votes(17, 3, (uchar)1), Ablation(ABLATION_COLUMN, 2, Size(17, 3)));
    const Size patch(2, 2);
    Mat map;
    EXPECT_REFUSED(c.holds(Size(0, 2)), "the patch is 0 x 2");
    EXPECT_REFUSED(c.holds(Size(2, -6)), "the patch is 2 x -6");
    EXPECT_REFUSED(c.holds(patch, 0), "count is 0");
    EXPECT_REFUSED(c.holds(patch, -4), "count is -4");
    EXPECT_REFUSED(c.safeMap(Size(-6, 1), map), "the patch is -6 x 1");
    EXPECT_REFUSED(c.staysIn({0}, Size(0, 0)), "the patch is 0 x 0");
    EXPECT_REFUSED(c.staysIn(vector<int>(), patch), "empty");
    EXPECT_REFUSED(c.staysIn({0, 3}, patch), "class 3 is in the group");
    EXPECT_REFUSED(c.staysIn({-2, 0}, patch), "class -2 is in the group");
    EXPECT_REFUSED(c.neverBecomes(3, patch), "target is 3");
    EXPECT_REFUSED(c.neverBecomes(-8, patch), "target is -8");
    EXPECT_REFUSED(c.neverBecomes(0, Size(-6, 1)), "the patch is -6 x 1");
}

}} // namespace opencv_test
