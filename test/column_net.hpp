// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// A linear net of columns of 3 pixels, and the votes that it must give.

#ifndef OPENCV_DERAND_TEST_COLUMN_NET_HPP
#define OPENCV_DERAND_TEST_COLUMN_NET_HPP

#include "test_nets.hpp"

namespace opencv_test {

typedef CertifiedClassifier::Params Params;

const Size INPUT(12, 10);
const int CLASSES = 4;

inline Ablation columns() { return Ablation(ABLATION_COLUMN, 3, INPUT); }

//! Grey is zero: pictures whose mean is not would make the votes of all columns the same.
inline Params stripParams(int channels = 1)
{
    Params p;
    p.mean = Scalar::all(127.5);
    p.channels = channels;
    p.encoding = ENCODING_STRIP;
    return p;
}

// C planes and the x plane of a 3 x 10 column.
inline dnn::Net columnNet(int channels = 1, double strength = 1, Flaw flaw = FLAW_NONE, bool batchOne = false)
{
    return linearNet((channels + 1) * 3 * 10, CLASSES, strength, flaw, batchOne);
}

// Probabilities of every ablation, computed from the documentation alone: the net is linear.
inline Mat referenceProbabilities(const Mat& image32f, bool softmax = true, double strength = 1)
{
    dnn::Net net = columnNet(image32f.channels(), strength);
    vector<Mat> planes;
    split(image32f, planes);
    Mat all(INPUT.width, CLASSES, CV_64F);
    for (int i = 0; i < INPUT.width; i++)
    {
        const int shape[] = {1, (int)planes.size() + 1, 10, 3};
        Mat blob(4, shape, CV_32F);
        for (int u = 0; u < 3; u++)
            for (int y = 0; y < 10; y++)
            {
                const int x = (i + u) % INPUT.width;
                for (size_t c = 0; c < planes.size(); c++)
                    blob.ptr<float>(0, (int)c)[y * 3 + u] = planes[c].at<float>(y, x);
                blob.ptr<float>(0, (int)planes.size())[y * 3 + u] = (x + .5f) / INPUT.width;
            }
        net.setInput(blob);
        const Mat scores = net.forward().clone();
        double sum = 0;
        for (int c = 0; c < CLASSES; c++)
            sum += all.at<double>(i, c) = softmax ? std::exp((double)scores.at<float>(0, c)) : (double)scores.at<float>(0, c);
        for (int c = 0; softmax && c < CLASSES; c++)
            all.at<double>(i, c) /= sum;
    }
    return all;
}

//! A frame as stripParams() scale it.
inline Mat imageOf(const Mat& frame)
{
    Mat image;
    frame.convertTo(image, CV_32F, 1. / 255, -.5);
    return image;
}

//! The votes that these probabilities make, at the usual threshold.
inline Mat votesAt(const Mat& probabilities) { return (probabilities >= .3) / 255; }

//! Do the ablations vote differently? Identical votes say little about what they were computed from.
inline bool differ(const Mat& votes)
{
    for (int i = 1; i < votes.rows; i++)
        if (!equal(votes.row(0), votes.row(i)))
            return true;
    return false;
}

} // namespace opencv_test

#endif // OPENCV_DERAND_TEST_COLUMN_NET_HPP
