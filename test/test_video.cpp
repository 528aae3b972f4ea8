// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Frames one after the other: kept votes and early stops must not change what is said.

#include "reference.hpp"
#include "test_nets.hpp"
#include "opencv2/videoio.hpp"

#include <cstdlib>
#include <iostream>

namespace opencv_test { namespace {

typedef CertifiedClassifier::Params Params;

const Size INPUT(12, 10);
const int CLASSES = 3;

//! Ablations of a small input, and how the net sees them.
struct Setting
{
    Ablation ablation;
    int encoding;
};

vector<Setting> settings()
{
    vector<Setting> all;
    for (int type = ABLATION_COLUMN; type <= ABLATION_BLOCK; type++)
        for (int stride = 1; stride <= 5; stride += 4)
            for (int encoding = ENCODING_COMPLEMENT; encoding <= ENCODING_STRIP; encoding++)
            {
                const Setting s = {Ablation(type, 3, INPUT, stride), encoding};
                all.push_back(s);
            }
    return all;
}

Ptr<CertifiedClassifier> make(const Setting& s, const Params& params)
{
    const Mat image(INPUT, CV_32FC1, Scalar(0));
    Mat blob;
    blobFromAblations(image, s.ablation, Range(0, 1), blob, s.encoding);
    // Few pixels, most of them equal: strong weights make the votes differ.
    return CertifiedClassifier::create(linearNet((int)blob.total(), CLASSES, .7), s.ablation, params);
}

Params paramsOf(const Setting& s)
{
    Params p;
    p.channels = 1;
    p.encoding = s.encoding;
    return p;
}

//! Changes a random rectangle, none or all of the frame.
void nextFrame(RNG& rng, Mat& frame)
{
    Rect part(0, 0, 1, 1);
    if (rng.uniform(0, 8) == 0)
        part = Rect(Point(), frame.size());
    else
    {
        part.x = rng.uniform(0, frame.cols);
        part.y = rng.uniform(0, frame.rows);
        part.width = rng.uniform(1, std::min(5, frame.cols - part.x + 1));
        part.height = rng.uniform(1, std::min(5, frame.rows - part.y + 1));
    }
    Mat changed = frame(part);
    if (rng.uniform(0, 5) > 0)
        rng.fill(changed, RNG::UNIFORM, 0, 256);
}

void expectEqual(const Certificate& expected, const Certificate& c)
{
    Mat a, b;
    expected.getVotes(a);
    c.getVotes(b);
    ASSERT_EQ(0, cv::norm(a, b, NORM_INF));
    ASSERT_EQ(expected.label, c.label);
    ASSERT_EQ(expected.votes, c.votes);
    ASSERT_EQ(expected.runnerUp, c.runnerUp);
    ASSERT_EQ(expected.patch, c.patch);
    ASSERT_EQ(expected.inputPatch, c.inputPatch);
    ASSERT_EQ(expected.run.abstained, c.run.abstained);
    ASSERT_EQ(expected.run.invalid, c.run.invalid);
    ASSERT_EQ(expected.run.ablations, c.run.evaluated + c.run.reused);
}

//! Ablations that retain a pixel that is not the same in both inputs.
int changedAblations(const Ablation& ablation, const Mat& a, const Mat& b)
{
    ref::Set changed;
    for (int i = 0; i < INPUT.area(); i++)
        changed[i] = memcmp(a.ptr() + i * a.elemSize(), b.ptr() + i * b.elemSize(), a.elemSize()) != 0;
    return (int)ref::touching(ref::retained(ablation), changed).count();
}

TEST(Derand_Video, KeptVotesAreThoseOfAFullEvaluation)
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
            ASSERT_NO_FATAL_FAILURE(expectEqual(full->classify(frame), c)) << ref::describe(setting.ablation);
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

TEST(Derand_Video, KeptVotesOfResizedFramesAreThoseOfAFullEvaluation)
{
    // The input decides, not the frame: frames of other sizes may have the same one.
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
        ASSERT_NO_FATAL_FAILURE(expectEqual(full->classify(frame), c));
        reused += c.run.reused;
        nextFrame(rng, small);
    }
    EXPECT_GT(reused, 100);
}

TEST(Derand_Video, BatchesAreFramesOneAfterTheOther)
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
                ASSERT_NO_FATAL_FAILURE(expectEqual(c, certificates[i]));
                ASSERT_EQ(c.run.reused, certificates[i].run.reused);
            }
        }
    }
}

