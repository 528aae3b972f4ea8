// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_TOOLS_DATASET_HPP
#define DERAND_TOOLS_DATASET_HPP

#include <memory>
#include <string>
#include <vector>

#include "opencv2/core.hpp"

namespace tools {

//! A frame as imread() would give it, and what is known about it.
struct Sample
{
    std::string name; //!< file, or file and number for data files
    cv::Mat frame;    //!< CV_8UC1 or CV_8UC3 (B, G, R)
    int label;        //!< right class; -1: unknown
};

/** @brief Frames to classify, read one at a time.

Everything that is wrong with the data is a std::runtime_error that names the file, what was
expected and what to do.
 */
class Dataset
{
public:
    virtual ~Dataset() = default;
    virtual size_t size() const = 0;
    virtual bool labelled() const = 0;
    virtual Sample read(size_t index) const = 0;
};

/** @brief Images and folders of images.

A folder with sub-folders is a labelled set, one class for each sub-folder.
@param paths image files or folders
@param classes names of the classes; a sub-folder has the name or the number of its class. Empty:
       without numbers, the sub-folders in alphabetical order are the classes 0, 1, ...
@param channels 1: read as grey; 3: as colour
 */
std::unique_ptr<Dataset> openImages(const std::vector<std::string>& paths,
        const std::vector<std::string>& classes, int channels);

/** @brief MNIST's format: big-endian sizes, then unsigned bytes.
@param images file of N x height x width bytes
@param labels file of N bytes; empty: none
 */
std::unique_ptr<Dataset> openIdx(const std::string& images, const std::string& labels);

//! CIFAR-10's binary format: records of a label and the planes R, G, B of 32 x 32 bytes.
std::unique_ptr<Dataset> openCifar(const std::string& file);

} // namespace tools

#endif // DERAND_TOOLS_DATASET_HPP
