// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_TOOLS_RECORDS_HPP
#define DERAND_TOOLS_RECORDS_HPP

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "opencv2/derand.hpp"

namespace tools {

//! Keeps its fields in the order in which they were added.
using Json = nlohmann::ordered_json;

/** @name JSON records of all programs, see doc/json.md and doc/certificate.schema.json

One object per line: first a "run", then a "frame" for each frame, and finally the "totals".
 */
//! @{

//! A record with only its kind: "run", "frame" or "totals".
Json newRecord(const std::string& type);

/** @brief The first record: program, model and settings.
@param program its name
@param model ONNX file
@param settings as returned by CertifiedClassifier::getSettings()
 */
Json runRecord(const std::string& program, const std::string& model, const cv::derand::ModelSettings& settings);

/** @brief Adds the fields of a certificate.
@param record to add to
@param certificate of a frame
@param asked patch size that was asked for, frame pixels
@param labels names of the classes; may be empty
 */
void addCertificate(Json& record, const cv::derand::Certificate& certificate, const cv::Size& asked, const std::vector<std::string>& labels);

Json jsonOf(const cv::Size& size); //!< [width, height]
Json jsonOf(const cv::Rect& rect); //!< [x, y, width, height]
Json jsonOf(double seconds);       //!< to milliseconds

//! The record on one line, with a line feed; bytes that are not UTF-8 become U+FFFD.
std::string lineOf(const Json& record);

//! @}

} // namespace tools

#endif // DERAND_TOOLS_RECORDS_HPP
