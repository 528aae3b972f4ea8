// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Attacks on the whole pipeline, in frame pixels: what is certified must not fall, and what is not certified must be able to.

#include "test_precomp.hpp"
#include "opencv2/imgcodecs.hpp"

#if CV_VERSION_MAJOR >= 5
#include "opencv2/geometry.hpp" // boundingRect(), moments()
#endif

#include <cstdlib>
#include <fstream>
#include <iostream>

namespace opencv_test { namespace {

typedef CertifiedClassifier::Params Params;

Ptr<CertifiedClassifier> mnist(int chunk = 0, int interpolation = INTER_LINEAR)
{
    Ptr<CertifiedClassifier> classifier = CertifiedClassifier::create(string(DERAND_MODELS_DIR) + "/mnist_column_s2.onnx");
    Params params = classifier->getParams();
    params.chunk = chunk;
    params.interpolation = interpolation;
    classifier->setParams(params);
    return classifier;
}

//! A digit in the style of MNIST: white strokes on black, in a box of 20 x 20, centred by its mass in 28 x 28.
Mat drawnDigit(int digit, int font)
{
    Mat canvas(200, 200, CV_8UC1, Scalar(0)), box;
    putText(canvas, format("%d", digit), Point(40, 160), font, 5, Scalar(255), 12, LINE_AA);
    const Rect strokes = boundingRect(canvas);
    const double scale = 20. / std::max(strokes.width, strokes.height);
    resize(canvas(strokes), box, Size(), scale, scale, INTER_AREA);
    const Moments m = moments(box);
    Mat image(28, 28, CV_8UC1, Scalar(0));
    const Point corner(std::min(28 - box.cols, std::max(0, cvRound(14 - m.m10 / m.m00))),
            std::min(28 - box.rows, std::max(0, cvRound(14 - m.m01 / m.m00))));
    box.copyTo(image(Rect(corner, box.size())));
    return image;
}

//! Digits drawn by the test, and some of the MNIST test set if it is available.
vector<Mat> digits()
{
    vector<Mat> all;
    for (int d = 0; d < 10; d++)
        all.push_back(drawnDigit(d, d % 2 ? FONT_HERSHEY_DUPLEX : FONT_HERSHEY_SIMPLEX));
    const char* data = getenv("DERAND_TEST_DATA");
    std::ifstream idx((string(data ? data : ".") + "/mnist/t10k-images-idx3-ubyte").c_str(), std::ios::binary);
    idx.seekg(16);
    Mat image(28, 28, CV_8UC1);
    while (all.size() < 40 && idx.read((char*)image.data, image.total()))
        all.push_back(image.clone());
    if (all.size() == 10)
        std::cout << "DERAND_TEST_DATA has no mnist/t10k-images-idx3-ubyte: drawn digits only" << std::endl;
    return all;
}

//! What a patch may show: one grey, noise, stripes, or a part of another picture.
Mat patchContent(RNG& rng, const Size& size, const vector<Mat>& pictures)
{
    Mat content(size, CV_8UC1, Scalar(rng.uniform(0, 2) * 255));
    switch (rng.uniform(0, 4))
    {
    case 0: rng.fill(content, RNG::UNIFORM, 0, 256); break;
    case 1:
        for (int x = rng.uniform(0, 6); x < size.width; x += rng.uniform(2, 9))
            content.colRange(x, std::min(x + 2, size.width)).setTo(Scalar(rng.uniform(0, 256)));
        break;
    case 2:
    {
        const Mat& other = pictures[rng.uniform(0, (int)pictures.size())];
        const Size part(std::min(size.width, other.cols), std::min(size.height, other.rows));
        const Rect from(Point(rng.uniform(0, other.cols - part.width + 1), rng.uniform(0, other.rows - part.height + 1)), part);
        other(from).copyTo(content(Rect(Point(), part)));
        break;
    }
    default: break;
    }
    return content;
}

struct Attack
{
    int tries, fallen;
};

/** Random patches, then hill climbing on the lead of the label with the best of them. */
Attack attack(CertifiedClassifier& classifier, const Mat& frame, int label, const Size& patch, int rounds,
        const vector<Mat>& pictures, RNG& rng)
{
    const Size size(std::min(patch.width, frame.cols), std::min(patch.height, frame.rows));
    const int batch = 20;
    Attack result = {0, 0};
    Mat best;
    Rect bestWhere;
    int bestLead = INT_MAX;
    for (int round = 0; round < rounds; round++)
    {
        vector<Mat> attacked;
        vector<Rect> where;
        for (int k = 0; k < batch; k++)
        {
            Mat picture = frame.clone();
            if (round < rounds / 2 || best.empty())
            {
                where.push_back(
                        Rect(Point(rng.uniform(0, frame.cols - size.width + 1), rng.uniform(0, frame.rows - size.height + 1)), size));
                patchContent(rng, size, pictures).copyTo(picture(where[k]));
            }
            else
            {
                where.push_back(bestWhere);
                best.copyTo(picture(where[k]));
                Mat inside = picture(where[k]);
                const Size part(rng.uniform(1, size.width + 1), rng.uniform(1, size.height + 1));
                const Rect at(Point(rng.uniform(0, size.width - part.width + 1), rng.uniform(0, size.height - part.height + 1)), part);
                patchContent(rng, part, pictures).copyTo(inside(at));
            }
            attacked.push_back(picture);
        }
        vector<Certificate> certificates;
        classifier.classifyBatch(attacked, certificates);
        for (int k = 0; k < batch; k++)
        {
            const Certificate& c = certificates[k];
            const int lead = c.label == label ? c.votes - c.runnerUpVotes : -1;
            result.tries++;
            result.fallen += c.label != label;
            if (lead < bestLead)
            {
                bestLead = lead;
                bestWhere = where[k];
                best = attacked[k](where[k]).clone();
            }
        }
    }
    return result;
}

TEST(Derand_Soundness, NoPatchChangesACertifiedLabel)
{
    const vector<Mat> pictures = digits();
    const Size sizes[] = {Size(28, 28), Size(97, 61), Size(320, 240)};
    const int interpolations[] = {INTER_NEAREST, INTER_LINEAR, INTER_AREA};
    const int chunks[] = {0, 1, 5};
    const int threads = getNumThreads();
    RNG rng(11);
    int tries = 0, certified = 0;
    for (int s = 0; s < 3; s++)
        for (size_t p = 0; p < pictures.size(); p += s == 0 ? 1 : 3)
        {
            Mat frame;
            resize(pictures[p], frame, sizes[s], 0, 0, INTER_LINEAR);
            const int variant = (int)p / 3 % 3;
            const Certificate c = mnist(0, interpolations[variant])->classify(frame);
            if (c.patch == 0)
                continue;
            certified++;
            setNumThreads(1 + (int)p % 2);
            Ptr<CertifiedClassifier> attacked = mnist(chunks[p % 3], interpolations[variant]);
            // The certificate of columns does not depend on the height of the patch.
            const Size patches[] = {Size(c.patch, c.patch), Size(c.patch, frame.rows)};
            for (const Size& patch : patches)
            {
                ASSERT_TRUE(c.holds(patch));
                const Attack a = attack(*attacked, frame, c.label, patch, s == 0 ? 12 : 6, pictures, rng);
                EXPECT_EQ(0, a.fallen) << "picture " << p << " of " << sizes[s] << ", patch " << patch;
                tries += a.tries;
            }
        }
    setNumThreads(threads);
    EXPECT_GE(certified, 8);
    EXPECT_GT(tries, 2000);
    std::cout << certified << " certified frames, " << tries << " patches" << std::endl;
}

//! What a camera may do to a scene: sharpening that looks one pixel far, then JPEG.
Mat camera(const Mat& scene, int quality)
{
    Mat soft, sharp;
    GaussianBlur(scene, soft, Size(3, 3), 0);
    addWeighted(scene, 2, soft, -1, 0, sharp);
    vector<uchar> file;
    const vector<int> options = {IMWRITE_JPEG_QUALITY, quality};
    imencode(".jpg", sharp, file, options);
    return imdecode(file, IMREAD_UNCHANGED);
}

TEST(Derand_Soundness, NoPatchInFrontOfTheCameraChangesACertifiedLabel)
{
    const vector<Mat> pictures = digits();
    RNG rng(14);
    Ptr<CertifiedClassifier> classifier = mnist(), blind = mnist();
    Params params = classifier->getParams();
    params.dilation = 1;
    params.codecBlock = Size(8, 8); // grey JPEG
    params.codecOffset = Point();
    classifier->setParams(params);
    int certified = 0, smaller = 0;
    for (size_t p = 0; p < pictures.size(); p++)
    {
        Mat scene;
        resize(pictures[p], scene, Size(300, 220), 0, 0, INTER_LINEAR);
        const int quality = rng.uniform(20, 96);
        const Mat frame = camera(scene, quality);
        const Certificate c = classifier->classify(frame);
        const int without = blind->classify(frame).patch;
        ASSERT_LE(c.patch, without);
        smaller += c.patch < without;
        if (c.patch == 0)
            continue;
        certified++;
        for (int k = 0; k < 40; k++)
        {
            Mat attacked = scene.clone();
            const Size patch(c.patch, k % 2 ? c.patch : scene.rows);
            const Rect where(Point(rng.uniform(0, scene.cols - patch.width + 1), rng.uniform(0, scene.rows - patch.height + 1)), patch);
            patchContent(rng, patch, pictures).copyTo(attacked(where));
            ASSERT_EQ(c.label, classifier->classify(camera(attacked, quality)).label) << "picture " << p << ", " << where;
        }
    }
    EXPECT_GE(certified, 4);
    EXPECT_GE(smaller, 4) << "dilation and codec cost nothing";
}

TEST(Derand_Soundness, UncertifiedLabelsDoFall)
{
    const vector<Mat> pictures = digits();
    RNG rng(12);
    int fallen = 0, attacked = 0;
    Ptr<CertifiedClassifier> classifier = mnist();
    for (size_t p = 0; p < pictures.size() && fallen < 3; p++)
    {
        const Certificate c = classifier->classify(pictures[p]);
        const Size patch(c.patch + 8, 28);
        ASSERT_FALSE(c.holds(patch));
        attacked++;
        fallen += attack(*classifier, pictures[p], c.label, patch, 20, pictures, rng).fallen > 0;
    }
    EXPECT_GE(fallen, 3) << "of " << attacked << ": the attack is too weak to test anything";
}

TEST(Derand_Soundness, ACertifiedAttackedFrameHasTheLabelOfTheCleanOne)
{
    // Certificates are symmetric: if a picture with a patch is certified for the size of the patch, its label
    // is that of the picture without it, certified or not.
    const vector<Mat> pictures = digits();
    RNG rng(13);
    Ptr<CertifiedClassifier> classifier = mnist();
    int certified = 0, refused = 0;
    for (int k = 0; k < 1500; k++)
    {
        const Mat& clean = pictures[rng.uniform(0, (int)pictures.size())];
        const Size patch(rng.uniform(1, 8), rng.uniform(1, 29));
        Mat frame = clean.clone();
        patchContent(rng, patch, pictures).copyTo(frame(Rect(Point(rng.uniform(0, 29 - patch.width), rng.uniform(0, 29 - patch.height)), patch)));
        const Certificate c = classifier->classify(frame);
        if (c.holds(patch))
        {
            certified++;
            EXPECT_EQ(c.label, classifier->classify(clean).label) << "patch " << patch;
        }
        else
            refused++;
    }
    EXPECT_GT(certified, 100);
    EXPECT_GT(refused, 100);
}

}} // namespace opencv_test
