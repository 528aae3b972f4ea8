// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// The baselines from image to outcome, against a linear net computed here and against every attack on tiny images.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "baselines/randomised.hpp"
#include "baselines/set_evaluator.hpp"

namespace {

using namespace cv::derand;
using tools::Method;
using tools::Outcome;

const int CLASSES = 3;

// A linear base classifier with random weights: scores = weights * planes (x, then 1 - x, of what is retained) + bias.
struct Linear
{
    Linear(const cv::Size& input, uint64_t seed, double spread)
        : weights(CLASSES, 2 * input.area(), CV_32F), bias(1, CLASSES, CV_32F)
    {
        cv::RNG rng(seed);
        rng.fill(weights, cv::RNG::NORMAL, 0, spread);
        rng.fill(bias, cv::RNG::NORMAL, 0, spread);
    }

    cv::dnn::Net net() const
    {
        cv::dnn::LayerParams layer;
        layer.blobs = {weights, bias};
        layer.set("num_output", CLASSES);
        cv::dnn::Net net;
        net.addLayerToPrev("scores", "InnerProduct", CV_32F, layer);
        return net;
    }

    //! Probabilities of an ablation.
    std::vector<double> operator()(const cv::Mat& image, const Ablation& member, const std::vector<int>& set) const
    {
        cv::Mat retained = cv::Mat::zeros(image.size(), CV_8U);
        for (const int i : set)
        {
            cv::Mat mask;
            member.retained(i, mask);
            retained |= mask;
        }
        std::vector<double> p;
        double sum = 0;
        for (int c = 0; c < CLASSES; c++)
        {
            double score = bias.at<float>(c);
            for (int i = 0; i < int(image.total()); i++)
                if (retained.data[i])
                    score += weights.at<float>(c, i) * image.data[i] / 255.
                            + weights.at<float>(c, int(image.total()) + i) * (1 - image.data[i] / 255.);
            p.push_back(std::exp(score));
            sum += p.back();
        }
        for (double& value : p)
            value /= sum;
        return p;
    }

    cv::Mat weights, bias;
};

struct Model
{
    Model(const Ablation& member_, int size, uint64_t seed, const std::string& families = "", double spread = 1)
        : member(member_), sets(member, size), linear(member.inputSize, seed, spread),
          evaluator(linear.net(), size, CertifiedClassifier::create(linear.net(), member, params()), tools::Families(families), 5)
    {}

    static CertifiedClassifier::Params params()
    {
        CertifiedClassifier::Params params;
        params.channels = 1;
        return params;
    }

    std::vector<Outcome> operator()(const cv::Mat& image, const std::vector<Method>& methods, size_t number = 0)
    {
        return evaluator.evaluate({{number, image, 1}}, methods)[0];
    }

