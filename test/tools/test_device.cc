// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// --backend and --target.

#include "common/device.hpp"
#include "scratch.hpp"

namespace {

tools::Device deviceOf(const std::vector<const char*>& options)
{
    std::vector<const char*> argv = {"program"};
    argv.insert(argv.end(), options.begin(), options.end());
    return tools::deviceOf(
            tools::Arguments(int(argv.size()), argv.data(), std::string("{help h | | print this text}") + tools::DEVICE_KEYS, "about"));
}

TEST(Derand_Device, IsTheProcessorUnlessAskedFor)
{
    EXPECT_EQ(int(cv::dnn::DNN_BACKEND_DEFAULT), deviceOf({}).backend);
    EXPECT_EQ(int(cv::dnn::DNN_TARGET_CPU), deviceOf({}).target);
    EXPECT_EQ(int(cv::dnn::DNN_BACKEND_OPENCV), deviceOf({"--backend=opencv"}).backend);
    EXPECT_EQ(int(cv::dnn::DNN_TARGET_CPU), deviceOf({"--backend=opencv"}).target);
}

// Every pair: accepted if and only if dnn has it.
TEST(Derand_Device, IsOneThatThereIs)
{
    const std::vector<std::pair<const char*, int>> backends = {{"openvino", cv::dnn::DNN_BACKEND_INFERENCE_ENGINE},
            {"opencv", cv::dnn::DNN_BACKEND_OPENCV}, {"vkcom", cv::dnn::DNN_BACKEND_VKCOM}, {"cuda", cv::dnn::DNN_BACKEND_CUDA}};
    const std::vector<std::pair<const char*, int>> targets = {{"cpu", cv::dnn::DNN_TARGET_CPU}, {"opencl", cv::dnn::DNN_TARGET_OPENCL},
            {"opencl_fp16", cv::dnn::DNN_TARGET_OPENCL_FP16}, {"vpu", cv::dnn::DNN_TARGET_MYRIAD},
            {"vulkan", cv::dnn::DNN_TARGET_VULKAN}, {"cuda", cv::dnn::DNN_TARGET_CUDA}, {"cuda_fp16", cv::dnn::DNN_TARGET_CUDA_FP16}};
    const auto available = cv::dnn::getAvailableBackends();
    for (const auto& backend : backends)
        for (const auto& target : targets)
        {
            const std::string b = std::string("--backend=") + backend.first, t = std::string("--target=") + target.first;
            const bool there = std::any_of(available.begin(), available.end(),
                    [&](const auto& pair) { return pair.first == backend.second && pair.second == target.second; });
            std::string error;
            tools::Device device;
            error = errorOf([&] { device = deviceOf({b.c_str(), t.c_str()}); });
            EXPECT_EQ(there, error.empty()) << b << " " << t << ": " << error;
            if (there)
                EXPECT_TRUE(device.backend == backend.second && device.target == target.second) << b << " " << t;
            else
                EXPECT_EQ(0u, error.find(b + " " + t + ": not available")) << error;
        }
}

TEST(Derand_Device, NamesAreExplained)
{
    EXPECT_EQ("--backend=gpu: expected one of default, openvino, opencv, vkcom, cuda", errorOf([] { deviceOf({"--backend=gpu"}); }));
    EXPECT_EQ(0u, errorOf([] { deviceOf({"--target=gpu"}); }).find("--target=gpu: expected one of cpu, opencl"));
    EXPECT_NE(std::string::npos, errorOf([] {
        deviceOf({"--backend=opencv", "--target=cuda"});
    }).find("--backend=opencv --target=cpu"));
}

TEST(Derand_Device, ReachesTheNet)
{
    struct
    {
        int backend = -1, target = -1;
        void setPreferableBackend(int b) { backend = b; }
        void setPreferableTarget(int t) { target = t; }
    } net;
    tools::Device{cv::dnn::DNN_BACKEND_CUDA, cv::dnn::DNN_TARGET_CUDA_FP16}.use(net);
    EXPECT_EQ(int(cv::dnn::DNN_BACKEND_CUDA), net.backend);
    EXPECT_EQ(int(cv::dnn::DNN_TARGET_CUDA_FP16), net.target);
}

} // namespace
