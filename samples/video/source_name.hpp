// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_VIDEO_SOURCE_NAME_HPP
#define DERAND_VIDEO_SOURCE_NAME_HPP

#include <string>

namespace video {

enum class SourceKind
{
    SCENE,    //!< the built-in scene
    CAMERA,   //!< the number of a camera
    PICTURES, //!< a picture, or numbered ones
    FILE,     //!< waits for us: a file, or a pipe whose writer we hold up
    LIVE,     //!< does not wait for us: a device, a GStreamer pipeline, a streaming protocol
    ADDRESS   //!< a file if its length is known, otherwise live: http, playlists
};

//! What a name of a source means, before anything is opened.
struct SourceName
{
    SourceKind kind;
    std::string name; //!< what to open
};

/** @brief Tells the kinds of sources apart.

What exists under this name is opened as it is, whatever else the name looks like: per cent signs, colons, exclamation
marks.
@param what as openSource()
@return std::runtime_error for a folder, and for what has the form of nothing that could be opened
 */
SourceName parseSource(const std::string& what);

/** @brief A file name with a number in it, as "frame_%03d.png".

%d, %1d to %9d (spaces in front) or %01d to %09d (zeros). If there are several, the last one is counted; other per cent
signs mean themselves.
 */
class Numbered
{
public:
    static constexpr int LAST_START = 9999; //!< the first picture may have any number from 0 to this

    static bool is(const std::string& pattern);
    explicit Numbered(const std::string& pattern);

    std::string file(int at) const;
    bool exists(int at) const;
    int first() const; //!< the first number of which there is a file; -1: none

    //! Does a path lead to one of the files, by whatever name? Also to one that does not exist yet.
    bool has(const std::string& path) const;

private:
    std::string before, number, after; // number: the conversion, "%03d"
};

} // namespace video

#endif // DERAND_VIDEO_SOURCE_NAME_HPP