    Ablation member;
    tools::SetAblation sets;
    Linear linear;
    tools::SetEvaluator evaluator;
};

cv::Mat noise(const cv::Size& size, cv::RNG& rng)
{
    cv::Mat image(size, CV_8U);
    rng.fill(image, cv::RNG::UNIFORM, 0, 256);
    return image;
}

TEST(Derand_SetEvaluator, CountsTheVotesOfAllSets)
{
    const std::vector<Method> methods = {{Method::THRESHOLD, .3, 0}, {Method::THRESHOLD, .9, 0}, {Method::TOP1, 0, 0}};
    cv::RNG rng(1);
    int patches = 0;
    for (uint64_t seed = 1; seed <= 40; seed++)
    {
        Model model(Ablation(seed % 2 ? ABLATION_COLUMN : ABLATION_ROW, 2, cv::Size(15, 15)), 2, seed, "", .4);
        const cv::Mat image = noise(model.member.inputSize, rng);
        const std::vector<Outcome> outcomes = model(image, methods);
        for (size_t m = 0; m < methods.size(); m++)
        {
            std::vector<int> counts(CLASSES, 0);
            for (const std::vector<int>& set : model.sets.all())
            {
                const std::vector<double> p = model.linear(image, model.member, set);
                const double least = methods[m].kind == Method::TOP1 ? *std::max_element(p.begin(), p.end()) : methods[m].threshold;
                for (int c = 0; c < CLASSES; c++)
                    counts[size_t(c)] += p[size_t(c)] >= least;
            }
            const int label = int(std::max_element(counts.begin(), counts.end()) - counts.begin());
            int patch = 0;
            while (patch < 15 && tools::leadOf(counts, {label}) >= 2 * model.sets.touched(patch + 1))
                patch++;
            ASSERT_EQ(counts[size_t(label)] > 0 ? label : -1, outcomes[m].label) << seed << " " << methods[m].name();
            ASSERT_EQ(patch, outcomes[m].location) << seed << " " << methods[m].name();
            ASSERT_EQ(patch, outcomes[m].margin);
            ASSERT_EQ(patch, outcomes[m].family);
            ASSERT_EQ(1, outcomes[m].truth);
            patches += patch;
        }
    }
    EXPECT_GT(patches, 0); // or nothing was compared
}

TEST(Derand_SetEvaluator, NoAttackChangesWhatIsCertified)
{
    const Method method = {Method::THRESHOLD, .4, 0};
    const cv::Size input(9, 2);
    cv::RNG rng(2);
    int certified = 0, families = 0, fallen = 0;
    for (uint64_t seed = 1; seed <= 60; seed++)
    {
        Model model(Ablation(ABLATION_COLUMN, 1, input), 2, seed, "0,1");
        const cv::Mat image = noise(input, rng);
        const Outcome clean = model(image, {method})[0];
        ASSERT_LE(clean.location, clean.family);
        certified += clean.location >= 1;
        families += clean.family > clean.location;
        // Patches of 1 x 1: every pixel, from black to white.
        for (int i = 0; i < input.area(); i++)
            for (const int value : {0, 40, 80, 120, 160, 200, 255})
            {
                cv::Mat attacked = image.clone();
                attacked.data[i] = uchar(value);
                const Outcome after = model(attacked, {method})[0];
                fallen += after.label != clean.label;
                ASSERT_TRUE(clean.location < 1 || after.label == clean.label) << seed;
                ASSERT_TRUE(clean.family < 1 || clean.label == 2 || after.label == 0 || after.label == 1) << seed;
            }
    }
    EXPECT_GT(certified, 0);
    EXPECT_GT(families, 0);
    EXPECT_GT(fallen, 0); // the attack is effective
}

TEST(Derand_SetEvaluator, DrawsWhatAreTooManySets)
{
    const Method method = {Method::RANDOM, 0, 100};
    Model model(Ablation(ABLATION_BLOCK, 1, cv::Size(6, 6)), 10, 5, "", .3);
    ASSERT_EQ(0, model.sets.count());
    std::vector<double> touched;
    for (int side = 1; side <= 6; side++)
        touched.push_back(model.sets.touchedShare(side));
    const tools::Randomised random(method.draws, touched);
    cv::RNG rng(3);
    int labels = 0, abstained = 0;
    for (size_t number = 0; number < 30; number++)
    {
        const cv::Mat image = noise(model.member.inputSize, rng);
        tools::SetDraws draws(model.sets, number + 1);
        std::vector<int> top;
        for (int i = 0; i < random.draws(); i++)
        {
            const std::vector<double> p = model.linear(image, model.member, draws.next());
            top.push_back(int(std::max_element(p.begin(), p.end()) - p.begin()));
        }
        const tools::Randomised::Result expected = random.result(top);
        const Outcome outcome = model(image, {method}, number)[0];
        ASSERT_EQ(expected.label, outcome.label) << number;
        ASSERT_EQ(expected.patch, outcome.location);
        (outcome.label < 0 ? abstained : labels)++;
    }
    EXPECT_GT(labels, 0);
    EXPECT_GT(abstained, 0);
}

TEST(Derand_SetEvaluator, RefusesWhatNeedsAllOfTooManySets)
{
    const cv::Size input(6, 6);
    Model pixels(Ablation(ABLATION_BLOCK, 1, input), 10, 1), columns(Ablation(ABLATION_COLUMN, 1, input), 2, 1);
    EXPECT_THROW(pixels.evaluator.groups({{Method::TOP1, 0, 0}}), std::runtime_error);
    EXPECT_EQ(1u, pixels.evaluator.groups({{Method::RANDOM, 0, 100}}).size());
    EXPECT_EQ(Method::RANDOM, pixels.evaluator.usual(100).kind);
    // One inference for all methods.
    const std::vector<Method> all = {{Method::TOP1, 0, 0}, {Method::THRESHOLD, .3, 0}, {Method::RANDOM, 0, 100}};
    EXPECT_EQ(1u, columns.evaluator.groups(all).size());
    EXPECT_EQ(Method::THRESHOLD, columns.evaluator.usual(100).kind);
}

TEST(Derand_SetEvaluator, AblationsOfNaNVoteForNothing)
{
    Model model(Ablation(ABLATION_COLUMN, 1, cv::Size(6, 6)), 2, 1);
    model.linear.bias.setTo(std::nanf(""));
    tools::SetEvaluator evaluator(model.linear.net(), 2,
            CertifiedClassifier::create(model.linear.net(), model.member, Model::params()), tools::Families(), 5);
    const cv::Mat image(6, 6, CV_8U, cv::Scalar(9));
    const std::vector<Method> all = {{Method::TOP1, 0, 0}, {Method::THRESHOLD, .3, 0}, {Method::RANDOM, 0, 100}};
    const std::vector<Outcome> outcomes = evaluator.evaluate({{0, image, 1}}, all)[0];
    ASSERT_EQ(all.size(), outcomes.size());
    for (const Outcome& outcome : outcomes)
    {
        EXPECT_EQ(15, outcome.invalid);
        EXPECT_EQ(-1, outcome.label);
        EXPECT_EQ(0, outcome.location);
    }
}

} // namespace
