// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_ONE_PASS_HPP
#define OPENCV_DERAND_ONE_PASS_HPP

#include "net_check.hpp"
#include "wide_picture.hpp"

namespace cv { namespace derand {

/** All ablations of a frame, or neighbouring ones, in one forward. What an ablation's scores are is still defined by its strip: that no
score reads beyond its ablation (WidePicture) is not enough, the scores must also be those of the strips, at every position and
beside extreme neighbours. */
class OnePass
{
public:
    /** Null if the net must get strips; then one line of log says why.
    @param checked of the strips; the tolerance grows to what one pass needs
    @param pictures see probePictures()
     */
    static Ptr<OnePass> create(BaseNet& net, const Ablation& ablation, const CertifiedClassifier::Params& params,
            const AblationBlob& strips, const std::vector<Mat>& pictures, CheckedNet& checked);

    //! One row of scores for each of these ablations of a planar image, from the smallest picture that shows all of them.
    Mat score(const Mat& planar, const std::vector<int>& indices);

    //! Positions along x and y of a good part of a frame to evaluate at a time: the fewest bands that are not slow, a quarter of its blocks.
    Size part() const;

private:
    OnePass(BaseNet& net, const AblationBlob& strips);
    bool addPicture(const Size& positions, int classes, String& reason);
    WidePicture& pictureFor(const Size& positions);

    BaseNet& net;
    const AblationBlob& strips;
    std::vector<Ptr<WidePicture> > wide; // of the whole frame, then smaller ones
    WidePicture* last;                   // the net is set up for it
};

}} // namespace cv::derand

#endif
