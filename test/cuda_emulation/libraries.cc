// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// The parts of cuBLAS and cuDNN that the tests' nets need: matrix products and softmax.

#include "device.hpp"

#include <cublas_v2.h>
#include <cuda_fp16.h>
#include <cudnn.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace {

//! cublasHandle_t and cudnnHandle_t
struct Handle
{
    cudaStream_t stream;
};
cudaStream_t streamOf(const void* handle) { return ((const Handle*)handle)->stream; }

//! cudnnTensorDescriptor_t
struct Tensor
{
    cudnnDataType_t type;
    std::vector<int> shape;
};

//! C = alpha A B + beta C, all column-major.
template<typename T> cublasStatus_t multiply(cublasHandle_t handle, cublasOperation_t transA, cublasOperation_t transB, int rows,
        int columns, int depth, const T* alpha_, const T* a, int stepA, const T* b, int stepB, const T* beta_, T* c, int stepC)
{
    const float alpha = (float)*alpha_, beta = (float)*beta_;
    emulation::enqueue(streamOf(handle), [=] {
        for (size_t i = 0; i < (size_t)rows; i++)
            for (size_t j = 0; j < (size_t)columns; j++)
            {
                float sum = 0;
                for (size_t k = 0; k < (size_t)depth; k++)
                    sum += (float)a[transA == CUBLAS_OP_N ? k * stepA + i : i * stepA + k]
                            * (float)b[transB == CUBLAS_OP_N ? j * stepB + k : k * stepB + j];
                T& to = c[j * stepC + i];
                to = (T)(alpha * sum + (beta != 0 ? beta * (float)to : 0));
            }
    });
    return CUBLAS_STATUS_SUCCESS;
}

//! Along the second axis.
template<typename T> void softmax(const std::vector<int>& shape, const T* from, T* to)
{
    size_t inner = 1;
    for (size_t i = 2; i < shape.size(); i++)
        inner *= shape[i];
    const size_t classes = shape[1], sums = shape[0] * inner;
    for (size_t i = 0; i < sums; i++)
    {
        const size_t first = i / inner * classes * inner + i % inner;
        float largest = (float)from[first], sum = 0;
        for (size_t k = 1; k < classes; k++)
            largest = std::max(largest, (float)from[first + k * inner]);
        for (size_t k = 0; k < classes; k++)
            sum += std::exp((float)from[first + k * inner] - largest);
        for (size_t k = 0; k < classes; k++)
            to[first + k * inner] = (T)(std::exp((float)from[first + k * inner] - largest) / sum);
    }
}

} // namespace

extern "C" {

cublasStatus_t cublasCreate_v2(cublasHandle_t* handle)
{
    *handle = (cublasHandle_t) new Handle();
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasDestroy_v2(cublasHandle_t handle)
{
    delete (Handle*)handle;
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasSetStream_v2(cublasHandle_t handle, cudaStream_t stream)
{
    ((Handle*)handle)->stream = stream;
    return CUBLAS_STATUS_SUCCESS;
}

cublasStatus_t cublasSgemm_v2(cublasHandle_t handle, cublasOperation_t transA, cublasOperation_t transB, int rows, int columns,
        int depth, const float* alpha, const float* a, int stepA, const float* b, int stepB, const float* beta, float* c, int stepC)
{
    return multiply(handle, transA, transB, rows, columns, depth, alpha, a, stepA, b, stepB, beta, c, stepC);
}

cublasStatus_t cublasHgemm(cublasHandle_t handle, cublasOperation_t transA, cublasOperation_t transB, int rows, int columns, int depth,
        const __half* alpha, const __half* a, int stepA, const __half* b, int stepB, const __half* beta, __half* c, int stepC)
{
    return multiply(handle, transA, transB, rows, columns, depth, alpha, a, stepA, b, stepB, beta, c, stepC);
}

size_t cudnnGetVersion() { return CUDNN_VERSION; }
const char* cudnnGetErrorString(cudnnStatus_t) { return "emulated cuDNN error"; }

cudnnStatus_t cudnnCreate(cudnnHandle_t* handle)
{
    *handle = (cudnnHandle_t) new Handle();
    return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t cudnnDestroy(cudnnHandle_t handle)
{
    delete (Handle*)handle;
    return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t cudnnSetStream(cudnnHandle_t handle, cudaStream_t stream)
{
    ((Handle*)handle)->stream = stream;
    return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t cudnnCreateTensorDescriptor(cudnnTensorDescriptor_t* tensor)
{
    *tensor = (cudnnTensorDescriptor_t) new Tensor();
    return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t cudnnDestroyTensorDescriptor(cudnnTensorDescriptor_t tensor)
{
    delete (Tensor*)tensor;
    return CUDNN_STATUS_SUCCESS;
}

cudnnStatus_t cudnnSetTensor4dDescriptor(
        cudnnTensorDescriptor_t tensor, cudnnTensorFormat_t format, cudnnDataType_t type, int n, int c, int h, int w)
{
    *(Tensor*)tensor = {type, {n, c, h, w}};
    return format == CUDNN_TENSOR_NCHW ? CUDNN_STATUS_SUCCESS : CUDNN_STATUS_NOT_SUPPORTED;
}

cudnnStatus_t cudnnSoftmaxForward(cudnnHandle_t handle, cudnnSoftmaxAlgorithm_t algorithm, cudnnSoftmaxMode_t mode, const void*,
        const cudnnTensorDescriptor_t description, const void* from, const void*, const cudnnTensorDescriptor_t, void* to)
{
    const Tensor tensor = *(const Tensor*)description;
    if (algorithm != CUDNN_SOFTMAX_ACCURATE || mode != CUDNN_SOFTMAX_MODE_CHANNEL)
        return CUDNN_STATUS_NOT_SUPPORTED;
    emulation::enqueue(streamOf(handle), [=] {
        if (tensor.type == CUDNN_DATA_HALF)
            softmax(tensor.shape, (const __half*)from, (__half*)to);
        else
            softmax(tensor.shape, (const float*)from, (float*)to);
    });
    return CUDNN_STATUS_SUCCESS;
}

} // extern "C"
