// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_SETTINGS_HPP
#define OPENCV_DERAND_SETTINGS_HPP

namespace cv { namespace derand {

//! Checks every field; throws with what was wrong, what was expected and what to do.
void checkParams(const CertifiedClassifier::Params& params);

//! What a settings file holds.
struct Settings
{
    String modelChecksum; // of the model file; empty: not checked
    Ablation ablation;
    CertifiedClassifier::Params params;
};

void saveSettings(const String& file, const Settings& settings);
//! Every field must be there, and no other: a truncated or mistyped file must not change a vote.
Settings loadSettings(const String& file);

//! CRC-32 of a file, 8 hexadecimal digits.
String checksumOf(const String& file);

}} // namespace cv::derand

#endif
