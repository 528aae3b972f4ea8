// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_PROBES_HPP
#define OPENCV_DERAND_PROBES_HPP

namespace cv { namespace derand {

//! Pictures that no two classes share: noise, blank ones and shapes. The first two are the ordinary ones.
enum ProbePicture
{
    PROBE_FINE,   // noise
    PROBE_COARSE, // noise in squares
    PROBE_BLACK,
    PROBE_WHITE,
    PROBE_DISC,
    PROBE_COUNT
};

//! Always the same, as toInput() makes them of frames of this depth.
std::vector<Mat> probePictures(const Size& inputSize, const CertifiedClassifier::Params& params, int depth);

//! Warns if a frame of floats seems to run from 0 to 1 where Params::scalefactor is for 0 to 255: the net sees black.
void warnOfRange(const Mat& frame, const CertifiedClassifier::Params& params);

//! Warns if the scores of ordinary ablations are not what Params::softmax says.
void warnOfScale(const Mat& scores, bool softmax);

}} // namespace cv::derand

#endif
