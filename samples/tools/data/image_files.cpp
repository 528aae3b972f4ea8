// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "common/error.hpp"
#include "dataset.hpp"
#include "picture_file.hpp"

#include <algorithm>
#include <filesystem>
#include <map>

namespace tools {
namespace {

namespace fs = std::filesystem;

//! The contents of a folder, sorted by name.
struct Listing
{
    std::vector<std::string> pictures, folders; //!< names without the path
    std::map<std::string, size_t> others;       //!< number of files of each kind that is left out
};

//! Why a file is left out, e.g. its extension.
std::string kindOf(const fs::directory_entry& entry)
{
    std::error_code error;
    if (!entry.exists(error))
        return "broken link";
    if (!entry.is_regular_file(error))
        return "device or pipe";
    const std::string extension = entry.path().extension().string();
    return extension.empty() ? "without extension" : extension;
}

Listing list(const fs::path& folder)
{
    Listing listing;
    std::error_code error, ignored;
    for (fs::directory_iterator i(folder, error), end; !error && i != end; i.increment(error))
    {
        const std::string name = i->path().filename().string();
        if (name[0] == '.' || name == "__MACOSX")
            continue;
        if (i->is_directory(ignored))
            listing.folders.push_back(name);
        else if (isPicture(i->path().string()))
            listing.pictures.push_back(name);
        else
            listing.others[kindOf(*i)]++;
    }
    if (error)
        fail("{}: cannot be listed ({}): check its permissions", folder.string(), error.message());
    std::sort(listing.pictures.begin(), listing.pictures.end());
    std::sort(listing.folders.begin(), listing.folders.end());
    return listing;
}

class ImageDataset : public Dataset
{
public:
    ImageDataset(const std::vector<std::string>& paths, const std::vector<std::string>& classes, int channels) : planes(channels)
    {
        std::error_code error;
        for (const std::string& path : paths)
        {
            if (fs::is_directory(path, error))
                addFolder(path, classes);
            else if (fs::exists(path, error))
                items.push_back({path, -1});
            else
                fail("{}: does not exist: check the path", path);
        }
    }

    size_t size() const override { return items.size(); }
    std::string name(size_t index) const override { return items[index].path; }
    int label(size_t index) const override { return items[index].label; }
    int channels() const override { return planes; }

    Sample read(size_t index) const override
    {
        return {items[index].path, readPicture(items[index].path, planes), items[index].label};
    }

    std::vector<std::string> files() const override
    {
        std::vector<std::string> paths;
        for (const Item& item : items)
            paths.push_back(item.path);
        return paths;
    }

private:
    struct Item
    {
        std::string path;
        int label;
    };

    void addFolder(const std::string& folder, const std::vector<std::string>& classes)
    {
        Listing listing = list(folder);
        const size_t before = items.size();
        if (!listing.pictures.empty() && !listing.folders.empty())
        {
            fail("{}: has both images ('{}', ...) and sub-folders ('{}', ...): expected either images, or one sub-folder "
                 "of images for each class",
                    folder, listing.pictures[0], listing.folders[0]);
        }
        addPictures(folder, listing, -1);
        const std::vector<int> labels = classesOf(folder, listing.folders, classes);
        for (size_t i = 0; i < labels.size(); i++)
        {
            const fs::path path = fs::path(folder) / listing.folders[i];
            const Listing inside = list(path);
            addPictures(path, inside, labels[i]);
            if (inside.pictures.empty())
                notes.push_back(fmt::format("{}: no images in this folder", path.string()));
            for (const auto& [kind, count] : inside.others)
                listing.others[kind] += count;
            if (!inside.folders.empty())
                listing.others["folder in a class folder"] += inside.folders.size();
        }
        std::string others;
        for (const auto& [kind, count] : listing.others)
            others += fmt::format("{}{} x {}", others.empty() ? "" : ", ", count, kind);
        if (items.size() == before)
        {
            fail("{}: has no images that OpenCV can read (PNG, JPEG, ...){}", folder, others.empty() ? "" : "; it has " + others);
        }
        if (!others.empty())
            notes.push_back(fmt::format("{}: left out, because OpenCV cannot read them as images: {}", folder, others));
    }

    void addPictures(const fs::path& folder, const Listing& listing, int label)
    {
        for (const std::string& name : listing.pictures)
            items.push_back({(folder / name).string(), label});
    }

    std::vector<Item> items;
    int planes;
};

} // namespace

bool Dataset::labelled() const
{
    for (size_t i = 0; i < size(); i++)
        if (label(i) < 0)
            return false;
    return size() > 0;
}

std::unique_ptr<Dataset> openImages(const std::vector<std::string>& paths, const std::vector<std::string>& classes, int channels)
{
    checkChannels(channels);
    return std::make_unique<ImageDataset>(paths, classes, channels);
}

} // namespace tools
