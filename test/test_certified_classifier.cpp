// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Are the votes of classify() those of the net on every ablation, and its certificate that of the votes?

#include "column_net.hpp"
#include "reference.hpp"

namespace opencv_test { namespace {

TEST(Derand_CertifiedClassifier, VotesAreThoseOfTheNetOnEveryAblation)
{
    for (int channels = 1; channels <= 4; channels++)
    {
        const Mat frame = randomFrame(INPUT, CV_8UC(channels));
        const Mat image = imageOf(frame);
        const Mat p = referenceProbabilities(image);
        const Certificate c = CertifiedClassifier::create(columnNet(channels), columns(), stripParams(channels))->classify(frame);
        EXPECT_TRUE(equal(votesAt(p), votesOf(c))) << channels << " channels";
        EXPECT_TRUE(differ(votesAt(p))) << channels << " channels";
        EXPECT_EQ(INPUT.width, c.run.ablations);
        EXPECT_EQ(0, c.run.invalid);
    }
}

TEST(Derand_CertifiedClassifier, Top1VotesForTheLargestScore)
{
    const Mat frame = randomFrame(INPUT, CV_8UC1);
    const Mat image = imageOf(frame);
    const Mat p = referenceProbabilities(image);
    Params params = stripParams();
    params.voteRule = VOTE_TOP1;
    const Mat votes = votesOf(CertifiedClassifier::create(columnNet(), columns(), params)->classify(frame));
    for (int i = 0; i < votes.rows; i++)
    {
        Point largest;
        minMaxLoc(p.row(i), 0, 0, 0, &largest);
        EXPECT_EQ(1, sum(votes.row(i))[0]);
        EXPECT_EQ(1, votes.at<uchar>(i, largest.x));
    }
    EXPECT_TRUE(differ(votes));
}

TEST(Derand_CertifiedClassifier, ScoresMayBeProbabilitiesAlready)
{
    const Mat frame = randomFrame(INPUT, CV_8UC1);
    const Mat image = imageOf(frame);
    Params params = stripParams();
    params.softmax = false;
    const Mat votes = votesOf(CertifiedClassifier::create(columnNet(), columns(), params)->classify(frame));
    EXPECT_TRUE(equal(votesAt(referenceProbabilities(image, false)), votes));
    EXPECT_TRUE(differ(votes));
}

TEST(Derand_CertifiedClassifier, ScalesSwapsAndCropsAsDocumented)
{
    const double strength = .05;
    Params params = stripParams(3);
    params.scalefactor = Scalar(.01, .02, .03);
    params.mean = Scalar(100, 130, 160);
    params.swapRB = true;
    params.crop = true;
    // 12 x 10 inside 30 x 20: the largest part of this aspect is 24 x 20, three columns from the left.
    const Mat frame = randomFrame(Size(30, 20), CV_8UC3);
    const auto expected = [&](const Rect& part, bool swap, const Scalar& mean, const Scalar& scale) {
        Mat resampled, image;
        FrameMap(frame.size(), part).resample(frame, INPUT, resampled);
        vector<Mat> bgr, planes;
        split(resampled, bgr);
        for (int c = 0; c < 3; c++)
        {
            Mat plane;
            bgr[swap ? 2 - c : c].convertTo(plane, CV_32F);
            planes.push_back((plane - mean[c]) * scale[c]);
        }
        merge(planes, image);
        return votesAt(referenceProbabilities(image, true, strength));
    };
    Ptr<CertifiedClassifier> classifier = CertifiedClassifier::create(columnNet(3, strength), columns(), params);
    const Mat votes = votesOf(classifier->classify(frame));
    const Rect centre(3, 0, 24, 20);
    EXPECT_TRUE(equal(expected(centre, true, params.mean, params.scalefactor), votes));
    // Each of them matters.
    EXPECT_FALSE(equal(expected(Rect(Point(), frame.size()), true, params.mean, params.scalefactor), votes));
    EXPECT_FALSE(equal(expected(centre, false, params.mean, params.scalefactor), votes));
    EXPECT_FALSE(equal(expected(centre, true, Scalar(160, 130, 100), params.scalefactor), votes));
    EXPECT_FALSE(equal(expected(centre, true, params.mean, Scalar(.03, .02, .01)), votes));

    EXPECT_EQ(Rect(3, 0, 24, 20), classifier->getFrameMap(Size(30, 20)).roi);
    EXPECT_EQ(Rect(0, 7, 12, 10), classifier->getFrameMap(Size(12, 25)).roi);
    EXPECT_EQ(Rect(250, 0, 1, 1), classifier->getFrameMap(Size(501, 1)).roi);
    params.crop = false;
    classifier->setParams(params);
    EXPECT_EQ(Rect(0, 0, 30, 20), classifier->getFrameMap(Size(30, 20)).roi);
    EXPECT_EQ(Size(30, 20), classifier->getFrameMap(Size(30, 20)).frameSize);
}

TEST(Derand_CertifiedClassifier, NothingChangesTheVotesButTheFrame)
{
    const Mat frame = randomFrame(Size(40, 33), CV_8UC3);
    Params params = stripParams(3);
    const Mat expected = votesOf(CertifiedClassifier::create(columnNet(3), columns(), params)->classify(frame));
    EXPECT_TRUE(differ(expected));

    const int threads = getNumThreads();
    for (int chunk = 0; chunk <= 13; chunk++)
        for (int t = 1; t <= 2; t++)
        {
            setNumThreads(t);
            params.chunk = chunk;
            Ptr<CertifiedClassifier> classifier = CertifiedClassifier::create(columnNet(3), columns(), params);
            EXPECT_TRUE(equal(expected, votesOf(classifier->classify(frame)))) << "chunk " << chunk;
            EXPECT_TRUE(equal(expected, votesOf(classifier->classify(frame)))) << "second time, chunk " << chunk;
            vector<Certificate> batch;
            classifier->classifyBatch(vector<Mat>(3, frame), batch);
            ASSERT_EQ(3u, batch.size());
            EXPECT_TRUE(equal(expected, votesOf(batch[2]))) << "in a batch, chunk " << chunk;
        }
    setNumThreads(threads);

    UMat umat;
    frame.copyTo(umat);
    params.chunk = 0;
    Ptr<CertifiedClassifier> classifier = CertifiedClassifier::create(columnNet(3), columns(), params);
    EXPECT_TRUE(equal(expected, votesOf(classifier->classify(umat))));
    // A part of a larger picture, not continuous.
    Mat larger(50, 60, CV_8UC3, Scalar(9, 9, 9)), part = larger(Rect(7, 5, 40, 33));
    frame.copyTo(part);
    EXPECT_TRUE(equal(expected, votesOf(classifier->classify(part))));
}

TEST(Derand_CertifiedClassifier, FramesOfABatchMayDifferInSize)
{
    vector<Mat> frames;
    for (int i = 0; i < 5; i++)
        frames.push_back(randomFrame(Size(12 + 5 * i, 10 + 7 * i), CV_8UC1, i));
    Ptr<CertifiedClassifier> classifier = CertifiedClassifier::create(columnNet(), columns(), stripParams());
    vector<Certificate> batch;
    classifier->classifyBatch(frames, batch);
    ASSERT_EQ(frames.size(), batch.size());
    for (size_t i = 0; i < frames.size(); i++)
    {
        const Certificate one = classifier->classify(frames[i]);
        EXPECT_TRUE(equal(votesOf(one), votesOf(batch[i])));
        EXPECT_EQ(one.label, batch[i].label);
        EXPECT_EQ(one.patch, batch[i].patch);
    }
    classifier->classifyBatch(vector<Mat>(), batch);
    EXPECT_TRUE(batch.empty());
}

TEST(Derand_CertifiedClassifier, FloatFramesAreNotRounded)
{
    Mat frame8 = randomFrame(INPUT, CV_8UC1), frame32;
    frame8.convertTo(frame32, CV_32F);
    Ptr<CertifiedClassifier> classifier = CertifiedClassifier::create(columnNet(), columns(), stripParams());
    EXPECT_TRUE(equal(votesOf(classifier->classify(frame8)), votesOf(classifier->classify(frame32))));
    Params params = stripParams();
    params.scalefactor = Scalar::all(1);
    params.mean = Scalar::all(0);
    classifier->setParams(params);
    frame32 = imageOf(frame8);
    Mat rounded;
    frame32.convertTo(rounded, CV_8S);
    rounded.convertTo(rounded, CV_32F);
    const Mat expected = votesAt(referenceProbabilities(frame32));
    EXPECT_TRUE(equal(expected, votesOf(classifier->classify(frame32))));
    EXPECT_FALSE(equal(expected, votesAt(referenceProbabilities(rounded))));
}

TEST(Derand_CertifiedClassifier, TransposedNetsGetTransposedPlanes)
{
    // The rows of a picture, transposed, are the columns of the transposed picture (without its x plane, which
    // is the y plane here: both hold (position + .5) / length).
    const Mat frame = randomFrame(INPUT, CV_8UC1);
    const Certificate c = CertifiedClassifier::create(columnNet(), columns(), stripParams())->classify(frame);
    Params params = stripParams();
    params.transpose = true;
    const Ablation rows(ABLATION_ROW, 3, Size(INPUT.height, INPUT.width));
    const Certificate t = CertifiedClassifier::create(columnNet(), rows, params)->classify(Mat(frame.t()));
    EXPECT_TRUE(equal(votesOf(c), votesOf(t)));
    EXPECT_TRUE(differ(votesOf(c)));
    EXPECT_EQ(c.label, t.label);
    EXPECT_EQ(c.patch, t.patch);
}

//! Classifies with a linear net, and compares with the votes that it gives to the blobs of blobFromAblations(), one by one.
Certificate expectVotesOfBlobs(const Mat& frame, const Ablation& ablation, const Params& params, ref::Outcomes& outcomes)
{
    Mat image, blob;
    FrameMap(frame.size(), Rect(Point(), frame.size()), params.interpolation).resample(frame, ablation.inputSize, image);
    image.convertTo(image, CV_32F, params.scalefactor[0], -params.scalefactor[0] * params.mean[0]);
    blobFromAblations(image, ablation, Range(0, 1), blob, params.encoding);
    dnn::Net net = linearNet((int)blob.total(), CLASSES, .5);
    const Certificate c = CertifiedClassifier::create(net, ablation, params)->classify(frame);
    const Mat votes = votesOf(c);
    EXPECT_EQ(Size(CLASSES, ablation.count()), votes.size());
    for (int i = 0; i < votes.rows; i++)
    {
        blobFromAblations(image, ablation, Range(i, i + 1), blob, params.encoding);
        net.setInput(blob);
        Mat p;
        exp(net.forward(), p);
        p /= sum(p)[0];
        for (int k = 0; k < CLASSES; k++)
            EXPECT_EQ(outcomes.add(p.at<float>(k) >= params.threshold), votes.at<uchar>(i, k) != 0) << i << ", class " << k;
    }
    return c;
}

TEST(Derand_CertifiedClassifier, RowsAndBlocksOfEveryEncodingVoteAsTheirBlobs)
{
    const Mat frame = randomFrame(Size(31, 22), CV_8UC3);
    for (int type = ABLATION_COLUMN; type <= ABLATION_BLOCK; type++)
        for (int encoding : ENCODINGS)
        {
            SCOPED_TRACE(format("type %d, encoding %d", type, encoding));
            ref::Outcomes outcomes;
            Params params; // of colour frames
            params.encoding = encoding;
            expectVotesOfBlobs(frame, Ablation(type, 4, Size(9, 8), 2), params, outcomes);
            expectVotesOfBlobs(frame, Ablation(type, 3, Size(9, 8), 1, false), params, outcomes);
            EXPECT_GE(outcomes.rarer(), 4);
        }
}

TEST(Derand_CertifiedClassifier, NarrowInputsFullBandsAndAbstentionWork)
{
    Mat frame = randomFrame(Size(7, 9), CV_8UC1);
    const Ablation ablations[] = {Ablation(ABLATION_COLUMN, 1, Size(1, 10)), Ablation(ABLATION_COLUMN, 12, INPUT),
            Ablation(ABLATION_ROW, 10, INPUT), Ablation(ABLATION_BLOCK, 1, Size(1, 1))};
    ref::Outcomes outcomes;
    for (const Ablation& ablation : ablations)
        EXPECT_EQ(0, expectVotesOfBlobs(frame, ablation, stripParams(), outcomes).patch) << "a patch of one pixel touches every ablation";
    EXPECT_GE(outcomes.rarer(), 10);
    const Certificate one = expectVotesOfBlobs(frame, Ablation(ABLATION_COLUMN, 12, INPUT, 1, false), stripParams(), outcomes);
    EXPECT_EQ(1, one.run.ablations) << "the only one that does not wrap";
    EXPECT_EQ(0, one.patch);
    Params params = stripParams();
    params.threshold = 1;
    const Certificate c = CertifiedClassifier::create(columnNet(1, .1), columns(), params)->classify(frame);
    EXPECT_EQ(INPUT.width, c.run.abstained);
    EXPECT_EQ(-1, c.label);
    EXPECT_EQ(0, c.votes);
    EXPECT_EQ(0, c.patch);
    EXPECT_FALSE(c.holds(Size(1, 1)));
}

TEST(Derand_CertifiedClassifier, BackendAndTargetArePassedOn)
{
    Ptr<CertifiedClassifier> classifier = CertifiedClassifier::create(columnNet(), columns(), stripParams());
    const Mat frame = randomFrame(INPUT, CV_8UC1);
    const Mat expected = votesOf(classifier->classify(frame));
    const auto usual = [&]() {
        classifier->setPreferableBackend(dnn::DNN_BACKEND_OPENCV);
        classifier->setPreferableTarget(dnn::DNN_TARGET_CPU);
    };
    usual();
    EXPECT_TRUE(equal(expected, votesOf(classifier->classify(frame))));
    // The error with which the net reports that these do not match.
    classifier->setPreferableTarget(dnn::DNN_TARGET_VULKAN);
    EXPECT_REFUSED(classifier->classify(frame), "backend and target");
    usual();
    EXPECT_TRUE(equal(expected, votesOf(classifier->classify(frame))));
    classifier->setPreferableBackend(dnn::DNN_BACKEND_VKCOM);
    EXPECT_REFUSED(classifier->classify(frame), "backend and target");
    usual();
    EXPECT_TRUE(equal(expected, votesOf(classifier->classify(frame))));
}

TEST(Derand_CertifiedClassifier, CertificatesAreTheOnesOfTheVotes)
{
    // classify() = votes + certify() of the same frame map.
    const Mat frame = randomFrame(Size(60, 44), CV_8UC1);
    for (int rule = CERTIFICATE_LOCATION; rule <= CERTIFICATE_MARGIN; rule++)
    {
        Params params = stripParams();
        params.rule = rule;
        params.threshold = .2;
        const Certificate c = CertifiedClassifier::create(columnNet(1, .1), columns(), params)->classify(frame);
        Mat codes;
        c.getVotes(codes);
        const Certificate d = certify(codes, columns(), FrameMap(frame.size(), Rect(Point(), frame.size())), rule);
        EXPECT_EQ(d.label, c.label);
        EXPECT_EQ(d.votes, c.votes);
        EXPECT_EQ(d.patch, c.patch);
        EXPECT_EQ(d.inputPatch, c.inputPatch);
    }
}

}} // namespace opencv_test
