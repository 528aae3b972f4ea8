// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Does a joined classifier give what its classifiers give, joined, and hold what it promises against stickers?

#include "certificate_cases.hpp"
#include "column_net.hpp"
#include "test_log.hpp"

namespace opencv_test { namespace {

Ptr<CertifiedClassifier> byColumns(Params params = stripParams())
{
    return CertifiedClassifier::create(columnNet(), columns(), params);
}

//! Rows of 3 of the same input, by another net.
Ptr<CertifiedClassifier> byRows(Params params = stripParams())
{
    return CertifiedClassifier::create(
            linearNet(2 * 3 * INPUT.width, CLASSES, 1.5, FLAW_NONE, false), Ablation(ABLATION_ROW, 3, INPUT), params);
}

Mat randomFrame(RNG& rng, const Size& size)
{
    Mat frame(size, CV_8UC1);
    rng.fill(frame, RNG::UNIFORM, 0, 256);
    return frame;
}

TEST(Derand_JoinedClassifier, GivesTheJoinedCertificateWithReuseToo)
{
    Params reusing = stripParams();
    reusing.reuse = true;
    const Ptr<CertifiedClassifier> columnsAlone = byColumns(), rowsAlone = byRows();
    const Ptr<JoinedClassifier> joined = JoinedClassifier::create({byColumns(reusing), byRows(reusing)});
    ASSERT_EQ(2u, joined->getClassifiers().size());
    RNG rng(6001);
    Mat frame = randomFrame(rng, Size(30, 24));
    int reused = 0;
    for (int k = 0; k < 30; k++)
    {
        const int x = rng.uniform(0, 25), y = rng.uniform(0, 20);
        frame(Rect(x, y, 5, 4)).setTo(Scalar(rng.uniform(0, 256)));
        const Rect roi = k < 15 ? Rect() : Rect(3, 2, 24, 20);
        const Certificate c = joined->classify(frame, roi);
        const Certificate expected = Certificate::join({columnsAlone->classify(frame, roi), rowsAlone->classify(frame, roi)});
        ASSERT_NO_FATAL_FAILURE(expectSame(expected, c)) << k;
        ASSERT_EQ(22, c.run.ablations);
        ASSERT_EQ(22, c.run.evaluated + c.run.reused);
        ASSERT_EQ(expected.detects(Size(5, 4)), c.detects(Size(5, 4)));
        reused += c.run.reused;
    }
    EXPECT_GT(reused, 20);
}

TEST(Derand_JoinedClassifier, NoStickerChangesALabelThatHoldsOrRingsNoAlarmWhereOneIsPromised)
{
    const Ptr<JoinedClassifier> joined = JoinedClassifier::create({byColumns(), byRows()});
    RNG rng(6101);
    int held = 0, detected = 0, changed = 0;
    for (int k = 0; k < 300; k++)
    {
        Mat frame(INPUT, CV_8UC1, Scalar(rng.uniform(0, 256))); // most ablations alike
        const int left = rng.uniform(0, 8), top = rng.uniform(0, 6);
        frame(Rect(left, top, 4, 4)).setTo(Scalar(rng.uniform(0, 256)));
        const Certificate clean = joined->classify(frame);
        const Size patch = ref::randomSize(rng, 1, 4);
        for (int attack = 0; attack < 30; attack++)
        {
            Mat other = frame.clone();
            const int x = rng.uniform(0, INPUT.width - patch.width + 1), y = rng.uniform(0, INPUT.height - patch.height + 1);
            Mat part = other(Rect(Point(x, y), patch));
            rng.fill(part, RNG::UNIFORM, 0, 256);
            if (attack % 2)
                part.setTo(Scalar(255 * (attack % 4 / 2)));
            const Certificate c = joined->classify(other);
            changed += c.label != clean.label;
            ASSERT_TRUE(c.label == clean.label || !clean.holds(patch));
            ASSERT_TRUE(c.label == clean.label || !c.silent(patch) || !clean.detects(patch));
        }
        held += clean.holds(patch);
        detected += clean.detects(patch) && !clean.holds(patch);
    }
    EXPECT_GT(held, 3);
    EXPECT_GT(detected, 3);
    EXPECT_GT(changed, 50);
}

TEST(Derand_JoinedClassifier, RefusesWhatCannotBeJoined)
{
    const Ptr<CertifiedClassifier> one = byColumns(), two = byRows();
    EXPECT_REFUSED(JoinedClassifier::create(vector<Ptr<CertifiedClassifier>>()), "no classifiers");
    EXPECT_REFUSED(JoinedClassifier::create(vector<String>()), "no classifiers");
    EXPECT_REFUSED(JoinedClassifier::create({one, Ptr<CertifiedClassifier>()}), "classifier 1 is empty");
    EXPECT_REFUSED(JoinedClassifier::create({one, two, one}), "classifier 0 occurs twice");
    Params params = stripParams();
    params.rule = CERTIFICATE_MARGIN;
    EXPECT_REFUSED(JoinedClassifier::create({one, byRows(params)}), "classifier 1 has Params::rule 1");
    params = stripParams();
    params.earlyStop = Size(2, 2);
    EXPECT_REFUSED(JoinedClassifier::create({one, byRows(params)}), "Params::earlyStop");
    params = stripParams();
    params.labels = {"a", "b", "c", "d"};
    const Ptr<CertifiedClassifier> named = byRows(params);
    params.labels = {"a", "b", "d", "c"};
    EXPECT_REFUSED(JoinedClassifier::create({one, named, byColumns(params)}), "classifier 2 has other names");
    const Ptr<JoinedClassifier> joined = JoinedClassifier::create({one, named});
    Mat frame(INPUT, CV_8UC1, Scalar(9));
    EXPECT_EQ(22, joined->classify(frame).run.ablations);
    EXPECT_REFUSED(joined->classify(Mat()), "frame 0");
    params = named->getParams();
    params.earlyStop = Size(2, 2);
    joined->getClassifiers()[1]->setParams(params);
    EXPECT_REFUSED(joined->classify(frame), "Params::earlyStop");
}

}} // namespace opencv_test
