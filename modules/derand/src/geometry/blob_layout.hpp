// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_BLOB_LAYOUT_HPP
#define OPENCV_DERAND_BLOB_LAYOUT_HPP

#include "opencv2/derand/blob.hpp"
#include "grid.hpp"

namespace cv { namespace derand {

//! One slot of a chunk: an ablation of one of several images, or padding, which is all zeros.
struct ChunkSlot
{
    int image, index; // index < 0: padding
};

/** Where each value of the network input comes from. The host and the CUDA kernels share this code, so their blobs are equal bit
for bit; it is plain data, passed to kernels by value. Images are planar here: channels * y.length * x.length floats. */
struct BlobLayout
{
    Axis x, y;
    int type, channels, encoding, planes;
    bool transpose;
    float fill[4];
    int stripX, stripY; // size of a strip: that of an ablation, or more, if it shows neighbouring ablations too

    DERAND_HOST_DEVICE bool isStrip() const { return encoding == ENCODING_STRIP || encoding == ENCODING_BARE_STRIP; }

    //! Size of a plane of the network input, before transposition.
    DERAND_HOST_DEVICE int extentX() const { return isStrip() ? stripX : x.length; }
    DERAND_HOST_DEVICE int extentY() const { return isStrip() ? stripY : y.length; }
    DERAND_HOST_DEVICE int rows() const { return transpose ? extentX() : extentY(); }
    DERAND_HOST_DEVICE int columns() const { return transpose ? extentY() : extentX(); }

    //! First pixel of an ablation.
    DERAND_HOST_DEVICE int startX(int index) const { return index % x.count() * x.stride; }
    DERAND_HOST_DEVICE int startY(int index) const { return index / x.count() * y.stride; }

    DERAND_HOST_DEVICE float nullValue(int plane) const
    {
        return encoding == ENCODING_COMPLEMENT || plane >= channels ? 0.f : fill[plane];
    }

    //! Value of a pixel (px, py) of the input that the ablation retains.
    DERAND_HOST_DEVICE float retainedValue(const float* planar, int plane, int px, int py) const
    {
        if (plane < channels)
            return planar[((size_t)plane * y.length + py) * x.length + px];
        if (encoding == ENCODING_COMPLEMENT)
            return 1.f - planar[((size_t)(plane - channels) * y.length + py) * x.length + px];
        if (encoding == ENCODING_FILL_MASK)
            return 1.f;
        const bool alongX = plane == channels && type != ABLATION_ROW;
        return alongX ? quotient((float)px + .5f, x.length) : quotient((float)py + .5f, y.length);
    }

    //! One value of the network input: what a CUDA thread computes.
    DERAND_HOST_DEVICE float valueAt(const float* images, const ChunkSlot& slot, int plane, int row, int column) const
    {
        if (slot.index < 0)
            return 0.f;
        const float* planar = images + (size_t)slot.image * channels * y.length * x.length;
        const int u = transpose ? row : column, v = transpose ? column : row;
        const int x0 = startX(slot.index), y0 = startY(slot.index);
        if (isStrip())
            return retainedValue(planar, plane, (x0 + u) % x.length, (y0 + v) % y.length);
        const bool retained = (u < x0 ? u + x.length : u) - x0 < x.width && (v < y0 ? v + y.length : v) - y0 < y.width;
        return retained ? retainedValue(planar, plane, u, v) : nullValue(plane);
    }

private:
    DERAND_HOST_DEVICE static float quotient(float a, int b)
    {
#ifdef __CUDA_ARCH__
        return __fdiv_rn(a, (float)b); // whatever nvcc's options say about fast division
#else
        return a / (float)b;
#endif
    }
};

}} // namespace cv::derand

#endif
