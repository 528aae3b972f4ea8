// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "opencv2/derand/blob.hpp"
#include "opencv2/core/cuda/common.hpp"
#include "kernels.hpp"

namespace cv { namespace derand { namespace device {

namespace {

template<typename T> __host__ __device__ T* rowOf(T* first, size_t step, int row) { return (T*)((uchar*)first + row * step); }

// One thread for each value of a row.
template<typename T> __global__ void sumRows(
        const T* frame, size_t step, int cn, const TapTable x, int rows, int n, typename TapSums<T>::Row* lines, size_t lineStep)
{
    const int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= n)
        return;
    for (int row = blockIdx.y; row < rows; row += gridDim.y)
        rowOf(lines, lineStep, row)[i] = rowSum(rowOf(frame, step, row) + i % cn, cn, x, i / cn);
}

template<typename T> __global__ void sumColumns(const typename TapSums<T>::Row* lines, size_t lineStep, const TapTable y, int top,
        int n, int height, T* image, size_t imageStep)
{
    const int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i >= n)
        return;
    for (int j = blockIdx.y; j < height; j += gridDim.y)
        rowOf(image, imageStep, j)[i] = TapSums<T>::finish(sumOfSums<T>(lines + i, lineStep / sizeof(*lines), y, top, j));
}

} // namespace

template<typename T> void resample(const T* frame, size_t step, int cn, const TapTable& x, const TapTable& y, int top, int rows,
        typename TapSums<T>::Row* lines, size_t lineStep, const Size& size, T* image, size_t imageStep, cudaStream_t stream)
{
    const int n = size.width * cn, threads = 128;
    const dim3 rowBlocks((n + threads - 1) / threads, std::min(rows, 65535));
    const dim3 columnBlocks(rowBlocks.x, std::min(size.height, 65535));
    (void)cudaGetLastError(); // clears an error left by an earlier call
    sumRows<T><<<rowBlocks, threads, 0, stream>>>(rowOf(frame, step, top), step, cn, x, rows, n, lines, lineStep);
    cudaSafeCall(cudaGetLastError());
    sumColumns<T><<<columnBlocks, threads, 0, stream>>>(lines, lineStep, y, top, n, size.height, image, imageStep);
    cudaSafeCall(cudaGetLastError());
}

template void resample<uchar>(const uchar*, size_t, int, const TapTable&, const TapTable&, int, int, int*, size_t, const Size&,
        uchar*, size_t, cudaStream_t);
template void resample<float>(const float*, size_t, int, const TapTable&, const TapTable&, int, int, double*, size_t, const Size&,
        float*, size_t, cudaStream_t);

}}} // namespace cv::derand::device
