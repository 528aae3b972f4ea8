// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_TOOLS_INPUT_HPP
#define DERAND_TOOLS_INPUT_HPP

#include <filesystem>
#include <memory>

#include "opencv2/derand.hpp"

#include "common/arguments.hpp"
#include "common/files.hpp"
#include "dataset.hpp"

namespace tools {

//! The options that loadClassifier() and openDataset() read, for Arguments.
constexpr const char* INPUT_KEYS = R"(
{help h    |        | print this text}
{model     |        | ONNX file of the base classifier}
{config    |        | its settings file; default: the model's name with .yml}
{idx       |        | images in MNIST's IDX format}
{labels    |        | their labels in IDX format}
{cifar     |        | images and labels in CIFAR-10's binary format}
{first     | 0      | skip the images before this one, which becomes number 0}
{limit     |        | stop after this number of images})";

//! The settings file: --config, or the one next to --model.
std::filesystem::path configOf(const Arguments& arguments);

//! Fails if an output is one of the files and folders that these options name.
void checkOutputs(const Arguments& arguments, const std::vector<NamedPath>& outputs);

//! The classifier of --model and --config.
cv::Ptr<cv::derand::CertifiedClassifier> loadClassifier(const Arguments& arguments);

/** @brief The images of --idx with --labels, of --cifar, or of the files and folders, in the classifier's format.

Reports on stderr what was left out and which classes have no images. Right classes that the model does not have are an
error.
@param arguments options
@param classifier supplies the settings; if they do not name the classes, it classifies noise to count them
@param outputs must not be files of the data set
 */
std::unique_ptr<Dataset> openDataset(
        const Arguments& arguments, cv::derand::CertifiedClassifier& classifier, const std::vector<NamedPath>& outputs);

//! A frame of random pixels that suits the model.
cv::Mat noiseFrame(const cv::derand::CertifiedClassifier& classifier);

//! The number of images that --limit leaves.
size_t limited(const Arguments& arguments, const Dataset& dataset);

//! Fails unless the right classes are known.
void requireLabels(const Dataset& dataset);

//! Fails if the right class of an image is not a class of the model.
void checkLabel(const std::string& image, int label, int classes);

} // namespace tools

#endif // DERAND_TOOLS_INPUT_HPP