TEST(Derand_Video, BytesDecideWhatIsKept)
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
        ASSERT_NO_FATAL_FAILURE(expectEqual(full->classify(frame), c));
        EXPECT_EQ(3, c.run.invalid);
        EXPECT_EQ(k == 0 ? 12 : 0, c.run.evaluated) << "NaN of the same bytes is the same";
    }
    frame.at<float>(4, 5) = .5;
    const Certificate c = video->classify(frame);
    ASSERT_NO_FATAL_FAILURE(expectEqual(full->classify(frame), c));
    EXPECT_EQ(3, c.run.evaluated) << "NaN is no other number";
}

TEST(Derand_Video, AChangeOfSettingsForgetsTheVotes)
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
    ASSERT_NO_FATAL_FAILURE(expectEqual(make(setting, params)->classify(frame), c));
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
    // An error leaves it as it was.
    params.reuse = true;
    video->setParams(params);
    c = video->classify(frame);
    EXPECT_REFUSED(video->classify(Mat(INPUT, CV_8UC3, Scalar())), "3 channels");
    EXPECT_EQ(0, video->classify(frame).run.evaluated);
}

//! Compares with a full evaluation what a run that may stop early says; returns how many ablations it left out.
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

TEST(Derand_Video, AnEarlyStopSaysWhatAFullEvaluationSays)
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

TEST(Derand_Video, AnAttackerCannotUseWhatIsNotEvaluated)
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
        Mat frame(INPUT, CV_8UC1, Scalar(rng.uniform(0, 256)));
        const Certificate c = make(setting, params)->classify(frame);
        Mat votes;
        c.getVotes(votes);
        const bool holds = c.holds(params.earlyStop);
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
            const Certificate d = certify(table, setting.ablation);
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

//! A frame and what it becomes by one changed pixel: certificates of all.
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
                continue; // says nothing, so nothing false
            }
            ASSERT_EQ(clean.label, attacked.label) << "one pixel of each frame changes the label of the pool, evaluated "
                    << a.run.evaluated << " and " << b.run.evaluated;
        }
}

TEST(Derand_Video, FramesThatStoppedEarlyAreNotPooled)
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
        // Their votes, certified anew, are as partial as they were.
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

TEST(Derand_Video, ARealClipGetsTheSameLabelsAndCertificates)
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

TEST(Derand_Video, SettingsThatMeanNothingAreRefused)
{
    const Setting setting = {Ablation(ABLATION_COLUMN, 3, INPUT), ENCODING_STRIP};
    Params params = paramsOf(setting);
    params.earlyStop = Size(5, 0);
    EXPECT_REFUSED(make(setting, params), "5 x 0");
    params.earlyStop = Size();
    params.dilation = -1;
    EXPECT_REFUSED(make(setting, params), "dilation");
    params.dilation = 0;
    params.dilationAfterCodec = -2;
    EXPECT_REFUSED(make(setting, params), "dilationAfterCodec is -2");
    params.dilationAfterCodec = 0;
    params.codecBlock = Size(16, 0);
    EXPECT_REFUSED(make(setting, params), "16 x 0");
    params.codecBlock = Size();
    EXPECT_REFUSED(make(setting, params), "codecBlock");
    params.codecBlock = Size(INT_MAX, 8);
    EXPECT_REFUSED(make(setting, params), "2147483647 x 8");
    params.codecBlock = Size(1, 1);
    params.codecOffset = Point(3, INT_MAX);
    EXPECT_REFUSED(make(setting, params), "(3, 2147483647)");
    EXPECT_REFUSED(params.setCodec(2), "2");
}

}} // namespace opencv_test
