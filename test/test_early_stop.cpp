// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Does a frame that stops early give the same answer as all its votes, whatever was left out?

#include "reference.hpp"
#include "video_frames.hpp"

namespace opencv_test { namespace {

//! Compares a run that may stop early with a full evaluation; returns how many ablations it left out.
int expectSettled(const Certificate& full, const Certificate& c, const Size& patch)
{
    EXPECT_EQ(full.label, c.label);
    EXPECT_EQ(full.holds(patch), c.holds(patch));
    EXPECT_LE(c.patch, full.patch) << "what is not evaluated counts as affected";
    EXPECT_LE(c.run.evaluated + c.run.reused, c.run.ablations);
    Mat all, some;
    full.getVotes(all);
    c.getVotes(some);
    int unknown = 0;
    for (int i = 0; i < all.rows; i++)
    {
        const bool same = cv::norm(all.row(i), some.row(i), NORM_INF) == 0;
        unknown += !same;
        EXPECT_EQ(same, countNonZero(some.row(i) == 6) == 0) << "neither evaluated nor unknown";
    }
    const int left = c.run.ablations - c.run.evaluated - c.run.reused;
    EXPECT_EQ(unknown, left);
    EXPECT_LE(c.run.abstained, full.run.abstained);
    return left;
}

TEST(Derand_EarlyStop, AnEarlyStopSaysWhatAFullEvaluationSays)
{
    RNG rng(45);
    ref::Outcomes outcomes, stopped;
    int saved = 0;
    for (const Setting& setting : settings())
        for (int k = 0; k < 30; k++)
        {
            Params params = paramsOf(setting);
            params.rule = k % 3 == 0 ? CERTIFICATE_MARGIN : CERTIFICATE_LOCATION;
            params.voteRule = k % 2 ? VOTE_TOP1 : VOTE_THRESHOLD;
            params.threshold = rng.uniform(.2, .6);
            Ptr<CertifiedClassifier> full = make(setting, params);
            params.earlyStop = ref::randomSize(rng, 1, 4);
            params.chunk = rng.uniform(1, 4);
            params.reuse = k % 4 == 0;
            Ptr<CertifiedClassifier> early = make(setting, params);
            Mat frame(INPUT, CV_8UC1, Scalar(rng.uniform(0, 256)));
            for (int f = 0; f < 6; f++)
            {
                const Certificate c = early->classify(frame), expected = full->classify(frame);
                const int left = expectSettled(expected, c, params.earlyStop);
                ASSERT_FALSE(HasFailure()) << ref::describe(setting.ablation) << ", patch " << params.earlyStop;
                stopped.add(left > 0);
                if (left > 0)
                    outcomes.add(c.holds(params.earlyStop));
                saved += left;
                nextFrame(rng, frame);
            }
        }
    EXPECT_GT(stopped.rarer(), 100);
    EXPECT_GT(outcomes.rarer(), 30) << "both a certificate and its failure can be settled early";
    EXPECT_GT(saved, 2000);
}

TEST(Derand_EarlyStop, WhatWasNotEvaluatedIsNotReused)
{
    RNG rng(48);
    int left = 0;
    for (const Setting& setting : settings())
    {
        Params params = paramsOf(setting);
        params.reuse = true;
        params.chunk = 1;
        for (int k = 0; k < 3; k++)
        {
            params.earlyStop = ref::randomSize(rng, 1, 4);
            const Ptr<CertifiedClassifier> early = make(setting, params);
            const Mat frame(INPUT, CV_8UC1, Scalar(rng.uniform(0, 256)));
            const Certificate first = early->classify(frame), again = early->classify(frame);
            EXPECT_EQ(0, first.run.reused);
            EXPECT_EQ(0, again.run.evaluated) << "the same frame is settled by the same votes";
            EXPECT_EQ(first.run.evaluated, again.run.reused) << ref::describe(setting.ablation);
            left += first.run.ablations - first.run.evaluated;
        }
    }
    EXPECT_GT(left, 100);
}

TEST(Derand_EarlyStop, AnAttackerCannotUseWhatIsNotEvaluated)
{
    // Whatever the net would have said about the ablations that were left out: the answer is the same.
    RNG rng(46);
    int left = 0;
    const Setting setting = {Ablation(ABLATION_COLUMN, 3, INPUT), ENCODING_STRIP};
    for (int k = 0; k < 200; k++)
    {
        Params params = paramsOf(setting);
        params.earlyStop = ref::randomSize(rng, 1, 3);
        params.chunk = 1;
        params.threshold = rng.uniform(.2, .6);
        params.minVotes = k % 3 == 0 ? rng.uniform(1, 1 + setting.ablation.count()) : 1;
        Mat frame(INPUT, CV_8UC1, Scalar(rng.uniform(0, 256)));
        const Certificate c = make(setting, params)->classify(frame);
        Mat votes;
        c.getVotes(votes);
        const bool holds = c.holds(params.earlyStop);
        Params complete = params;
        complete.earlyStop = Size();
        const Certificate all = make(setting, complete)->classify(frame);
        ASSERT_EQ(all.label, c.label);
        ASSERT_EQ(all.holds(params.earlyStop), holds);
        for (int t = 0; t < 20; t++)
        {
            Mat table = votes.clone();
            for (int i = 0; i < table.rows; i++)
                if (countNonZero(votes.row(i) != 6) == 0)
                {
                    Mat row = table.row(i);
                    rng.fill(row, RNG::UNIFORM, 0, 2);
                    left++;
                }
            const Certificate d = certify(table, setting.ablation, FrameMap(), CERTIFICATE_LOCATION, params.minVotes);
            ASSERT_EQ(c.label, d.label);
            ASSERT_EQ(holds, d.holds(params.earlyStop)) << table;
        }
    }
    EXPECT_GT(left, 1000);
}

//! The class of a column, one pixel wide, is its brightest channel.
Ptr<CertifiedClassifier> brightestChannel(int columns, const Size& earlyStop)
{
    dnn::Net net;
    dnn::LayerParams linear;
    Mat weights = Mat::zeros(CLASSES, CLASSES + 1, CV_32F); // channels, and the plane of the position
    weights.colRange(0, CLASSES).diag().setTo(60);
    linear.set("num_output", CLASSES);
    linear.set("axis", 1);
    linear.set("bias_term", false);
    linear.blobs.push_back(weights);
    net.addLayerToPrev("scores", "InnerProduct", linear);
    Params params;
    params.encoding = ENCODING_STRIP;
    params.earlyStop = earlyStop;
    params.chunk = 1;
    return CertifiedClassifier::create(net, Ablation(ABLATION_COLUMN, 1, Size(columns, 1)), params);
}

Scalar brightAt(int channel)
{
    Scalar colour;
    colour[channel] = 255;
    return colour;
}

TEST(Derand_EarlyStop, ARejectionIsSettledAsByAFullEvaluation)
{
    RNG rng(47);
    ref::Outcomes held, labels;
    for (int k = 0; k < 300; k++)
    {
        const int columns = rng.uniform(8, 20);
        const Size patch(rng.uniform(1, 4), 1);
        const Ptr<CertifiedClassifier> early = brightestChannel(columns, patch), full = brightestChannel(columns, Size());
        for (CertifiedClassifier* classifier : {early.get(), full.get()})
        {
            Params params = classifier->getParams();
            params.minVotes = 2 + k % (columns - 1);
            classifier->setParams(params);
        }
        Mat frame(1, columns, CV_8UC3);
        const int often = rng.uniform(0, CLASSES);
        for (int x = 0; x < columns; x++)
            frame.col(x).setTo(brightAt(rng.uniform(0, 3) ? often : rng.uniform(0, CLASSES)));
        const Certificate c = early->classify(frame), expected = full->classify(frame);
        ASSERT_EQ(expected.label, c.label);
        ASSERT_EQ(expected.holds(patch), c.holds(patch)) << expected.votes << " of " << columns;
        labels.add(c.label >= 0);
        if (c.label < 0 && c.run.evaluated < columns)
            held.add(c.holds(patch));
    }
    EXPECT_GT(labels.rarer(), 50);
    EXPECT_GT(held.rarer(), 5) << "rejections that hold, and that do not, were settled early";
}

//! A frame and its variants with one changed pixel, with their certificates.
struct Scene
{
    Scene(CertifiedClassifier& classifier, const Mat& frame) : clean(classifier.classify(frame))
    {
        for (int x = 0; x < frame.cols; x++)
            for (int c = 0; c < CLASSES; c++)
            {
                Mat other = frame.clone();
                other.col(x).setTo(brightAt(c));
                attacked.push_back(classifier.classify(other));
            }
    }
    static Mat draw(RNG& rng, int columns, int channel, int votes) // the other columns are red
    {
        Mat frame(1, columns, CV_8UC3, brightAt(2));
        vector<int> order(columns);
        for (int x = 0; x < columns; x++)
            order[x] = x;
        randShuffle(order, 1, &rng);
        for (int k = 0; k < votes; k++)
            frame.col(order[k]).setTo(brightAt(channel));
        return frame;
    }

