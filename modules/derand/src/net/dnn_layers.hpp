// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_DNN_LAYERS_HPP
#define OPENCV_DERAND_DNN_LAYERS_HPP

#ifdef __GNUC__ // inside OpenCV's build this dnn header causes warnings
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-parameter"
#endif
#include "opencv2/dnn/all_layers.hpp"
#ifdef __GNUC__
#pragma GCC diagnostic pop
#endif

#endif
