// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Names by which the generated bindings call types that they cannot spell.

#ifdef HAVE_OPENCV_DERAND
typedef std::vector<cv::derand::Certificate> vector_Certificate;
typedef std::vector<cv::Ptr<cv::derand::CertifiedClassifier> > vector_Ptr_CertifiedClassifier;
typedef cv::dnn::Net dnn_Net;
typedef cv::derand::Certificate::Run Certificate_Run;
typedef cv::derand::CertifiedClassifier::Params CertifiedClassifier_Params;
#endif
