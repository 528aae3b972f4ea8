// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// One pass: are the votes those of the strips, can nothing outside an ablation change them, and are other nets given strips?

#include "reference.hpp"
#include "sliding_nets.hpp"
#include "test_log.hpp"
#include "test_nets.hpp"

#ifdef __GNUC__ // inside OpenCV's build this dnn header causes warnings
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-parameter"
#endif
#include "opencv2/dnn/all_layers.hpp"
#ifdef __GNUC__
#pragma GCC diagnostic pop
#endif

namespace opencv_test { namespace {

typedef CertifiedClassifier::Params Params;

const int CLASSES = 4;

//! A net that can be evaluated in one pass, and its settings.
struct Sliding
{
    dnn::Net net;
    Ablation ablation;
    Params params;
};

struct Case
{
    int type, width, stride;
    Size size;
    bool wrap;
};

//! @param transposed the net's x is the picture's y
Sliding slidingNet(RNG& rng, const Case& c, int channels, bool transposed = false, int encoding = ENCODING_STRIP)
{
    const int type = c.type, width = c.width, stride = c.stride;
    const Size size = c.size;
    Sliding s;
    s.ablation = Ablation(type, width, size, stride, width == size.width || rng.uniform(0, 3) > 0); // some do not wrap
    s.params.channels = channels;
    s.params.encoding = encoding;
    s.params.transpose = transposed;
    s.params.mean = Scalar::all(127.5);
    s.params.threshold = .25;
    const int planes = channels + (encoding == ENCODING_STRIP ? (type != ABLATION_ROW) + (type != ABLATION_COLUMN) : 0);
    const bool ablated[] = {(type != ABLATION_COLUMN) != transposed || type == ABLATION_BLOCK,
            (type != ABLATION_ROW) != transposed || type == ABLATION_BLOCK}; // of the net's y and x
    const int full[] = {transposed ? size.width : size.height, transposed ? size.height : size.width};
    vector<int> first(2), second(2), strides(2), last(2), shape = {1, planes, 0, 0};
    for (int k = 0; k < 2; k++)
    {
        // first + (second - 1) * stride pixels make one score.
        strides[k] = ablated[k] ? stride : 2;
        second[k] = ablated[k] ? rng.uniform(1, (width - 1) / stride + 2) : 3;
        first[k] = ablated[k] ? width - (second[k] - 1) * stride : 3;
        shape[2 + k] = ablated[k] ? width : full[k];
        last[k] = ablated[k] ? 1 : ((full[k] - 3) / 2 + 1) - 2;
    }
    NetWriter w(rng.uniform(1, 1 << 20));
    int rank = 4;
    string t = w.add("LeakyRelu", {w.convolution("x", planes, 6, first, strides)});
    t = w.add("LeakyRelu", {w.convolution(t, 6, 8, second)});
    t = w.add("Add", {t, w.convolution(t, 8, 8, {1, 1})});
    if (rng.uniform(0, 2))
        t = w.add("Mul", {w.convolution(t, 8, CLASSES, last), w.constant({1, CLASSES, 1, 1}, vector<float>(CLASSES, 4.f))});
    else // products of matrices with a row for each position
    {
        vector<int> order = {0};
        for (int k = 0; k < 2; k++)
            if (ablated[k])
                order.push_back(2 + k);
        order.push_back(1);
        for (int k = 0; k < 2; k++)
            if (!ablated[k])
                order.push_back(2 + k);
        const int inputs = 8 * last[0] * last[1], hidden = 12;
        t = w.rows(t, order, inputs);
        t = w.add("LeakyRelu", {w.add("Reshape", {w.product(t, inputs, hidden), w.integers({-1, 1, 1, hidden})})});
        t = w.product(t, hidden, CLASSES, 4);
        rank = 2;
    }
    s.net = w.net(t, shape, rank);
    return s;
}

Ptr<CertifiedClassifier> classifierOf(const Sliding& s, bool onePass)
{
    Params params = s.params;
    params.onePass = onePass;
    return CertifiedClassifier::create(s.net, s.ablation, params);
}

Mat randomFrame(RNG& rng, const Size& size, int type)
{
    Mat frame(size, type);
    rng.fill(frame, RNG::UNIFORM, 0, 256);
    return frame;
}

//! The same votes, where another run cannot change them. @return how many of them are votes for a class
int expectSameVotes(const Certificate& expected, const Certificate& c)
{
    Mat a, b;
    expected.getVotes(a);
    c.getVotes(b);
    EXPECT_EQ(a.size(), b.size());
    int voted = 0, unsure = 0;
    for (int i = 0; i < a.rows; i++)
        for (int k = 0; k < a.cols; k++)
        {
            const int codes[] = {a.at<uchar>(i, k), b.at<uchar>(i, k)};
            if ((codes[0] | codes[1]) & VOTE_CODE_EITHER)
                unsure++;
            else
                EXPECT_EQ(codes[0], codes[1]) << "ablation " << i << ", class " << k;
            voted += codes[0] & VOTE_CODE_VOTED;
        }
    EXPECT_LE(unsure, (int)a.total() / 20);
    if (unsure == 0)
    {
        EXPECT_EQ(expected.label, c.label);
        EXPECT_EQ(expected.patch, c.patch);
    }
    return voted;
}

vector<Case> cases()
{
    return {{ABLATION_COLUMN, 1, 1, Size(12, 9), true}, {ABLATION_COLUMN, 4, 1, Size(12, 9), true},
            {ABLATION_COLUMN, 4, 3, Size(12, 9), true}, {ABLATION_COLUMN, 3, 5, Size(17, 9), true},
            {ABLATION_COLUMN, 12, 1, Size(12, 9), true}, {ABLATION_COLUMN, 4, 3, Size(12, 9), false},
            {ABLATION_ROW, 3, 1, Size(9, 11), true}, {ABLATION_ROW, 5, 2, Size(9, 10), true}, {ABLATION_ROW, 3, 1, Size(9, 11), false},
            {ABLATION_BLOCK, 3, 1, Size(9, 8), true}, {ABLATION_BLOCK, 5, 2, Size(9, 8), true},
            {ABLATION_BLOCK, 4, 4, Size(12, 10), true}, {ABLATION_BLOCK, 5, 2, Size(14, 11), false}};
}

TEST(Derand_OnePass, VotesAreThoseOfTheStrips)
{
    RNG rng(71);
    int voted = 0, all = 0;
    for (const Case& c : cases())
        for (int channels = 1; channels <= 4; channels++)
            for (int transposed = 0; transposed < 2; transposed++)
            {
                const int encoding = channels % 2 ? ENCODING_STRIP : ENCODING_BARE_STRIP;
                const Sliding s = slidingNet(rng, c, channels, transposed == 1, encoding);
                SCOPED_TRACE(ref::describe(s.ablation) + format(", %d channels", channels));
                const Ptr<CertifiedClassifier> strips = classifierOf(s, false), onePass = classifierOf(s, true);
                for (int depth : {CV_8U, CV_32F})
                {
                    const Mat frame = randomFrame(rng, c.size, CV_MAKETYPE(depth, channels));
                    const Certificate expected = strips->classify(frame), made = onePass->classify(frame);
                    EXPECT_FALSE(expected.run.onePass);
                    ASSERT_TRUE(made.run.onePass);
                    EXPECT_EQ(s.ablation.count(), made.run.evaluated);
                    voted += expectSameVotes(expected, made);
                    all += expected.run.ablations * CLASSES;
                }
            }
    EXPECT_GT(voted, all / 10);
    EXPECT_LT(voted, all * 9 / 10);
}

TEST(Derand_OnePass, BatchesUMatsAndRegionsAreEvaluatedToo)
{
    RNG rng(72);
    const Sliding s = slidingNet(rng, {ABLATION_COLUMN, 4, 1, Size(12, 9), true}, 3);
    const Ptr<CertifiedClassifier> strips = classifierOf(s, false), onePass = classifierOf(s, true);
    vector<Mat> frames;
    for (int i = 0; i < 5; i++)
        frames.push_back(randomFrame(rng, Size(24 + i, 18), CV_8UC3));
    vector<Certificate> certificates;
    onePass->classifyBatch(frames, certificates);
    ASSERT_EQ(frames.size(), certificates.size());
    for (size_t i = 0; i < frames.size(); i++)
    {
        EXPECT_TRUE(certificates[i].run.onePass);
        expectSameVotes(strips->classify(frames[i]), certificates[i]);
        expectSameVotes(strips->classify(frames[i]), onePass->classify(frames[i].getUMat(ACCESS_READ)));
        expectSameVotes(strips->classify(frames[i], Rect(3, 2, 12, 9)), onePass->classify(frames[i], Rect(3, 2, 12, 9)));
    }
}

TEST(Derand_OnePass, NothingOutsideAnAblationChangesItsVotes)
{
    RNG rng(73);
    const float extremes[] = {1e30f, -1e30f, 1e20f, std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN(), 0};
    for (const Case& c : cases())
    {
        const Sliding s = slidingNet(rng, c, 2);
        const Ptr<CertifiedClassifier> onePass = classifierOf(s, true);
        const Mat frame = randomFrame(rng, c.size, CV_32FC2);
        Mat votes, attacked;
        const Certificate clean = onePass->classify(frame);
        ASSERT_TRUE(clean.run.onePass);
        clean.getVotes(votes);
        for (int i = 0; i < s.ablation.count(); i++)
        {
            Mat retained, changed = randomFrame(rng, c.size, CV_32FC2);
            s.ablation.retained(i, retained);
            if (rng.uniform(0, 2))
                changed.setTo(Scalar::all(extremes[rng.uniform(0, 6)]));
            frame.copyTo(changed, retained);
            onePass->classify(changed).getVotes(attacked);
            ASSERT_EQ(0, cv::norm(votes.row(i), attacked.row(i), NORM_INF)) << ref::describe(s.ablation) << ", ablation " << i;
        }
    }
}

TEST(Derand_OnePass, KeptVotesAndEarlyStopsAreThoseOfAFullEvaluation)
{
    RNG rng(74);
    int reused = 0, skipped = 0;
    vector<Case> all = cases(); // and inputs of which parts are evaluated alone
    all.insert(all.end(),
            {{ABLATION_COLUMN, 4, 1, Size(40, 9), true}, {ABLATION_ROW, 6, 2, Size(9, 57), true},
                    {ABLATION_COLUMN, 4, 1, Size(40, 9), false}, {ABLATION_BLOCK, 3, 1, Size(16, 15), true}});
    for (const Case& c : all)
    {
        Sliding s = slidingNet(rng, c, 1);
        const Ptr<CertifiedClassifier> full = classifierOf(s, false);
        s.params.reuse = true;
        const Ptr<CertifiedClassifier> video = classifierOf(s, true);
        s.params.earlyStop = Size(2, 2);
        const Ptr<CertifiedClassifier> stopping = classifierOf(s, true);
        Mat frame = randomFrame(rng, c.size, CV_8UC1);
        for (int k = 0; k < 30; k++)
        {
            SCOPED_TRACE(ref::describe(s.ablation) + format(", frame %d", k));
            const Certificate expected = full->classify(frame), kept = video->classify(frame), stopped = stopping->classify(frame);
            ASSERT_TRUE(kept.run.onePass);
            ASSERT_EQ(expected.run.ablations, kept.run.evaluated + kept.run.reused);
            expectSameVotes(expected, kept);
            Mat votes;
            expected.getVotes(votes);
            if (cv::countNonZero(votes & VOTE_CODE_EITHER) == 0)
            {
                ASSERT_EQ(expected.label, stopped.label);
                ASSERT_EQ(expected.holds(Size(2, 2)), stopped.holds(Size(2, 2)));
            }
            reused += kept.run.reused;
            skipped += stopped.run.ablations - stopped.run.evaluated - stopped.run.reused;
            Mat part = frame(Rect(rng.uniform(0, c.size.width - 2), rng.uniform(0, c.size.height - 2), 2, 2));
            if (k % 7 == 0)
                part = frame;
            if (k % 5)
                rng.fill(part, RNG::UNIFORM, 0, k % 3 ? 256 : 1); // dark frames have a clear label
        }
    }
    EXPECT_GT(reused, 1000);
    EXPECT_GT(skipped, 100);
}

//! A net of columns of width 4 of 12 x 9 pixels, made by the test from its first features: 6 planes of 7 rows, one column for each position.
dnn::Net columnNet(const std::function<string(NetWriter&, const string&)>& rest)
{
    NetWriter w;
    return w.net(rest(w, w.convolution("x", 2, 6, {3, 4})), {1, 2, 9, 4});
}

string head(NetWriter& w, const string& features) { return w.convolution(features, 6, CLASSES, {7, 1}); }

void addConvolution(dnn::Net& net, int planes, const Size& kernel)
{
    const int sides[] = {kernel.height, kernel.width}, shape[] = {CLASSES, planes, kernel.height, kernel.width};
    dnn::LayerParams params;
    Mat weights(4, shape, CV_32F);
    RNG rng(77);
    rng.fill(weights, RNG::NORMAL, 0, .5);
    params.set("kernel_size", dnn::DictValue::arrayInt(sides, 2));
    params.set("num_output", CLASSES);
    params.set("bias_term", false);
    params.blobs.push_back(weights);
    net.addLayerToPrev("conv", "Convolution", params);
}

//! @return what the log says about the net
string logOfClassifying(const dnn::Net& net, bool onePass, const Size& size = Size(12, 9))
{
    Params params;
    params.channels = 1;
    params.encoding = ENCODING_STRIP;
    return logOf([&] {
        const Ptr<CertifiedClassifier> classifier = CertifiedClassifier::create(net, Ablation(ABLATION_COLUMN, 4, size), params);
        RNG rng(75);
        EXPECT_EQ(onePass, classifier->classify(randomFrame(rng, size, CV_8UC1)).run.onePass);
    });
}

TEST(Derand_OnePass, NetsThatReadAcrossAblationsGetStripsAndTheLogNamesTheLayer)
{
    const auto expectStrips = [](const std::function<string(NetWriter&, const string&)>& rest, const string& reason) {
        const string log = logOfClassifying(columnNet(rest), false);
        EXPECT_EQ(1, count(log, "one strip for each ablation")) << reason << "; " << log;
        EXPECT_NE(string::npos, log.find(reason)) << reason << "; " << log;
    };
    EXPECT_EQ(1, count(logOfClassifying(columnNet(head), true), "in one pass"));
    // A 1 x 3 kernel with padding reads nothing else in a strip, where the map is one column wide.
    expectStrips(
            [](NetWriter& w, const string& t) {
                return head(w, w.convolution(t, 6, 6, {1, 3}, {1, 1}, {0, 1, 0, 1}));
            },
            "depend on pixels");
    expectStrips(
            [](NetWriter& w, const string& t) {
                return head(w, w.pooling(t, "AveragePool", {1, 3}, {1, 1}, {0, 1, 0, 1}));
            },
            "depend on pixels");
    expectStrips(
            [](NetWriter& w, const string& t) {
                return head(w, w.pooling(t, "MaxPool", {1, 3}, {1, 1}, {0, 1, 0, 1}));
            },
            "depend on pixels");
    expectStrips(
            [](NetWriter& w, const string& t) {
                return head(w, w.convolution(t, 6, 6, {1, 3}, {1, 1}, {0, 2, 0, 2}, {1, 2}));
            },
            "depend on pixels");
    for (int left = 0; left < 2; left++) // only one neighbour
        expectStrips(
                [=](NetWriter& w, const string& t) {
                    return head(w, w.convolution(t, 6, 6, {1, 2}, {1, 1}, {0, left, 0, 1 - left}));
                },
                "depend on pixels");
    expectStrips([](NetWriter& w, const string& t) { return head(w, w.convolution(t, 6, 6, {1, 1}, {1, 2})); }, "positions of");
    expectStrips(
            [](NetWriter& w, const string& t) {
                return w.convolution(w.add("GlobalAveragePool", {t}), 6, CLASSES, {1, 1});
            },
            "(Pooling)");
    expectStrips([](NetWriter& w, const string& t) { return head(w, w.add("Softmax", {t}, {onnx::attribute("axis", 3)})); }, "(Softmax)");
    expectStrips(
            [](NetWriter& w, const string& t) {
                const string flat = w.add("Flatten", {t});
                return w.add("Gemm", {flat, w.constant({CLASSES, 42}), w.constant({CLASSES})}, {onnx::attribute("transB", 1)});
            },
            "(");
}

TEST(Derand_OnePass, NetsThatMixPositionsInOtherWaysGetStrips)
{
    // Attention along the axis: each position weighs all others.
    const dnn::Net attention = columnNet([](NetWriter& w, const string& t) {
        const string scores = w.add("Transpose", {head(w, t)}, {onnx::attribute("perm", {0, 2, 3, 1})});
        const string weights = w.add("Softmax",
                {w.add("MatMul", {scores, w.add("Transpose", {scores}, {onnx::attribute("perm", {0, 1, 3, 2})})})},
                {onnx::attribute("axis", 3)});
        return w.add("MatMul", {weights, scores});
    });
    logOfClassifying(attention, false);
}

/** Its type says that it is an activation, so that the layers prove nothing against it, but a value of a wide picture also depends on its left
neighbour: always, or only if that is far out of ordinary range, or only if it is not a number. */
class TestLeakLayer : public dnn::ActivationLayer
{
public:
    static Ptr<dnn::Layer> create(dnn::LayerParams& params) { return makePtr<TestLeakLayer>(params); }
    explicit TestLeakLayer(const dnn::LayerParams& params) : kind(params.get<int>("kind")) { setParamsFrom(params); }

