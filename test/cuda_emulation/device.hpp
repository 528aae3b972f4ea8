// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// The device of test/check_cuda_emulated.sh: memory that the host cannot touch, and streams.

#ifndef DERAND_TEST_CUDA_EMULATION_DEVICE_HPP
#define DERAND_TEST_CUDA_EMULATION_DEVICE_HPP

#include <cuda_runtime.h>

#include <functional>
#include <string>

namespace emulation {

//! Ends the program at once for errors that a real device would report much later, if at all.
[[noreturn]] void fail(const std::string& why);

//! Is all of this memory device memory? Ends the program if only part of it is.
bool onDevice(const void* memory, size_t bytes = 1);

//! Appends work to a stream; it is done when something waits for it (DERAND_EMULATION=early: at once).
void enqueue(cudaStream_t stream, std::function<void()> work);

//! A kernel, identified by its readable name, with the arguments of CUDA's launch.
std::function<void()> kernel(const std::string& name, const dim3& grid, const dim3& block, void** arguments);

} // namespace emulation

#endif
