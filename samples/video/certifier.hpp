// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_VIDEO_CERTIFIER_HPP
#define DERAND_VIDEO_CERTIFIER_HPP

#include <climits>
#include <functional>
#include <string>

#include "opencv2/derand.hpp"

#include "common/device.hpp"
#include "sticker.hpp"

namespace video {

//! One frame on its way from the source to the window.
struct Shot
{
    int index = -1;                      //!< index in the source, from 0
    bool turned = false;                 //!< see Source::turned
    double time = 0;                     //!< seconds since the first frame; live: since the start
    bool estimated = false;              //!< the time, see Source::estimated
    bool repeated = false;               //!< shown again, because the source is paused
    cv::Mat clean;                       //!< CV_8U, B, G, R or the model's channels, as read from the source
    cv::Mat frame;                       //!< the same with the sticker
    cv::Rect roi;                        //!< what is classified, frame pixels
    cv::Rect sticker;                    //!< what the sticker covers, frame pixels; may be empty
    cv::derand::Certificate certificate; //!< of `frame`, classified by the region
    cv::derand::Certificate without;     //!< of `clean`; empty if it was not asked for

    //! Is `without` set?
    bool known() const { return without.run.ablations > 0; }
    //! Did the sticker change the label, or make one appear or vanish?
    bool changed() const { return known() && without.label != certificate.label; }
    //! Did it do so at a place that one of the certificates calls safe, or without the alarm that was promised? That must never happen.
    bool broken() const;
};

//! What a user may change while the video runs.
struct Controls
{
    cv::Rect region; //!< what to classify, frame pixels; empty: the largest centred part of the network input's shape
    Sticker sticker;
    bool paused = false;
};

//! The whole frame, for regionOf().
const cv::Rect WHOLE(0, 0, INT_MAX, INT_MAX);

//! Parses a region for regionOf(): "centre", "whole" or "x,y,w,h"; std::runtime_error for anything else.
cv::Rect parseRegion(const std::string& text);

/** @brief The region of the frame that is classified.

Depends only on the size of the frame, never on what it shows: that would void the certificates.
@param frame pixels
@param asked see Controls::region
@param input size of the network input
@return a rectangle inside the frame; std::runtime_error if the requested one does not lie inside
 */
cv::Rect regionOf(const cv::Size& frame, const cv::Rect& asked, const cv::Size& input);

//! The file of a model name such as "mnist_column_s2_small"; std::runtime_error if there is none.
std::string findModel(const std::string& name, const std::string& folder);

//! Puts the sticker on frames and certifies them.
class Certifier
{
public:
    using Params = cv::derand::CertifiedClassifier::Params;

    /** @brief Loads the model.
    @param model ONNX file
    @param settings function that modifies the settings from its settings file, e.g. for video
    @param verify also certify the frame without the sticker: Shot::without
    @param device where it runs
     */
    Certifier(const std::string& model, const std::function<void(Params&)>& settings, bool verify, const tools::Device& device = {});

    //! Fills in the other fields from `clean` and `index`.
    void certify(Shot& shot, const Controls& controls);

    //! From now on, frames may have been turned after decoding, see Source::turned; otherwise certify() would find out.
    void expectTurned();

    const Params& params() const { return base; }
    cv::derand::ModelSettings settings() const { return classifier->getSettings(); }
    cv::Size inputSize() const { return classifier->getAblation().inputSize; }

    //! A copy with its own net.
    cv::Ptr<cv::derand::CertifiedClassifier> another() const;

    //! The frame in the model's format: grey or colour.
    cv::Mat input(const cv::Mat& frame) const;

private:
    cv::Ptr<cv::derand::CertifiedClassifier> load() const;
    void useSettings();

    const std::string model;
    const tools::Device device;
    const cv::Ptr<cv::derand::CertifiedClassifier> classifier, verifier;
    Params base;
    bool turned = false; // the settings are for turned frames
};

} // namespace video

#endif // DERAND_VIDEO_CERTIFIER_HPP
