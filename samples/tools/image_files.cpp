// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "dataset.hpp"
#include "error.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <set>

#include "opencv2/imgcodecs.hpp"

namespace tools {
namespace {

namespace fs = std::filesystem;

bool isImage(const fs::path& path)
{
    static const std::set<std::string> known = {".bmp", ".jp2", ".jpeg", ".jpg", ".pgm", ".png",
            ".pnm", ".ppm", ".tif", ".tiff", ".webp"};
    std::string extension = path.extension().string();
    std::transform(extension.begin(), extension.end(), extension.begin(),
            [](unsigned char c) { return char(std::tolower(c)); });
    return known.count(extension) > 0;
}

//! The images of a folder, or its sub-folders; sorted.
std::vector<fs::path> list(const fs::path& folder, bool folders)
{
    std::vector<fs::path> paths;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder))
    {
        const bool hidden = entry.path().filename().string()[0] == '.';
        if (!hidden && (folders ? entry.is_directory() : isImage(entry.path())))
            paths.push_back(entry.path());
    }
    std::sort(paths.begin(), paths.end());
    return paths;
}

bool isNumber(const fs::path& folder)
{
    const std::string name = folder.filename().string();
    return name.size() < 7 && name.find_first_not_of("0123456789") == std::string::npos;
}

//! The class that each sub-folder is named after.
std::vector<int> classesOf(const std::vector<fs::path>& folders,
        const std::vector<std::string>& names)
{
    const bool numbered = std::all_of(folders.begin(), folders.end(), isNumber);
    std::vector<int> classes;
    for (const fs::path& folder : folders)
    {
        const auto known = std::find(names.begin(), names.end(), folder.filename().string());
        if (known != names.end())
            classes.push_back(int(known - names.begin()));
        else if (numbered)
            classes.push_back(std::stoi(folder.filename().string()));
        else if (names.empty())
            classes.push_back(int(classes.size()));
        else
        {
            fail("{}: the model has no class of this name: name the sub-folders after its classes"
                 " ({}, ...) or number them 0..{}", folder.string(), names[0], names.size() - 1);
        }
    }
    return classes;
}

class ImageDataset : public Dataset
{
public:
    ImageDataset(const std::vector<std::string>& paths, const std::vector<std::string>& classes,
            int channels)
        : flags(channels == 1 ? cv::IMREAD_GRAYSCALE : cv::IMREAD_COLOR)
    {
        for (const std::string& path : paths)
        {
            if (fs::is_directory(path))
                addFolder(path, classes);
            else if (fs::exists(path))
                items.push_back({path, -1});
            else
                fail("{}: does not exist: check the path", path);
        }
        hasLabels = !items.empty() && std::all_of(items.begin(), items.end(),
                [](const Item& item) { return item.label >= 0; });
    }

    size_t size() const override { return items.size(); }
    bool labelled() const override { return hasLabels; }

    Sample read(size_t index) const override
    {
        const Item& item = items[index];
        const cv::Mat frame = cv::imread(item.path, flags);
        if (frame.empty())
        {
            fail("{}: cannot be decoded: expected an image that cv::imread() reads (PNG, JPEG,"
                 " ...); is the file complete?", item.path);
        }
        return {item.path, frame, item.label};
    }

private:
    struct Item
    {
        std::string path;
        int label;
    };

    void addFolder(const std::string& folder, const std::vector<std::string>& classes)
    {
        const std::vector<fs::path> folders = list(folder, true);
        const size_t before = items.size();
        for (const fs::path& file : list(folder, false))
            items.push_back({file.string(), -1});
        if (items.size() > before && !folders.empty())
        {
            fail("{}: has both images and sub-folders: expected either images or one sub-folder of"
                 " images for each class", folder);
        }
        const std::vector<int> labels = classesOf(folders, classes);
        for (size_t i = 0; i < folders.size(); i++)
        {
            for (const fs::path& file : list(folders[i], false))
                items.push_back({file.string(), labels[i]});
        }
        if (items.size() == before)
            fail("{}: has no images (PNG, JPEG, ...)", folder);
    }

    std::vector<Item> items;
    int flags;
    bool hasLabels = false;
};

} // namespace

std::unique_ptr<Dataset> openImages(const std::vector<std::string>& paths,
        const std::vector<std::string>& classes, int channels)
{
    return std::make_unique<ImageDataset>(paths, classes, channels);
}

} // namespace tools
