// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "dataset.hpp"
#include "error.hpp"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "opencv2/core.hpp"

namespace tools {
namespace {

using Bytes = std::vector<uchar>;

Bytes readFile(const std::string& path)
{
    const bool exists = std::filesystem::is_regular_file(path);
    Bytes bytes(exists ? size_t(std::filesystem::file_size(path)) : 0);
    std::ifstream file(path, std::ios::binary);
    if (!exists || !file.read(reinterpret_cast<char*>(bytes.data()), std::streamsize(bytes.size())))
        fail("{}: cannot be read, expected a file: check path and permissions", path);
    return bytes;
}

//! An IDX file: 0 0 8 (unsigned bytes), the number of dimensions, their sizes, the data.
struct Idx
{
    Idx(const std::string& path, size_t dimensions) : bytes(readFile(path))
    {
        start = 4 + 4 * dimensions;
        if (bytes.size() >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b)
            fail("{}: is packed: unpack it with gunzip", path);
        const uchar magic[] = {0, 0, 8, uchar(dimensions)};
        if (bytes.size() < start || !std::equal(magic, magic + 4, bytes.begin()))
        {
            fail("{}: not an IDX file of {} dimensions: expected the bytes 0 0 8 {} and {} sizes at"
                 " its beginning; are images and labels exchanged?", path, dimensions, dimensions,
                    dimensions);
        }
        size_t expected = 1;
        for (size_t i = 0; i < dimensions; i++)
        {
            const uchar* p = &bytes[4 + 4 * i];
            sizes.push_back(size_t(p[0]) << 24 | size_t(p[1]) << 16 | size_t(p[2]) << 8 | p[3]);
            // Each size and each product fits into 32 bits, or is too much anyway.
            expected = std::min<size_t>(expected * sizes[i], UINT32_MAX);
        }
        if (expected == 0 || bytes.size() - start != expected)
        {
            fail("{}: has {} bytes of data, its header promises {}: the file is truncated or"
                 " damaged, get it again", path, bytes.size() - start, fmt::join(sizes, " x "));
        }
    }

    Bytes bytes;
    std::vector<size_t> sizes;
    size_t start;
};

class IdxDataset : public Dataset
{
public:
    IdxDataset(const std::string& imagePath, const std::string& labelPath)
        : images(imagePath, 3), name(imagePath)
    {
        if (labelPath.empty())
            return;
        const Idx idx(labelPath, 1);
        if (idx.sizes[0] != images.sizes[0])
        {
            fail("{} has {} labels, {} has {} images: give the two files of one set", labelPath,
                    idx.sizes[0], imagePath, images.sizes[0]);
        }
        labels.assign(idx.bytes.begin() + std::ptrdiff_t(idx.start), idx.bytes.end());
    }

    size_t size() const override { return images.sizes[0]; }
    bool labelled() const override { return !labels.empty(); }

    Sample read(size_t index) const override
    {
        const size_t area = images.sizes[1] * images.sizes[2];
        const uchar* pixels = &images.bytes[images.start + index * area];
        cv::Mat frame(int(images.sizes[1]), int(images.sizes[2]), CV_8U);
        std::copy(pixels, pixels + area, frame.data);
        return {fmt::format("{}#{}", name, index), frame, labelled() ? labels[index] : -1};
    }

private:
    Idx images;
    Bytes labels;
    std::string name;
};

class CifarDataset : public Dataset
{
public:
    explicit CifarDataset(const std::string& path) : bytes(readFile(path)), name(path)
    {
        if (bytes.empty() || bytes.size() % RECORD != 0)
        {
            fail("{}: has {} bytes, expected a multiple of {} (label and 3 x 32 x 32 pixels): give"
                 " a .bin file of CIFAR-10's binary version",
                    path, bytes.size(), RECORD);
        }
        for (size_t i = 0; i < bytes.size(); i += RECORD)
        {
            if (bytes[i] > 9)
            {
                fail("{}: label {} of image {}, expected 0..9: is it CIFAR-10's binary version?",
                        path, int(bytes[i]), i / RECORD);
            }
        }
    }

    size_t size() const override { return bytes.size() / RECORD; }
    bool labelled() const override { return true; }

    Sample read(size_t index) const override
    {
        const uchar* record = &bytes[index * RECORD];
        cv::Mat planes[3]; // the file has R, G, B, a frame B, G, R
        for (size_t i = 0; i < 3; i++)
        {
            const uchar* plane = record + 1 + (2 - i) * SIDE * SIDE;
            planes[i].create(int(SIDE), int(SIDE), CV_8U);
            std::copy(plane, plane + SIDE * SIDE, planes[i].data);
        }
        cv::Mat frame;
        cv::merge(planes, 3, frame);
        return {fmt::format("{}#{}", name, index), frame, record[0]};
    }

private:
    static constexpr size_t SIDE = 32;
    static constexpr size_t RECORD = 1 + 3 * SIDE * SIDE;
    Bytes bytes;
    std::string name;
};

} // namespace

std::unique_ptr<Dataset> openIdx(const std::string& images, const std::string& labels)
{
    return std::make_unique<IdxDataset>(images, labels);
}

std::unique_ptr<Dataset> openCifar(const std::string& file)
{
    return std::make_unique<CifarDataset>(file);
}

} // namespace tools
