// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// The CUDA path. Tests that need a device report that they are skipped; the kernels' arithmetic is tested on the host.

#include "test_nets.hpp"

#include "opencv2/core/cuda.hpp"

#include "../modules/derand/src/geometry/tap_sums.hpp"

namespace opencv_test { namespace {

typedef CertifiedClassifier::Params Params;

//---- without a device ----

// Both passes as the kernels make them, with the documented taps of INTER_AREA for a whole factor.
template<typename T> void expectKernelSums(int channels)
{
    const int factor = 3, side = 7, length = factor * side, one = 1 << 22;
    vector<int> first, offset(1, 0), weight;
    for (int j = 0; j < side; j++)
    {
        first.push_back(j * factor);
        for (int k = 0, rounded = 0; k < factor; k++)
        {
            const int next = (int)(((int64)(k + 1) * one + factor / 2) / factor);
            weight.push_back(next - rounded);
            rounded = next;
        }
        offset.push_back((int)weight.size());
    }
    const derand::TapTable taps = {&first[0], &offset[0], &weight[0]};
    const Mat frame = randomFrame(Size(length, length), CV_MAKETYPE(DataType<T>::depth, channels), 61);
    Mat expected;
    FrameMap(frame.size(), Rect(0, 0, length, length), INTER_AREA).resample(frame, Size(side, side), expected);

    const int n = side * channels;
    vector<typename derand::TapSums<T>::Row> lines(length * n);
    for (int row = 0; row < length; row++)
        for (int i = 0; i < n; i++)
            lines[row * n + i] = derand::rowSum(frame.ptr<T>(row) + i % channels, channels, taps, i / channels);
    for (int j = 0; j < side; j++)
        for (int i = 0; i < n; i++)
            ASSERT_EQ(expected.ptr<T>(j)[i], derand::TapSums<T>::finish(derand::sumOfSums<T>(&lines[i], n, taps, 0, j)))
                    << channels << " channels, row " << j << ", value " << i;
}

TEST(Derand_Cuda, TheSumsOfTheKernelsAreThoseOfTheHost)
{
    for (int channels = 1; channels <= 4; channels++)
    {
        expectKernelSums<uchar>(channels);
        expectKernelSums<float>(channels);
    }
}

int devices()
{
    return std::max(0, cuda::getCudaEnabledDeviceCount()); // -1: a driver that does not match
}

TEST(Derand_Cuda, WithoutCudaAFrameOnADeviceIsRefused)
{
    if (devices() > 0)
        DERAND_SKIP("a CUDA device is here");
    Mat memory(10, 12, CV_8UC1, Scalar(7)), image;
    const cuda::GpuMat frame(memory.rows, memory.cols, memory.type(), memory.data, memory.step);
    bool refused = false;
    try
    {
        FrameMap().resample(frame, frame.size(), image);
    }
    catch (const cv::Exception& e)
    {
        refused = e.code == Error::GpuNotSupported || e.code == Error::GpuApiCallError;
    }
    EXPECT_TRUE(refused);
}

//! The net's scores are its input: a vote says how one value of one ablation compares with the threshold.
dnn::Net inputAsScores()
{
    dnn::Net net;
    dnn::LayerParams flatten;
    net.addLayerToPrev("scores", "Flatten", flatten);
    return net;
}

TEST(Derand_Cuda, WithoutADeviceTheHostIsTakenByItself)
{
    if (devices() > 0)
        DERAND_SKIP("a CUDA device is here");
    Params params;
    params.softmax = false;
    const Ablation ablation(ABLATION_COLUMN, 2, Size(6, 5));
    const Mat frame = randomFrame(Size(31, 22), CV_8UC3, 62);
    Ptr<CertifiedClassifier> host = CertifiedClassifier::create(inputAsScores(), ablation, params);
    Mat a, b;
    host->classify(frame).getVotes(a);
    EXPECT_GT(countNonZero(a), 0);
    for (int target : {dnn::DNN_TARGET_CUDA, dnn::DNN_TARGET_CUDA_FP16})
    {
        Ptr<CertifiedClassifier> asked = CertifiedClassifier::create(inputAsScores(), ablation, params);
        asked->setPreferableBackend(dnn::DNN_BACKEND_CUDA);
        asked->setPreferableTarget(target);
        asked->classify(frame).getVotes(b);
        EXPECT_TRUE(equal(a, b)) << target;
    }
}

Ptr<CertifiedClassifier> classifier(const dnn::Net& net, const Ablation& ablation, const Params& params, int target)
{
    Ptr<CertifiedClassifier> made = CertifiedClassifier::create(net, ablation, params);
    if (target != dnn::DNN_TARGET_CPU)
        made->setPreferableBackend(dnn::DNN_BACKEND_CUDA);
    made->setPreferableTarget(target);
    return made;
}

//! Where the tests of wide pictures run.
vector<int> targetsHere()
{
    vector<int> targets(1, dnn::DNN_TARGET_CPU);
#ifdef DERAND_CLASSIC_ENGINE
    if (devices() > 0)
        targets.insert(targets.end(), {dnn::DNN_TARGET_CUDA, dnn::DNN_TARGET_CUDA_FP16});
#endif
    return targets;
}

/** The net's scores are the largest values of its input in a window, at all places where a band can see it: one row for each position.
@param order how the sides of N x planes x height x width become N, positions, and what makes a row
 */
dnn::Net largestAsScores(const Size& kernel, const Size& stride, const vector<int>& order, int classes)
{
    dnn::LayerParams pool, sides, rows;
    const int shape[] = {-1, classes};
    sides.set("order", dnn::DictValue::arrayInt(&order[0], 4));
    rows.set("dim", dnn::DictValue::arrayInt(shape, 2));
    pool.set("pool", "max");
    pool.set("kernel_w", kernel.width);
    pool.set("kernel_h", kernel.height);
    pool.set("stride_w", stride.width);
    pool.set("stride_h", stride.height);
    pool.set("ceil_mode", false);
    dnn::Net net;
    net.addLayerToPrev("largest", "Pooling", pool);
    net.addLayerToPrev("sides", "Permute", sides);
    net.addLayerToPrev("scores", "Reshape", rows);
    return net;
}

//! At each threshold, in one pass, the votes are those of these scores, for FP16 rounded.
void expectVotes(CertifiedClassifier& onePass, Params params, int target, const Mat& frame, Mat scores, const vector<float>& thresholds)
{
    if (target == dnn::DNN_TARGET_CUDA_FP16)
    {
        Mat half;
        scores.convertTo(half, CV_16F);
        half.convertTo(scores, CV_32F);
    }
    for (float threshold : thresholds)
    {
        params.threshold = threshold;
        onePass.setParams(params);
        const Certificate certificate = onePass.classify(frame);
        Mat votes;
        certificate.getVotes(votes);
        ASSERT_TRUE(certificate.run.onePass);
        ASSERT_TRUE(equal((votes & 1) != 0, scores >= threshold)) << "threshold " << threshold;
    }
}

// Votes of largestAsScores() in one pass, without tolerance, against the strips of the host, for FP16 rounded.
// test/cuda_emulation has no pooling: there, WideRowsAreTheStripsOfTheHost runs on the device.
TEST(Derand_Cuda, WidePicturesAreTheStripsOfTheHost)
{
    for (int target : getenv("DERAND_EMULATION") ? vector<int>(1, dnn::DNN_TARGET_CPU) : targetsHere())
        for (int type = ABLATION_COLUMN; type <= ABLATION_BLOCK; type++)
            for (int encoding : {ENCODING_STRIP, ENCODING_BARE_STRIP})
                for (int stride = 1; stride <= 3; stride++)
                    for (int transpose = 0; transpose < 2; transpose++)
                    {
                        SCOPED_TRACE(format("target %d, type %d, encoding %d, stride %d, transpose %d", target, type, encoding,
                                stride, transpose));
                        const int width = 3;
                        const Ablation ablation(type, width, Size(9, 8), stride, transpose + stride != 3);
                        Size kernel(type == ABLATION_ROW ? 1 : width, type == ABLATION_COLUMN ? 1 : width);
                        Size step(type == ABLATION_ROW ? 1 : stride, type == ABLATION_COLUMN ? 1 : stride);
                        if (transpose)
                        {
                            std::swap(kernel.width, kernel.height);
                            std::swap(step.width, step.height);
                        }
                        // Of one strip: its planes, and windows along its long axis.
                        const int planes = 3 + (encoding == ENCODING_STRIP ? 1 + (type == ABLATION_BLOCK) : 0);
                        const int windows = type == ABLATION_BLOCK ? 1 : type == ABLATION_COLUMN ? 8 : 9;
                        const vector<int> order = kernel.area() > width ? vector<int>{0, 2, 3, 1}
                                : kernel.width > 1                      ? vector<int>{0, 3, 1, 2}
                                                                        : vector<int>{0, 2, 1, 3};
                        Params params;
                        params.softmax = false;
                        params.encoding = encoding;
                        params.transpose = transpose == 1;
                        params.tolerance = 0;
                        Ptr<CertifiedClassifier> onePass = classifier(
                                largestAsScores(kernel, step, order, planes * windows), ablation, params, target);
                        for (int f = 0; f < 2; f++)
                        {
                            const Mat frame = randomFrame(ablation.inputSize, CV_8UC3, 67 + f);
                            Mat image, blob;
                            frame.convertTo(image, CV_32F, 1. / 255);
                            blobFromAblations(image, ablation, Range::all(), blob, encoding, Scalar(), params.transpose);
                            Mat largest(ablation.count(), planes * windows, CV_32F);
                            for (int i = 0; i < ablation.count(); i++)
                                for (int c = 0; c < planes; c++)
                                    for (int k = 0; k < windows; k++)
                                    {
                                        const Mat plane(blob.size[2], blob.size[3], CV_32F, blob.ptr<float>(i, c));
                                        double most;
                                        minMaxLoc(plane(Rect(kernel.width > 1 ? Point(0, k) : Point(k, 0), kernel)), 0, &most);
                                        largest.at<float>(i, c * windows + k) = (float)most;
                                    }
                            SCOPED_TRACE(format("frame %d", f));
                            ASSERT_NO_FATAL_FAILURE(
                                    expectVotes(*onePass, params, target, frame, largest, {.2f, .5f, .625f, .7f, .8f, .9f, 1.f}));
                        }
                    }
}

// The same with a net that only takes rows apart, so that its scores are its input.
TEST(Derand_Cuda, WideRowsAreTheStripsOfTheHost)
{
    for (int target : targetsHere())
        for (int type = ABLATION_COLUMN; type <= ABLATION_ROW; type++) // columns are the rows of a transposed input
        {
            SCOPED_TRACE(format("target %d, type %d", target, type));
            const Ablation ablation(type, 1, Size(9, 8), 1, type == ABLATION_ROW);
            const int shape[] = {-1, type == ABLATION_ROW ? 9 : 8};
            dnn::LayerParams sides;
            sides.set("dim", dnn::DictValue::arrayInt(shape, 2));
            dnn::Net net;
            net.addLayerToPrev("scores", "Reshape", sides);
            Params params;
            params.channels = 1;
            params.softmax = false;
            params.encoding = ENCODING_BARE_STRIP;
            params.transpose = type == ABLATION_COLUMN;
            params.tolerance = 0;
            Ptr<CertifiedClassifier> onePass = classifier(net, ablation, params, target);
            for (int f = 0; f < 3; f++)
            {
                const Mat frame = randomFrame(ablation.inputSize, CV_8UC1, 70 + f);
                Mat expected;
                frame.convertTo(expected, CV_32F, 1. / 255);
                if (type == ABLATION_COLUMN)
                    expected = expected.t();
                SCOPED_TRACE(format("frame %d", f));
                ASSERT_NO_FATAL_FAILURE(expectVotes(*onePass, params, target, frame, expected, {.05f, .2f, .375f, .5f, .625f, .8f, 1.f}));
            }
        }
}

//---- with a device ----

#define NEEDS_DEVICE()                                                                                                             \
    if (devices() == 0)                                                                                                            \
    DERAND_SKIP("no CUDA device, or an OpenCV without CUDA")

#ifdef DERAND_CLASSIC_ENGINE
#define NEEDS_DEVICE_BLOBS() NEEDS_DEVICE()
#else // cmake/classic_engine.cmake
#define NEEDS_DEVICE_BLOBS() DERAND_SKIP("no CUDA in this derand, or no classic engine in OpenCV's dnn")
#endif

//! Does the module write chunks on the device while this lives? False: as if it could not.
class DeviceBlobs
{
public:
    explicit DeviceBlobs(bool on) { set(on ? "1" : "0"); }
    ~DeviceBlobs() { set("1"); }

private:
    static void set(const char* value)
    {
#ifdef _WIN32
        _putenv_s("OPENCV_DERAND_CUDA_BLOB", value);
#else
        setenv("OPENCV_DERAND_CUDA_BLOB", value, 1);
#endif
    }
};

// Votes of inputAsScores() on the device, without tolerance, against the blob of the host, for FP16 rounded: of up to three
// frames in a chunk that does not divide the number of ablations.
TEST(Derand_Cuda, BlobsOfTheDeviceAreThoseOfTheHost)
{
    NEEDS_DEVICE_BLOBS();
    const DeviceBlobs on(true);
    const int targets[] = {dnn::DNN_TARGET_CUDA, dnn::DNN_TARGET_CUDA_FP16};
    const float thresholds[] = {.05f, .2f, .375f, .5f, .625f, .8f, 1};
    for (int target : targets)
        for (int type = ABLATION_COLUMN; type <= ABLATION_BLOCK; type++)
            for (int encoding : ENCODINGS)
                for (int stride = 1; stride <= 3; stride++)
                    for (int transpose = 0; transpose < 2; transpose++)
                    {
                        const Ablation ablation(type, 3, Size(7, 5), stride, transpose + stride != 3);
                        Params params;
                        params.softmax = false;
                        params.encoding = encoding;
                        params.fill = Scalar(.3, .4, .6);
                        params.transpose = transpose == 1;
                        params.tolerance = 0;
                        params.chunk = 5;
                        vector<Mat> frames;
                        for (int f = 0; f < 3; f++)
                            frames.push_back(randomFrame(ablation.inputSize, CV_8UC3, 63 + f));
                        Ptr<CertifiedClassifier> device = classifier(inputAsScores(), ablation, params, target);
                        for (float threshold : thresholds)
                        {
                            params.threshold = threshold;
                            device->setParams(params);
                            vector<Certificate> certificates;
                            device->classifyBatch(frames, certificates);
                            for (int f = 0; f < 3; f++)
                            {
                                Mat image, blob, votes;
                                frames[f].convertTo(image, CV_32F, 1. / 255);
                                blobFromAblations(image, ablation, Range::all(), blob, encoding, params.fill, params.transpose);
                                blob = blob.reshape(1, ablation.count());
                                if (target == dnn::DNN_TARGET_CUDA_FP16)
                                {
                                    Mat half;
                                    blob.convertTo(half, CV_16F);
                                    half.convertTo(blob, CV_32F);
                                }
                                certificates[f].getVotes(votes);
                                ASSERT_TRUE(equal((votes & 1) != 0, blob >= threshold))
                                        << "target " << target << ", type " << type << ", encoding " << encoding << ", stride "
                                        << stride << ", transpose " << transpose << ", frame " << f << ", threshold " << threshold;
                            }
                        }
                    }
}

TEST(Derand_Cuda, FramesOnTheDeviceAreResampledAsOnTheHost)
{
    NEEDS_DEVICE();
    const int interpolations[] = {INTER_NEAREST, INTER_LINEAR, INTER_AREA};
    const Size sizes[] = {Size(7, 5), Size(64, 48), Size(233, 151), Size(1, 400)};
    for (int interpolation : interpolations)
        for (const Size& frameSize : sizes)
            for (const Size& inputSize : sizes)
                for (int channels = 1; channels <= 4; channels++)
                {
                    const Rect roi(frameSize.width / 4, frameSize.height / 5, (frameSize.width + 1) / 2, (frameSize.height + 1) / 2);
                    const FrameMap map(frameSize, roi, interpolation);
                    const Mat frame = randomFrame(frameSize, CV_8UC(channels), 65);
                    const cuda::GpuMat onDevice(frame);
                    Mat expected, image;
                    cuda::GpuMat imageOnDevice;
                    map.resample(frame, inputSize, expected);
                    map.resample(onDevice, inputSize, image);
                    map.resample(onDevice, inputSize, imageOnDevice);
                    ASSERT_TRUE(equal(expected, image)) << frameSize << " to " << inputSize << ", " << interpolation;
                    ASSERT_TRUE(equal(expected, Mat(imageOnDevice)));
                    Mat frame32;
                    frame.convertTo(frame32, CV_32F, 1.1);
                    map.resample(frame32, inputSize, expected);
                    map.resample(cuda::GpuMat(frame32), inputSize, image);
                    ASSERT_LE(cv::norm(expected, image, NORM_INF), 1e-4);
                }
}

//! Votes that neither certificate leaves open.
void expectSameVotes(const Certificate& a, const Certificate& b, const string& name)
{
    Mat codesA, codesB;
    a.getVotes(codesA);
    b.getVotes(codesB);
    const Mat closed = ((codesA | codesB) & 2) == 0;
    EXPECT_GT(countNonZero(closed), (int)codesA.total() / 2) << name;
    EXPECT_EQ(0, countNonZero((codesA != codesB) & closed)) << name;
}

TEST(Derand_Cuda, CertificatesHoldAcrossTargetsAndPaths)
{
    NEEDS_DEVICE_BLOBS();
    const Ablation ablation(ABLATION_COLUMN, 3, Size(12, 10));
    for (int stops = 0; stops < 2; stops++)
    {
        Params params;
        params.reuse = stops == 1;
        if (stops)
            params.earlyStop = Size(2, 2);
        Mat probe;
        blobFromAblations(Mat(ablation.inputSize, CV_32FC3, Scalar()), ablation, Range(0, 1), probe);
        dnn::Net nets[5];
        for (dnn::Net& net : nets)
            net = linearNet((int)probe.total(), 4);
        Ptr<CertifiedClassifier> host = classifier(nets[0], ablation, params, dnn::DNN_TARGET_CPU);
        Ptr<CertifiedClassifier> fp32 = classifier(nets[1], ablation, params, dnn::DNN_TARGET_CUDA);
        Ptr<CertifiedClassifier> copied = classifier(nets[3], ablation, params, dnn::DNN_TARGET_CUDA);
        // Sums of half precision are off by some .06 before softmax: by a quarter of that after it.
        Params wide = params;
        wide.tolerance = .02;
        Ptr<CertifiedClassifier> wideHost = classifier(nets[2], ablation, wide, dnn::DNN_TARGET_CPU);
        Ptr<CertifiedClassifier> fp16 = classifier(nets[4], ablation, wide, dnn::DNN_TARGET_CUDA_FP16);
        Mat frame = randomFrame(Size(40, 33), CV_8UC3, 66);
        for (int f = 0; f < 6; f++)
        {
            frame.colRange(5 * f, 5 * f + 4).setTo(Scalar::all(40 * f)); // some ablations keep their votes
            const Certificate expected = host->classify(frame);
            Certificate c;
            {
                const DeviceBlobs on(true);
                c = fp32->classify(frame);
                if (!stops)
                {
                    expectSameVotes(expected, c, "FP32");
                    expectSameVotes(wideHost->classify(frame), fp16->classify(frame), "FP16");
                }
                const Certificate onDevice = fp32->classify(cuda::GpuMat(frame));
                EXPECT_EQ(c.label, onDevice.label);
                EXPECT_EQ(c.patch, onDevice.patch);
            }
            const DeviceBlobs off(false);
            const Certificate fallback = copied->classify(frame);
            // The same device, the same bytes: the same votes, whatever the path.
            Mat a, b;
            c.getVotes(a);
            fallback.getVotes(b);
            EXPECT_TRUE(equal(a, b));
            EXPECT_EQ(c.label, fallback.label);
            EXPECT_EQ(c.patch, fallback.patch);
            EXPECT_EQ(c.run.reused, fallback.run.reused);
        }
    }
}

TEST(Derand_Cuda, RegionsOfFramesOnTheDeviceGetTheCertificatesOfTheHost)
{
    NEEDS_DEVICE();
    Params params;
    params.softmax = false;
    params.tolerance = 0;
    params.threshold = .5;
    const Ablation ablation(ABLATION_COLUMN, 3, Size(12, 10));
    const Ptr<CertifiedClassifier> made = CertifiedClassifier::create(inputAsScores(), ablation, params);
    const Rect regions[] = {Rect(3, 2, 24, 20), Rect(0, 0, 12, 10), Rect(17, 9, 23, 24), Rect(39, 32, 1, 1)};
    Mat expected, votes, before;
    for (int f = 0; f < 2; f++)
    {
        const Mat frame = randomFrame(Size(40, 33), CV_8UC3, 68 + f);
        for (const Rect& region : regions)
        {
            const Certificate onHost = made->classify(frame, region), onDevice = made->classify(cuda::GpuMat(frame), region);
            onHost.getVotes(expected);
            onDevice.getVotes(votes);
            EXPECT_TRUE(equal(expected, votes)) << region;
            EXPECT_FALSE(equal(before, votes)) << region; // each region shows something else
            EXPECT_EQ(onHost.label, onDevice.label) << region;
            EXPECT_EQ(onHost.patch, onDevice.patch) << region;
            votes.copyTo(before);
        }
    }
    EXPECT_THROW(made->classify(cuda::GpuMat(randomFrame(Size(40, 33), CV_8UC3, 70)), Rect(30, 2, 24, 20)), cv::Exception);
}

}} // namespace opencv_test
