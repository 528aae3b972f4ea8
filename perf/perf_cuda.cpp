// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// On a CUDA device, see perf/gpu/run.sh, which makes the nets and prints the ratios: the module with chunks that the
// device writes / with chunks of the host / the bare forward passes of as many chunks.

#include "perf_precomp.hpp"

#ifdef DERAND_CLASSIC_ENGINE // otherwise nothing is written on a device: cmake/classic_engine.cmake

#include "opencv2/core/cuda.hpp"

#include <cstdlib>
#include <fstream>

namespace opencv_test { namespace {

enum
{
    BARE, // forward passes only
    DEVICE,
    HOST
};

enum
{
    FP32,
    FP16
};

CV_ENUM(Path, BARE, DEVICE, HOST)
CV_ENUM(Precision, FP32, FP16)

struct Setting
{
    const char* net;
    int side, width, chunk, frames;
};

void PrintTo(const Setting& setting, std::ostream* out) { *out << setting.net << "_" << setting.side; }

// 6 planes, columns of a twelfth of the side; many small frames in a chunk.
const Setting RESNET50_224 = {"resnet50", 224, 19, 32, 1};
const Setting RESNET50_299 = {"resnet50", 299, 25, 32, 1};
const Setting RESNET18_32 = {"resnet18", 32, 4, 256, 64};

std::string netFile(const Setting& setting)
{
    const char* folder = std::getenv("DERAND_PERF_NETS");
    return folder ? std::string(folder) + "/" + setting.net + ".onnx" : std::string();
}

dnn::Net read(const std::string& file)
{
#if DERAND_CLASSIC_ENGINE > 1
    return dnn::readNetFromONNX(file, dnn::ENGINE_CLASSIC); // the default engine has no CUDA backend
#else
    return dnn::readNetFromONNX(file);
#endif
}

void usePath(int path)
{
#ifdef _WIN32
    _putenv_s("OPENCV_DERAND_CUDA_BLOB", path == DEVICE ? "1" : "0");
#else
    setenv("OPENCV_DERAND_CUDA_BLOB", path == DEVICE ? "1" : "0", 1);
#endif
}

//! Page-locked memory of this process, as reported by Linux.
void printMemory(double usedOnDevice)
{
    std::cout << format("device memory: %.0f MiB", usedOnDevice / (1 << 20)) << std::endl;
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.find("VmPin") == 0 || line.find("VmLck") == 0 || line.find("VmHWM") == 0)
            std::cout << line << std::endl;
}

// perf/gpu/run.sh reads the parameters as they are printed.
typedef TestBaseWithParam<tuple<Setting, Precision, Path> > Cuda;

PERF_TEST_P(Cuda, classifyBatch, testing::Combine(testing::Values(RESNET50_224, RESNET50_299, RESNET18_32), Precision::all(),
        Path::all()))
{
    const Setting setting = get<0>(GetParam());
    const int path = get<2>(GetParam());
    const std::string file = netFile(setting);
    if (cuda::getCudaEnabledDeviceCount() <= 0 || file.empty())
        DERAND_SKIP("no CUDA device, or DERAND_PERF_NETS does not name a folder of nets");
    usePath(path);
    const double before = (double)cuda::DeviceInfo().freeMemory();
    dnn::Net net = read(file);
    const Ablation ablation(ABLATION_COLUMN, setting.width, Size(setting.side, setting.side));
    CertifiedClassifier::Params params;
    params.chunk = setting.chunk;
    Ptr<CertifiedClassifier> classifier = CertifiedClassifier::create(net, ablation, params);
    classifier->setPreferableBackend(dnn::DNN_BACKEND_CUDA);
    classifier->setPreferableTarget(get<1>(GetParam()) == FP32 ? dnn::DNN_TARGET_CUDA : dnn::DNN_TARGET_CUDA_FP16);
    std::vector<Mat> frames;
    RNG rng(1);
    for (int f = 0; f < setting.frames; f++)
    {
        frames.push_back(Mat(480, 640, CV_8UC3));
        rng.fill(frames[f], RNG::UNIFORM, 0, 256);
    }
    std::vector<Certificate> certificates;
    classifier->classifyBatch(frames, certificates); // sets up
    const int chunks = (ablation.count() * setting.frames + setting.chunk - 1) / setting.chunk;
    const String output = net.getUnconnectedOutLayersNames()[0];
    if (path == BARE)
    {
        TEST_CYCLE()
        {
            for (int i = 0; i < chunks; i++)
                net.forward(output);
        }
    }
    else
    {
        TEST_CYCLE()
            classifier->classifyBatch(frames, certificates);
    }
    EXPECT_EQ(ablation.count(), certificates[0].run.ablations);
    std::cout << setting.frames << " frames, " << chunks << " chunks" << std::endl;
    printMemory(before - (double)cuda::DeviceInfo().freeMemory());
    SANITY_CHECK_NOTHING();
}

}} // namespace opencv_test

#endif
