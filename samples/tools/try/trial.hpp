// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_TOOLS_TRIAL_HPP
#define DERAND_TOOLS_TRIAL_HPP

#include <string>
#include <vector>

#include "opencv2/derand.hpp"

#include "common/device.hpp"

namespace tools {

//! How one way to run a model does.
struct Trial
{
    cv::derand::Ablation ablation;
    bool onePass;       //!< all ablations of a frame in one forward
    double first, next; //!< seconds: the first frame with the self-test, each frame after it
};

//! A model, and where it runs.
struct Model
{
    std::string file; //!< ONNX
    Device device;

    cv::Ptr<cv::derand::CertifiedClassifier> with(const cv::derand::ModelSettings& settings) const;
};

/** @brief Times a model: with its own settings, in strips if these run in one pass, and with larger strides.

Only the first self-test logs warnings; they stay off afterwards.
@param model to read anew for each of them
@param settings its own
 */
std::vector<Trial> timeModel(const Model& model, const cv::derand::ModelSettings& settings);

/** @brief Side of the largest square patch, in network-input pixels, against which a frame can be certified: if all ablations
vote for its class.
@param ablation what they see
@param first of class 0, which wins all ties; otherwise of the last class, which loses them: no class gets less
 */
int largestPossiblePatch(const cv::derand::Ablation& ablation, bool first = false);

/** @brief Does the class depend on the picture at all?

If not, as in nets that were not trained on ablations, certificates are true and empty. At few places the net is shown blank
pictures, noise and shapes.
@return false if it gives the same class for all of them at half of the places or more
 */
bool dependsOnPicture(const Model& model, const cv::derand::ModelSettings& settings);

/** @brief A classifier whose only ablation shows the whole picture: what the net says without any proof.
@return null for nets that take only strips
 */
cv::Ptr<cv::derand::CertifiedClassifier> plainClassifier(const Model& model, const cv::derand::ModelSettings& settings);

//! "1.5 ms", "150 ms" or "1.5 s".
std::string timeText(double seconds);

} // namespace tools

#endif // DERAND_TOOLS_TRIAL_HPP
