// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Which part of a frame is classified, what a sticker covers, and what the picture and the totals report.

#include <cstdio>
#include <fstream>

#include <gtest/gtest.h>

#include "opencv2/imgproc.hpp"

#include "common/drawing.hpp"
#include "common/explanation.hpp"
#include "video/certifier.hpp"
#include "video/overlay.hpp"
#include "video/recorder.hpp"
#include "video/video_totals.hpp"

namespace {

using namespace cv;
using namespace cv::derand;
using namespace video;

//! 28 columns; the first `votes` of them vote for the label, the others for nothing.
Certificate certificateOf(int label, int votes, const Size& frame, const Rect& region)
{
    Mat table(28, 3, CV_8U, Scalar(0));
    table(Rect(label, 0, 1, votes)).setTo(1);
    return certify(table, Ablation(ABLATION_COLUMN, 1, Size(28, 28)), FrameMap(frame, region));
}

TEST(Derand_Region, IsTheLargestCentredPartOfTheInputsShape)
{
    EXPECT_EQ(Rect(80, 0, 480, 480), regionOf(Size(640, 480), Rect(), Size(28, 28)));
    EXPECT_EQ(Rect(0, 80, 320, 480), regionOf(Size(320, 640), Rect(), Size(32, 48)));
    EXPECT_EQ(Rect(0, 0, 1, 1), regionOf(Size(1, 1), Rect(), Size(28, 28)));
    EXPECT_EQ(Rect(600, 400, 40, 80), regionOf(Size(640, 480), Rect(600, 400, 40, 80), Size(28, 28)));
    EXPECT_EQ(Rect(0, 0, 640, 480), regionOf(Size(640, 480), parseRegion("whole"), Size(28, 28)));
    EXPECT_EQ(Rect(1, 2, 3, 4), parseRegion("1,2,3,4"));
    EXPECT_TRUE(parseRegion("centre").empty());
    for (const Rect& outside : {Rect(640, 0, 10, 10), Rect(600, 400, 100, 50), Rect(0, 0, 10, 481), Rect(5, 5, INT_MAX, 5)})
        EXPECT_THROW(regionOf(Size(640, 480), outside, Size(28, 28)), std::runtime_error) << outside;
    for (const char* text :
            {"", "1,2,3", "1,2,3,4,5", "1,2,0,4", "-1,2,3,4", "middle", "1,2,3,4x", "1,2,3.5,4", " 1,2,3,4", "1,2,99999999999,4"})
        EXPECT_THROW(parseRegion(text), std::runtime_error) << text;
}

//! The same region as with Params::crop, whose pixels training saw.
TEST(Derand_Region, IsThatOfACroppingClassifier)
{
    const dnn::Net net = dnn::readNet(findModel("mnist_column_s2_small", ""));
    RNG rng(7);
    for (int i = 0; i < 200; i++)
    {
        const Size input(rng.uniform(1, 40), rng.uniform(1, 40)), frame(rng.uniform(1, 900), rng.uniform(1, 900));
        CertifiedClassifier::Params params;
        params.crop = true;
        const Ptr<CertifiedClassifier> cropping = CertifiedClassifier::create(net, Ablation(ABLATION_COLUMN, 1, input), params);
        EXPECT_EQ(cropping->getFrameMap(frame).roi, regionOf(frame, Rect(), input)) << frame << " " << input;
    }
}

//! The settings of a model may crop; --roi says what is classified, all of it.
TEST(Derand_Region, IsClassifiedAsAWholeByAModelThatCrops)
{
    const std::string source = findModel("mnist_column_s2_small", ""), model = tempfile(".onnx");
    const std::string config = model.substr(0, model.size() - 5) + ".yml";
    ASSERT_TRUE(std::ofstream(model, std::ios::binary) << std::ifstream(source, std::ios::binary).rdbuf());
    ModelSettings settings = ModelSettings::read(source.substr(0, source.size() - 5) + ".yml");
    const Ptr<CertifiedClassifier> expected = CertifiedClassifier::create(model, settings);
    settings.params.crop = true;
    settings.write(config);
    Certifier with(
            model, [](Certifier::Params&) {}, true);
    Mat noise(120, 160, CV_8UC1);
    theRNG().state = 5;
    theRNG().fill(noise, RNG::UNIFORM, 0, 255);
    for (const Rect& region : {WHOLE, Rect(), Rect(10, 20, 90, 40)})
    {
        Shot shot;
        shot.clean = noise;
        Controls controls;
        controls.region = region;
        with.certify(shot, controls);
        Mat votes, expectedVotes;
        shot.certificate.getVotes(votes);
        expected->classify(noise, shot.roi).getVotes(expectedVotes);
        EXPECT_EQ(0, norm(votes, expectedVotes, NORM_INF)) << shot.roi;
        EXPECT_EQ(region == WHOLE ? Rect(0, 0, 160, 120) : region.empty() ? Rect(20, 0, 120, 120) : region, shot.roi);
    }
    std::remove(model.c_str());
    std::remove(config.c_str());
}

//! The blocks of a codec keep their place in the frame, whatever part of it is classified.
TEST(Derand_Region, KeepsTheBlocksOfTheCodecWhereTheyAre)
{
    Mat noise(120, 160, CV_8UC3);
    theRNG().state = 5;
    theRNG().fill(noise, RNG::UNIFORM, 0, 255);
    for (const bool turned : {false, true})
    {
        Certifier with(
                findModel("mnist_column_s2_small", ""),
                [&](Certifier::Params& params) {
                    params.codecBlock = Size(16, 8);
                    params.codecOffset = Point(3, 0);
                },
                true);
        for (const Rect& region : {Rect(0, 0, 112, 112), Rect(5, 3, 56, 56), Rect(33, 8, 100, 90), Rect(5, 3, 56, 56)})
        {
            Shot shot;
            shot.clean = noise;
            shot.turned = turned;
            Controls controls;
            controls.region = region;
            controls.sticker.content = Mat(9, 9, CV_8UC3, Scalar());
            controls.sticker.place = Sticker::HERE;
            controls.sticker.corner = region.tl();
            with.certify(shot, controls);
            EXPECT_EQ(region, shot.roi);
            FrameMap map(noise.size(), region, with.params().interpolation);
            map.codecBlock = turned ? Size(16, 16) : Size(16, 8);
            map.codecOffset = turned ? Point(-1, -1) : Point(3, 0);
            for (const Certificate& c : {shot.certificate, shot.without})
            {
                Mat votes, safe, expected;
                c.getVotes(votes);
                c.safeMap(Size(5, 5), safe);
                certify(votes, Ablation(ABLATION_COLUMN, 2, Size(28, 28)), map).safeMap(Size(5, 5), expected);
                ASSERT_EQ(Size(156, 116), safe.size());
                EXPECT_EQ(0, countNonZero(safe != expected)) << region;
            }
        }
    }
}

TEST(Derand_Sticker, CoversWhatItSays)
{
    Sticker sticker;
    sticker.content = Mat(10, 20, CV_8UC3, Scalar::all(255));
    sticker.place = Sticker::HERE;
    for (const Point& corner : {Point(5, 5), Point(-15, 45), Point(95, -5), Point(200, 0), Point(-20, 0)})
    {
        Mat frame(50, 100, CV_8UC3, Scalar());
        sticker.corner = corner;
        const Rect covered = sticker.put(frame, Rect(), 0);
        EXPECT_EQ(covered.area(), countNonZero(frame.reshape(1)) / 3);
        EXPECT_TRUE(covered.empty() || countNonZero(frame(covered).clone().reshape(1)) == 3 * covered.area());
    }
    sticker.place = Sticker::PATH; // comes from the left, goes to the right, and is everywhere between
    const Rect roi(20, 10, 60, 30);
    int inside = 0;
    for (int i = 0; i < 170; i++)
    {
        Mat frame(50, 100, CV_8UC3, Scalar());
        inside += !(sticker.put(frame, roi, i) & roi).empty();
    }
    EXPECT_GT(inside, 160);
}

//! The safeguard of the demo: it must be able to detect a broken certificate.
TEST(Derand_Shot, KnowsABrokenCertificate)
{
    Shot shot;
    const Size frame(480, 280);
    shot.roi = Rect(100, 0, 280, 280);
    shot.sticker = Rect(90, 0, 30, 30); // two columns of the input lie inside
    shot.without = certificateOf(1, 20, frame, shot.roi);
    shot.certificate = certificateOf(1, 18, frame, shot.roi);
    EXPECT_FALSE(shot.changed());
    EXPECT_FALSE(shot.broken());
    shot.certificate = certificateOf(2, 10, frame, shot.roi);
    EXPECT_TRUE(shot.changed());
    EXPECT_TRUE(shot.broken());
    // Conversely: the frame with the sticker is certified, but the one without had another label.
    std::swap(shot.certificate, shot.without);
    EXPECT_TRUE(shot.broken());

    // Neither frame is certified at that place, but the alarm was promised, and was not rung.
    shot.sticker.x = 115;
    shot.without = certificateOf(1, 6, frame, shot.roi);
    shot.certificate = certificateOf(2, 6, frame, shot.roi);
    for (const Certificate& c : {shot.without, shot.certificate})
    {
        Mat safe;
        c.safeMap(shot.sticker.size(), safe);
        EXPECT_EQ(0, safe.at<uchar>(shot.sticker.tl()));
        EXPECT_TRUE(c.silent(shot.sticker.size()));
    }
    EXPECT_TRUE(shot.broken());
    shot.sticker.x = 90;

    shot.without = certificateOf(1, 2, frame, shot.roi);
    shot.certificate = certificateOf(2, 2, frame, shot.roi);
    EXPECT_TRUE(shot.changed());
    EXPECT_FALSE(shot.broken());
    shot.without = Certificate(); // not known
    EXPECT_FALSE(shot.changed());

    VideoTotals totals;
    shot.without = certificateOf(1, 20, frame, shot.roi);
    totals.add(shot, Size(10, 10));
    shot.repeated = true;
    totals.add(shot, Size(10, 10));
    EXPECT_EQ(1, totals.frames);
    EXPECT_EQ(1, totals.broken);
}

//! No votes: then there is no label, not even the first one, and nothing holds.
TEST(Derand_Shot, MayHaveNoLabel)
{
    Shot shot;
    shot.index = 0;
    shot.frame = Mat(280, 280, CV_8UC1, Scalar(0));
    shot.roi = Rect(0, 0, 280, 280);
    shot.sticker = Rect(0, 0, 30, 30);
    shot.certificate = certificateOf(0, 20, shot.roi.size(), shot.roi);
    shot.without = certificateOf(0, 0, shot.roi.size(), shot.roi);
    EXPECT_FALSE(tools::abstains(shot.certificate));
    EXPECT_TRUE(tools::abstains(shot.without));
    EXPECT_TRUE(shot.known());
    EXPECT_TRUE(shot.changed());
    EXPECT_FALSE(shot.without.holds(Size(1, 1)));
    std::swap(shot.certificate, shot.without);
    EXPECT_TRUE(shot.changed());
    shot.without = shot.certificate;
    EXPECT_FALSE(shot.changed());
    EXPECT_FALSE(shot.broken());
    EXPECT_FALSE(Overlay({"zero", "one", "two"}).draw(shot, Size(9, 9), VideoTotals(), Size(640, 480)).empty());
}

//! As many red pixels as places are unsafe, also for frames that are enlarged or made smaller.
TEST(Derand_Overlay, MarksWhatIsUnsafe)
{
    for (const double times : {1., 2., 3., .5})
    {
        const Size size(560, 480), picture(cvRound(size.width * times), cvRound(size.height * times) + 1000);
        Shot shot;
        shot.frame = Mat(size, CV_8UC3, Scalar());
        shot.roi = Rect(Point(size.width / 4, 0), Size(size.width / 2, size.height));
        shot.certificate = certificateOf(1, 12, size, shot.roi);
        const Size patch(shot.roi.width / 3, shot.roi.height / 3);
        Mat safe, red;
        shot.certificate.safeMap(patch, safe);
        const Overlay overlay({"zero", "one", "two"});
        const Rect place = arrange(picture, size).frame;
        ASSERT_EQ(Size(cvRound(size.width * times), cvRound(size.height * times)), place.size());
        const Mat frame = overlay.draw(shot, patch, VideoTotals(), picture)(place);
        const Scalar colour = tools::COLOUR_UNSAFE * .4;
        inRange(frame, colour - Scalar::all(1), colour + Scalar::all(1), red);
        const int unsafe = int(safe.total()) - countNonZero(safe);
        ASSERT_GT(unsafe, 0);
        const double expected = unsafe * times * times;
        EXPECT_NEAR(expected, countNonZero(red), times < 1 ? .02 * expected : 0) << times;
        View plain;
        plain.marks = false;
        EXPECT_EQ(0, countNonZero(overlay.draw(shot, patch, VideoTotals(), picture, plain)(place).clone().reshape(1)));
        EXPECT_EQ("one", overlay.name(1));
        EXPECT_EQ("class 1", Overlay({}).name(1));
    }
}

TEST(Derand_Overlay, DrawsOnlyWhatTheViewAsksFor)
{
    const Size size(640, 480);
    Shot shot;
    shot.frame = Mat(size, CV_8UC3, Scalar());
    shot.roi = Rect(80, 0, 480, 480);
    shot.certificate = certificateOf(1, 20, size, shot.roi);
    const Overlay overlay({"zero", "one", "two"});
    const auto inked = [&](const View& view) {
        Mat grey;
        cvtColor(overlay.draw(shot, Size(9, 9), VideoTotals(), size, view), grey, COLOR_BGR2GRAY);
        return boundingRect(grey);
    };
    View view;
    view.marks = view.panel = false;
    EXPECT_TRUE(inked(view).empty());
    view.panel = true;
    EXPECT_EQ(arrange(size, size).panel, inked(view));
    view.panel = false;
    view.selection = Rect(200, 100, 50, 60);
    EXPECT_EQ(view.selection, inked(view) & view.selection);
    EXPECT_LE(inked(view).area(), 54 * 64);
    view.selection = Rect();
    view.message = "found nothing";
    EXPECT_EQ(size.width, inked(view).width);
    EXPECT_LT(inked(view).height, 60);
}

TEST(Derand_Recorder, FitsFramesOfAnotherSizeIntoTheVideo)
{
    const std::string file = tempfile(".avi");
    Recorder recorder(file, 25);
    const Size sizes[] = {Size(101, 80), Size(202, 160), Size(50, 100)};
    for (const Size& size : sizes)
        recorder.add(Mat(size, CV_8UC3, Scalar::all(255)));
    recorder.close();
    VideoCapture video(file);
    Mat frame;
    const int bright[] = {101 * 80, 101 * 80, 40 * 80};
    for (int i = 0; i < 3; i++)
    {
        ASSERT_TRUE(video.read(frame));
        ASSERT_EQ(Size(102, 80), frame.size());
        Mat grey;
        cvtColor(frame, grey, COLOR_BGR2GRAY);
        EXPECT_NEAR(bright[i], countNonZero(grey > 128), 200) << "frame " << i;
    }
    EXPECT_FALSE(video.read(frame));
    video.release();
    std::remove(file.c_str());
}

} // namespace
