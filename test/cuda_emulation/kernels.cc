// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// The kernels of derand, compiled from their own source, thread by thread, blocks in random order; and equivalents of dnn's kernels
// that the tests' nets need.

#include "device.hpp"

#include <cuda_fp16.h>

#include <algorithm>
#include <random>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace {
thread_local dim3 gridDim, blockDim;
thread_local uint3 blockIdx, threadIdx;
} // namespace

// src/cuda/*.cu without <<<...>>>, by check_cuda_emulated.sh; nothing is launched from there, so no errors are checked.
#define OPENCV_CUDA_COMMON_HPP
#define cudaSafeCall(error) (void)(error)
#include "derand_kernels.inc"

namespace {

using namespace cv::derand;

//---- arguments

template<typename T> void check(const T&)
{
    static_assert(std::is_arithmetic<T>::value || std::is_same<T, BlobLayout>::value, "may hold pointers");
}
template<typename T> void check(T* const& pointer)
{
    if (!emulation::onDevice(pointer))
        emulation::fail("a kernel is given memory of the host");
}
void check(const TapTable& table)
{
    check(table.first);
    check(table.offset);
    check(table.weight);
}

template<typename... T, size_t... I> std::function<void()> bound(void (*function)(T...), void** arguments, std::index_sequence<I...>)
{
    const std::tuple<std::decay_t<T>...> copies(*(std::decay_t<T>*)arguments[I]...);
    (check(std::get<I>(copies)), ...);
    return [function, copies] { function(std::get<I>(copies)...); };
}

template<typename... T> std::function<void()> bound(void (*function)(T...), void** arguments)
{
    return bound(function, arguments, std::index_sequence_for<T...>());
}

//---- threads

template<typename... T> std::function<void()> threads(void (*function)(T...), const dim3& grid, const dim3& block, void** arguments)
{
    const std::function<void()> thread = bound(function, arguments);
    return [=] {
        static std::mt19937 random(1);
        gridDim = grid;
        blockDim = block;
        std::vector<uint3> order;
        for (unsigned z = 0; z < grid.z; z++)
            for (unsigned y = 0; y < grid.y; y++)
                for (unsigned x = 0; x < grid.x; x++)
                    order.push_back({x, y, z});
        std::shuffle(order.begin(), order.end(), random);
        for (const uint3& place : order)
        {
            blockIdx = place;
            for (threadIdx.z = 0; threadIdx.z < block.z; threadIdx.z++)
                for (threadIdx.y = 0; threadIdx.y < block.y; threadIdx.y++)
                    for (threadIdx.x = 0; threadIdx.x < block.x; threadIdx.x++)
                        thread();
        }
    };
}

//---- dnn

//! csl::Span
template<typename T> struct Span
{
    T* values;
    int size;
};
template<typename T> void check(const Span<T>& span) { check(span.values); }

template<typename To, typename From> void convert(Span<To> to, Span<From> from)
{
    for (int i = 0; i < to.size; i++)
        to.values[i] = (To)(float)from.values[i];
}

template<typename T> void addBias(Span<T> to, Span<T> from, int inner, Span<T> bias)
{
    for (int i = 0; i < to.size; i++)
        to.values[i] = (T)((float)from.values[i] + (float)bias.values[i / inner % bias.size]);
}

} // namespace

std::function<void()> emulation::kernel(const std::string& name, const dim3& grid, const dim3& block, void** arguments)
{
    const auto is = [&](const char* part) { return name.find(part) != std::string::npos; };
    if (is("derand::") && is("writePlanes<float>"))
        return threads(device::writePlanes<float>, grid, block, arguments);
    if (is("derand::") && is("writePlanes<__half>"))
        return threads(device::writePlanes<__half>, grid, block, arguments);
    if (is("derand::") && is("sumRows<unsigned char>"))
        return threads(device::sumRows<uchar>, grid, block, arguments);
    if (is("derand::") && is("sumRows<float>"))
        return threads(device::sumRows<float>, grid, block, arguments);
    if (is("derand::") && is("sumColumns<unsigned char>"))
        return threads(device::sumColumns<uchar>, grid, block, arguments);
    if (is("derand::") && is("sumColumns<float>"))
        return threads(device::sumColumns<float>, grid, block, arguments);
    if (is("dnn::") && is("fp32_to_fp16<"))
        return bound(convert<__half, float>, arguments);
    if (is("dnn::") && is("fp16_to_fp32<"))
        return bound(convert<float, __half>, arguments);
    if (is("dnn::") && is("biasN_vec<float,"))
        return bound(addBias<float>, arguments);
    if (is("dnn::") && is("biasN_vec<__half,"))
        return bound(addBias<__half>, arguments);
    fail("no such kernel here: " + name);
}
