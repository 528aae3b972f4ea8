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
    PICTURES, //!< a picture, numbered ones, or those of a folder
    FILE,     //!< waits for the reader: a file, or a pipe, whose writer blocks
    LIVE,     //!< does not wait for the reader: a device, a GStreamer pipeline, a streaming protocol
    ADDRESS   //!< a file if its length is known, otherwise live: http, playlists
};

//! What a name of a source means, before anything is opened.
struct SourceName
{
    SourceKind kind;
    std::string name; //!< what to open
};

/** @brief Determines the kind of a source.

If something of this name exists, it is opened as it is, whatever else the name looks like: percent signs, colons,
exclamation marks.
@param what see openSource()
 */
SourceName parseSource(const std::string& what);

/** @brief A file name with a number in it, such as "frame_%03d.png".

%d, %1d to %9d (spaces in front) or %01d to %09d (zeros). If there are several, the last one counts; other percent
signs are literal.
 */
class Numbered
{
public:
    static constexpr int LAST_START = 9999; //!< the first picture may have any number from 0 to this one

    static bool is(const std::string& pattern);
    explicit Numbered(const std::string& pattern);

    std::string file(int at) const;
    bool exists(int at) const;
    int first() const; //!< the first number for which there is a file; -1: none

    //! Does a path lead to one of the files, under any name, even if it does not exist yet?
    bool has(const std::string& path) const;

private:
    std::string before, number, after; // number: the conversion, "%03d"
};

} // namespace video

#endif // DERAND_VIDEO_SOURCE_NAME_HPP
