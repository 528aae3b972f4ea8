// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_JOINED_CLASSIFIER_HPP
#define OPENCV_DERAND_JOINED_CLASSIFIER_HPP

#include "opencv2/derand/certified_classifier.hpp"

namespace cv { namespace derand {

//! @addtogroup derand
//! @{

/** @brief Several classifiers of the same classes whose votes count together: columns and rows, two widths, or two nets.

@code{.cpp}
    Ptr<derand::JoinedClassifier> classifier = derand::JoinedClassifier::create({"columns.onnx", "rows.onnx"});
    derand::Certificate c = classifier->classify(frame);
@endcode

A patch touches some ablations of each, and all of them are counted, see Certificate::join(). Each classifier keeps its own settings:
reuse and one pass work as usual; Params::earlyStop must be empty, since partial certificates cannot be joined.
 */
class CV_EXPORTS_W JoinedClassifier
{
public:
    virtual ~JoinedClassifier();

    /** @brief Joins classifiers.
    @param classifiers at least one, each only once; the same classes in the same order, and the same Params::rule in all
     */
    static CV_WRAP Ptr<JoinedClassifier> create(const std::vector<Ptr<CertifiedClassifier> >& classifiers);

    /** @brief Loads model files, each with its settings beside it, see CertifiedClassifier::create().
    @param models at least one
     */
    static CV_WRAP Ptr<JoinedClassifier> create(const std::vector<String>& models);

    /** @brief Classifies and certifies a frame, by all classifiers one after the other.
    @param frame as for CertifiedClassifier::classify(), of all of them
    @param roi part of the frame that becomes the network input of each; empty: all of it
     */
    CV_WRAP virtual Certificate classify(InputArray frame, const Rect& roi = Rect()) = 0;

    /** @brief The classifiers, for example to change their settings. */
    CV_WRAP virtual std::vector<Ptr<CertifiedClassifier> > getClassifiers() const = 0;
};

//! @}

}} // namespace cv::derand

#endif // OPENCV_DERAND_JOINED_CLASSIFIER_HPP
