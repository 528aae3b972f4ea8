// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Which numbers does the input of the net hold, in every encoding, and does nothing else reach it?

#include "reference.hpp"

#include "../modules/derand/src/geometry/blob_layout.hpp" // what CUDA kernels compute with

namespace opencv_test { namespace {

int planesOf(int encoding, int channels, int type)
{
    switch (encoding)
    {
    case ENCODING_COMPLEMENT: return 2 * channels;
    case ENCODING_FILL:
    case ENCODING_BARE_STRIP: return channels;
    case ENCODING_FILL_MASK: return channels + 1;
    default: return channels + (type == ABLATION_BLOCK ? 2 : 1);
    }
}

float channel(const Mat& image, Point p, int c) { return image.ptr<float>(p.y)[p.x * image.channels() + c]; }

//! The planes of one pixel of the network input, retained or not; the strip has retained pixels only.
vector<float> valuesAt(const Mat& image, const Ablation& a, int index, Point p, int encoding, const Scalar& fill)
{
    const int channels = image.channels();
    const bool retained = ref::retains(a, index, p);
    vector<float> values;
    for (int c = 0; c < channels; c++)
        values.push_back(retained ? channel(image, p, c) : encoding == ENCODING_COMPLEMENT ? 0.f : (float)fill[c]);
    for (int c = 0; c < channels && encoding == ENCODING_COMPLEMENT; c++)
        values.push_back(retained ? 1 - channel(image, p, c) : 0.f);
    if (encoding == ENCODING_FILL_MASK)
        values.push_back(retained ? 1.f : 0.f);
    if (encoding == ENCODING_STRIP && a.type != ABLATION_ROW)
        values.push_back((float)((p.x + .5) / a.inputSize.width));
    if (encoding == ENCODING_STRIP && a.type != ABLATION_COLUMN)
        values.push_back((float)((p.y + .5) / a.inputSize.height));
    return values;
}

//! Compares every element of a blob with the documentation.
void expectBlob(const Mat& blob, const Mat& image, const Ablation& a, const Range& range, int encoding, const Scalar& fill, bool transpose)
{
    const int nx = ref::positions(a, a.inputSize.width);
    const bool strip = encoding == ENCODING_STRIP || encoding == ENCODING_BARE_STRIP;
    const Size size(strip && a.type != ABLATION_ROW ? a.width : a.inputSize.width,
            strip && a.type != ABLATION_COLUMN ? a.width : a.inputSize.height);
    const int planes = planesOf(encoding, image.channels(), a.type);
    ASSERT_EQ(CV_32FC1, blob.type());
    ASSERT_EQ(4, blob.dims);
    ASSERT_EQ(range.size(), blob.size[0]);
    ASSERT_EQ(planes, blob.size[1]);
    ASSERT_EQ(transpose ? size.width : size.height, blob.size[2]);
    ASSERT_EQ(transpose ? size.height : size.width, blob.size[3]);
    for (int i = range.start; i < range.end; i++)
        for (int v = 0; v < size.height; v++)
            for (int u = 0; u < size.width; u++)
            {
                Point p(u, v); // of the network input
                if (strip && a.type != ABLATION_ROW)
                    p.x = ((a.type == ABLATION_BLOCK ? i % nx : i) * a.stride + u) % a.inputSize.width;
                if (strip && a.type != ABLATION_COLUMN)
                    p.y = ((a.type == ABLATION_BLOCK ? i / nx : i) * a.stride + v) % a.inputSize.height;
                const vector<float> expected = valuesAt(image, a, i, p, encoding, fill);
                for (int k = 0; k < planes; k++)
                {
                    const int at[] = {i - range.start, k, transpose ? u : v, transpose ? v : u};
                    if (strip && k >= image.channels())
                        ASSERT_NEAR(expected[k], blob.at<float>(at), 1e-6)
                                << ref::describe(a) << ", ablation " << i << ", plane " << k << ", " << p;
                    else
                        ASSERT_EQ(expected[k], blob.at<float>(at))
                                << ref::describe(a) << ", ablation " << i << ", plane " << k << ", " << p;
                }
            }
}

Mat randomImage(RNG& rng, const Size& size, int channels)
{
    Mat image(size, CV_32FC(channels));
    rng.fill(image, RNG::UNIFORM, -2, 2);
    return image;
}

//! All schemes, strides and transpositions of one encoding.
class Derand_BlobOf : public ::testing::TestWithParam<int>
{};

TEST_P(Derand_BlobOf, EveryElementIsAsDocumented)
{
    const int encoding = GetParam();
    RNG rng(51);
    const Scalar fill(.25, -3, 7, .5);
    for (int type = ABLATION_COLUMN; type <= ABLATION_BLOCK; type++)
        for (int channels = 1; channels <= 4; channels++)
            for (const Size& size : {Size(6, 5), Size(5, 7), Size(4, 4), Size(1, 3), Size(3, 1)})
            {
                const int limit = type == ABLATION_COLUMN ? size.width
                        : type == ABLATION_ROW            ? size.height
                                                          : std::min(size.width, size.height);
                const Mat image = randomImage(rng, size, channels);
                for (int s = 1; s <= limit; s++) // s > 1 wraps around
                    for (int stride = 1; stride <= 3; stride++)
                        for (int variant = 0; variant < 4; variant++)
                        {
                            const bool transpose = variant % 2 == 1;
                            const Ablation a(type, s, size, stride, variant < 2);
                            const Range all(0, ref::count(a));
                            Mat blob;
                            blobFromAblations(image, a, Range::all(), blob, encoding, fill, transpose);
                            expectBlob(blob, image, a, all, encoding, fill, transpose);
                            if (HasFatalFailure())
                                return;
                        }
            }
}

TEST_P(Derand_BlobOf, ARangeIsThatPartOfAllAblations)
{
    const int encoding = GetParam();
    RNG rng(52);
    for (int type = ABLATION_COLUMN; type <= ABLATION_BLOCK; type++)
    {
        const Ablation a(type, 3, Size(7, 6));
        const Mat image = randomImage(rng, a.inputSize, 3);
        for (int begin = 0; begin < ref::count(a); begin++)
            for (int end = begin + 1; end <= ref::count(a); end += 2)
            {
                Mat blob;
                blobFromAblations(image, a, Range(begin, end), blob, encoding, Scalar::all(.5));
                expectBlob(blob, image, a, Range(begin, end), encoding, Scalar::all(.5), false);
                if (HasFatalFailure())
                    return;
            }
    }
}

TEST_P(Derand_BlobOf, TakesAndGivesAnyArray)
{
    const int encoding = GetParam();
    RNG rng(53);
    const Ablation a(ABLATION_BLOCK, 2, Size(6, 5));
    const Mat wide = randomImage(rng, Size(20, 11), 3), image = wide(Rect(9, 3, 6, 5));
    UMat device;
    image.copyTo(device);
    Mat blob, reused(2, 2, CV_8U, Scalar(9));
    UMat deviceBlob;
    blobFromAblations(image, a, Range(2, 30), blob, encoding, Scalar::all(.5));
    expectBlob(blob, image, a, Range(2, 30), encoding, Scalar::all(.5), false);
    blobFromAblations(device, a, Range(2, 30), reused, encoding, Scalar::all(.5));
    expectBlob(reused, image, a, Range(2, 30), encoding, Scalar::all(.5), false);
    blobFromAblations(device, a, Range(2, 30), deviceBlob, encoding, Scalar::all(.5));
    expectBlob(deviceBlob.getMat(ACCESS_READ), image, a, Range(2, 30), encoding, Scalar::all(.5), false);
}

TEST_P(Derand_BlobOf, ABlobOfTheRightShapeIsOverwrittenCompletely)
{
    const int encoding = GetParam();
    RNG rng(54);
    const Ablation a(ABLATION_COLUMN, 2, Size(6, 5));
    const Mat image = randomImage(rng, a.inputSize, 2);
    Mat blob;
    blobFromAblations(image, a, Range(0, 3), blob, encoding);
    blob.setTo(1e30);
    blobFromAblations(image, a, Range(3, 6), blob, encoding);
    expectBlob(blob, image, a, Range(3, 6), encoding, Scalar(), false);
}

TEST_P(Derand_BlobOf, PixelsOutsideTheAblationDoNotReachTheNet)
{
    const int encoding = GetParam();
    RNG rng(55);
    for (int type = ABLATION_COLUMN; type <= ABLATION_BLOCK; type++)
        for (const Ablation& a : {Ablation(type, 2, Size(5, 4), 2), Ablation(type, 2, Size(5, 4), 1, false)})
            for (int i = 0; i < ref::count(a); i++)
            {
                const Mat image = randomImage(rng, a.inputSize, 2);
                Mat attacked = image.clone(), clean, dirty;
                for (int y = 0; y < image.rows; y++)
                    for (int x = 0; x < image.cols; x++)
                        if (!ref::retains(a, i, Point(x, y)))
                            attacked.at<Vec2f>(y, x) = Vec2f::all(
                                    x % 2 ? std::numeric_limits<float>::infinity() : std::numeric_limits<float>::quiet_NaN());
                blobFromAblations(image, a, Range(i, i + 1), clean, encoding);
                blobFromAblations(attacked, a, Range(i, i + 1), dirty, encoding);
                ASSERT_EQ(0, cv::norm(clean.reshape(1, 1), dirty.reshape(1, 1), NORM_INF)) << ref::describe(a) << ", ablation " << i;
            }
}

// Every element as a CUDA thread computes it. Two images and padding in one chunk, as the kernel gets them.
TEST_P(Derand_BlobOf, TheValuesOfTheKernelAreThoseOfTheHost)
{
    const int encoding = GetParam();
    RNG rng(57);
    const Scalar fill(.25, -3, 7, .5);
    for (int type = ABLATION_COLUMN; type <= ABLATION_BLOCK; type++)
        for (int channels = 1; channels <= 4; channels++)
            for (const Size& size : {Size(6, 5), Size(5, 7), Size(1, 3)})
            {
                const Mat images[] = {randomImage(rng, size, channels), randomImage(rng, size, channels)};
                vector<float> planar;
                for (const Mat& image : images)
                    for (int c = 0; c < channels; c++)
                        for (int y = 0; y < size.height; y++)
                            for (int x = 0; x < size.width; x++)
                                planar.push_back(channel(image, Point(x, y), c));
                const int limit = type == ABLATION_COLUMN ? size.width
                        : type == ABLATION_ROW            ? size.height
                                                          : std::min(size.width, size.height);
                for (int s = 1; s <= limit; s++)
                    for (int stride = 1; stride <= 3; stride++)
                        for (int variant = 0; variant < 4; variant++)
                        {
                            const bool transpose = variant % 2 == 1, wrap = variant < 2;
                            const Ablation a(type, s, size, stride, wrap);
                            const bool row = type == ABLATION_ROW, column = type == ABLATION_COLUMN;
                            const int w = row ? size.width : s, h = column ? size.height : s;
                            const derand::BlobLayout layout = {
                                    {size.width, w, row ? size.width : stride, wrap ? size.width : size.width - w + 1},
                                    {size.height, h, column ? size.height : stride, wrap ? size.height : size.height - h + 1}, type,
                                    channels, encoding, planesOf(encoding, channels, type), transpose, {.25f, -3, 7, .5f}, w, h};
                            Mat blobs[2];
                            for (int i = 0; i < 2; i++)
                                blobFromAblations(images[i], a, Range::all(), blobs[i], encoding, fill, transpose);
                            ASSERT_EQ(layout.planes, blobs[0].size[1]);
                            ASSERT_EQ(layout.rows(), blobs[0].size[2]);
                            ASSERT_EQ(layout.columns(), blobs[0].size[3]);
                            for (int i = 0; i < ref::count(a); i++)
                                for (int image = 0; image < 2; image++)
                                {
                                    const derand::ChunkSlot slot = {image, i}, padding = {image, -1};
                                    const float* expected = blobs[image].ptr<float>(i);
                                    for (int k = 0; k < layout.planes; k++)
                                        for (int v = 0; v < layout.rows(); v++)
                                            for (int u = 0; u < layout.columns(); u++)
                                            {
                                                ASSERT_EQ(*expected++, layout.valueAt(&planar[0], slot, k, v, u))
                                                        << ref::describe(a) << ", ablation " << i << ", plane " << k << ", row "
                                                        << v << ", column " << u;
                                                ASSERT_EQ(0, layout.valueAt(&planar[0], padding, k, v, u));
                                            }
                                }
                        }
            }
}

DERAND_INSTANTIATE_TEST_P(Encodings, Derand_BlobOf, ::testing::ValuesIn(ENCODINGS));

// The picture from which a net that slides over it makes the scores of several ablations in one pass.
TEST(Derand_Blob, AWiderStripShowsTheNeighboursOfAnAblation)
{
    RNG rng(57);
    const Size size(7, 6);
    const Mat image = randomImage(rng, size, 2);
    vector<float> planar;
    for (int c = 0; c < 2; c++)
        for (int y = 0; y < size.height; y++)
            for (int x = 0; x < size.width; x++)
                planar.push_back(channel(image, Point(x, y), c));
    for (int s = 1; s <= 6; s++)
        for (int stride = 1; stride <= 4; stride++)
            for (int variant = 0; variant < 4; variant++)
            {
                const bool transpose = variant % 2 == 1, wrap = variant < 2;
                const Ablation a(ABLATION_BLOCK, s, size, stride, wrap);
                const int nx = ref::positions(a, size.width), ny = ref::positions(a, size.height);
                const derand::BlobLayout layout = {{size.width, s, stride, wrap ? size.width : size.width - s + 1},
                        {size.height, s, stride, wrap ? size.height : size.height - s + 1}, ABLATION_BLOCK, 2, ENCODING_STRIP, 4,
                        transpose, {0, 0, 0, 0}, (nx - 1) * stride + s, (ny - 1) * stride + s};
                Mat blobs;
                blobFromAblations(image, a, Range::all(), blobs, ENCODING_STRIP, Scalar(), transpose);
                const derand::ChunkSlot slot = {0, 0};
                for (int i = 0; i < nx * ny; i++)
                    for (int plane = 0; plane < 4; plane++)
                        for (int v = 0; v < s; v++)
                            for (int u = 0; u < s; u++)
                            {
                                const int x = i % nx * stride + u, y = i / nx * stride + v;
                                const float expected = blobs.ptr<float>(i, plane)[transpose ? u * s + v : v * s + u];
                                ASSERT_EQ(expected, layout.valueAt(&planar[0], slot, plane, transpose ? x : y, transpose ? y : x))
                                        << ref::describe(a) << ", ablation " << i << ", plane " << plane;
                            }
            }
}

TEST(Derand_Blob, ComplementNullDiffersFromEveryPixelValue)
{
    RNG rng(56);
    for (int channels = 1; channels <= 4; channels++)
    {
        const Ablation a(ABLATION_COLUMN, 2, Size(8, 6));
        Mat image = randomImage(rng, a.inputSize, channels);
        for (int x = 0; x < 8; x++) // black, white and grey among them
            for (int c = 0; c < channels; c++)
                image.ptr<float>(0)[x * channels + c] = x % 3 * .5f;
        Mat blob;
        blobFromAblations(image, a, Range::all(), blob);
        ASSERT_EQ(2 * channels, blob.size[1]) << "the complement is the default";
        for (int i = 0; i < 8; i++)
            for (int y = 0; y < 6; y++)
                for (int x = 0; x < 8; x++)
                {
                    bool null = true;
                    for (int k = 0; k < 2 * channels; k++)
                    {
                        const int at[] = {i, k, y, x};
                        null = null && blob.at<float>(at) == 0;
                    }
                    ASSERT_EQ(!ref::retains(a, i, Point(x, y)), null) << Point(x, y) << " of " << i;
                }
    }
}

TEST(Derand_Blob, FillIsZeroByDefaultAndOfEachChannelItsOwn)
{
    const Ablation a(ABLATION_ROW, 1, Size(2, 3));
    const Mat image(a.inputSize, CV_32FC3, Scalar(1, 2, 3));
    Mat blob;
    blobFromAblations(image, a, Range(1, 2), blob, ENCODING_FILL);
    EXPECT_EQ(6, cv::countNonZero(blob.reshape(1, 1)));
    blobFromAblations(image, a, Range(1, 2), blob, ENCODING_FILL_MASK, Scalar(7, 8, 9));
    const float expected[4][3] = {{7, 1, 7}, {8, 2, 8}, {9, 3, 9}, {0, 1, 0}};
    for (int k = 0; k < 4; k++)
        for (int y = 0; y < 3; y++)
            for (int x = 0; x < 2; x++)
            {
                const int at[] = {0, k, y, x};
                EXPECT_EQ(expected[k][y], blob.at<float>(at)) << k << ", " << Point(x, y);
            }
}

TEST(Derand_Blob, AStripThatWrapsKeepsTheOrderOfItsOwnPixels)
{
    const Ablation a(ABLATION_COLUMN, 3, Size(5, 1));
    const Mat_<float> image({1, 5}, {10, 11, 12, 13, 14});
    Mat blob;
    blobFromAblations(image, a, Range(4, 5), blob, ENCODING_STRIP);
    const float expected[] = {14, 10, 11, .9f, .1f, .3f}; // pixels, then (x + .5) / W
    ASSERT_EQ(6u, blob.total());
    for (int k = 0; k < 6; k++)
        EXPECT_NEAR(expected[k], blob.ptr<float>()[k], 1e-6) << k;
}

TEST(Derand_Blob, ArgumentsThatDoNotFitAreRefused)
{
    const Ablation a(ABLATION_COLUMN, 2, Size(17, 5));
    const Mat image(a.inputSize, CV_32FC3, Scalar::all(.5));
    Mat blob;
    blobFromAblations(image, a, Range(15, 17), blob);
    EXPECT_EQ(2, blob.size[0]);
    const struct
    {
        Mat image;
        const char* value;
    } images[] = {{Mat(5, 17, CV_8UC3, Scalar::all(1)), "CV_8UC3"}, {Mat(5, 17, CV_64FC1, Scalar(1)), "CV_64F"},
            {Mat::zeros(5, 17, CV_32FC(5)), "5 channels"}, {Mat(5, 18, CV_32FC1, Scalar(1)), "the image is 18 x 5"},
            {Mat(19, 17, CV_32FC1, Scalar(1)), "the image is 17 x 19"}, {Mat(), "the image is CV_8UC1"}};
    const struct
    {
        Range range;
        const char* value;
    } ranges[] = {{Range(0, 18), "0 to 18"}, {Range(-3, 2), "-3 to 2"}, {Range(9, 8), "9 to 8"}, {Range(9, 9), "9 to 9"},
            {Range(17, 19), "17 to 19"}};
    for (int encoding : ENCODINGS)
    {
        for (const auto& bad : images)
            EXPECT_REFUSED(blobFromAblations(bad.image, a, Range::all(), blob, encoding), bad.value);
        for (const auto& bad : ranges)
            EXPECT_REFUSED(blobFromAblations(image, a, bad.range, blob, encoding), bad.value);
        EXPECT_REFUSED(blobFromAblations(image, Ablation(), Range::all(), blob, encoding), "Ablation::inputSize is 0 x 0");
    }
    EXPECT_REFUSED(blobFromAblations(image, a, Range::all(), blob, 5), "the encoding is 5");
    EXPECT_REFUSED(blobFromAblations(image, a, Range::all(), blob, -7), "the encoding is -7");
}

}} // namespace opencv_test
