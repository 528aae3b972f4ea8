// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "device.hpp"
#include "error.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace tools {
namespace {

using namespace cv::dnn;

struct Name
{
    const char* name;
    int value;
};

const std::vector<Name> BACKENDS = {{"default", DNN_BACKEND_DEFAULT}, {"openvino", DNN_BACKEND_INFERENCE_ENGINE},
        {"opencv", DNN_BACKEND_OPENCV}, {"vkcom", DNN_BACKEND_VKCOM}, {"cuda", DNN_BACKEND_CUDA}};
const std::vector<Name> TARGETS = {{"cpu", DNN_TARGET_CPU}, {"opencl", DNN_TARGET_OPENCL}, {"opencl_fp16", DNN_TARGET_OPENCL_FP16},
        {"vpu", DNN_TARGET_MYRIAD}, {"vulkan", DNN_TARGET_VULKAN}, {"cuda", DNN_TARGET_CUDA}, {"cuda_fp16", DNN_TARGET_CUDA_FP16}};

int valueOf(const Arguments& arguments, const std::string& option, const std::vector<Name>& names)
{
    std::string all;
    for (const Name& n : names)
    {
        if (arguments.get<std::string>(option) == n.name)
            return n.value;
        all += (all.empty() ? "" : ", ") + std::string(n.name);
    }
    fail("{}: expected one of {}", arguments.text(option), all);
}

bool has(int backend, int target)
{
    const std::vector<Target> targets = getAvailableTargets(Backend(backend));
    return std::find(targets.begin(), targets.end(), target) != targets.end();
}

std::string availableText()
{
    std::string text;
    for (const Name& backend : BACKENDS)
        for (const Name& target : TARGETS)
            if (has(backend.value, target.value))
                text += fmt::format("{}--backend={} --target={}", text.empty() ? "" : ", ", backend.name, target.name);
    return text;
}

} // namespace

Device deviceOf(const Arguments& arguments)
{
    Device device;
    device.backend = valueOf(arguments, "backend", BACKENDS);
    if (arguments.has("target"))
        device.target = valueOf(arguments, "target", TARGETS);
    else
    {
        const std::vector<Target> targets = getAvailableTargets(Backend(device.backend));
        if (!targets.empty() && !has(device.backend, device.target))
            device.target = targets[0];
    }
    if (!has(device.backend, device.target))
    {
        fail("{}{}: not available with this OpenCV on this machine, expected one of: {}", arguments.text("backend"),
                arguments.has("target") ? " " + arguments.text("target") : "", availableText());
    }
    return device;
}

} // namespace tools
