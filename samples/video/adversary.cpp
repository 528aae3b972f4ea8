// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "adversary.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "opencv2/imgproc.hpp"

#include "attack/victims.hpp"
#include "common/text.hpp"

namespace video {

std::string attack(const Certifier& certifier, const Shot& shot, const cv::Size& patch, int budget, Sticker& sticker)
{
    const cv::Ptr<cv::derand::CertifiedClassifier> classifier = certifier.another();
    const cv::Mat whole = certifier.input(shot.clean).clone(), part = whole(shot.roi), frame = part.clone();
    const cv::derand::Certificate clean = classifier->classify(whole, shot.roi);
    const auto classify = [&](const std::vector<cv::Mat>& parts) {
        tools::Certificates certificates;
        for (const cv::Mat& attacked : parts)
        {
            attacked.copyTo(part);
            certificates.push_back(classifier->classify(whole, shot.roi));
        }
        return certificates;
    };
    const cv::Size size(std::min(patch.width, frame.cols), std::min(patch.height, frame.rows));
    const tools::AttackResult result = tools::attack(tools::certifiedVictim(classify, clean, size), frame, size, budget, 1);

    if (frame.channels() == 1)
        cv::cvtColor(result.patch.content, sticker.content, cv::COLOR_GRAY2BGR);
    else
        sticker.content = result.patch.content;
    sticker.place = Sticker::HERE;
    sticker.corner = shot.roi.tl() + result.patch.corner;

    const std::vector<cv::String> labels = classifier->getParams().labels;
    const std::vector<std::string> names(labels.begin(), labels.end());
    return fmt::format("frame {}, {} against {} px: {} {} after {} tries", shot.index,
            clean.holds(size) ? "certified" : "not certified", tools::sizeText(size), tools::className(clean.label, names),
            result.fooled() ? "became " + tools::className(result.after.label, names) : std::string("stayed"), result.queries);
}

} // namespace video
