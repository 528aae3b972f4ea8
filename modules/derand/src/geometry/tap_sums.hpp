// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_TAP_SUMS_HPP
#define OPENCV_DERAND_TAP_SUMS_HPP

#include "host_device.hpp"

namespace cv { namespace derand {

/** Weighted sums of the taps of a FrameAxis, first along rows, then along columns; shared by host and CUDA kernels. For 8-bit
frames they are exact, so the order does not matter: 255 << 22 fits into an int, 255 << 44 into an int64. */
template<typename T> struct TapSums;

template<> struct TapSums<uchar>
{
    enum
    {
        WEIGHT_BITS = 22
    };
    typedef int Row;
    typedef int64 Pixel;
    template<typename Sum, typename Value> DERAND_HOST_DEVICE static void add(Sum& sum, int weight, Value value)
    {
        sum += (Sum)weight * value;
    }
    DERAND_HOST_DEVICE static uchar finish(int64 sum)
    {
        const int bits = 2 * WEIGHT_BITS;
        return (uchar)((sum + ((int64)1 << (bits - 1))) >> bits);
    }
};

template<> struct TapSums<float>
{
    enum
    {
        WEIGHT_BITS = 22
    };
    typedef double Row;
    typedef double Pixel;
    template<typename Value> DERAND_HOST_DEVICE static void add(double& sum, int weight, Value value)
    {
#ifdef __CUDA_ARCH__
        sum = __dadd_rn(sum, __dmul_rn(weight, value)); // not fused, to round like a host without fused operations
#else
        sum += (double)weight * value;
#endif
    }
    DERAND_HOST_DEVICE static float finish(double sum) { return (float)(sum / (double)((int64)1 << (2 * WEIGHT_BITS))); }
};

//! Taps of all input pixels; see FrameAxis.
struct TapTable
{
    const int *first, *offset, *weight;
};

//! Input pixel j of one channel, along a row of the frame that starts at pixel 0; neighbouring pixels are cn values apart.
template<typename T> DERAND_HOST_DEVICE typename TapSums<T>::Row rowSum(const T* row, int cn, const TapTable& taps, int j)
{
    typename TapSums<T>::Row sum = 0;
    const T* p = row + (size_t)taps.first[j] * cn;
    for (int k = taps.offset[j]; k < taps.offset[j + 1]; k++, p += cn)
        TapSums<T>::add(sum, taps.weight[k], *p);
    return sum;
}

//! Input pixel j along the other axis, from the sums along the first, which are n values apart and start at frame pixel begin.
template<typename T> DERAND_HOST_DEVICE typename TapSums<T>::Pixel sumOfSums(
        const typename TapSums<T>::Row* sums, size_t n, const TapTable& taps, int begin, int j)
{
    typename TapSums<T>::Pixel sum = 0;
    const typename TapSums<T>::Row* p = sums + (size_t)(taps.first[j] - begin) * n;
    for (int k = taps.offset[j]; k < taps.offset[j + 1]; k++, p += n)
        TapSums<T>::add(sum, taps.weight[k], *p);
    return sum;
}

}} // namespace cv::derand

#endif
