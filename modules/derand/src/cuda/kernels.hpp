// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_CUDA_KERNELS_HPP
#define OPENCV_DERAND_CUDA_KERNELS_HPP

#include "../geometry/blob_layout.hpp"
#include "../geometry/tap_sums.hpp"

#include <cuda_runtime_api.h>

// Launches on a stream; all pointers are to device memory. What a launch reports is a cv::Exception.

namespace cv { namespace derand { namespace device {

/** Writes a chunk: slots x planes x rows x columns values.
@param half blob is FP16, rounded to the nearest even as dnn rounds, instead of FP32
 */
void writeBlob(const BlobLayout& layout, const float* images, const ChunkSlot* slots, int slotCount, void* blob, bool half,
        cudaStream_t stream);

/** A frame, resampled; the same sums as on the host. Steps are bytes from row to row.
@param top, rows the rows of the frame that taps of y read
@param lines scratch of so many rows, size.width * cn values each
 */
template<typename T>
void resample(const T* frame, size_t step, int cn, const TapTable& x, const TapTable& y, int top, int rows,
        typename TapSums<T>::Row* lines, size_t lineStep, const Size& size, T* image, size_t imageStep, cudaStream_t stream);

}}} // namespace cv::derand::device

#endif
