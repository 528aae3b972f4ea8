// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"

namespace cv { namespace derand {

String getVersion() { return CV_DERAND_VERSION; }

}} // namespace cv::derand
