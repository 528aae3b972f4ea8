// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "set_evaluator.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "common/error.hpp"
#include "randomised.hpp"

namespace tools {

namespace {

namespace derand = cv::derand;

const int CHUNK = 64; //!< ablations per forward

//! NaN: none.
int topClass(const cv::Mat_<double>& probabilities, int row)
{
    const double* p = probabilities[row];
    return std::isnan(p[0]) ? -1 : int(std::max_element(p, p + probabilities.cols) - p);
}

//! Scores to probabilities; NaN where a score is NaN or Inf.
void normalise(double* p, int classes, bool softmax)
{
    if (!std::all_of(p, p + classes, [](double score) { return std::isfinite(score); }))
    {
        std::fill(p, p + classes, std::nan(""));
        return;
    }
    if (!softmax)
        return;
    const double largest = *std::max_element(p, p + classes);
    double sum = 0;
    for (int c = 0; c < classes; c++)
        sum += p[c] = std::exp(p[c] - largest);
    for (int c = 0; c < classes; c++)
        p[c] /= sum;
}

} // namespace

SetEvaluator::SetEvaluator(const cv::dnn::Net& net_, int retain, const cv::Ptr<derand::CertifiedClassifier>& classifier_,
        const Families& families_, int alarm_)
    : Evaluator({classifier_}, families_, alarm_), net(net_), sets(classifier_->getAblation(), retain)
{
    const derand::CertifiedClassifier::Params params = classifier().getParams();
    if (params.encoding != derand::ENCODING_COMPLEMENT || params.transpose)
        fail("a net for sets of bands or blocks has a different encoding in its settings: expected complement, not transposed");
    if (sets.count() > 0)
        all = sets.all();
    for (int i = 0; i < sets.member().count(); i++)
    {
        cv::Mat mask;
        sets.member().retained(i, mask);
        pixels.emplace_back();
        for (int p = 0; p < int(mask.total()); p++)
            if (mask.at<uchar>(p / mask.cols, p % mask.cols))
                pixels.back().push_back(p);
    }
}

std::string SetEvaluator::ablation() const { return fmt::format("{} x {}", sets.size(), Evaluator::ablation()); }

Method SetEvaluator::usual(int draws) const { return all.empty() ? Method{Method::RANDOM, 0, draws} : Evaluator::usual(draws); }

std::vector<std::vector<Method>> SetEvaluator::groups(const std::vector<Method>& methods) const
{
    for (const Method& method : methods)
        if (all.empty() && method.kind != Method::RANDOM)
            fail("--methods: {} needs the votes of all sets of {} among {} bands or blocks, which are too many: "
                 "expected random",
                    method.name(), sets.size(), sets.member().count());
    return {methods};
}

std::vector<std::vector<Outcome>> SetEvaluator::evaluate(const std::vector<LabelledImage>& images, const std::vector<Method>& methods)
{
    std::vector<std::vector<Outcome>> outcomes;
    for (const LabelledImage& image : images)
        outcomes.push_back(evaluate(image, methods));
    return outcomes;
}

std::vector<Outcome> SetEvaluator::evaluate(const LabelledImage& image, const std::vector<Method>& methods)
{
    checkSize(image);
    std::vector<std::vector<int>> drawn;
    if (all.empty())
    {
        SetDraws draws(sets, image.number + 1);
        drawn.resize(size_t(Randomised(methods.at(0).draws, {}).draws()));
        std::generate(drawn.begin(), drawn.end(), [&] { return draws.next(); });
    }
    const cv::Mat_<double> p = probabilities(planes(image.frame), all.empty() ? drawn : all);
    checkClasses(image, p.cols);

    std::vector<int> top;
    for (int i = 0; i < p.rows; i++)
        top.push_back(topClass(p, i));
    std::vector<Outcome> outcomes;
    for (const Method& method : methods)
    {
        if (method.kind == Method::RANDOM)
            outcomes.push_back(randomisedOutcome(image, method, touchedShares(), top, all.empty()));
        else
        {
            const bool top1 = method.kind == Method::TOP1;
            std::vector<int> counts(size_t(p.cols), 0);
            for (int i = 0; i < p.rows; i++)
                for (int c = 0; c < p.cols; c++)
                    counts[size_t(c)] += top1 ? c == top[size_t(i)] : p(i, c) >= method.threshold;
            outcomes.push_back(certified(image, counts));
        }
        outcomes.back().invalid = int(std::count(top.begin(), top.end(), -1));
    }
    return outcomes;
}

//! The network input that retains everything, 1 x planes x height x width.
cv::Mat SetEvaluator::planes(const cv::Mat& frame) const
{
    const derand::CertifiedClassifier::Params params = classifier().getParams();
    if (frame.channels() != params.channels)
        fail("the images have {} channels, but the model takes {}: model and data do not belong together", frame.channels(), params.channels);
    std::vector<cv::Mat> channels;
    cv::split(frame, channels);
    if (params.swapRB)
        std::swap(channels[0], channels[2]);
    for (int c = 0; c < int(channels.size()); c++)
    {
        cv::Mat& channel = channels[size_t(c)];
        channel.convertTo(channel, CV_32F, params.scalefactor[c], -params.scalefactor[c] * params.mean[c]);
    }
    cv::Mat input, blob;
    cv::merge(channels, input);
    const derand::Ablation whole(derand::ABLATION_COLUMN, input.cols, input.size());
    derand::blobFromAblations(input, whole, cv::Range(0, 1), blob, params.encoding);
    return blob;
}

//! One row for each set; NaN where the net gave NaN or Inf.
cv::Mat SetEvaluator::probabilities(const cv::Mat& planes, const std::vector<std::vector<int>>& of)
{
    const int shape[] = {CHUNK, planes.size[1], planes.size[2], planes.size[3]};
    const bool softmax = classifier().getParams().softmax;
    cv::Mat result;
    for (size_t start = 0; start < of.size(); start += CHUNK)
    {
        cv::Mat blob = cv::Mat::zeros(4, shape, CV_32F); // the last chunk is padded: the shape is constant
        const size_t end = std::min(of.size(), start + CHUNK);
        for (size_t i = start; i < end; i++)
            for (const int member : of[i])
                for (const int pixel : pixels[size_t(member)])
                    for (int plane = 0; plane < shape[1]; plane++)
                        blob.ptr<float>(int(i - start), plane)[pixel] = planes.ptr<float>(0, plane)[pixel];
        net.setInput(blob);
        const cv::Mat scores = net.forward();
        if (scores.dims != 2 || scores.rows != CHUNK)
            fail("the net does not return a row of scores for each of {} ablations: export it for any batch size", CHUNK);
        cv::Mat rows;
        scores.rowRange(0, int(end - start)).convertTo(rows, CV_64F);
        for (int i = 0; i < rows.rows; i++)
            normalise(rows.ptr<double>(i), rows.cols, softmax);
        result.push_back(rows);
    }
    return result;
}

Outcome SetEvaluator::certified(const LabelledImage& image, const std::vector<int>& counts) const
{
    const auto most = std::max_element(counts.begin(), counts.end());
    const int label = int(most - counts.begin());
    const auto patch = [&](const std::vector<int>& group) {
        const int lead = leadOf(counts, group);
        int side = 0;
        while (side < longestSide() && 2 * sets.touched(side + 1) <= lead)
            side++;
        return side;
    };
    const int own = patch({label});
    return {image.truth, *most > 0 ? label : -1, 0, own, own, patch(related.of(label))};
}

std::vector<double> SetEvaluator::touchedShares() const
{
    std::vector<double> shares;
    for (int side = 1; side <= longestSide(); side++)
        shares.push_back(sets.touchedShare(side));
    return shares;
}

} // namespace tools
