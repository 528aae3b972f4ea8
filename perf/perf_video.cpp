// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// What reuse saves for video. Frames of 640 x 480 in which a tenth of the columns changes, somewhere else each
// time: with reuse / without is the share of the cost.

#include "perf_precomp.hpp"

namespace opencv_test { namespace {

Ptr<CertifiedClassifier> shipped(const std::string& model, bool reuse)
{
    Ptr<CertifiedClassifier> classifier = CertifiedClassifier::create(std::string(DERAND_MODELS_DIR) + "/" + model + ".onnx");
    CertifiedClassifier::Params params = classifier->getParams();
    params.reuse = reuse;
    classifier->setParams(params);
    return classifier;
}

//! Noise, of which a tenth of the columns is replaced in the next frame, somewhere else each time; forwards and
//! backwards, drawn beforehand, because drawing would take longer than a small net.
class Clip
{
public:
    explicit Clip(int channels) : shown(0)
    {
        RNG rng(1);
        Mat picture(480, 640, CV_8UC(channels));
        rng.fill(picture, RNG::UNIFORM, 0, 256);
        for (Mat& frame : frames)
        {
            const int width = picture.cols / 10, x = rng.uniform(0, picture.cols - width);
            rng.fill(picture.colRange(x, x + width), RNG::UNIFORM, 0, 256);
            frame = picture.clone();
        }
    }
    const Mat& next()
    {
        const int n = 16, i = shown++ % (2 * n - 2);
        return frames[i < n ? i : 2 * n - 2 - i];
    }

private:
    Mat frames[16];
    int shown;
};

enum
{
    ALL,
    REUSE
};

CV_ENUM(Evaluated, ALL, REUSE)

typedef TestBaseWithParam<tuple<std::string, Evaluated> > Video;

PERF_TEST_P(Video, classify, testing::Combine(testing::Values(std::string("mnist_column_s2_small"), std::string("mnist_column_s2"),
        std::string("gtsrb_column_s2"), std::string("cifar10_column_s4")), Evaluated::all()))
{
    Ptr<CertifiedClassifier> classifier = shipped(get<0>(GetParam()), get<1>(GetParam()) == REUSE);
    Clip clip(classifier->getParams().channels);
    Certificate c = classifier->classify(clip.next());
    double evaluated = 0, ablations = 0;
    TEST_CYCLE()
    {
        c = classifier->classify(clip.next());
        evaluated += c.run.evaluated;
        ablations += c.run.ablations;
    }
    std::cout << format("evaluated: %.1f %% of the ablations", 100 * evaluated / ablations) << std::endl;
    SANITY_CHECK_NOTHING();
}

}} // namespace opencv_test
