// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "open_source.hpp"

#include "capture_source.hpp"
#include "common/error.hpp"
#include "picture_source.hpp"
#include "scene_source.hpp"
#include "source_name.hpp"

namespace video {

std::unique_ptr<Source> openSource(const std::string& what, int channels)
{
    const SourceName source = parseSource(what.empty() ? "0" : what);
    if (source.kind == SourceKind::PICTURES)
        return std::make_unique<PictureSource>(source.name, channels);
    if (channels != 1 && channels != 3)
    {
        tools::fail("{}: the model needs {} channels, but a video has 3 (B, G, R): use pictures, such as frame_%03d.png",
                what.empty() ? "camera 0" : what, channels);
    }
    if (source.kind == SourceKind::SCENE)
        return std::make_unique<SceneSource>();
    if (!what.empty())
        return std::make_unique<CaptureSource>(source, what);
    try
    {
        return std::make_unique<CaptureSource>(source, what);
    }
    catch (const std::exception&)
    {
        fmt::print(stderr, "No source was given and no camera was found: showing the built-in scene.\n");
        return std::make_unique<SceneSource>();
    }
}

} // namespace video
