// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "opencv2/derand.hpp"

extern "C" int ablationsOf(const char* model) { return cv::derand::CertifiedClassifier::create(model)->getAblation().count(); }
