// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// The self-test of the net: which bad nets it finds, at which chunk sizes, how long it takes and what it reports.

#include "test_log.hpp"
#include "test_nets.hpp"

#include "opencv2/core/utils/filesystem.hpp"

namespace opencv_test { namespace {

typedef CertifiedClassifier::Params Params;

const int CLASSES = 4;

//! Columns of one pixel of a picture of one row: two numbers each.
Ptr<CertifiedClassifier> rowClassifier(int length, const std::function<void(const Mat& in, Mat& out)>& newRule, int chunk)
{
    Params params;
    params.channels = 1;
    params.encoding = ENCODING_STRIP;
    params.chunk = chunk;
    return CertifiedClassifier::create(ruledBy(newRule, linearNet(2, CLASSES)), Ablation(ABLATION_COLUMN, 1, Size(length, 1)), params);
}

Mat rowFrame(int length, uint64 seed = 3) { return randomFrame(Size(length, 1), CV_8UC1, seed); }

//---- slots ----

//! How the scores of one slot affect those of another.
float influence(int kind, float value)
{
    switch (kind)
    {
    case 0: return .01f * value;
    case 1: return value > 0 ? .01f * value : 0; // ReLU
    case 2: return value < 0 ? .01f * value : 0;
    default: return 0 * value; // NaN and Inf only
    }
}

TEST(Derand_SelfTest, EveryPairOfSlotsIsCompared)
{
    const WithoutRule last;
    const int chunks[] = {2, 3, 4, 5, 8, 13, 16};
    for (int n : chunks)
    {
        EXPECT_NO_THROW(rowClassifier(n, nullptr, n)->classify(rowFrame(n))) << n;
        for (int from = 0; from < n; from++)
            for (int to = 0; to < n; to++)
                for (int kind = 0; kind < 4 && from != to; kind++)
                {
                    const auto coupled = [=](const Mat& in, Mat& out) {
                        if (in.size[0] == n)
                            for (int c = 0; c < CLASSES; c++)
                                out.at<float>(to, c) += influence(kind, in.at<float>(from, (c + kind) % CLASSES));
                    };
                    EXPECT_REFUSED(rowClassifier(n, coupled, n)->classify(rowFrame(n)), "Params::chunk")
                                    << "slot " << from << " moves slot " << to << " of " << n << ", kind " << kind;
                }
    }
}

TEST(Derand_SelfTest, TheErrorOfOneAloneSaysWhatIsWrongWithSeveral)
{
    const WithoutRule last;
    const auto statistics = [](const Mat& in, Mat& out) {
        if (in.size[0] == 1)
            CV_Error(Error::StsBadArg, "one has no variance");
        out.row(0) += out.row(1);
    };
    EXPECT_REFUSED(rowClassifier(16, statistics, 0)->classify(rowFrame(16)), "one has no variance");
    EXPECT_REFUSED(rowClassifier(16, statistics, 0)->classify(rowFrame(16)), "because it does not score 16 of them independently");
}

// A slot's scores less the mean of its group, as batch statistics do.
TEST(Derand_SelfTest, NetsThatGroupSlotsAreRunOneAblationAtATime)
{
    const WithoutRule last;
    const int length = 64;
    const Mat frame = rowFrame(length), expected = votesOf(rowClassifier(length, nullptr, 1)->classify(frame));
    for (int kind = 0; kind < 3; kind++)
        for (int distance = 1; distance <= 33; distance++)
        {
            const auto grouped = [=](const Mat& in, Mat& out) {
                const int n = in.size[0];
                for (int i = 0; i < n; i++)
                {
                    Mat mean = Mat::zeros(1, CLASSES, CV_32F);
                    int members = 0;
                    for (int j = 0; j < n; j++)
                        if (kind == 0               ? (i - j) % distance == 0            // slots at this distance
                                        : kind == 1 ? i / distance == j / distance       // slots side by side
                                                    : (i + distance) % n == j || i == j) // a ring: the last slots and the first
                        {
                            mean += in.row(j);
                            members++;
                        }
                    if (members > 1)
                        out.row(i) -= mean * (.5 / members);
                }
            };
            const bool alone = (kind == 0 && distance >= length) || (kind == 1 && distance == 1);
            Ptr<CertifiedClassifier> classifier = rowClassifier(length, grouped, 0);
            Mat votes;
            const string log = logOf([&]() { votes = votesOf(classifier->classify(frame)); });
            EXPECT_TRUE(equal(expected, votes)) << "kind " << kind << ", distance " << distance;
            EXPECT_EQ(alone ? 0 : 1, count(log, "one ablation at a time: it does not score")) << kind << ", " << distance;
            if (alone)
                continue;
            EXPECT_REFUSED(rowClassifier(length, grouped, length)->classify(frame), "Params::chunk") << kind << distance;
        }
}

TEST(Derand_SelfTest, InfluencesOfTwoSlotsThatCancelAreFound)
{
    const WithoutRule last;
    const int n = 8;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < i; j++)
            for (int to = 0; to < n; to++)
            {
                const auto coupled = [=](const Mat& in, Mat& out) {
                    if (in.size[0] == n)
                        out.row(to) += .01 * (in.row(i) - in.row(j));
                };
                if (to == i || to == j)
                    continue;
                EXPECT_REFUSED(rowClassifier(n, coupled, n)->classify(rowFrame(n)), "Params::chunk") << i << j << to;
            }
}

TEST(Derand_SelfTest, WhatDependsOnTheSizeOfTheChunkIsFound)
{
    const WithoutRule last;
    const auto scaled = [](const Mat& in, Mat& out) { out *= in.size[0]; };
    const Mat frame = rowFrame(12), expected = votesOf(rowClassifier(12, nullptr, 1)->classify(frame));
    EXPECT_TRUE(equal(expected, votesOf(rowClassifier(12, scaled, 0)->classify(frame))));
    for (int chunk = 2; chunk <= 12; chunk++)
        EXPECT_REFUSED(rowClassifier(12, scaled, chunk)->classify(frame), "Params::chunk") << chunk;
}

/* Whatever the size of the chunk at which a net mixes its slots, and however many frames there are: the votes are those of the
net without it, or the net is refused. So every size that runs has been compared, the last chunk's too. */
TEST(Derand_SelfTest, EverySizeOfChunkThatRunsHasBeenCompared)
{
    const WithoutRule last;
    const int length = 13;
    vector<Mat> frames;
    vector<Mat> expected;
    for (int f = 0; f < 5; f++)
    {
        frames.push_back(rowFrame(length, f));
        expected.push_back(votesOf(rowClassifier(length, nullptr, 1)->classify(frames[f])));
    }
    const int chunks[] = {0, 1, 2, 5, 12, 13, 14, 30, 100};
    int refused = 0, taken = 0;
    for (int chunk : chunks)
        for (int mixed = 2; mixed <= 66; mixed++)
            for (int way = 0; way < 4; way++) // one by one, together, reusing votes, stopping early
            {
                const auto coupled = [=](const Mat& in, Mat& out) {
                    if (in.size[0] == mixed)
                        out.row(0) += in.row(mixed - 1);
                };
                Ptr<CertifiedClassifier> classifier = rowClassifier(length, coupled, chunk);
                Params params = classifier->getParams();
                params.reuse = way == 2;
                params.earlyStop = way == 3 ? Size(1, 1) : Size();
                classifier->setParams(params);
                vector<Certificate> made;
                try
                {
                    for (int f = 0; f < 5 && way != 1; f++)
                        made.push_back(classifier->classify(frames[f]));
                    vector<Certificate> together;
                    classifier->classifyBatch(vector<Mat>(frames.begin(), frames.begin() + 2), together);
                    if (way == 1)
                        classifier->classifyBatch(frames, made);
                }
                catch (const cv::Exception&)
                {
                    refused++;
                    continue;
                }
                taken++;
                for (int f = 0; f < 5; f++)
                    for (int i = 0; i < length; i++)
                    {
                        Mat codes;
                        made[f].getVotes(codes);
                        const bool unknown = way == 3 && countNonZero(codes.row(i) == 6) == CLASSES; // left out
                        EXPECT_TRUE(unknown || equal(codes.row(i) & 1, expected[f].row(i)))
                                << "chunk " << chunk << ", mixed " << mixed << ", way " << way;
                    }
            }
    EXPECT_GT(refused, 0);
    EXPECT_GT(taken, refused);
}

//---- runs ----

TEST(Derand_SelfTest, WhatANetRemembersIsFound)
{
    const WithoutRule last;
    const int n = 6;
    for (int chunk : {0, 1, 2, n})
        for (int ago = 1; ago <= 2; ago++)
            for (int kind = 0; kind < 4; kind++)
            {
                vector<Mat> past;
                const auto remembering = [&](const Mat& in, Mat& out) {
                    if ((int)past.size() >= ago)
                    {
                        const Mat& before = past[past.size() - ago];
                        for (int i = 0; i < std::min(before.rows, out.rows); i++)
                            for (int c = 0; c < CLASSES; c++)
                                out.at<float>(i, c) += influence(kind, before.at<float>(i, c));
                    }
                    past.push_back(in.clone());
                };
                EXPECT_REFUSED(rowClassifier(n, remembering, chunk)->classify(rowFrame(n)), "from run to run") << "chunk " << chunk << ", " << ago << " ago, kind " << kind;
            }
}

/* OpenCV 4.6 runs a mean over a batch of four, declared in the file, on one ablation, too: it takes what lies in memory for the
other three. */
TEST(Derand_SelfTest, WhatReadsBeyondItsChunkIsFound)
{
    const WithoutRule last;
    for (int chunk : {0, 1})
    {
        Mat before;
        const auto beyond = [&](const Mat& in, Mat& out) {
            if (in.size[0] == 1 && !before.empty())
                out.row(0) += .01 * before.row(1);
            if (in.size[0] > 1)
                before = in.clone();
        };
        Ptr<CertifiedClassifier> classifier = rowClassifier(12, beyond, chunk);
        if (chunk == 0)
            classifier->setParams([&]() {
                Params p = classifier->getParams();
                p.earlyStop = Size(1, 1);
                return p;
            }());
        EXPECT_REFUSED(classifier->classify(rowFrame(12)), "from run to run") << chunk;
    }
}

//---- time ----

TEST(Derand_SelfTest, LargePicturesTakeTheTimeOfTwoFramesAtMost)
{
    const WithoutRule last;
    const Ablation ablations[] = {Ablation(ABLATION_COLUMN, 19, Size(224, 224)), Ablation(ABLATION_COLUMN, 8, Size(224, 224), 8),
            Ablation(ABLATION_COLUMN, 28, Size(224, 224), 28), Ablation(ABLATION_ROW, 16, Size(224, 224), 2),
            Ablation(ABLATION_BLOCK, 56, Size(224, 224), 56), Ablation(ABLATION_BLOCK, 75, Size(224, 224), 16)};
    for (const Ablation& ablation : ablations)
        for (int encoding : ENCODINGS)
            for (int mixing = 0; mixing < 2; mixing++) // a net that runs one at a time is tried twice
            {
                Params params;
                params.encoding = encoding;
                Mat blob;
                blobFromAblations(Mat(ablation.inputSize, CV_32FC3, Scalar()), ablation, Range(0, 1), blob, encoding);
                int64 rows = 0;
                const auto counted = [&](const Mat& in, Mat& out) {
                    rows += in.size[0];
                    if (mixing && in.size[0] > 1)
                        out.row(0) += in.row(1);
                };
                dnn::Net net;
                dnn::LayerParams pooling, linear;
                pooling.set("pool", "ave");
                pooling.set("global_pooling", true);
                net.addLayerToPrev("pooled", "Pooling", pooling);
                linear.set("num_output", CLASSES);
                linear.set("bias_term", false);
                Mat weights(CLASSES, blob.size[1], CV_32F);
                RNG rng(4);
                rng.fill(weights, RNG::NORMAL, 0, 1);
                linear.blobs.push_back(weights);
                net.addLayerToPrev("scores", "InnerProduct", linear);
                Ptr<CertifiedClassifier> classifier = CertifiedClassifier::create(ruledBy(counted, net), ablation, params);
                Mat frame(ablation.inputSize, CV_8UC3);
                rng.fill(frame, RNG::UNIFORM, 0, 256);
                classifier->classify(frame);
                const int64 first = rows;
                classifier->classify(frame);
                const int64 second = rows - first;
                EXPECT_GE(second, ablation.count());
                EXPECT_GT(first, second) << "no self-test";
                EXPECT_LE(first - second, 2 * second)
                        << ablation.count() << " ablations, encoding " << encoding << (mixing ? ", one at a time" : "");
            }
}

//---- words ----

TEST(Derand_SelfTest, SaysOnceThatItRuns)
{
    const WithoutRule last;
    Ptr<CertifiedClassifier> classifier = rowClassifier(12, nullptr, 0);
    EXPECT_EQ(1, count(logOf([&]() { classifier->classify(rowFrame(12)); }), "first frame only"));
    EXPECT_EQ(0, count(logOf([&]() { classifier->classify(rowFrame(12, 4)); }), "first frame only"));
}

TEST(Derand_SelfTest, ANetThatDoesNotLookAtThePictureIsNoticedOnce)
{
    const WithoutRule last;
    const auto biased = [](const Mat&, Mat& out) {
        for (int i = 0; i < out.size[0]; i++)
            out.at<float>(i, 1) += 30;
    };
    for (int chunk = 0; chunk <= 2; chunk++)
    {
        Ptr<CertifiedClassifier> classifier = rowClassifier(12, biased, chunk);
        const string log = logOf([&]() {
            for (int f = 0; f < 3; f++)
                classifier->classify(rowFrame(12, f));
        });
        EXPECT_EQ(1, count(log, "the same class")) << log;
        EXPECT_EQ(1, count(log, "WARN")) << log;
    }
}

// As nets for photographs may be: noise, blank pictures and the disc are all one class to it.
TEST(Derand_SelfTest, ANetThatOnlyKnowsSmoothColoursIsNotCalledUntrained)
{
    for (int colourful = 0; colourful < 2; colourful++)
    {
        Params params;
        params.encoding = ENCODING_STRIP;
        const Ablation columns(ABLATION_COLUMN, 8, Size(48, 48));
        Mat blob;
        blobFromAblations(Mat(columns.inputSize, CV_32FC3, Scalar()), columns, Range(0, 1), blob, params.encoding);
        dnn::Net net;
        dnn::LayerParams pooling, linear;
        pooling.set("pool", "ave");
        pooling.set("global_pooling", true);
        net.addLayerToPrev("pooled", "Pooling", pooling);
        linear.set("num_output", 3);
        linear.set("bias_term", true);
        Mat weights = Mat::zeros(3, blob.size[1], CV_32F), bias = (Mat_<float>(1, 3) << .05, 0, 0);
        const float difference[] = {-.6f, -.2f, .8f}; // 0 for grey and for the colour of the disc
        for (int c = 0; c < 3 && colourful; c++)
        {
            weights.at<float>(1, c) = difference[c];
            weights.at<float>(2, c) = -difference[c];
        }
        linear.blobs.push_back(weights);
        linear.blobs.push_back(bias);
        net.addLayerToPrev("scores", "InnerProduct", linear);
        const string log = logOf(
                [&]() { CertifiedClassifier::create(net, columns, params)->classify(Mat(48, 48, CV_8UC3, Scalar())); });
        EXPECT_EQ(colourful ? 0 : 1, count(log, "the same class")) << log;
    }
}

TEST(Derand_SelfTest, PlanesThatANetLeavesOutAreNoticed)
{
    const WithoutRule last;
    Params params;
    params.channels = 3;
    const Size size(12, 10); // 6 planes
    for (int used = 1; used <= 6; used++)
    {
        dnn::Net net = linearNet(6 * (int)size.area(), CLASSES, .3);
        Mat weights = net.getLayer(net.getLayerId("scores"))->blobs[0];
        weights.colRange(used * size.area(), weights.cols).setTo(Scalar(0));
        Mat frame(size, CV_8UC3);
        RNG rng(4);
        rng.fill(frame, RNG::UNIFORM, 0, 256);
        const string log = logOf(
                [&]() { CertifiedClassifier::create(net, Ablation(ABLATION_COLUMN, 3, size), params)->classify(frame); });
        const string left[] = {"1, 2, 3, 4, 5", "2, 3, 4, 5", "3, 4, 5", "4, 5", "5"};
        EXPECT_EQ(used < 6, count(log, used < 6 ? "does not look at planes " + left[used - 1] + " of the 6" : "planes") == 1)
                << used << log;
    }
}

// All shipped nets are trained on ablations, and their settings match.
TEST(Derand_SelfTest, SaysNothingAgainstTheModelsOfTheProject)
{
    vector<String> files;
    utils::fs::glob(DERAND_MODELS_DIR, "*.yml", files, true);
    int tried = 0;
    for (const String& file : files)
    {
        if (file.find(".sets.yml") != String::npos)
            continue;
        const string model = file.substr(0, file.size() - 4) + ".onnx";
        Ptr<CertifiedClassifier> classifier;
        const string log = logOf([&]() {
            classifier = CertifiedClassifier::create(model);
            Mat frame(48, 40, CV_8UC(classifier->getParams().channels));
            RNG rng(5);
            rng.fill(frame, RNG::UNIFORM, 0, 256);
            classifier->classify(frame);
        });
        EXPECT_EQ(0, count(log, "WARN")) << model << ": " << log;
        EXPECT_EQ(1, count(log, "first frame only")) << model;
        tried++;
    }
    EXPECT_GE(tried, 6);
}

}} // namespace opencv_test
