// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// In which order do frames come through the threads, which are dropped, and how does it end?

#include <thread>

#include <gtest/gtest.h>

#include "video/pipeline.hpp"

namespace {

using namespace cv;
using namespace video;
using std::chrono::milliseconds;

const milliseconds AT_ONCE(0), LONG(20000);

//! Black frames; the first pixel holds the number of the frame.
class Counter : public Source
{
public:
    explicit Counter(int frames, bool live_ = false) : left(frames)
    {
        name = "counter";
        live = live_;
        fps = 1000;
    }

    bool read(Mat& frame) override
    {
        if (left-- == 0)
            return false;
        if (left == broken)
            throw std::runtime_error("the counter broke");
        frame = Mat(280, 280, CV_8UC3, Scalar());
        frame.at<Vec3b>(0, 0)[0] = uchar(count++);
        if (live)
            std::this_thread::sleep_for(milliseconds(5));
        return true;
    }

    int broken = -1; // throws when this many are left

private:
    int left, count = 0;
};

Certifier& certifier()
{
    static Certifier made(
            findModel("mnist_column_s2_small", ""), [](Certifier::Params&) {}, true);
    return made;
}

std::unique_ptr<Source> counter(int frames, bool live = false) { return std::unique_ptr<Source>(new Counter(frames, live)); }

TEST(Derand_Handover, OfAFileWaitsUntilTheThingIsTaken)
{
    Handover<int> handover(false);
    std::thread producer([&] {
        for (int i = 0; i < 100; i++)
            EXPECT_TRUE(handover.put(i));
        handover.close();
    });
    int thing = -1, expected = 0;
    while (!handover.finished())
    {
        if (!handover.take(thing, LONG))
            continue;
        EXPECT_EQ(expected, thing);
        expected++;
    }
    producer.join();
    EXPECT_EQ(100, expected);
    EXPECT_EQ(0, handover.dropped());
}

TEST(Derand_Handover, OfACameraHasTheNewest)
{
    Handover<int> handover(true);
    for (int i = 0; i < 5; i++)
        EXPECT_TRUE(handover.put(i));
    int thing = -1;
    EXPECT_TRUE(handover.take(thing, AT_ONCE));
    EXPECT_EQ(4, thing);
    EXPECT_EQ(4, handover.dropped());
    EXPECT_FALSE(handover.take(thing, AT_ONCE));
}

TEST(Derand_Handover, ClosedTakesNothingMoreButGivesWhatItHas)
{
    Handover<int> handover(false);
    handover.put(1);
    handover.close();
    EXPECT_FALSE(handover.put(2));
    EXPECT_FALSE(handover.finished());
    int thing = -1;
    EXPECT_TRUE(handover.take(thing, AT_ONCE));
    EXPECT_EQ(1, thing);
    EXPECT_TRUE(handover.finished());
}

TEST(Derand_Pipeline, CertifiesEveryFrameOfAFileInOrder)
{
    Pipeline pipeline(counter(50), certifier(), Controls(), Pipeline::Limits());
    Shot shot;
    int frames = 0;
    while (!pipeline.ended())
    {
        if (!pipeline.next(shot))
            continue;
        EXPECT_EQ(frames, shot.index);
        EXPECT_EQ(frames, shot.frame.at<Vec3b>(0, 0)[0]);
        EXPECT_GE(shot.certificate.label, 0);
        frames++;
    }
    EXPECT_EQ(50, frames);
    EXPECT_EQ(0, pipeline.dropped());
}

TEST(Derand_Pipeline, DropsOldFramesOfACameraUnlessEveryOneIsWanted)
{
    for (const bool every : {false, true})
    {
        Pipeline::Limits limits;
        limits.everyFrame = every;
        Pipeline pipeline(counter(40, true), certifier(), Controls(), limits);
        Shot shot;
        int frames = 0, last = -1;
        while (!pipeline.ended())
        {
            if (!pipeline.next(shot))
                continue;
            EXPECT_GT(shot.index, last);
            last = shot.index;
            frames++;
            std::this_thread::sleep_for(milliseconds(30)); // slower than the camera
        }
        EXPECT_EQ(39, last);
        EXPECT_EQ(40, frames + pipeline.dropped());
        EXPECT_EQ(every, frames == 40);
    }
}

TEST(Derand_Pipeline, StopsAfterTheFramesAskedForAndAtOnceWhenTold)
{
    Pipeline::Limits limits;
    limits.frames = 7;
    Pipeline some(counter(1000), certifier(), Controls(), limits);
    Shot shot;
    int frames = 0;
    while (!some.ended())
        frames += some.next(shot);
    EXPECT_EQ(7, frames);

    Pipeline endless(counter(-1), certifier(), Controls(), Pipeline::Limits());
    EXPECT_TRUE(endless.next(shot, LONG));
    endless.stop(); // returns
    EXPECT_EQ(Ending::COMPLETE, endless.from().ending);
}

TEST(Derand_Pipeline, RepeatsAFrameWhilePaused)
{
    Controls controls;
    Pipeline pipeline(counter(20), certifier(), controls, Pipeline::Limits());
    Shot shot;
    ASSERT_TRUE(pipeline.next(shot, LONG));
    controls.paused = true;
    pipeline.set(controls);
    int repeated = 0, last = -1;
    while (repeated < 5)
    {
        ASSERT_TRUE(pipeline.next(shot, LONG));
        EXPECT_TRUE(repeated == 0 || (shot.repeated && shot.index == last));
        repeated += shot.repeated;
        last = shot.index;
    }
    controls.paused = false;
    pipeline.set(controls);
    int counted = 0;
    while (!pipeline.ended())
    {
        if (pipeline.next(shot) && !shot.repeated)
            counted++;
    }
    EXPECT_EQ(19, shot.index);
    EXPECT_EQ(19 - last, counted);
}

TEST(Derand_Pipeline, HandsOnWhatWentWrongInAnotherThread)
{
    Counter* source = new Counter(10);
    source->broken = 4;
    Pipeline pipeline(std::unique_ptr<Source>(source), certifier(), Controls(), Pipeline::Limits());
    Shot shot;
    EXPECT_THROW(while (!pipeline.ended()) pipeline.next(shot);, std::runtime_error);

    Controls outside;
    outside.region = Rect(1000, 0, 10, 10);
    Pipeline elsewhere(counter(10), certifier(), outside, Pipeline::Limits());
    EXPECT_THROW(while (!elsewhere.ended()) elsewhere.next(shot);, std::runtime_error);
}

} // namespace
