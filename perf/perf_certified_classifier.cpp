// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "perf_precomp.hpp"

#include "opencv2/dnn.hpp"

namespace opencv_test { namespace {

const Size INPUT(32, 32);

Ablation columns() { return Ablation(ABLATION_COLUMN, 4, INPUT); }

//! 3 x 3 convolutions with about the arithmetic of ResNet-18 on 32 x 32, and ten scores. Random weights.
dnn::Net convolutions(int planes)
{
    const int widths[] = {64, 64, 64, 64, 64, 128, 128, 128, 128, 256, 256, 256, 256, 512, 512, 512, 512};
    dnn::Net net;
    RNG rng(1);
    for (int i = 0; i < 17; i++)
    {
        dnn::LayerParams conv, relu;
        const int shape[] = {widths[i], planes, 3, 3};
        Mat weights(4, shape, CV_32F);
        rng.fill(weights, RNG::NORMAL, 0, std::sqrt(2. / (9 * planes)));
        conv.set("kernel_size", 3);
        conv.set("pad", 1);
        conv.set("stride", i > 0 && widths[i] != widths[i - 1] ? 2 : 1);
        conv.set("num_output", widths[i]);
        conv.set("bias_term", false);
        conv.blobs.push_back(weights);
        net.addLayerToPrev(format("conv%d", i), "Convolution", conv);
        net.addLayerToPrev(format("relu%d", i), "ReLU", relu);
        planes = widths[i];
    }
    dnn::LayerParams pool, linear;
    pool.set("pool", "ave");
    pool.set("global_pooling", true);
    net.addLayerToPrev("pool", "Pooling", pool);
    Mat weights(10, planes, CV_32F), bias = Mat::zeros(1, 10, CV_32F);
    rng.fill(weights, RNG::NORMAL, 0, .1);
    linear.set("num_output", 10);
    linear.set("axis", 1);
    linear.set("bias_term", true);
    linear.blobs.push_back(weights);
    linear.blobs.push_back(bias);
    net.addLayerToPrev("scores", "InnerProduct", linear);
    return net;
}

Mat frame(const Size& size)
{
    Mat picture(size, CV_8UC3);
    RNG rng(1);
    rng.fill(picture, RNG::UNIFORM, 0, 256);
    return picture;
}

//! Next to no arithmetic.
dnn::Net meanOfPlanes(int planes)
{
    dnn::Net net;
    dnn::LayerParams pool, linear;
    pool.set("pool", "ave");
    pool.set("global_pooling", true);
    net.addLayerToPrev("pool", "Pooling", pool);
    Mat weights(10, planes, CV_32F);
    theRNG().fill(weights, RNG::NORMAL, 0, .1);
    linear.set("num_output", 10);
    linear.set("axis", 1);
    linear.set("bias_term", false);
    linear.blobs.push_back(weights);
    net.addLayerToPrev("scores", "InnerProduct", linear);
    return net;
}

//! Bytes allocated in Mats, now and at most.
class CountingAllocator : public MatAllocator
{
public:
    CountingAllocator() : standard(Mat::getStdAllocator()), before(Mat::getDefaultAllocator()), now(0), most(0)
    {
        Mat::setDefaultAllocator(this);
    }
    ~CountingAllocator() CV_OVERRIDE { Mat::setDefaultAllocator(before); }

    UMatData* allocate(int dims, const int* sizes, int type, void* data, size_t* step, AccessFlag flags, UMatUsageFlags usage) const CV_OVERRIDE
    {
        UMatData* u = standard->allocate(dims, sizes, type, data, step, flags, usage);
        u->currAllocator = this;
        if (!data)
            add((int64)u->size);
        return u;
    }
    bool allocate(UMatData* u, AccessFlag flags, UMatUsageFlags usage) const CV_OVERRIDE
    {
        return standard->allocate(u, flags, usage);
    }
    void deallocate(UMatData* u) const CV_OVERRIDE
    {
        if (!(u->flags & UMatData::USER_ALLOCATED))
            add(-(int64)u->size);
        standard->deallocate(u);
    }
    //! Peak allocation during the call, beyond what was allocated before.
    template<typename Call> int64 peakOf(const Call& call)
    {
        const int64 start = most = now;
        call();
        return most - start;
    }

private:
    void add(int64 bytes) const
    {
        AutoLock lock(mutex);
        most = std::max(most, now += bytes);
    }

    MatAllocator* standard;
    MatAllocator* before;
    mutable Mutex mutex;
    mutable int64 now, most;
};

// The module's share is classify32Columns of NEARLY_NO_NET / forward, or, less sharply, of LIKE_RESNET18 / forward - 1: the same
// 32 copies in chunks of 8.
PERF_TEST(CertifiedClassifier, forward32ColumnsLikeResnet18)
{
    dnn::Net net = convolutions(6);
    Mat image, blob, scores;
    resize(frame(Size(640, 480)), image, INPUT);
    image.convertTo(image, CV_32F, 1. / 255);
    TEST_CYCLE()
    {
        for (int i = 0; i < 32; i += 8)
        {
            if (blob.empty())
                blobFromAblations(image, columns(), Range(i, i + 8), blob);
            net.setInput(blob);
            scores = net.forward();
        }
    }
    EXPECT_EQ(10, scores.size[1]);
    SANITY_CHECK_NOTHING();
}

enum
{
    LIKE_RESNET18,
    NEARLY_NO_NET
};

CV_ENUM(NetKind, LIKE_RESNET18, NEARLY_NO_NET)

typedef TestBaseWithParam<NetKind> CertifiedClassifier_NetKind;

PERF_TEST_P(CertifiedClassifier_NetKind, classify32Columns, NetKind::all())
{
    CertifiedClassifier::Params params;
    params.chunk = 8;
    const dnn::Net net = GetParam() == LIKE_RESNET18 ? convolutions(6) : meanOfPlanes(6);
    Ptr<CertifiedClassifier> classifier = CertifiedClassifier::create(net, columns(), params);
    const Mat picture = frame(Size(640, 480));
    Certificate c;
    TEST_CYCLE()
        c = classifier->classify(picture);
    EXPECT_EQ(32, c.run.ablations);
    SANITY_CHECK_NOTHING();
}

// Memory is one chunk, however many ablations there are, plus a few bytes for each vote.
PERF_TEST(CertifiedClassifier, peakMemoryOf512Columns)
{
    CountingAllocator memory;
    const int strides[] = {8, 4, 2, 1}, classes = 10;
    const Mat picture = frame(Size(640, 480));
    Certificate c;
    int64 few = 0, many = 0;
    for (int stride : strides)
    {
        CertifiedClassifier::Params params;
        params.chunk = 8;
        Ptr<CertifiedClassifier> classifier = CertifiedClassifier::create(
                meanOfPlanes(6), Ablation(ABLATION_COLUMN, 4, Size(512, 64), stride), params);
        classifier->classify(picture); // sets up
        many = memory.peakOf([&]() { c = classifier->classify(picture); });
        if (!few)
            few = many;
        std::cout << format("%4d ablations of %d classes: %.1f KiB", c.run.ablations, classes, (double)many / 1024) << std::endl;
    }
    EXPECT_GT(few, 0);
    EXPECT_LE(many, few + 8 * 512 * classes);
    Ptr<CertifiedClassifier> classifier = CertifiedClassifier::create(meanOfPlanes(6), Ablation(ABLATION_COLUMN, 4, Size(512, 64)));
    TEST_CYCLE()
        c = classifier->classify(picture);
    EXPECT_EQ(512, c.run.ablations);
    SANITY_CHECK_NOTHING();
}

}} // namespace opencv_test
