// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_CUDA_KERNELS_HPP
#define OPENCV_DERAND_CUDA_KERNELS_HPP

#include "../geometry/blob_layout.hpp"
#include "../geometry/tap_sums.hpp"

#include <cuda_runtime_api.h>

// Kernel launches on a stream; all pointers refer to device memory. Launch errors are thrown as cv::Exception.

namespace cv { namespace derand { namespace device {

/** Writes a chunk: slots x planes x rows x columns values.
@param half blob is FP16 instead of FP32, rounded to nearest even, as dnn does
 */
void writeBlob(const BlobLayout& layout, const float* images, const ChunkSlot* slots, int slotCount, void* blob, bool half,
        cudaStream_t stream);

/** Resamples a frame, with the same sums as on the host. Steps are in bytes, from row to row.
@param top, rows the rows of the frame that taps of y read
@param lines scratch memory: `rows` rows of size.width * cn values
 */
template<typename T> void resample(const T* frame, size_t step, int cn, const TapTable& x, const TapTable& y, int top, int rows,
        typename TapSums<T>::Row* lines, size_t lineStep, const Size& size, T* image, size_t imageStep, cudaStream_t stream);

}}} // namespace cv::derand::device

#endif
