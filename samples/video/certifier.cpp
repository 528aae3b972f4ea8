// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "certifier.hpp"

#include <algorithm>
#include <filesystem>

#include "opencv2/core/utility.hpp"
#include "opencv2/imgproc.hpp"

#include "common/error.hpp"
#include "common/spread.hpp"
#include "common/text.hpp"
#include "common/values.hpp"

namespace video {

namespace derand = cv::derand;

namespace {

//! No content at this place can change the label.
bool safeAt(const derand::Certificate& certificate, const cv::Rect& place)
{
    cv::Mat map;
    certificate.safeMap(place.size(), map);
    return map.at<uchar>(place.tl()) == 255;
}

} // namespace

bool Shot::broken() const
{
    if (!changed() || sticker.empty())
        return false;
    // A certificate of the frame with the sticker makes a statement about the frame without it, and vice versa.
    return safeAt(without, sticker) || safeAt(certificate, sticker)
            || (without.detects(sticker.size()) && certificate.silent(sticker.size()));
}

cv::Rect parseRegion(const std::string& text)
{
    if (text == "centre")
        return {};
    if (text == "whole")
        return WHOLE;
    const std::vector<std::string> parts = tools::split(text, ',');
    if (parts.size() != 4)
        tools::fail("--roi={}: expected centre, whole, or x,y,w,h in frame pixels", text);
    const auto number = [&](size_t i) { return tools::parseInt("--roi=" + text, parts[i], i < 2 ? 0 : 1); };
    return {number(0), number(1), number(2), number(3)};
}

cv::Rect regionOf(const cv::Size& frame, const cv::Rect& asked, const cv::Size& input)
{
    cv::Rect region = asked == WHOLE ? cv::Rect(cv::Point(), frame) : asked;
    if (region.x > frame.width - region.width || region.y > frame.height - region.height)
    {
        tools::fail("the region {},{},{},{} does not lie inside the frame of {} px: see --roi", asked.x, asked.y, asked.width,
                asked.height, tools::sizeText(frame));
    }
    if (region.empty())
        return cv::derand::centredPart(cv::Rect(cv::Point(), frame), input);
    return region;
}

//! Where an installed program has its models, or else the repository.
static std::string usualModels()
{
    namespace fs = std::filesystem;
    std::error_code error;
    const fs::path program = fs::read_symlink("/proc/self/exe", error); // on other systems: the repository
    const fs::path installed = program.parent_path().parent_path() / "share/opencv_derand/models";
    return fs::is_directory(installed, error) ? installed.string() : DERAND_MODELS_DIR;
}

std::string findModel(const std::string& name, const std::string& folder)
{
    const std::string usual = usualModels();
    cv::samples::addSamplesDataSearchPath(usual);
    if (!folder.empty())
        cv::samples::addSamplesDataSearchPath(folder);
    for (const std::string& file : {name, name + ".onnx"})
    {
        const std::string found = cv::samples::findFile(file, false, true);
        if (!found.empty())
            return found;
    }
    tools::fail("{}: no such model, expected an ONNX file or the name of a model in {}: see --model and "
                "--models",
            name, folder.empty() ? usual : folder);
}

Certifier::Certifier(const std::string& model_, const std::function<void(Params&)>& settings, bool verify, const tools::Device& device_)
    : model(model_), device(device_), classifier(load()), verifier(verify ? load() : cv::Ptr<derand::CertifiedClassifier>()),
      base(classifier->getParams())
{
    base.crop = false; // the region is what is classified
    settings(base);
    useSettings(); // errors in them are reported now
}

cv::Ptr<derand::CertifiedClassifier> Certifier::load() const
{
    cv::Ptr<derand::CertifiedClassifier> loaded = derand::CertifiedClassifier::create(model);
    device.use(*loaded);
    return loaded;
}

void Certifier::expectTurned()
{
    if (turned)
        return;
    turned = true;
    tools::mayBeTurned(base);
    useSettings(); // this tests the net again
}

void Certifier::useSettings()
{
    classifier->setParams(base);
    if (verifier)
        verifier->setParams(base);
}

cv::Ptr<derand::CertifiedClassifier> Certifier::another() const
{
    const cv::Ptr<derand::CertifiedClassifier> made = load();
    made->setParams(base);
    return made;
}

cv::Mat Certifier::input(const cv::Mat& frame) const
{
    if (frame.channels() == params().channels)
        return frame;
    cv::Mat grey;
    cv::cvtColor(frame, grey, cv::COLOR_BGR2GRAY);
    return grey;
}

void Certifier::certify(Shot& shot, const Controls& controls)
{
    shot.roi = regionOf(shot.clean.size(), controls.region, inputSize());
    if (shot.turned)
        expectTurned();
    shot.frame = shot.clean.clone();
    shot.sticker = controls.sticker.put(shot.frame, shot.roi, shot.index);
    shot.certificate = classifier->classify(input(shot.frame), shot.roi);
    // If it does not cover any of the region, there is nothing to verify.
    if (verifier && !(shot.sticker & shot.roi).empty())
        shot.without = verifier->classify(input(shot.clean), shot.roi);
}

} // namespace video
