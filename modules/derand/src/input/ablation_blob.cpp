// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"
#include "ablation_blob.hpp"

namespace cv { namespace derand {

void AblationBlob::check(int encoding, int channels)
{
    if (encoding < ENCODING_COMPLEMENT || encoding > ENCODING_BARE_STRIP)
        CV_Error_(Error::StsBadArg, ("the encoding is %d, expected ENCODING_COMPLEMENT (%d), ENCODING_FILL (%d), "
                "ENCODING_FILL_MASK (%d), ENCODING_STRIP (%d) or ENCODING_BARE_STRIP (%d)", encoding, (int)ENCODING_COMPLEMENT,
                (int)ENCODING_FILL, (int)ENCODING_FILL_MASK, (int)ENCODING_STRIP, (int)ENCODING_BARE_STRIP));
    if (channels < 1 || channels > 4)
        CV_Error_(Error::BadNumChannels, ("the image has %d channels, expected 1 to 4", channels));
}

BlobLayout AblationBlob::checkedLayout(const Ablation& ablation, int channels, int encoding, const Scalar& fill, bool transpose)
{
    const Grid grid(ablation);
    check(encoding, channels);
    const int type = ablation.type;
    const int planes = encoding == ENCODING_COMPLEMENT                     ? 2 * channels
            : encoding == ENCODING_FILL || encoding == ENCODING_BARE_STRIP ? channels
            : encoding == ENCODING_FILL_MASK                               ? channels + 1
                                             : channels + (type != ABLATION_ROW) + (type != ABLATION_COLUMN);
    const BlobLayout layout = {grid.x, grid.y, type, channels, encoding, planes, transpose,
            {(float)fill[0], (float)fill[1], (float)fill[2], (float)fill[3]}, grid.x.width, grid.y.width};
    return layout;
}

AblationBlob::AblationBlob(const Ablation& ablation, int channels, int encoding, const Scalar& fill, bool transpose)
    : layout(checkedLayout(ablation, channels, encoding, fill, transpose))
{}

AblationBlob AblationBlob::neighbours(const Size& positions) const
{
    CV_DbgAssert(layout.isStrip());
    BlobLayout wide = layout;
    wide.stripX = (positions.width - 1) * layout.x.stride + layout.x.width;
    wide.stripY = (positions.height - 1) * layout.y.stride + layout.y.width;
    return AblationBlob(wide);
}

std::vector<int> AblationBlob::shape(int count) const
{
    std::vector<int> s(4);
    s[0] = count;
    s[1] = layout.planes;
    s[2] = layout.rows();
    s[3] = layout.columns();
    return s;
}

std::vector<uchar> AblationBlob::changed(const Mat& planar, const Mat& other) const
{
    CV_DbgAssert(planar.isContinuous() && other.isContinuous() && planar.size() == other.size());
    // Compared as integers, so that bytes decide, also for NaN and -0.
    const Axis &ax = layout.x, &ay = layout.y;
    const int width = ax.length, height = ay.length;
    Mat pixels = Mat::zeros(height, width, CV_8UC1), sums;
    for (int c = 0; c < layout.channels; c++)
    {
        const Range rows(c * height, (c + 1) * height);
        const Mat a = planar.rowRange(rows), b = other.rowRange(rows);
        pixels |= Mat(height, width, CV_32SC1, a.data) != Mat(height, width, CV_32SC1, b.data);
    }
    copyMakeBorder(pixels, pixels, 0, ay.width - 1, 0, ax.width - 1, BORDER_WRAP);
    integral(pixels, sums, CV_64F);
    std::vector<uchar> flags((size_t)ax.count() * ay.count());
    for (int i = 0; i < (int)flags.size(); i++)
    {
        const int x = layout.startX(i), y = layout.startY(i);
        const double *top = sums.ptr<double>(y) + x, *bottom = sums.ptr<double>(y + ay.width) + x;
        flags[i] = bottom[ax.width] - bottom[0] - top[ax.width] + top[0] > 0;
    }
    return flags;
}

// Equals BlobLayout::valueAt() at every place, but sets the NULL of a plane in one go.
void AblationBlob::write(const Mat& planar, int index, float* out) const
{
    CV_DbgAssert(planar.isContinuous() && planar.type() == CV_32FC1);
    const BlobLayout l = layout; // a copy, which the floats written here cannot alias
    const float* image = planar.ptr<float>();
    const bool strip = l.isStrip();
    const int x0 = l.startX(index), y0 = l.startY(index), columns = l.columns();
    const int width = strip ? l.stripX : l.x.width, height = strip ? l.stripY : l.y.width;
    const size_t area = (size_t)l.rows() * columns;
    const size_t stepX = l.transpose ? columns : 1, stepY = l.transpose ? 1 : columns;
    for (int plane = 0; plane < l.planes; plane++, out += area)
    {
        if (!strip)
            std::fill(out, out + area, l.nullValue(plane));
        for (int v = 0; v < height; v++)
        {
            const int y = (y0 + v) % l.y.length;
            for (int u = 0; u < width;) // in parts that do not wrap
            {
                const int x = (x0 + u) % l.x.length, end = u + std::min(width - u, l.x.length - x);
                float* to = out + (strip ? v * stepY + u * stepX : y * stepY + x * stepX);
                if (plane < l.channels && !l.transpose)
                {
                    const float* from = image + ((size_t)plane * l.y.length + y) * l.x.length + x;
                    std::copy(from, from + (end - u), to);
                }
                else
                    for (int i = 0; i < end - u; i++)
                        to[i * stepX] = l.retainedValue(image, plane, x + i, y);
                u = end;
            }
        }
    }
}

void AblationBlob::write(const std::vector<PlanarAblation>& ablations, Mat& blob) const
{
    const int n = (int)ablations.size();
    parallel_for_(Range(0, n), [&](const Range& part) {
        for (int k = part.start; k < part.end; k++)
            write(ablations[k].image, ablations[k].index, blob.ptr<float>(k));
    });
    for (int k = n; k < blob.size[0]; k++)
        std::fill(blob.ptr<float>(k), blob.ptr<float>(k) + blob.step1(), 0.f);
}

}} // namespace cv::derand
