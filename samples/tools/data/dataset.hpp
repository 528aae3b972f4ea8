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

//! A frame as read by readPicture(), and what is known about it.
struct Sample
{
    std::string name;  //!< file, or file and number for data files
    cv::Mat frame;     //!< CV_8U, 1 (grey), 3 (B, G, R) or 4 channels (B, G, R, alpha)
    int label;         //!< right class; -1: unknown
    size_t number = 0; //!< in its data set, if there are many
};

/** @brief Frames to classify, read one at a time.

Anything wrong with the data raises a std::runtime_error that names the file, what was expected and what to do.
A problem with a single frame is only an error of read().
 */
class Dataset
{
public:
    virtual ~Dataset() = default;
    virtual size_t size() const = 0;
    virtual std::string name(size_t index) const = 0;
    virtual int label(size_t index) const = 0; //!< right class; -1: unknown
    virtual Sample read(size_t index) const = 0;
    virtual int channels() const = 0;                   //!< of all frames
    virtual std::vector<std::string> files() const = 0; //!< all files that are read

    bool labelled() const; //!< is the right class of every frame known?

    std::vector<std::string> notes; //!< what was left out or is missing, a line each
};

/** @brief Images and folders of images.

A folder with sub-folders is a labelled set, one class for each sub-folder, see classesOf(). Hidden files and folders
and __MACOSX are ignored; everything else that is left out is listed in the notes.
@param paths image files or folders
@param classes names of the classes; may be empty
@param channels see readPicture()
 */
std::unique_ptr<Dataset> openImages(const std::vector<std::string>& paths, const std::vector<std::string>& classes, int channels);

/** @brief The classes of the sub-folders of a labelled set.

Either all folders are named after classes, or all are class numbers, 0 to K - 1; leading zeros do not matter. The two
are never mixed, and the order of the folders means nothing. If class names are themselves numbers, but not those of
their classes ("1" is class 0), only names count.
@param set the parent folder, for messages
@param folders names of the sub-folders
@param names of the classes; empty: folders must be numbers
@return class of each folder, no class twice; std::runtime_error that names the folders that are not classes
 */
std::vector<int> classesOf(const std::string& set, const std::vector<std::string>& folders, const std::vector<std::string>& names);

/** @brief MNIST's format: big-endian sizes, then unsigned bytes.
@param images file of N x height x width bytes
@param labels file of N bytes; empty: none
 */
std::unique_ptr<Dataset> openIdx(const std::string& images, const std::string& labels);

//! CIFAR-10's binary format: records of a label and the planes R, G, B of 32 x 32 bytes.
std::unique_ptr<Dataset> openCifar(const std::string& file);

} // namespace tools

#endif // DERAND_TOOLS_DATASET_HPP
