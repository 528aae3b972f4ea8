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
{config    |        | its settings; default: the model's name with .yml}
{idx       |        | images in MNIST's IDX format}
{labels    |        | their labels in IDX format}
{cifar     |        | images and labels in CIFAR-10's binary format}
{first     | 0      | leave out the images before this one, which is the new number 0}
{limit     |        | stop after so many images})";

//! The settings file: --config, or that beside --model.
std::filesystem::path configOf(const Arguments& arguments);

//! Fails if an output is one of the files and folders that these options name.
void checkOutputs(const Arguments& arguments, const std::vector<NamedPath>& outputs);

//! The classifier of --model and --config.
cv::Ptr<cv::derand::CertifiedClassifier> loadClassifier(const Arguments& arguments);

/** @brief The images of --idx with --labels, of --cifar, or of the files and folders, as the classifier wants them.

Says on stderr what was left out and which classes have no images. Right classes that the model does not have are an
error.
@param arguments options
@param classifier its settings are asked; if they do not name the classes, it classifies noise to count them
@param outputs must not be files of the data set
 */
std::unique_ptr<Dataset> openDataset(
        const Arguments& arguments, cv::derand::CertifiedClassifier& classifier, const std::vector<NamedPath>& outputs);

//! A frame of random pixels that suits the model.
cv::Mat noiseFrame(const cv::derand::CertifiedClassifier& classifier);

//! The number of images that --limit leaves.
size_t limited(const Arguments& arguments, const Dataset& dataset);

//! Fails where the right classes are not known.
void requireLabels(const Dataset& dataset);

//! Fails where the right class of an image is none of the model's.
void checkLabel(const std::string& image, int label, int classes);

} // namespace tools

#endif // DERAND_TOOLS_INPUT_HPP
