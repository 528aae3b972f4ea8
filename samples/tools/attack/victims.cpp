// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "victims.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace tools {

namespace derand = cv::derand;

Victim plainVictim(const cv::dnn::Net& net_)
{
    return [net = net_](const std::vector<cv::Mat>& frames) mutable {
        net.setInput(cv::dnn::blobFromImages(frames, 1 / 255.));
        const cv::Mat logits = net.forward();
        std::vector<Answer> answers;
        for (int i = 0; i < logits.rows; i++)
        {
            const float *row = logits.ptr<float>(i), *end = row + logits.cols;
            answers.push_back({int(std::max_element(row, end) - row), {row, end}});
        }
        return answers;
    };
}

Victim certifiedVictim(const std::function<Certificates(const std::vector<cv::Mat>& frames)>& classify,
        const derand::Certificate& clean, const cv::Size& size)
{
    const bool certified = clean.holds(size);
    return [classify, label = clean.label, size, certified](const std::vector<cv::Mat>& frames) {
        std::vector<Answer> answers;
        for (const derand::Certificate& c : classify(frames))
        {
            if (c.label != label && certified)
                throw BrokenCertificate(fmt::format("{} became {}", label, c.label));
            // A certified frame has the label of the same scene without the patch.
            if (c.label != label && c.holds(size))
                throw BrokenCertificate(fmt::format("certified {} was {}", c.label, label));
            cv::Mat votes;
            c.getVotes(votes);
            std::vector<double> counts;
            for (int k = 0; k < votes.cols; k++)
                counts.push_back(cv::countNonZero(votes.col(k) & cv::derand::VOTE_CODE_VOTED));
            answers.push_back({c.label, counts});
        }
        return answers;
    };
}

} // namespace tools
