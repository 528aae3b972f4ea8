// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_PROBES_HPP
#define OPENCV_DERAND_PROBES_HPP

namespace cv { namespace derand {

//! Pictures too different to belong to one class: noise, blank pictures and shapes. The first two count as ordinary pictures.
enum ProbePicture
{
    PROBE_FINE,   // noise
    PROBE_COARSE, // noise in squares
    PROBE_BLACK,
    PROBE_GREY,
    PROBE_CLOUDS, // smooth colours: to nets that know photographs, noise is all the same
    PROBE_DISC,
    PROBE_COUNT
};

//! Always the same; in the form that toInput() produces for frames of this depth.
std::vector<Mat> probePictures(const Size& inputSize, const CertifiedClassifier::Params& params, int depth);

//! Warns if the values of a float frame seem to range from 0 to 1 but Params::scalefactor is for 0 to 255: the net sees black.
void warnOfRange(const Mat& frame, const CertifiedClassifier::Params& params);

//! Warns if the scores of ordinary ablations contradict Params::softmax.
void warnOfScale(const Mat& scores, bool softmax);

}} // namespace cv::derand

#endif
