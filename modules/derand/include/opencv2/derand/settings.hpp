// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_SETTINGS_HPP
#define OPENCV_DERAND_SETTINGS_HPP

#include "opencv2/derand/certified_classifier.hpp"

namespace cv { namespace derand {

//! @addtogroup derand
//! @{

/** @brief The settings of a model: what its net sees at a time, how frames become its input, and how scores become votes.

@code{.cpp}
    derand::ModelSettings settings = derand::ModelSettings::read("model.yml");
    settings.params.threshold = .4;
    Ptr<derand::CertifiedClassifier> classifier = derand::CertifiedClassifier::create("model.onnx", settings);
@endcode

In Python, `settings.params` and `settings.ablation` are copies: change the copy, then assign it.
 */
struct CV_EXPORTS_W_SIMPLE ModelSettings
{
    CV_WRAP ModelSettings();

    CV_PROP_RW Ablation ablation;                  //!< what the base classifier sees at a time (default: empty, to be set)
    CV_PROP_RW CertifiedClassifier::Params params; //!< everything else
    CV_PROP_RW String modelChecksum; //!< CRC-32 of the model file, 8 hexadecimal digits in lower case: a model that is damaged, or mixed up with another, is refused. No protection against an attacker, who can make a file with any CRC-32. Empty: not checked (default: empty)

    /** @brief Reads a settings file: YAML, see doc/settings.md.

    Fields that the file leaves out take their defaults; Ablation::type, width and inputSize have none. Unknown fields, fields
    that occur twice and values out of range are refused, naming the line.
    @param file at most 1 MB
     */
    static CV_WRAP ModelSettings read(const String& file);

    /** @brief Writes a file that read() reads back, every value exactly.
    @param file to write; left as it was if the settings are refused
     */
    CV_WRAP void write(const String& file) const;

    /** @brief The text that write() writes; equal for equal settings. */
    CV_WRAP String text() const;
};

//! @}

}} // namespace cv::derand

#endif // OPENCV_DERAND_SETTINGS_HPP