    void forward(InputArrayOfArrays from, OutputArrayOfArrays to, OutputArrayOfArrays) CV_OVERRIDE
    {
        vector<Mat> in, out;
        from.getMatVector(in);
        to.getMatVector(out);
        const Mat copy = in[0].clone();
        const int columns = copy.size[3];
        for (int i = 0; i < (int)copy.total(); i++)
        {
            const float left = i % columns > 0 ? copy.ptr<float>()[i - 1] : 0;
            out[0].ptr<float>()[i] = copy.ptr<float>()[i]
                    + (kind == 0                ? .1f * left
                                    : kind == 1 ? float(std::abs(left) > 1e15f)
                                                : 0 * left);
        }
    }
    void forwardSlice(const float* in, float* out, int length, size_t step, int first, int end) const CV_OVERRIDE
    {
        for (int c = first; c < end; c++)
            std::copy(in + (c - first) * step, in + (c - first) * step + length, out + (c - first) * step);
    }

private:
    const int kind;
};

TEST(Derand_OnePass, WhatALayerHidesIsFoundByItsScores)
{
    static const bool registered = (dnn::LayerFactory::registerLayer("TestLeak", TestLeakLayer::create), true);
    ASSERT_TRUE(registered);
    for (int kind = -1; kind <= 2; kind++)
    {
        dnn::LayerParams leak;
        leak.set("kind", kind);
        dnn::Net net;
        if (kind >= 0) // not after the convolution, which would run it slice by slice, without the leak
            net.addLayerToPrev("leak", "TestLeak", leak);
        addConvolution(net, 2, Size(4, 9));
        const string log = logOfClassifying(net, kind < 0);
        EXPECT_EQ(kind < 0 ? 0 : 1, count(log, "differ from those of the strips") + count(log, "not a number")) << log;
    }
}

TEST(Derand_OnePass, OtherEncodingsAreNotTried)
{
    Params params;
    params.channels = 1;
    const Size size(12, 9);
    const string log = logOf([&] {
        CertifiedClassifier::create(linearNet(2 * 12 * 9, CLASSES), Ablation(ABLATION_COLUMN, 4, size), params)->classify(Mat::zeros(size, CV_8UC1));
    });
    EXPECT_EQ(0, count(log, "one pass"));
}

TEST(Derand_OnePass, AnAttackerCannotChangeWhatIsCertified)
{
    // Random patches at random places of frames with clear labels.
    RNG rng(76);
    int held = 0;
    for (const Case& c : cases())
    {
        const Sliding s = slidingNet(rng, c, 1);
        const Ptr<CertifiedClassifier> onePass = classifierOf(s, true);
        for (int k = 0; k < 20; k++)
        {
            Mat frame(c.size, CV_8UC1, Scalar(rng.uniform(0, 256)));
            const Certificate certificate = onePass->classify(frame);
            for (int side = 1; side <= certificate.patch; side++)
                for (int trial = 0; trial < 10; trial++)
                {
                    Mat attacked = frame.clone();
                    Mat patch = attacked(
                            Rect(rng.uniform(0, c.size.width - side + 1), rng.uniform(0, c.size.height - side + 1), side, side));
                    rng.fill(patch, RNG::UNIFORM, 0, 256);
                    ASSERT_EQ(certificate.label, onePass->classify(attacked).label) << ref::describe(s.ablation);
                    held++;
                }
        }
    }
    EXPECT_GT(held, 200);
}

}} // namespace opencv_test
