// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "source_name.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <regex>

#include "opencv2/core.hpp"

#include "common/files.hpp"
#include "data/picture_file.hpp"

namespace video {
namespace {

namespace fs = std::filesystem;

std::string lower(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    return text;
}

bool beginsWith(const std::string& text, const std::string& beginning) { return text.compare(0, beginning.size(), beginning) == 0; }

//! In lower case, "" if there is none. A single letter and a colon are a Windows drive.
std::string schemeOf(const std::string& what)
{
    std::smatch found;
    return std::regex_search(what, found, std::regex("^([A-Za-z][A-Za-z0-9+.-]+):")) ? lower(found[1]) : "";
}

//! "a%20b" is "a b".
std::string unescaped(const std::string& text)
{
    std::string plain;
    for (size_t i = 0; i < text.size(); i++)
    {
        const std::string code = text[i] == '%' ? text.substr(i + 1, 2) : "";
        const bool escape = code.size() == 2 && code.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
        plain += escape ? char(std::stoi(code, nullptr, 16)) : text[i];
        i += escape ? 2 : 0;
    }
    return plain;
}

//! From file:PATH, file:///PATH or file://localhost/PATH to the path.
std::string pathOf(const std::string& url)
{
    std::string path = url.substr(url.find(':') + 1);
    for (const std::string host : {"//localhost/", "///"})
    {
        if (beginsWith(lower(path), host))
        {
            path = path.substr(host.size() - 1);
            break;
        }
    }
    if (std::regex_search(path, std::regex("^/[A-Za-z]:"))) // file:///C:/clip.mp4
        path = path.substr(1);
    std::error_code error;
    return fs::exists(path, error) ? path : unescaped(path);
}

SourceName parseExisting(const std::string& what)
{
    if (fs::is_directory(what))
        return {SourceKind::PICTURES, what};
    // FFmpeg takes the letters before a colon as a protocol if there is no slash among them.
    const bool colon = what.find(':') < what.find_first_of("/\\") && !fs::path(what).is_absolute();
    const std::string name = colon ? "./" + what : what;
    if (fs::is_character_file(what))
        return {SourceKind::LIVE, name};
    const std::string extension = lower(fs::path(what).extension().string());
    if (extension == ".m3u8" || extension == ".mpd" || extension == ".sdp")
        return {SourceKind::ADDRESS, name};                                                 // lists what may never end
    const bool film = extension == ".gif" || extension == ".mjpeg" || extension == ".mjpg"; // their content starts like a picture
    return {fs::is_regular_file(what) && !film && tools::isPicture(what) ? SourceKind::PICTURES : SourceKind::FILE, name};
}

SourceName parsePath(const std::string& what)
{
    std::error_code error;
    if (fs::exists(what, error))
        return parseExisting(what);
    return {Numbered::is(what) ? SourceKind::PICTURES : SourceKind::FILE, what};
}

} // namespace

SourceName parseSource(const std::string& what)
{
    if (what == "scene")
        return {SourceKind::SCENE, what};
    if (!what.empty() && what.size() < 4 && what.find_first_not_of("0123456789") == std::string::npos)
        return {SourceKind::CAMERA, what};
    const std::string scheme = schemeOf(what);
    std::error_code error;
    if (scheme.empty() && what.find('!') != std::string::npos && !fs::exists(what, error))
        return {SourceKind::LIVE, what}; // a GStreamer pipeline
    if (scheme.empty() || fs::exists(what, error))
        return parsePath(what);
    if (scheme == "file")
        return parsePath(pathOf(what));
    if (scheme == "pipe" || scheme == "fd")
        return {SourceKind::FILE, what};
    for (const char* streaming : {"rtsp", "rtmp", "rtp", "srt", "udp", "mms", "v4l2"})
    {
        if (beginsWith(scheme, streaming)) // does not wait, even if its length is known
            return {SourceKind::LIVE, what};
    }
    return {SourceKind::ADDRESS, what};
}

static const std::regex& conversion()
{
    static const std::regex made("([^]*)(%(?:0?[1-9])?d)([^]*)");
    return made;
}

bool Numbered::is(const std::string& pattern) { return std::regex_match(pattern, conversion()); }

Numbered::Numbered(const std::string& pattern)
{
    std::smatch parts;
    std::regex_match(pattern, parts, conversion());
    CV_Assert(!parts.empty());
    before = parts[1];
    number = parts[2];
    after = parts[3];
}

std::string Numbered::file(int at) const { return before + cv::format(number.c_str(), at) + after; }

int Numbered::first() const
{
    for (int at = 0; at <= LAST_START; at++)
    {
        if (exists(at))
            return at;
    }
    return -1;
}

bool Numbered::exists(int at) const
{
    std::error_code error;
    return fs::exists(file(at), error);
}

bool Numbered::has(const std::string& path) const
{
    // By name, whether it exists or not.
    for (size_t i = 0, end; (i = path.find_first_of("0123456789", i)) != std::string::npos; i = end)
    {
        end = std::min(path.find_first_not_of("0123456789", i), path.size());
        if (end - i < 10 && tools::samePath(path, file(std::stoi(path.substr(i, end - i)))))
            return true;
    }
    // By a link, under any name.
    std::error_code error;
    if (!fs::exists(path, error))
        return false;
    for (int at = std::max(0, first()); exists(at); at++)
    {
        if (fs::equivalent(path, file(at), error))
            return true;
    }
    return false;
}

} // namespace video
