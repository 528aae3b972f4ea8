// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Frames of one row or column, and the weights of their pixels according to the documentation.

#ifndef OPENCV_DERAND_TEST_FRAME_AXES_HPP
#define OPENCV_DERAND_TEST_FRAME_AXES_HPP

#include "reference.hpp"

#include <cmath>
#include <map>

namespace opencv_test {

const int INTERPOLATIONS[] = {INTER_NEAREST, INTER_LINEAR, INTER_AREA};
const float NOT_A_NUMBER = std::numeric_limits<float>::quiet_NaN();

//! Weights of the region's pixels in input pixel j, according to the header; S pixels become D.
inline std::map<int, double> documentedTaps(int interpolation, int S, int D, int j)
{
    std::map<int, double> taps;
    if (interpolation == INTER_NEAREST)
        taps[j * S / D] = 1;
    else if (interpolation == INTER_LINEAR)
    {
        const int numerator = (2 * j + 1) * S - D; // of (j + 1/2) S / D - 1/2 = numerator / 2D
        int left = 0;
        while (2 * D * (left + 1) <= numerator)
            left++;
        const double right = numerator <= 0 ? 0. : (numerator - 2. * D * left) / (2. * D);
        taps[left] += 1 - right;
        taps[std::min(left + 1, S - 1)] += right;
    }
    else
        for (int p = 0; p < S; p++)
        {
            const int overlap = std::min((j + 1) * S, (p + 1) * D) - std::max(j * S, p * D);
            if (overlap > 0)
                taps[p] = (double)overlap / S;
        }
    return taps;
}

//! The same for a whole axis: row j holds the weights of input pixel j.
inline Mat documentedWeights(int interpolation, int S, int D)
{
    Mat weights(D, S, CV_64F, Scalar(0));
    for (int j = 0; j < D; j++)
        for (const auto& tap : documentedTaps(interpolation, S, D, j))
            weights.at<double>(j, tap.first) += tap.second;
    return weights;
}

//! Frame, region and input along x, or along y.
struct Axis
{
    Axis(bool vertical_, int frame_, int input_) : vertical(vertical_), frame(frame_), input(input_) {}
    Size frameSize() const { return vertical ? Size(1, frame) : Size(frame, 1); }
    Size inputSize() const { return vertical ? Size(1, input) : Size(input, 1); }
    Rect interval(int begin, int end) const { return vertical ? Rect(0, begin, 1, end - begin) : Rect(begin, 0, end - begin, 1); }
    FrameMap map(int interpolation) const { return FrameMap(frameSize(), Rect(Point(), frameSize()), interpolation); }
    bool vertical;
    int frame, input;
};

inline vector<Axis> axesOf(bool vertical, int maxSide)
{
    vector<Axis> axes;
    for (int frame = 1; frame <= maxSide; frame++)
        for (int input = 1; input <= maxSide; input++)
            axes.push_back(Axis(vertical, frame, input));
    return axes;
}

inline string describe(const Axis& axis, int interpolation)
{
    std::ostringstream out;
    out << axis.frame << " -> " << axis.input << (axis.vertical ? " rows" : " columns") << ", interpolation " << interpolation;
    return out.str();
}

} // namespace opencv_test

#endif // OPENCV_DERAND_TEST_FRAME_AXES_HPP
