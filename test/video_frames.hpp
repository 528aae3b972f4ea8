// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Sequences of frames in which little changes, and classifiers of every kind for them.

#ifndef OPENCV_DERAND_TEST_VIDEO_FRAMES_HPP
#define OPENCV_DERAND_TEST_VIDEO_FRAMES_HPP

#include "test_nets.hpp"

namespace opencv_test {

typedef CertifiedClassifier::Params Params;

const Size INPUT(12, 10);
const int CLASSES = 3;

//! Ablations of a small input, and how the net sees them.
struct Setting
{
    Ablation ablation;
    int encoding;
};

inline vector<Setting> settings()
{
    vector<Setting> all;
    for (int type = ABLATION_COLUMN; type <= ABLATION_BLOCK; type++)
        for (int stride = 1; stride <= 5; stride += 4)
            for (bool wrap : {true, false})
                for (int encoding : ENCODINGS)
                {
                    const Setting s = {Ablation(type, 3, INPUT, stride, wrap), encoding};
                    all.push_back(s);
                }
    return all;
}

inline Ptr<CertifiedClassifier> make(const Setting& s, const Params& params)
{
    const Mat image(INPUT, CV_32FC1, Scalar(0));
    Mat blob;
    blobFromAblations(image, s.ablation, Range(0, 1), blob, s.encoding);
    // Few pixels, most of them equal: strong weights make the votes differ.
    return CertifiedClassifier::create(linearNet((int)blob.total(), CLASSES, .7), s.ablation, params);
}

inline Params paramsOf(const Setting& s)
{
    Params p;
    p.channels = 1;
    p.encoding = s.encoding;
    return p;
}

//! Changes a random rectangle, none or all of the frame.
inline void nextFrame(RNG& rng, Mat& frame)
{
    Rect part(0, 0, 1, 1);
    if (rng.uniform(0, 8) == 0)
        part = Rect(Point(), frame.size());
    else
    {
        part.x = rng.uniform(0, frame.cols);
        part.y = rng.uniform(0, frame.rows);
        part.width = rng.uniform(1, std::min(5, frame.cols - part.x + 1));
        part.height = rng.uniform(1, std::min(5, frame.rows - part.y + 1));
    }
    Mat changed = frame(part);
    if (rng.uniform(0, 5) > 0)
        rng.fill(changed, RNG::UNIFORM, 0, 256);
}

} // namespace opencv_test

#endif // OPENCV_DERAND_TEST_VIDEO_FRAMES_HPP
