// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "files.hpp"
#include "error.hpp"

#include <filesystem>

namespace tools {
namespace {

namespace fs = std::filesystem;

//! The place that a path names, with all links followed: fs::weakly_canonical() stops at a link to a missing target.
fs::path placeOf(fs::path path)
{
    std::error_code error;
    for (int links = 0; links < 40 && fs::is_symlink(fs::symlink_status(path, error)); links++)
    {
        const fs::path target = fs::read_symlink(path, error);
        path = path.parent_path() / target; // an absolute target replaces the path
    }
    const fs::path place = fs::weakly_canonical(fs::absolute(path, error), error);
    const fs::path normal = (error ? path : place).lexically_normal();
    return normal.has_filename() ? normal : normal.parent_path(); // without a slash at the end
}

} // namespace

bool samePath(const std::string& a, const std::string& b)
{
    std::error_code error;
    if (fs::exists(a, error) && fs::exists(b, error))
        return fs::equivalent(a, b, error); // hard links too
    return placeOf(a) == placeOf(b);
}

bool within(const std::string& path, const std::string& folder)
{
    for (fs::path place = placeOf(path);; place = place.parent_path())
    {
        if (samePath(place.string(), folder))
            return true;
        if (place == place.parent_path())
            return false;
    }
}

void checkOutputs(const std::vector<NamedPath>& outputs, const std::vector<NamedPath>& inputs)
{
    for (size_t i = 0; i < outputs.size(); i++)
    {
        const NamedPath& output = outputs[i];
        std::error_code error;
        if (output.path.empty() || fs::is_other(output.path, error))
            continue;
        for (const NamedPath& input : inputs)
            if (!input.path.empty() && samePath(output.path, input.path))
            {
                fail("{}={}: is {}, which it would overwrite: expected another file", output.what, output.path,
                        input.path == output.path ? input.what : fmt::format("{} {}", input.what, input.path));
            }
        for (size_t k = 0; k < i; k++)
            if (!outputs[k].path.empty() && samePath(output.path, outputs[k].path))
                fail("{}={}: is the same file as {}: expected another one", output.what, output.path, outputs[k].what);
    }
}

} // namespace tools
