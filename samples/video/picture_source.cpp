// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "picture_source.hpp"

#include <algorithm>
#include <filesystem>

#include "common/error.hpp"
#include "data/picture_file.hpp"

namespace video {

static constexpr int PATIENCE = 30; // pictures in a row that cannot be read, or are missing

//! The pictures of a folder, but not of folders in it; or one picture.
static std::vector<std::string> filesOf(const std::string& what)
{
    if (!std::filesystem::is_directory(what))
        return {what};
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(what))
        if (entry.is_regular_file() && tools::isPicture(entry.path().string()))
            files.push_back(entry.path().string());
    if (files.empty())
        tools::fail("{}: has no pictures: expected a folder of pictures", what);
    std::sort(files.begin(), files.end());
    return files;
}

PictureSource::PictureSource(const std::string& what, int channels_) : channels(channels_)
{
    tools::checkChannels(channels);
    name = what;
    turned = true; // perhaps
    std::error_code error;
    if (std::filesystem::exists(what, error))
    {
        files = filesOf(what);
        announced = int(files.size());
        return;
    }
    numbered.reset(new Numbered(what));
    number = numbered->first();
    if (number < 0)
    {
        tools::fail("{}: cannot be opened: there is no such picture with a number from 0 to {}", what, int(Numbered::LAST_START));
    }
    while (exists(number + int(announced)))
        announced++;
}

bool PictureSource::exists(int at) const { return numbered ? numbered->exists(at) : at < int(files.size()); }

std::string PictureSource::file(int at) const { return numbered ? numbered->file(at) : files[size_t(at)]; }

bool PictureSource::read(cv::Mat& frame)
{
    for (int lost = 0; lost < PATIENCE; lost++)
    {
        if (!exists(number))
        {
            end();
            return false;
        }
        try
        {
            frame = tools::readPicture(file(number++), channels);
            time = (count + skipped) / fps;
            estimated = true; // pictures have no times
            count++;
            return true;
        }
        catch (const std::exception& e)
        {
            fmt::print(stderr, "left out: {}\n", e.what());
        }
        skipped++;
    }
    ending = Ending::FAILED;
    message = fmt::format("{}: {} pictures in a row could not be read: giving up", name, PATIENCE);
    return false;
}

void PictureSource::end()
{
    message = fmt::format("{}: end after {} frames", name, count);
    if (numbered)
        message += fmt::format(", there is no {}", file(number));
    if (count == 0)
        ending = Ending::FAILED;
    for (int i = 1; i <= PATIENCE && numbered; i++)
    {
        if (!exists(number + i))
            continue;
        ending = Ending::INCOMPLETE;
        message += fmt::format(", but {}: is one missing?", file(number + i));
        break;
    }
}

} // namespace video
