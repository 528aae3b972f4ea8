// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_SAMPLES_DNN_DEVICE_HPP
#define DERAND_SAMPLES_DNN_DEVICE_HPP

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "opencv2/dnn.hpp"

//! What runs a net, and where.
struct DnnDevice
{
    int backend = cv::dnn::DNN_BACKEND_DEFAULT; //!< cv::dnn::Backend
    int target = cv::dnn::DNN_TARGET_CPU;       //!< cv::dnn::Target

    /** @brief From the options --backend and --target, with the names of OpenCV's samples.
    @param backendName default, openvino, opencv, vkcom or cuda
    @param targetName cpu, opencl, opencl_fp16, vpu, vulkan, cuda or cuda_fp16; empty: cpu, or the first that the backend has
    @return a pair that this OpenCV has on this machine; cv::Exception if it has not, which names those that it has
     */
    static DnnDevice named(const std::string& backendName, const std::string& targetName)
    {
        DnnDevice device;
        device.backend = valueOf("--backend", backendName, backends());
        if (!targetName.empty())
            device.target = valueOf("--target", targetName, targets());
        else if (!device.available() && !of(device.backend).empty())
            device.target = of(device.backend)[0];
        if (device.available())
            return device;
        std::string all;
        for (const Name& backend : backends())
            for (const Name& target : targets())
                if (DnnDevice{backend.second, target.second}.available())
                    all += (all.empty() ? "" : ", ") + option("--backend", backend.first) + " " + option("--target", target.first);
        CV_Error(cv::Error::StsBadArg, option("--backend", backendName) + (targetName.empty() ? "" : " " + option("--target", targetName))
                                               + ": not available with this OpenCV on this machine, expected one of: " + all);
    }

    //! Moves a cv::dnn::Net or a CertifiedClassifier there.
    template<typename Net> void use(Net& net) const
    {
        net.setPreferableBackend(backend);
        net.setPreferableTarget(target);
    }

private:
    using Name = std::pair<const char*, int>;

    static std::vector<Name> backends()
    {
        using namespace cv::dnn;
        return {{"default", DNN_BACKEND_DEFAULT}, {"openvino", DNN_BACKEND_INFERENCE_ENGINE}, {"opencv", DNN_BACKEND_OPENCV},
                {"vkcom", DNN_BACKEND_VKCOM}, {"cuda", DNN_BACKEND_CUDA}};
    }

    static std::vector<Name> targets()
    {
        using namespace cv::dnn;
        return {{"cpu", DNN_TARGET_CPU}, {"opencl", DNN_TARGET_OPENCL}, {"opencl_fp16", DNN_TARGET_OPENCL_FP16},
                {"vpu", DNN_TARGET_MYRIAD}, {"vulkan", DNN_TARGET_VULKAN}, {"cuda", DNN_TARGET_CUDA},
                {"cuda_fp16", DNN_TARGET_CUDA_FP16}};
    }

    static std::vector<cv::dnn::Target> of(int backend) { return cv::dnn::getAvailableTargets(cv::dnn::Backend(backend)); }

    bool available() const
    {
        const std::vector<cv::dnn::Target> all = of(backend);
        return std::find(all.begin(), all.end(), target) != all.end();
    }

    static std::string option(const std::string& name, const std::string& value) { return name + "=" + value; }

    static int valueOf(const std::string& name, const std::string& value, const std::vector<Name>& names)
    {
        std::string all;
        for (const Name& known : names)
        {
            if (value == known.first)
                return known.second;
            all += (all.empty() ? "" : ", ") + std::string(known.first);
        }
        CV_Error(cv::Error::StsBadArg, option(name, value) + ": expected one of " + all);
    }
};

#endif // DERAND_SAMPLES_DNN_DEVICE_HPP
