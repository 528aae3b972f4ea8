// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_TOOLS_DEVICE_HPP
#define DERAND_TOOLS_DEVICE_HPP

#include "dnn_device.hpp" // of the samples

#include "arguments.hpp"

namespace tools {

//! For the keys of a program, named as in OpenCV's samples.
constexpr const char* DEVICE_KEYS = R"(
{backend | default | what runs the net: default, openvino, opencv, vkcom or cuda}
{target | | where it runs: cpu, opencl, opencl_fp16, vpu, vulkan, cuda or cuda_fp16; default: cpu, or what the backend has})";

using Device = DnnDevice;

//! The device of --backend and --target; fails, naming those that there are, if this OpenCV does not have it here.
Device deviceOf(const Arguments& arguments);

} // namespace tools

#endif // DERAND_TOOLS_DEVICE_HPP
