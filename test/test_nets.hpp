// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Small nets that need no file, good ones and bad ones; frames for them, and their votes.

#ifndef OPENCV_DERAND_TEST_NETS_HPP
#define OPENCV_DERAND_TEST_NETS_HPP

#include "test_precomp.hpp"
#include "opencv2/dnn/layer.details.hpp"

namespace opencv_test {

//! What is wrong with a TestFlawLayer.
enum Flaw
{
    FLAW_NONE,
    FLAW_NEIGHBOURS,    // every row moves with the mean of the batch
    FLAW_SLOT,          // a little more for every slot of the batch
    FLAW_MAXIMUM,       // the first class moves with the largest value of the batch, far out of ordinary range
    FLAW_DYNAMIC_SCALE, // rows are rounded to 1/127 of the largest value in the batch (dynamic quantisation)
    FLAW_RANDOM,        // noise, different in every call
    FLAW_STATE,         // each call adds a little of the previous call
    FLAW_OVERFLOW,      // Inf for every input
    FLAW_NAN_BATCH      // NaN for more than one at a time, as OpenCV 4.14 produces if weights pass through an Identity
};

//! Passes its input on, with a flaw.
class TestFlawLayer : public dnn::Layer
{
public:
    static Ptr<dnn::Layer> create(dnn::LayerParams& params) { return makePtr<TestFlawLayer>(params); }
    explicit TestFlawLayer(const dnn::LayerParams& params) : Layer(params), flaw(params.get<int>("flaw")), rng(1), memory(0) {}

    void forward(InputArrayOfArrays from, OutputArrayOfArrays to, OutputArrayOfArrays) CV_OVERRIDE
    {
        vector<Mat> all, made;
        from.getMatVector(all);
        to.getMatVector(made);
        const Mat& in = all[0];
        Mat& out = made[0];
        in.copyTo(out);
        if (flaw == FLAW_NEIGHBOURS)
            out += Scalar(.01 * mean(in)[0]);
        else if (flaw == FLAW_SLOT)
        {
            for (int i = 0; i < out.size[0]; i++)
                out.ptr<float>(i)[0] += 4e-5f * i;
        }
        else if (flaw == FLAW_MAXIMUM)
        {
            float largest = 0;
            for (size_t i = 0; i < in.total(); i++)
                largest = std::max(largest, std::abs(in.ptr<float>()[i])); // NaN is passed over
            for (int i = 0; i < out.size[0]; i++)
                out.ptr<float>(i)[0] += 1e-10f * largest;
        }
        else if (flaw == FLAW_DYNAMIC_SCALE)
        {
            const float step = (float)(cv::norm(in, NORM_INF) / 127);
            for (size_t i = 0; i < out.total(); i++)
                out.ptr<float>()[i] = step * cvRound(in.ptr<float>()[i] / step);
        }
        else if (flaw == FLAW_RANDOM)
        {
            Mat noise(out.dims, out.size.p, CV_32F);
            rng.fill(noise, RNG::NORMAL, 0, .01);
            out += noise;
        }
        else if (flaw == FLAW_STATE)
        {
            out += Scalar(memory);
            memory = .01 * in.ptr<float>()[0];
        }
        else if (flaw == FLAW_OVERFLOW)
            out *= 1e38f * 1e38f;
        else if (flaw == FLAW_NAN_BATCH && out.size[0] > 1)
            out.setTo(Scalar(std::numeric_limits<double>::quiet_NaN()));
    }

private:
    int flaw;
    RNG rng;
    double memory;
};

/** A linear classifier of its whole input whose outputs are logits; weights from a seed.
@param elements planes * height * width of one ablation
@param batchOne the net flattens to 1 x -1, as many exported nets do, so it takes only one ablation at a time
 */
inline dnn::Net linearNet(int elements, int classes, double strength = 1, Flaw flaw = FLAW_NONE, bool batchOne = false, uint64 seed = 7)
{
    static const bool registered = (dnn::LayerFactory::registerLayer("TestFlaw", TestFlawLayer::create), true);
    CV_Assert(registered);
    dnn::Net net;
    if (batchOne)
    {
        dnn::LayerParams reshape;
        const int dims[] = {1, -1};
        reshape.set("dim", dnn::DictValue::arrayInt(dims, 2));
        net.addLayerToPrev("flatten", "Reshape", reshape);
    }
    dnn::LayerParams linear;
    Mat weights(classes, elements, CV_32F), bias(1, classes, CV_32F);
    RNG rng(seed);
    rng.fill(weights, RNG::NORMAL, 0, strength);
    rng.fill(bias, RNG::NORMAL, 0, .1);
    linear.set("num_output", classes);
    linear.set("axis", 1);
    linear.set("bias_term", true);
    linear.blobs.push_back(weights);
    linear.blobs.push_back(bias);
    net.addLayerToPrev("scores", "InnerProduct", linear);
    if (flaw != FLAW_NONE)
    {
        dnn::LayerParams params;
        params.set("flaw", (int)flaw);
        net.addLayerToPrev("flawed", "TestFlaw", params);
    }
    return net;
}

//! What TestRuleLayer does to the rows of a chunk; it sees every forward.
typedef std::function<void(const Mat& in, Mat& out)> Rule;

inline Rule& currentRule()
{
    static Rule rule;
    return rule;
}

//! Passes its input on, and lets the rule of the test change it.
class TestRuleLayer : public dnn::Layer
{
public:
    static Ptr<dnn::Layer> create(dnn::LayerParams& params) { return makePtr<TestRuleLayer>(params); }
    explicit TestRuleLayer(const dnn::LayerParams& params) : Layer(params) {}

    void forward(InputArrayOfArrays from, OutputArrayOfArrays to, OutputArrayOfArrays) CV_OVERRIDE
    {
        vector<Mat> all, made;
        from.getMatVector(all);
        to.getMatVector(made);
        all[0].copyTo(made[0]);
        if (currentRule())
            currentRule()(all[0], made[0]);
    }
};

/** The net with an additional last layer that applies a rule.
@param newRule replaces the rule of all such nets
 */
inline dnn::Net ruledBy(const Rule& newRule, dnn::Net net)
{
    static const bool registered = (dnn::LayerFactory::registerLayer("TestRule", TestRuleLayer::create), true);
    CV_Assert(registered);
    currentRule() = newRule;
    dnn::LayerParams params;
    net.addLayerToPrev("ruled", "TestRule", params);
    return net;
}

//! The rule lasts as long as the test that set it.
struct WithoutRule
{
    ~WithoutRule() { currentRule() = nullptr; }
};

//---- frames and votes ----

inline Mat randomFrame(const Size& size, int type, uint64 seed = 3)
{
    Mat frame(size, type);
    RNG rng(seed);
    rng.fill(frame, RNG::UNIFORM, 0, 256);
    return frame;
}

inline Mat votesOf(const Certificate& c)
{
    Mat votes;
    c.getVotes(votes);
    return votes & 1;
}

inline bool equal(const Mat& a, const Mat& b)
{
    return a.size() == b.size() && a.type() == b.type() && cv::norm(a, b, NORM_INF) == 0;
}

} // namespace opencv_test

#endif // OPENCV_DERAND_TEST_NETS_HPP
