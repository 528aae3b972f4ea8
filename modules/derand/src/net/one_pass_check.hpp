// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_ONE_PASS_CHECK_HPP
#define OPENCV_DERAND_ONE_PASS_CHECK_HPP

#include "net_check.hpp"
#include "wide_picture.hpp"

namespace cv { namespace derand {

/** Whether the scores of wide pictures are those of the strips, at every position and beside extreme neighbours. If convolutions that
add up neighbours to be faster (Winograd's) are to blame, they are switched off. Throws what the net throws.
@param large few forwards
@param wide the first shows the whole frame
@param pictures see probePictures()
@param checked the tolerance grows to what the wide pictures need
@param reason why not
 */
bool checkOnePass(BaseNet& net, bool large, const CertifiedClassifier::Params& params, const AblationBlob& strips,
        const std::vector<Ptr<WidePicture> >& wide, const std::vector<Mat>& pictures, CheckedNet& checked, String& reason);

}} // namespace cv::derand

#endif
