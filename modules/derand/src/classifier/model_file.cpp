// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"
#include "files.hpp"
#include "model_file.hpp"
#include "net/ablation_scorer.hpp"
#include "net/net_layers.hpp"
#include "net/onnx_file.hpp"
#include "params.hpp"

namespace cv { namespace derand {

static void checkOnnxFile(const String& file, const std::vector<int>& shape)
{
    const OnnxInfo onnx = scanOnnxFile(file);
    // On such a file OpenCV 4 divides by zero, and OpenCV 5 reads the other file, which the checksum does not cover.
    if (onnx.externalData)
        CV_Error_(Error::StsParseError, ("the model file '%s' keeps its weights in another file: export it as one file (torch.onnx.export() "
                "with external_data=False), or convert it with onnx.save(onnx.load(\"old.onnx\"), \"new.onnx\")",
                file.c_str()));
    checkDeclaredPlanes("the model file '" + file + "'", onnx.inputShape, shape);
}

OnnxInfo getOnnxInfo(const String& file)
{
    checkModelFile(file);
    return scanOnnxFile(file);
}

String settingsFileOf(const String& model)
{
    const size_t name = model.find_last_of("/\\"), dot = model.rfind('.');
    const bool extension = dot != String::npos && (name == String::npos || dot > name);
    return model.substr(0, extension ? dot : model.size()) + ".yml";
}

dnn::Net readModel(const String& file, const ModelSettings& settings, String& checksum)
{
    checksum = checksumOf(file);
    if (!settings.modelChecksum.empty() && settings.modelChecksum != checksum)
        CV_Error_(Error::StsParseError, ("the model file '%s' is damaged, or mixed up with another: its CRC-32 is %s, but the settings "
                "were made for %s. If they are meant for this model, clear 'modelChecksum' in them", file.c_str(),
                checksum.c_str(), settings.modelChecksum.c_str()));
    checkParams(settings.params, settings.ablation.count());
    const std::vector<int> shape = layoutOf(settings.ablation, settings.params)->shape(1);
    const String ending = file.size() < 5 ? String() : file.substr(file.size() - 5);
    if (ending == ".onnx")
        checkOnnxFile(file, shape);
    try
    {
        return dnn::readNet(file);
    }
    catch (const std::exception& e)
    {
        CV_Error_(Error::StsParseError, ("the model file '%s' is damaged, or is not in a format that dnn::readNet() "
                "reads, such as ONNX. It said: %s", file.c_str(), reasonOf(e).c_str()));
    }
}

}} // namespace cv::derand
