// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Are kept votes those of a full evaluation, and are they kept exactly where the input did not change?

#include "certificate_cases.hpp"
#include "video_frames.hpp"
#include "opencv2/videoio.hpp"

#include <cstdlib>
#include <iostream>

namespace opencv_test { namespace {

//! Kept votes are those of a full evaluation.
void expectKept(const Certificate& full, const Certificate& c)
{
    ASSERT_NO_FATAL_FAILURE(expectSame(full, c));
    ASSERT_EQ(full.run.ablations, c.run.evaluated + c.run.reused);
}

//! Ablations that retain a pixel that differs between the inputs.
int changedAblations(const Ablation& ablation, const Mat& a, const Mat& b)
{
    ref::Set changed;
    for (int i = 0; i < INPUT.area(); i++)
        changed[i] = memcmp(a.ptr() + i * a.elemSize(), b.ptr() + i * b.elemSize(), a.elemSize()) != 0;
    return (int)ref::touching(ref::retained(ablation), changed).count();
}

TEST(Derand_Reuse, KeptVotesAreThoseOfAFullEvaluation)
{
    RNG rng(41);
    int reused = 0, evaluated = 0;
    for (const Setting& setting : settings())
    {
        Params params = paramsOf(setting);
        Ptr<CertifiedClassifier> full = make(setting, params);
        params.reuse = true;
        params.chunk = rng.uniform(0, 4);
        Ptr<CertifiedClassifier> video = make(setting, params);
        Mat frame(INPUT, CV_8UC1, Scalar(0)), last;
        rng.fill(frame, RNG::UNIFORM, 0, 256);
        for (int k = 0; k < 25; k++)
        {
            const Certificate c = video->classify(frame);
            ASSERT_NO_FATAL_FAILURE(expectKept(full->classify(frame), c)) << ref::describe(setting.ablation);
            // No more than what a changed pixel touches.
            ASSERT_EQ(last.empty() ? c.run.ablations : changedAblations(setting.ablation, frame, last), c.run.evaluated)
                    << ref::describe(setting.ablation);
            reused += c.run.reused;
            evaluated += c.run.evaluated;
            last = frame.clone();
            nextFrame(rng, frame);
        }
    }
    EXPECT_GT(reused, 3000);
    EXPECT_GT(evaluated, 3000);
}

TEST(Derand_Reuse, KeptVotesOfResizedFramesAreThoseOfAFullEvaluation)
{
    // The input matters, not the frame: frames of different sizes may have the same input.
    RNG rng(42);
    int reused = 0;
    const Setting setting = {Ablation(ABLATION_COLUMN, 3, INPUT), ENCODING_STRIP};
    Params params = paramsOf(setting);
    params.interpolation = INTER_AREA;
    Ptr<CertifiedClassifier> full = make(setting, params);
    params.reuse = true;
    Ptr<CertifiedClassifier> video = make(setting, params);
    Mat small(INPUT, CV_8UC1);
    rng.fill(small, RNG::UNIFORM, 0, 256);
    for (int k = 0; k < 60; k++)
    {
        const int times = rng.uniform(1, 5);
        Mat frame;
        resize(small, frame, Size(), times, times, INTER_NEAREST);
        if (rng.uniform(0, 3) == 0)
            frame.at<uchar>(rng.uniform(0, frame.rows), rng.uniform(0, frame.cols)) ^= 0xff;
        const Certificate c = video->classify(frame);
        ASSERT_NO_FATAL_FAILURE(expectKept(full->classify(frame), c));
        reused += c.run.reused;
        nextFrame(rng, small);
    }
    EXPECT_GT(reused, 100);
}

TEST(Derand_Reuse, BatchesAreFramesOneAfterTheOther)
{
    RNG rng(43);
    for (const Setting& setting : settings())
    {
        Params params = paramsOf(setting);
        params.reuse = true;
        Ptr<CertifiedClassifier> one = make(setting, params), many = make(setting, params);
        Mat frame(INPUT, CV_8UC1, Scalar(9));
        for (int k = 0; k < 3; k++)
        {
            vector<Mat> frames;
            vector<Certificate> certificates;
            for (int i = 0; i < 4; i++)
            {
                nextFrame(rng, frame);
                frames.push_back(frame.clone());
            }
            many->classifyBatch(frames, certificates);
            ASSERT_EQ(frames.size(), certificates.size());
            for (size_t i = 0; i < frames.size(); i++)
            {
                const Certificate c = one->classify(frames[i]);
                ASSERT_NO_FATAL_FAILURE(expectKept(c, certificates[i]));
                ASSERT_EQ(c.run.reused, certificates[i].run.reused);
            }
        }
    }
}

TEST(Derand_Reuse, BytesDecideWhatIsKept)
{
    const Setting setting = {Ablation(ABLATION_COLUMN, 3, INPUT), ENCODING_STRIP};
    Params params = paramsOf(setting);
    params.scalefactor = Scalar::all(1);
    Ptr<CertifiedClassifier> full = make(setting, params);
    params.reuse = true;
    Ptr<CertifiedClassifier> video = make(setting, params);
    Mat frame(INPUT, CV_32FC1, Scalar(.5));
    frame.at<float>(4, 5) = std::numeric_limits<float>::quiet_NaN();
    for (int k = 0; k < 2; k++)
    {
        const Certificate c = video->classify(frame);
        ASSERT_NO_FATAL_FAILURE(expectKept(full->classify(frame), c));
        EXPECT_EQ(3, c.run.invalid);
        EXPECT_EQ(k == 0 ? 12 : 0, c.run.evaluated) << "NaN of the same bytes is the same";
    }
    frame.at<float>(4, 5) = .5;
    const Certificate c = video->classify(frame);
    ASSERT_NO_FATAL_FAILURE(expectKept(full->classify(frame), c));
    EXPECT_EQ(3, c.run.evaluated) << "NaN is no other number";
}

TEST(Derand_Reuse, AChangeOfSettingsForgetsTheVotes)
{
    const Setting setting = {Ablation(ABLATION_COLUMN, 3, INPUT), ENCODING_STRIP};
    Params params = paramsOf(setting);
    params.reuse = true;
    Ptr<CertifiedClassifier> video = make(setting, params);
    Mat frame(INPUT, CV_8UC1), frame32;
    RNG rng(44);
    rng.fill(frame, RNG::UNIFORM, 0, 256);
    frame.convertTo(frame32, CV_32F);
    const int count = setting.ablation.count();
    EXPECT_EQ(count, video->classify(frame).run.evaluated);
    EXPECT_EQ(0, video->classify(frame).run.evaluated);

    params.threshold = .6;
    video->setParams(params);
    Certificate c = video->classify(frame);
    EXPECT_EQ(count, c.run.evaluated);
    params.reuse = false;
    ASSERT_NO_FATAL_FAILURE(expectKept(make(setting, params)->classify(frame), c));
    EXPECT_EQ(0, video->classify(frame).run.evaluated);

    video->setPreferableTarget(dnn::DNN_TARGET_CPU);
    EXPECT_EQ(count, video->classify(frame).run.evaluated);
    video->setPreferableBackend(dnn::DNN_BACKEND_OPENCV);
    EXPECT_EQ(count, video->classify(frame).run.evaluated);
    EXPECT_EQ(count, video->classify(frame32).run.evaluated) << "another depth sets up again";
    EXPECT_EQ(0, video->classify(frame32).run.evaluated);

    video->setParams(params); // reuse is off
    for (int k = 0; k < 2; k++)
    {
        c = video->classify(frame);
        EXPECT_EQ(count, c.run.evaluated);
        EXPECT_EQ(0, c.run.reused);
    }
    // An error leaves the state unchanged.
    params.reuse = true;
    video->setParams(params);
    c = video->classify(frame);
    EXPECT_REFUSED(video->classify(Mat(INPUT, CV_8UC3, Scalar())), "3 channels");
    EXPECT_EQ(0, video->classify(frame).run.evaluated);
}

TEST(Derand_Reuse, ARealClipGetsTheSameLabelsAndCertificates)
{
    const char* data = getenv("DERAND_TEST_DATA");
    VideoCapture clip(string(data ? data : ".") + "/video/car-detection.mp4");
    Mat frame;
    if (!clip.read(frame))
        DERAND_SKIP("DERAND_TEST_DATA has no video/car-detection.mp4, or no backend that reads it");
    const string model = string(DERAND_MODELS_DIR) + "/gtsrb_column_s2.onnx";
    Ptr<CertifiedClassifier> full = CertifiedClassifier::create(model), video = CertifiedClassifier::create(model),
                             early = CertifiedClassifier::create(model);
    Params params = full->getParams();
    params.reuse = true;
    video->setParams(params);
    params.earlyStop = Size(40, 40);
    early->setParams(params);
    int ablations = 0, reused = 0, saved = 0, frames = 0;
    do
    {
        const Certificate expected = full->classify(frame), c = video->classify(frame), d = early->classify(frame);
        ASSERT_EQ(expected.label, c.label);
        ASSERT_EQ(expected.patch, c.patch);
        ASSERT_EQ(expected.run.ablations, c.run.evaluated + c.run.reused);
        ASSERT_EQ(expected.label, d.label);
        ASSERT_EQ(expected.holds(params.earlyStop), d.holds(params.earlyStop));
        ablations += c.run.ablations;
        reused += c.run.reused;
        saved += d.run.ablations - d.run.evaluated;
    } while (++frames < 60 && clip.read(frame));
    std::cout << frames << " frames: " << 100. * reused / ablations << " % of the ablations reused, with an early stop "
              << 100. * saved / ablations << " % not evaluated" << std::endl;
}

}} // namespace opencv_test
