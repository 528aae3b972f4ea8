// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "trial.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "opencv2/core/utils/logger.hpp"
#include "opencv2/imgproc.hpp"

#include "common/positions.hpp"
#include "data/input.hpp"

namespace tools {
namespace {

namespace derand = cv::derand;
using Classifier = derand::CertifiedClassifier;

Trial timed(const Model& model, const derand::ModelSettings& settings)
{
    const cv::Ptr<Classifier> classifier = model.with(settings);
    const cv::Mat frame = noiseFrame(*classifier);
    cv::TickMeter first, next;
    first.start();
    const bool onePass = classifier->classify(frame).run.onePass;
    first.stop();
    const double enough = 1; // seconds
    const int most = 50;
    do
    {
        next.start();
        classifier->classify(frame);
        next.stop();
    } while (next.getTimeSec() < enough && next.getCounter() < most);
    return {classifier->getAblation(), onePass, first.getTimeSec(), next.getTimeSec() / double(next.getCounter())};
}

//! Frames that have nothing in common: black, white, fine noise, coarse noise, a disc.
std::vector<cv::Mat> unlikeFrames(const Classifier& classifier)
{
    const cv::Mat noise = noiseFrame(classifier);
    const cv::Size size = noise.size();
    cv::Mat coarse, disc(size, noise.type(), cv::Scalar());
    cv::resize(noise(cv::Rect(0, 0, (size.width + 3) / 4, (size.height + 3) / 4)), coarse, size, 0, 0, cv::INTER_NEAREST);
    cv::circle(disc, cv::Point(size / 2), std::min(size.width, size.height) / 3, cv::Scalar(255, 51, 204, 255), cv::FILLED);
    return {cv::Mat(size, noise.type(), cv::Scalar()), cv::Mat(size, noise.type(), cv::Scalar::all(255)), noise, coarse, disc};
}

} // namespace

cv::Ptr<Classifier> Model::with(const derand::ModelSettings& settings) const
{
    cv::Ptr<Classifier> classifier = Classifier::create(file, settings);
    device.use(*classifier);
    return classifier;
}

std::vector<Trial> timeModel(const Model& model, const derand::ModelSettings& settings)
{
    std::vector<Trial> trials = {timed(model, settings)};
    // The self-tests of the others would say the same again.
    cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_ERROR);
    derand::ModelSettings other = settings;
    if (trials[0].onePass)
    {
        other.params.onePass = false;
        trials.push_back(timed(model, other));
        other.params.onePass = settings.params.onePass;
    }
    for (const int times : {2, 4})
    {
        other.ablation.stride = settings.ablation.stride * times;
        if (other.ablation.stride <= settings.ablation.width) // otherwise no ablation sees some of the pixels
            trials.push_back(timed(model, other));
    }
    return trials;
}

int largestPossiblePatch(const derand::Ablation& ablation, bool first)
{
    cv::Mat votes(ablation.count(), 2, CV_8U, cv::Scalar(0));
    votes.col(first ? 0 : 1) = int(derand::VOTE_CODE_VOTED);
    return derand::certify(votes, ablation).inputPatch;
}

bool dependsOnPicture(const Model& model, const derand::ModelSettings& settings)
{
    derand::ModelSettings few = settings;
    few.params.voteRule = derand::VOTE_TOP1;
    const cv::Size positions = positionsOf(settings.ablation);
    const int along = positions.height > 1 && positions.width > 1 ? 3 : 8; // places along an axis
    few.ablation.stride *= std::max(1, std::max(positions.width, positions.height) / along);
    const cv::Ptr<Classifier> classifier = model.with(few);
    std::vector<derand::Certificate> certificates;
    classifier->classifyBatch(unlikeFrames(*classifier), certificates);
    cv::Mat common; // to all frames
    for (const derand::Certificate& certificate : certificates)
    {
        cv::Mat votes;
        certificate.getVotes(votes);
        votes &= int(derand::VOTE_CODE_VOTED);
        common = common.empty() ? votes : cv::Mat(common & votes);
    }
    return 2 * cv::countNonZero(common) < common.rows;
}

cv::Ptr<Classifier> plainClassifier(const Model& model, const derand::ModelSettings& settings)
{
    derand::ModelSettings whole = settings;
    if (whole.params.encoding == derand::ENCODING_STRIP || whole.params.encoding == derand::ENCODING_BARE_STRIP)
        return {};
    const cv::Size size = settings.ablation.inputSize;
    whole.ablation = derand::Ablation(derand::ABLATION_COLUMN, size.width, size, size.width);
    whole.params.voteRule = derand::VOTE_TOP1;
    return model.with(whole);
}

std::string timeText(double seconds)
{
    return seconds < .01  ? fmt::format("{:.2f} ms", 1000 * seconds)
            : seconds < 1 ? fmt::format("{:.0f} ms", 1000 * seconds)
                          : fmt::format("{:.1f} s", seconds);
}

} // namespace tools