    Certificate clean;
    vector<Certificate> attacked;
};

//! Two scenes, pooled: are they refused, or do all attacked ones have the label that holds?
void expectTruthOrRefusal(const Scene& one, const Scene& two, ref::Outcomes& pooled, ref::Outcomes& held)
{
    const bool partial = one.clean.run.evaluated < one.clean.run.ablations || two.clean.run.evaluated < two.clean.run.ablations;
    Certificate clean;
    try
    {
        clean = Certificate::pool({one.clean, two.clean});
    }
    catch (const cv::Exception& e)
    {
        ASSERT_TRUE(partial && e.code == Error::StsBadArg) << e.err;
        pooled.add(false);
        return;
    }
    pooled.add(true);
    if (!held.add(clean.holds(Size(1, 1))))
        return;
    for (const Certificate& a : one.attacked)
        for (const Certificate& b : two.attacked)
        {
            Certificate attacked;
            try
            {
                attacked = Certificate::pool({a, b});
            }
            catch (const cv::Exception&)
            {
                continue; // makes no claim, so no false one
            }
            ASSERT_EQ(clean.label, attacked.label) << "one pixel of each frame changes the label of the pool, evaluated "
                                                   << a.run.evaluated << " and " << b.run.evaluated;
        }
}

TEST(Derand_EarlyStop, FramesThatStoppedEarlyAreNotPooled)
{
    const int columns = 24;
    const Ptr<CertifiedClassifier> full = brightestChannel(columns, Size()), early = brightestChannel(columns, Size(10, 1));
    RNG rng(47);
    ref::Outcomes pooled, held, allPooled, allHeld;
    for (int k = 0; k < 40; k++)
    {
        const Mat first = Scene::draw(rng, columns, 0, rng.uniform(columns / 2, columns));
        const Mat second = Scene::draw(rng, columns, 1, rng.uniform(columns / 2, columns));
        const Scene one(*early, first), two(*early, second);
        ASSERT_NO_FATAL_FAILURE(expectTruthOrRefusal(one, two, pooled, held));
        // Their votes, certified again, are as partial as before.
        Mat votes;
        one.clean.getVotes(votes);
        const Certificate again = certify(votes, early->getAblation());
        ASSERT_EQ(one.clean.run.evaluated, again.run.evaluated);
        if (again.run.evaluated < columns)
        {
            EXPECT_REFUSED(Certificate::pool({again}), "Params::earlyStop");
        }
        if (k % 4 == 0)
        {
            ASSERT_NO_FATAL_FAILURE(expectTruthOrRefusal(Scene(*full, first), Scene(*full, second), allPooled, allHeld));
        }
    }
    EXPECT_GT(pooled.no, 12);
    EXPECT_EQ(10, allPooled.yes);
    EXPECT_GT(allHeld.rarer(), 1);
}

}} // namespace opencv_test
