// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "opencv2/derand/blob.hpp"
#include "opencv2/core/cuda/common.hpp"
#include "kernels.hpp"

#include <cuda_fp16.h>

namespace cv { namespace derand { namespace device {

namespace {

template<typename T> __device__ T rounded(float value);
template<> __device__ float rounded<float>(float value) { return value; }
template<> __device__ __half rounded<__half>(float value) { return __float2half_rn(value); }

// Thread blocks run along a row of a plane; z counts the planes of all slots.
template<typename T> __global__ void writePlanes(const BlobLayout layout, const float* images, const ChunkSlot* slots, int planes, T* blob)
{
    const int rows = layout.rows(), columns = layout.columns();
    for (int z = blockIdx.z; z < planes; z += gridDim.z)
    {
        const ChunkSlot slot = slots[z / layout.planes];
        for (int row = blockIdx.y * blockDim.y + threadIdx.y; row < rows; row += gridDim.y * blockDim.y)
            for (int column = blockIdx.x * blockDim.x + threadIdx.x; column < columns; column += gridDim.x * blockDim.x)
                blob[((size_t)z * rows + row) * columns + column] = rounded<T>(
                        layout.valueAt(images, slot, z % layout.planes, row, column));
    }
}

template<typename T>
void launch(const BlobLayout& layout, const float* images, const ChunkSlot* slots, int slotCount, T* blob, cudaStream_t stream)
{
    const dim3 threads(32, 8);
    const int planes = slotCount * layout.planes;
    const dim3 blocks((layout.columns() + threads.x - 1) / threads.x,
            std::min<unsigned>((layout.rows() + threads.y - 1) / threads.y, 65535), std::min(planes, 65535));
    (void)cudaGetLastError(); // clears an error left by an earlier call, e.g. dnn's
    writePlanes<T><<<blocks, threads, 0, stream>>>(layout, images, slots, planes, blob);
    cudaSafeCall(cudaGetLastError());
}

} // namespace

void writeBlob(const BlobLayout& layout, const float* images, const ChunkSlot* slots, int slotCount, void* blob, bool half, cudaStream_t stream)
{
    if (half)
        launch(layout, images, slots, slotCount, static_cast<__half*>(blob), stream);
    else
        launch(layout, images, slots, slotCount, static_cast<float*>(blob), stream);
}

}}} // namespace cv::derand::device
