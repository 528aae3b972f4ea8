// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "common/error.hpp"
#include "dataset.hpp"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "opencv2/core.hpp"

namespace tools {
namespace {

using Bytes = std::vector<uchar>;

//! A file that is read piece by piece: nothing is allocated for what its header says until the file's size confirms it.
class DataFile
{
public:
    explicit DataFile(const std::string& path_) : path(path_)
    {
        std::error_code error;
        const bool regular = std::filesystem::is_regular_file(path, error);
        bytes = regular ? uint64(std::filesystem::file_size(path, error)) : 0;
        if (!regular || error || !std::ifstream(path, std::ios::binary).good())
            fail("{}: cannot be read, expected a file: check path and permissions", path);
    }

    uint64 size() const { return bytes; }

    Bytes read(uint64 start, size_t count) const
    {
        Bytes piece(count);
        std::ifstream file(path, std::ios::binary);
        file.seekg(std::streamoff(start));
        if (!file.read(reinterpret_cast<char*>(piece.data()), std::streamsize(count)))
            fail("{}: can no longer be read: it had {} bytes", path, bytes);
        return piece;
    }

    const std::string path;

private:
    uint64 bytes;
};

//! An IDX file: 0 0 8 (unsigned bytes), the number of dimensions, their sizes, the data.
struct Idx
{
    Idx(const std::string& path, size_t dimensions) : file(path), start(4 + 4 * dimensions)
    {
        const Bytes header = file.read(0, size_t(std::min<uint64>(start, file.size())));
        if (header.size() >= 2 && header[0] == 0x1f && header[1] == 0x8b)
            fail("{}: is compressed: decompress it with gunzip", path);
        const uchar magic[] = {0, 0, 8, uchar(dimensions)};
        if (header.size() < start || !std::equal(magic, magic + 4, header.begin()))
        {
            fail("{}: not an IDX file of {} dimensions: expected the bytes 0 0 8 {} and {} sizes at"
                 " its beginning; are images and labels swapped?",
                    path, dimensions, dimensions, dimensions);
        }
        uint64 expected = 1;
        for (size_t i = 0; i < dimensions; i++)
        {
            const uchar* p = &header[4 + 4 * i];
            sizes.push_back(uint64(p[0]) << 24 | uint64(p[1]) << 16 | uint64(p[2]) << 8 | p[3]);
            // No product overflows: each size has 32 bits, and anything larger than the file is wrong anyway.
            expected = std::min(expected * sizes[i], uint64(UINT32_MAX));
        }
        if (expected == 0 || file.size() - start != expected)
        {
            fail("{}: has {} bytes of data, but its header promises {}: the file is truncated or"
                 " damaged, or has more than 4 GB; get it again",
                    path, file.size() - start, fmt::join(sizes, " x "));
        }
    }

    DataFile file;
    uint64 start;
    std::vector<uint64> sizes;
};

class IdxDataset : public Dataset
{
public:
    IdxDataset(const std::string& imagePath, const std::string& labelPath) : images(imagePath, 3)
    {
        if (images.sizes[1] * images.sizes[2] > MOST_PIXELS)
        {
            fail("{}: images of {} x {} pixels: expected at most {} pixels each", imagePath, images.sizes[2], images.sizes[1], MOST_PIXELS);
        }
        if (labelPath.empty())
            return;
        const Idx idx(labelPath, 1);
        if (idx.sizes[0] != images.sizes[0])
        {
            fail("{} has {} labels, {} has {} images: pass the two files of the same set", labelPath, idx.sizes[0], imagePath,
                    images.sizes[0]);
        }
        labels = idx.file.read(idx.start, size_t(idx.sizes[0]));
        labelFile = labelPath;
    }

    size_t size() const override { return size_t(images.sizes[0]); }
    std::string name(size_t index) const override { return fmt::format("{}#{}", images.file.path, index); }
    int label(size_t index) const override { return labels.empty() ? -1 : labels[index]; }
    int channels() const override { return 1; }

    std::vector<std::string> files() const override
    {
        return labels.empty() ? std::vector<std::string>{images.file.path} : std::vector<std::string>{images.file.path, labelFile};
    }

    Sample read(size_t index) const override
    {
        const uint64 area = images.sizes[1] * images.sizes[2];
        const Bytes pixels = images.file.read(images.start + index * area, size_t(area));
        cv::Mat frame(int(images.sizes[1]), int(images.sizes[2]), CV_8U);
        std::copy(pixels.begin(), pixels.end(), frame.data);
        return {name(index), frame, label(index)};
    }

private:
    static constexpr uint64 MOST_PIXELS = 1 << 30; // as cv::imread() has it
    Idx images;
    Bytes labels;
    std::string labelFile;
};

class CifarDataset : public Dataset
{
public:
    explicit CifarDataset(const std::string& path) : file(path)
    {
        if (file.size() == 0 || file.size() % RECORD != 0)
        {
            fail("{}: has {} bytes, expected a multiple of {} (label and 3 x 32 x 32 pixels): give"
                 " a .bin file of CIFAR-10's binary version",
                    path, file.size(), RECORD);
        }
        std::ifstream in(path, std::ios::binary);
        for (char label; in.get(label); in.ignore(RECORD - 1))
        {
            labels.push_back(uchar(label));
            if (labels.back() > 9)
            {
                fail("{}: label {} of image {}, expected 0..9: is it CIFAR-10's binary version?", path, int(labels.back()),
                        labels.size() - 1);
            }
        }
    }

    size_t size() const override { return labels.size(); }
    std::string name(size_t index) const override { return fmt::format("{}#{}", file.path, index); }
    int label(size_t index) const override { return labels[index]; }
    int channels() const override { return 3; }
    std::vector<std::string> files() const override { return {file.path}; }

    Sample read(size_t index) const override
    {
        const Bytes record = file.read(uint64(index) * RECORD, RECORD);
        cv::Mat planes[3]; // the file has R, G, B, a frame B, G, R
        for (size_t i = 0; i < 3; i++)
        {
            const uchar* plane = record.data() + 1 + (2 - i) * SIDE * SIDE;
            planes[i].create(int(SIDE), int(SIDE), CV_8U);
            std::copy(plane, plane + SIDE * SIDE, planes[i].data);
        }
        cv::Mat frame;
        cv::merge(planes, 3, frame);
        return {name(index), frame, label(index)};
    }

private:
    static constexpr size_t SIDE = 32;
    static constexpr size_t RECORD = 1 + 3 * SIDE * SIDE;
    DataFile file;
    Bytes labels;
};

} // namespace

std::unique_ptr<Dataset> openIdx(const std::string& images, const std::string& labels)
{
    return std::make_unique<IdxDataset>(images, labels);
}

std::unique_ptr<Dataset> openCifar(const std::string& file) { return std::make_unique<CifarDataset>(file); }

} // namespace tools
