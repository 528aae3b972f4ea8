// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Where are frame and panel in the window, and what does the mouse point at?

#include <gtest/gtest.h>

#include "video/layout.hpp"

namespace {

using namespace cv;
using namespace video;

const Size FRAMES[] = {Size(1920, 1080), Size(1280, 720), Size(768, 432), Size(640, 480), Size(320, 240), Size(28, 28),
        Size(1080, 1920), Size(3840, 200), Size(900, 900), Size(101, 5000), Size(1, 1)};
const Size PICTURES[] = {
        Size(1280, 720), Size(1920, 1080), Size(640, 394), Size(720, 1280), Size(400, 1000), Size(320, 240), Size(40, 40)};

TEST(Derand_Layout, KeepsTheFrameWholeAndInShape)
{
    for (const Size& frame : FRAMES)
        for (const Size& picture : PICTURES)
        {
            const Layout layout = arrange(picture, frame);
            const Rect whole(Point(), picture);
            EXPECT_EQ(layout.frame, layout.frame & whole) << frame << picture;
            EXPECT_EQ(layout.panel, layout.panel & whole) << frame << picture;
            EXPECT_NEAR(double(frame.width) / frame.height, double(layout.frame.width) / layout.frame.height,
                    (1. + double(frame.width) / frame.height) / layout.frame.height)
                    << frame << picture;
            EXPECT_EQ(layout.over, !(layout.frame & layout.panel).empty() || (layout.over && layout.panel.empty())) << frame << picture;
        }
}

TEST(Derand_Layout, PutsThePanelOnTheFrameOnlyWithoutRoom)
{
    EXPECT_TRUE(arrange(Size(1920, 1080), Size(1920, 1080)).over);
    EXPECT_TRUE(arrange(Size(1280, 720), Size(1920, 1080)).over);
    EXPECT_TRUE(arrange(Size(640, 480), Size(640, 480)).over);
    const Layout below = arrange(Size(640, 634), Size(640, 480));
    EXPECT_FALSE(below.over);
    EXPECT_EQ(Rect(0, 0, 640, 480), below.frame);
    EXPECT_EQ(Rect(0, 480, 640, 154), below.panel);
    const Layout beside = arrange(Size(1280, 720), Size(900, 900));
    EXPECT_FALSE(beside.over);
    EXPECT_EQ(Rect(0, 0, 720, 720), beside.frame);
    EXPECT_EQ(Rect(720, 0, 560, 720), beside.panel);
    EXPECT_TRUE(arrange(Size(28, 28), Size(28, 28)).panel.empty()); // no room for text at all
    EXPECT_FALSE(arrange(Size(320, 240), Size(320, 240)).panel.empty());
    EXPECT_GT(arrange(Size(1920, 1080), Size(1920, 1080)).text, arrange(Size(1280, 720), Size(1920, 1080)).text);
}

TEST(Derand_Layout, FitsTheScreenAndEnlargesNothing)
{
    for (const Size& frame : FRAMES)
    {
        const Size picture = pictureSize(frame);
        EXPECT_TRUE(picture.width <= 1280 && picture.height <= 720) << frame << picture;
        const Layout layout = arrange(picture, frame);
        EXPECT_LE(layout.frame.width, frame.width) << frame;
        EXPECT_FALSE(layout.panel.empty()) << frame;
        if (frame.width <= 1280 && frame.height <= 720 - PANEL.height)
            EXPECT_EQ(frame, layout.frame.size());
        else // as large as it can be
            EXPECT_TRUE(layout.frame.width >= .98 * std::min(1280, frame.width) || layout.frame.height >= .98 * std::min(720, frame.height))
                    << frame << layout.frame;
    }
    EXPECT_EQ(Size(1280, 720), pictureSize(Size(1920, 1080)));
    EXPECT_EQ(Size(640, 394), pictureSize(Size(320, 240)));
}

//! What is drawn at a place is what the mouse points at there.
TEST(Derand_Layout, FindsFramePixelsUnderTheMouse)
{
    for (const Size& frame : FRAMES)
        for (const Size& picture : PICTURES)
        {
            const Layout layout = arrange(picture, frame);
            const Rect whole(Point(), frame);
            EXPECT_EQ(layout.frame, layout.place(whole));
            EXPECT_EQ(Point(), layout.framePoint(Point(-9, -9)));
            EXPECT_EQ(Point(frame), layout.framePoint(Point(picture) + Point(9, 9)));
            if (layout.scale() < 1)
                continue;
            for (const Point& p : {Point(), Point(frame.width / 3, frame.height / 2), Point(frame.width - 1, frame.height - 1)})
            {
                const Rect pixel = layout.place(Rect(p, Size(1, 1)));
                EXPECT_LE(std::abs(layout.framePoint((pixel.tl() + pixel.br()) / 2).x - p.x), 1);
                EXPECT_LE(std::abs(layout.framePoint((pixel.tl() + pixel.br()) / 2).y - p.y), 1);
            }
        }
    // A frame at half its size, at the left of the panel.
    const Layout half = arrange(Size(1280, 720), Size(1440, 1440));
    EXPECT_EQ(Rect(0, 0, 720, 720), half.frame);
    EXPECT_EQ(Point(200, 300), half.framePoint(Point(100, 150)));
    EXPECT_EQ(Rect(100, 150, 50, 60), half.place(Rect(200, 300, 100, 120)));
}

} // namespace
