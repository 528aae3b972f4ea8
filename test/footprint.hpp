// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Stickers in front of something that makes frames (a filter, a codec, a reader), and the pixels that they change there.

#ifndef OPENCV_DERAND_TEST_FOOTPRINT_HPP
#define OPENCV_DERAND_TEST_FOOTPRINT_HPP

#include "test_precomp.hpp"

#if CV_VERSION_MAJOR >= 5
#include "opencv2/geometry.hpp" // boundingRect()
#endif

#include <algorithm>
#include <climits>
#include <cstdlib>

namespace opencv_test { namespace ref {

//! Pictures that will become frames: [0] without a sticker, the others with one each.
struct Scenes
{
    vector<Mat> pictures;
    vector<Rect> stickers; // [0] is empty
};

//! A picture that a codec finds easy (smooth), hard (noise), or plain.
inline Mat randomPicture(RNG& rng, const Size& size, int type)
{
    Mat picture(size, type, Scalar::all(128));
    const int kind = rng.uniform(0, 3);
    if (kind == 0)
        rng.fill(picture, RNG::UNIFORM, 0, 256);
    else if (kind == 1)
    {
        Mat small(4, 5, type);
        rng.fill(small, RNG::UNIFORM, 0, 256);
        resize(small, picture, size, 0, 0, INTER_CUBIC);
    }
    return picture;
}

/** A sticker at each of 34 places in a row, in a column, and at random: at every place relative to blocks of up to 32
pixels; in every corner of the picture, if there is room. Its content is one strong colour or noise. */
inline Scenes randomScenes(RNG& rng, const Size& size, int type)
{
    Scenes s;
    s.pictures.push_back(randomPicture(rng, size, type));
    s.stickers.push_back(Rect());
    for (int k = 0; k < 76; k++)
    {
        // Drawn one by one, since the arguments of a call are evaluated in any order.
        const int height = rng.uniform(1, 8), width = rng.uniform(1, 8);
        const Size sticker(std::min(size.width, width), std::min(size.height, height));
        const Size room(size.width - sticker.width + 1, size.height - sticker.height + 1);
        const int y = rng.uniform(0, room.height), x = rng.uniform(0, room.width);
        Point at(x, y);
        if (k < 68)
            (k < 34 ? at.x : at.y) = (size.width / 3 + k % 34) % (k < 34 ? room.width : room.height);
        else if (k < 72)
            at = Point(k % 2 ? room.width - 1 : 0, k / 2 % 2 ? room.height - 1 : 0);
        s.stickers.push_back(Rect(at, sticker));
        s.pictures.push_back(s.pictures[0].clone());
        Mat content = s.pictures.back()(s.stickers.back());
        if (k % 3 == 0)
            rng.fill(content, RNG::UNIFORM, 0, 256);
        else
            content.setTo(Scalar(k & 1 ? 255 : 0, k & 2 ? 255 : 0, k & 4 ? 255 : 0));
    }
    return s;
}

//! Turns a picture into a frame.
typedef std::function<Mat(const Mat&)> Camera;

inline vector<Mat> seen(const Scenes& scenes, const Camera& camera)
{
    vector<Mat> frames;
    for (const Mat& picture : scenes.pictures)
        frames.push_back(camera(picture));
    return frames;
}

//! 255 where two pictures differ.
inline Mat difference(const Mat& a, const Mat& b)
{
    Mat differs(a.size(), CV_8U, Scalar(0));
    vector<Mat> before, after;
    split(a, before);
    split(b, after);
    for (size_t c = 0; c < before.size(); c++)
        differs |= before[c] != after[c];
    return differs;
}

//! Compares what the stickers changed with what touched() says.
struct Footprint
{
    Footprint() : outside(0), changed(0), slack(INT_MAX) {}
    int outside; // changed pixels that touched() misses, for the worst sticker
    int changed; // stickers that changed pixels that they do not cover
    int slack;   // of the smallest distances, in pixels, between changed pixels and each side of touched(), the largest
};

/** The footprint of frames.
@param frames of all scenes
@param stickers in pixels of the frames; [0] is ignored
@param map its frameSize, roi and interpolation are set here
 */
inline Footprint footprint(const vector<Mat>& frames, const vector<Rect>& stickers, FrameMap map)
{
    Footprint f;
    const Size size = frames[0].size();
    map.frameSize = size;
    map.roi = Rect(Point(), size);
    map.interpolation = INTER_NEAREST;
    int gap[4] = {INT_MAX, INT_MAX, INT_MAX, INT_MAX};
    for (size_t k = 1; k < frames.size(); k++)
    {
        Mat differs = difference(frames[0], frames[k]);
        const Rect touched = map.touched(stickers[k], size), all = boundingRect(differs);
        Mat beyond = differs.clone();
        beyond(stickers[k]).setTo(0);
        f.changed += countNonZero(beyond) > 0;
        if (all.empty())
            continue;
        // Sides that touched() shares with the frame are not informative.
        const int sides[4][3] = {{touched.x > 0, all.x, touched.x}, {touched.y > 0, all.y, touched.y},
                {touched.br().x < size.width, touched.br().x, all.br().x}, {touched.br().y < size.height, touched.br().y, all.br().y}};
        for (int i = 0; i < 4; i++)
            if (sides[i][0])
                gap[i] = std::min(gap[i], sides[i][1] - sides[i][2]);
        differs(touched).setTo(0);
        f.outside = std::max(f.outside, countNonZero(differs));
    }
    f.slack = *std::max_element(gap, gap + 4);
    return f;
}

//! Where a rectangle of pixels ends up after a transformation of the whole picture that moves pixels, such as a flip.
inline Rect moved(const Rect& rect, const Size& size, const Camera& transformation)
{
    Mat mask(size, CV_8U, Scalar(0));
    mask(rect).setTo(255);
    return boundingRect(transformation(mask));
}

inline vector<Rect> moved(const vector<Rect>& rects, const Size& size, const Camera& transformation)
{
    vector<Rect> all(1);
    for (size_t k = 1; k < rects.size(); k++)
        all.push_back(moved(rects[k], size, transformation));
    return all;
}

//! A file that is removed at the end.
struct TemporaryFile
{
    explicit TemporaryFile(const char* suffix) : name(cv::tempfile(suffix)) {}
    ~TemporaryFile() { std::remove(name.c_str()); }
    const string name;
};

//! Is this program available?
inline bool haveProgram(const string& command)
{
#ifdef _WIN32
    const string silence = " >NUL 2>NUL";
#else
    const string silence = " >/dev/null 2>/dev/null";
#endif
    return std::system((command + silence).c_str()) == 0;
}

//! A codec of blocks; the offset is that of frames as they were decoded.
inline FrameMap coded(const Size& block, int dilation = 0, int after = 0)
{
    FrameMap map;
    map.codecBlock = block;
    map.codecOffset = Point(0, 0);
    map.dilation = dilation;
    map.dilationAfterCodec = after;
    return map;
}

//! The preset.
inline FrameMap mjpeg()
{
    FrameMap map;
    map.setCodec(CODEC_MJPEG);
    return map;
}

}} // namespace opencv_test::ref

#endif // OPENCV_DERAND_TEST_FOOTPRINT_HPP
