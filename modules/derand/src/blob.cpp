// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"
#include "ablation_blob.hpp"

namespace cv { namespace derand {

void AblationBlob::check(int encoding, int channels)
{
    if (encoding < ENCODING_COMPLEMENT || encoding > ENCODING_STRIP)
        CV_Error_(Error::StsBadArg, ("the encoding is %d, expected ENCODING_COMPLEMENT (%d), ENCODING_FILL (%d), "
                "ENCODING_FILL_MASK (%d) or ENCODING_STRIP (%d)", encoding, (int)ENCODING_COMPLEMENT,
                (int)ENCODING_FILL, (int)ENCODING_FILL_MASK, (int)ENCODING_STRIP));
    if (channels < 1 || channels > 4)
        CV_Error_(Error::BadNumChannels, ("the image has %d channels, expected 1 to 4", channels));
}

AblationBlob::AblationBlob(const Ablation& ablation, int channels_, int encoding_, const Scalar& fill_,
        bool transpose_)
    : grid(ablation), type(ablation.type), channels(channels_), encoding(encoding_), transpose(transpose_)
{
    check(encoding, channels);
    for (int c = 0; c < 4; c++)
        fill[c] = (float)fill_[c];
    planeCount = encoding == ENCODING_COMPLEMENT ? 2 * channels
            : encoding == ENCODING_FILL ? channels
            : encoding == ENCODING_FILL_MASK ? channels + 1
            : channels + (type != ABLATION_ROW) + (type != ABLATION_COLUMN);
}

std::vector<int> AblationBlob::shape(int count) const
{
    const bool strip = encoding == ENCODING_STRIP;
    int height = strip ? grid.y.width : grid.y.length, width = strip ? grid.x.width : grid.x.length;
    if (transpose)
        std::swap(height, width);
    std::vector<int> s(4);
    s[0] = count;
    s[1] = planeCount;
    s[2] = height;
    s[3] = width;
    return s;
}

float AblationBlob::nullValue(int plane) const
{
    return encoding == ENCODING_COMPLEMENT || plane >= channels ? 0.f : fill[plane];
}

float AblationBlob::retainedValue(const float* planar, int plane, int x, int y) const
{
    const int width = grid.x.length, height = grid.y.length;
    if (plane < channels)
        return planar[((size_t)plane * height + y) * width + x];
    if (encoding == ENCODING_COMPLEMENT)
        return 1.f - planar[((size_t)(plane - channels) * height + y) * width + x];
    if (encoding == ENCODING_FILL_MASK)
        return 1.f;
    const bool alongX = plane == channels && type != ABLATION_ROW;
    return alongX ? (x + .5f) / width : (y + .5f) / height;
}

std::vector<uchar> AblationBlob::changed(const Mat& planar, const Mat& other) const
{
    CV_DbgAssert(planar.isContinuous() && other.isContinuous() && planar.size() == other.size());
    // As integers: bytes decide, also for NaN and -0.
    const int width = grid.x.length, height = grid.y.length;
    Mat pixels = Mat::zeros(height, width, CV_8UC1), sums;
    for (int c = 0; c < channels; c++)
    {
        const Range rows(c * height, (c + 1) * height);
        const Mat a = planar.rowRange(rows), b = other.rowRange(rows);
        pixels |= Mat(height, width, CV_32SC1, a.data) != Mat(height, width, CV_32SC1, b.data);
    }
    copyMakeBorder(pixels, pixels, 0, grid.y.width - 1, 0, grid.x.width - 1, BORDER_WRAP);
    integral(pixels, sums, CV_64F);
    std::vector<uchar> flags(grid.count());
    for (int i = 0; i < grid.count(); i++)
    {
        const int x = i % grid.x.count() * grid.x.stride, y = i / grid.x.count() * grid.y.stride;
        const double *top = sums.ptr<double>(y) + x, *bottom = sums.ptr<double>(y + grid.y.width) + x;
        flags[i] = bottom[grid.x.width] - bottom[0] - top[grid.x.width] + top[0] > 0;
    }
    return flags;
}

void AblationBlob::write(const Mat& planar, int index, float* out) const
{
    CV_DbgAssert(planar.isContinuous() && planar.type() == CV_32FC1);
    const float* image = planar.ptr<float>();
    const bool strip = encoding == ENCODING_STRIP;
    const int x0 = index % grid.x.count() * grid.x.stride, y0 = index / grid.x.count() * grid.y.stride;
    const std::vector<int> s = shape(1);
    const size_t area = (size_t)s[2] * s[3];
    const size_t stepX = transpose ? s[3] : 1, stepY = transpose ? 1 : s[3];
    for (int plane = 0; plane < planeCount; plane++, out += area)
    {
        if (!strip)
            std::fill(out, out + area, nullValue(plane));
        for (int v = 0; v < grid.y.width; v++)
        {
            const int y = (y0 + v) % grid.y.length;
            for (int u = 0; u < grid.x.width; u++)
            {
                const int x = x0 + u < grid.x.length ? x0 + u : x0 + u - grid.x.length;
                out[strip ? v * stepY + u * stepX : y * stepY + x * stepX] = retainedValue(image, plane, x, y);
            }
        }
    }
}

// Interleaved image, CV_32FCn, to planar.
static Mat toPlanar(const Mat& image)
{
    Mat planar(image.channels() * image.rows, image.cols, CV_32FC1);
    std::vector<Mat> planes;
    for (int c = 0; c < image.channels(); c++)
        planes.push_back(planar.rowRange(c * image.rows, (c + 1) * image.rows));
    split(image, planes);
    return planar;
}

void blobFromAblations(InputArray image_, const Ablation& ablation, const Range& range_, OutputArray blob_,
        int encoding, const Scalar& fill, bool transpose)
{
    CV_TRACE_FUNCTION();
    const Mat image = image_.getMat();
    const int count = ablation.count();
    const Range range = range_ == Range::all() ? Range(0, count) : range_;
    if (image.depth() != CV_32F)
        CV_Error_(Error::StsUnsupportedFormat, ("the image is %s, expected CV_32F with 1 to 4 channels, scaled as "
                "the net expects", typeToString(image.type()).c_str()));
    const AblationBlob layout(ablation, image.channels(), encoding, fill, transpose);
    if (image.dims > 2 || image.size() != ablation.inputSize)
        CV_Error_(Error::StsUnmatchedSizes, ("the image is %d x %d, expected %d x %d as in Ablation::inputSize",
                image.cols, image.rows, ablation.inputSize.width, ablation.inputSize.height));
    if (range.start < 0 || range.end > count || range.start >= range.end)
        CV_Error_(Error::StsOutOfRange, ("the range is %d to %d, expected at least one of the ablations 0 to %d",
                range.start, range.end, count));

    const Mat planar = toPlanar(image);
    const std::vector<int> shape = layout.shape(range.size());
    blob_.create((int)shape.size(), &shape[0], CV_32F);
    Mat blob = blob_.getMat();
    parallel_for_(range, [&](const Range& part)
    {
        for (int i = part.start; i < part.end; i++)
            layout.write(planar, i, blob.ptr<float>(i - range.start));
    });
}

}} // namespace cv::derand
