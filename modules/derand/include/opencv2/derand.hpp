// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_HPP
#define OPENCV_DERAND_HPP

/**
@defgroup derand Certified classification: proofs against adversarial patches

(De)Randomized Smoothing @cite Levine2020 wraps any classification net and returns, for each
picture, a label and a *certificate*: a proof that no adversarial patch (sticker) of a given size,
anywhere in the frame and with any content, can change that label.

The *base classifier* sees one *ablation* of the image at a time: a column, a row or a block is
retained, everything else is NULL. All ablations are evaluated and vote; the label is the class
with the most votes. A patch changes only the votes of the ablations whose retained pixels it
touches, so a lead larger than that is a proof.

The concepts, each in its own header, which uses only those below it:
- settings.hpp: cv::derand::ModelSettings, the settings of a model and their file
- joined_classifier.hpp: cv::derand::JoinedClassifier, several classifiers whose votes count together
- certified_classifier.hpp: cv::derand::CertifiedClassifier, frame -> net -> votes -> certificate
- blob.hpp: cv::derand::blobFromAblations, image + geometry -> network input
- certificate.hpp: cv::derand::Certificate, votes + geometry -> proof; no net, no image
- ablation.hpp and frame_map.hpp: the geometry, integers only

For nets that are not known yet: onnx_info.hpp has cv::derand::getOnnxInfo(), receptive_field.hpp cv::derand::getReceptiveField().
version.hpp has cv::derand::getVersion().
*/

#include "opencv2/derand/ablation.hpp"
#include "opencv2/derand/frame_map.hpp"
#include "opencv2/derand/certificate.hpp"
#include "opencv2/derand/blob.hpp"
#include "opencv2/derand/certified_classifier.hpp"
#include "opencv2/derand/onnx_info.hpp"
#include "opencv2/derand/joined_classifier.hpp"
#include "opencv2/derand/receptive_field.hpp"
#include "opencv2/derand/settings.hpp"
#include "opencv2/derand/version.hpp"

#endif // OPENCV_DERAND_HPP
