// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "certifier.hpp"

#include <climits>
#include <cstdio>

#include "opencv2/core/utility.hpp"
#include "opencv2/imgproc.hpp"

#include "error.hpp"
#include "text.hpp"

namespace video {

namespace derand = cv::derand;

namespace {

//! No content at this place changes the label.
bool safeAt(const derand::Certificate& certificate, const cv::Rect& place)
{
    cv::Mat map;
    certificate.safeMap(place.size(), map);
    return map.at<uchar>(place.tl()) == 255;
}

} // namespace

bool Shot::broken() const
{
    const cv::Rect inside = (sticker & roi) - roi.tl();
    // A certificate of the frame with the sticker speaks of the frame without it, and the other way round.
    return changed() && (safeAt(without, inside) || safeAt(certificate, inside));
}

cv::Rect parseRegion(const std::string& text)
{
    if (text == "centre")
        return {};
    if (text == "whole")
        return {0, 0, INT_MAX, INT_MAX}; // cut to the frame later
    cv::Rect r;
    char end = 0;
    const int parsed = std::sscanf(text.c_str(), "%d,%d,%d,%d%c", &r.x, &r.y, &r.width, &r.height, &end);
    if (parsed != 4 || r.x < 0 || r.y < 0 || r.empty())
        tools::fail("--roi={}: expected centre, whole, or x,y,w,h in frame pixels", text);
    return r;
}

cv::Rect regionOf(const cv::Size& frame, const cv::Rect& asked, const cv::Size& input, const cv::Size& block)
{
    const cv::Rect whole(cv::Point(), frame);
    cv::Rect region = asked & whole;
    if (region.empty() && !asked.empty())
    {
        tools::fail("the region {},{},{},{} lies outside the frame of {} px: see --roi", asked.x, asked.y, asked.width,
                asked.height, tools::sizeText(frame));
    }
    if (asked.empty())
    {
        const double scale = std::min(double(frame.width) / input.width, double(frame.height) / input.height);
        region.width = std::max(1, int(input.width * scale));
        region.height = std::max(1, int(input.height * scale));
        region.x = (frame.width - region.width) / 2;
        region.y = (frame.height - region.height) / 2;
    }
    region.x -= region.x % block.width;
    region.y -= region.y % block.height;
    return region;
}

std::string findModel(const std::string& name, const std::string& folder)
{
    cv::samples::addSamplesDataSearchPath(DERAND_MODELS_DIR);
    if (!folder.empty())
        cv::samples::addSamplesDataSearchPath(folder);
    for (const std::string& file : {name, name + ".onnx"})
    {
        const std::string found = cv::samples::findFile(file, false, true);
        if (!found.empty())
            return found;
    }
    tools::fail("{}: no such model, expected an ONNX file, or the name of one in {}: see --model and "
                "--models", name, folder.empty() ? DERAND_MODELS_DIR : folder);
}

Certifier::Certifier(const std::string& model_, const std::function<void(Params&)>& settings_, bool verify)
    : model(model_), settings(settings_), classifier(another()),
      verifier(verify ? another() : cv::Ptr<derand::CertifiedClassifier>())
{
}

cv::Ptr<derand::CertifiedClassifier> Certifier::another() const
{
    const cv::Ptr<derand::CertifiedClassifier> made = derand::CertifiedClassifier::create(model);
    Params changed = made->getParams();
    settings(changed);
    made->setParams(changed);
    return made;
}

cv::Mat Certifier::input(const cv::Mat& frame, const cv::Rect& roi) const
{
    if (params().channels == 3)
        return frame(roi);
    cv::Mat grey;
    cv::cvtColor(frame(roi), grey, cv::COLOR_BGR2GRAY);
    return grey;
}

void Certifier::certify(Shot& shot, const Controls& controls)
{
    shot.roi = regionOf(shot.clean.size(), controls.region, inputSize(), params().codecBlock);
    shot.frame = shot.clean.clone();
    shot.sticker = controls.sticker.put(shot.frame, shot.roi, shot.index);
    shot.certificate = classifier->classify(input(shot.frame, shot.roi));
    // Where it covers nothing of the region there is nothing to verify.
    if (verifier && !(shot.sticker & shot.roi).empty())
        shot.without = verifier->classify(input(shot.clean, shot.roi));
}

} // namespace video
