// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "certified_evaluator.hpp"

#include <algorithm>

#include "baselines/randomised.hpp"
#include "common/by_rule.hpp"
#include "common/error.hpp"

namespace tools {

namespace {

namespace derand = cv::derand;

//! The class that each ablation voted for, -1: none.
std::vector<int> topClasses(const cv::Mat& votes)
{
    std::vector<int> top;
    for (int i = 0; i < votes.rows; i++)
    {
        const uchar* row = votes.ptr(i);
        const uchar* vote = std::find_if(row, row + votes.cols, [](uchar code) { return code & cv::derand::VOTE_CODE_VOTED; });
        top.push_back(vote == row + votes.cols ? -1 : int(vote - row));
    }
    return top;
}

//! Side of the largest square patch that keeps the label in the group; what holds for a square holds for smaller ones.
int largestStaying(const derand::Certificate& certificate, const std::vector<int>& group, const cv::Size& frame)
{
    int stays = 0, leaves = std::max(frame.width, frame.height) + 1;
    while (leaves - stays > 1)
    {
        const int side = stays + (leaves - stays) / 2;
        (certificate.staysIn(group, cv::Size(side, side)) ? stays : leaves) = side;
    }
    return stays;
}

} // namespace

std::vector<std::vector<Method>> CertifiedEvaluator::groups(const std::vector<Method>& methods) const
{
    std::vector<std::vector<Method>> groups;
    std::vector<Method> top1;
    for (const Method& method : methods)
    {
        if (method.kind == Method::RANDOM && classifiers().size() > 1)
            fail("--methods: random draws ablations of one model, expected no --join with it");
        if (method.kind == Method::THRESHOLD || method.kind == Method::SETTINGS)
            groups.push_back({method});
        else
            top1.push_back(method);
    }
    if (!top1.empty())
        groups.push_back(top1);
    return groups;
}

//! Sets only what changes: new settings cost another self-test.
void CertifiedEvaluator::select(const Method& method)
{
    if (method.kind == Method::SETTINGS) // is the only one, and nothing was changed
        return;
    for (const auto& classifier : classifiers())
    {
        derand::CertifiedClassifier::Params params = classifier->getParams();
        const int rule = method.kind == Method::THRESHOLD ? derand::VOTE_THRESHOLD : derand::VOTE_TOP1;
        const double threshold = method.kind == Method::THRESHOLD ? method.threshold : params.threshold;
        if (params.voteRule == rule && params.threshold == threshold)
            continue;
        params.voteRule = rule;
        params.threshold = threshold;
        classifier->setParams(params);
    }
}

std::vector<std::vector<Outcome>> CertifiedEvaluator::evaluate(const std::vector<LabelledImage>& images, const std::vector<Method>& methods)
{
    select(methods.at(0));
    std::vector<cv::Mat> frames;
    for (const LabelledImage& image : images)
        frames.push_back(image.frame);
    std::vector<std::vector<derand::Certificate>> certificates(images.size()); // by each classifier
    for (const auto& classifier : classifiers())
    {
        std::vector<derand::Certificate> batch;
        classifier->classifyBatch(frames, batch);
        for (size_t i = 0; i < images.size(); i++)
            certificates[i].push_back(batch[i]);
    }

    std::vector<std::vector<Outcome>> outcomes(images.size());
    for (size_t i = 0; i < images.size(); i++)
    {
        cv::Mat votes;
        certificates[i][0].getVotes(votes);
        checkClasses(images[i], votes.cols);
        for (const Method& method : methods)
        {
            if (method.kind == Method::RANDOM)
            {
                checkSize(images[i]);
                outcomes[i].push_back(randomisedOutcome(images[i], method, touchedShares(), topClasses(votes), false));
            }
            else
                outcomes[i].push_back(certified(images[i], certificates[i]));
            for (const derand::Certificate& c : certificates[i])
                outcomes[i].back().invalid += c.run.invalid;
        }
    }
    return outcomes;
}

//! By both rules.
Outcome CertifiedEvaluator::certified(const LabelledImage& image, const std::vector<derand::Certificate>& certificates) const
{
    const cv::Size frame = image.frame.size(), patch(alarm(), alarm());
    const auto by = [&](int rule) {
        std::vector<derand::Certificate> parts;
        for (size_t k = 0; k < certificates.size(); k++)
            parts.push_back(byRule(certificates[k], *classifiers()[k], frame, rule));
        return parts.size() == 1 ? parts[0] : derand::Certificate::join(parts);
    };
    const derand::Certificate location = by(derand::CERTIFICATE_LOCATION);
    const Alarm ofPatch = alarmOf(location, patch);
    if (location.label < 0) // neither right nor wrong
        return {image.truth, -1, 0, 0, 0, 0, ofPatch};
    return {image.truth, location.label, 0, location.patch, by(derand::CERTIFICATE_MARGIN).patch,
            related.empty() ? location.patch : largestStaying(location, related.of(location.label), frame), ofPatch};
}

std::vector<double> CertifiedEvaluator::touchedShares() const
{
    const derand::Ablation ablation = classifier().getAblation();
    std::vector<double> shares;
    for (int side = 1; side <= longestSide(); side++)
        shares.push_back(double(ablation.maxAffected(cv::Size(side, side))) / ablation.count());
    return shares;
}

} // namespace tools
