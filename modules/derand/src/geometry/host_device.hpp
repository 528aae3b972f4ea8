// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_HOST_DEVICE_HPP
#define OPENCV_DERAND_HOST_DEVICE_HPP

//! Marks code that the host and the CUDA kernels compile from the same source.
#ifdef __CUDACC__
#define DERAND_HOST_DEVICE __host__ __device__
#else
#define DERAND_HOST_DEVICE
#endif

#endif
