// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_WIDE_PICTURE_HPP
#define OPENCV_DERAND_WIDE_PICTURE_HPP

#include "chunk_input.hpp"

namespace cv { namespace derand {

/** Neighbouring ablations as one picture, from which a net that slides over it makes the scores of all of them in one forward: its
layers show that no score reads beyond its own ablation. */
class WidePicture
{
public:
    /** Null if the net is not of that kind; then the reason names a layer or says what the net makes. Throws what dnn throws
    about a single strip.
    @param strips layout of one ablation, a strip
    @param positions along x and y
    @param classes of the net
     */
    static Ptr<WidePicture> create(const BaseNet& net, const AblationBlob& strips, const Size& positions, int classes, String& reason);

    //! One row of scores for each position, row by row; `first` is the ablation at the top left.
    Mat score(BaseNet& net, const Mat& planar, int first);

    //! See ChunkInput::useDevice(). The images are planar.
    void useDevice(BaseNet& net, const Mat& image, const Mat& other, double relative);

    const AblationBlob layout;
    const Size positions;

private:
    //! Where the scores of a forward lie: at x * step[0] + y * step[1] + class * step[2].
    typedef Vec<int64, 3> Steps;

    WidePicture(const AblationBlob& layout, const Size& positions, int classes, const Steps& steps);
    static bool findSteps(int classes, const Size& positions, Steps& steps);

    const int classes;
    const Steps steps;
    ChunkInput input;
};

}} // namespace cv::derand

#endif
