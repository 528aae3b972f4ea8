// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// dnn's private headers, inside OpenCV's build only; warnings in them are OpenCV's business.
#ifdef __GNUC__
#pragma GCC system_header
#endif

#include "dnn/src/precomp.hpp"
#include "dnn/src/net_impl.hpp"
