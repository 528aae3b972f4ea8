// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_TOOLS_FILES_HPP
#define DERAND_TOOLS_FILES_HPP

#include <string>
#include <vector>

namespace tools {

//! A file or folder, and what it is called in messages.
struct NamedPath
{
    std::string what; //!< e.g. "--out"
    std::string path; //!< empty: not used, ignored
};

/** @brief Do two paths lead to the same file or folder, under any names?

Follows relative and absolute paths, symbolic and hard links and linked folders, even if the target does not exist yet.
 */
bool samePath(const std::string& a, const std::string& b);

//! Is a path this folder, or anywhere below it?
bool within(const std::string& path, const std::string& folder);

/** @brief Fails if an output is also an input, or two outputs are the same file. Call it before anything is opened.

Devices such as /dev/null may be used twice.
 */
void checkOutputs(const std::vector<NamedPath>& outputs, const std::vector<NamedPath>& inputs);

} // namespace tools

#endif // DERAND_TOOLS_FILES_HPP
