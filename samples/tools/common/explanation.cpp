// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "explanation.hpp"

#include <fmt/format.h>

#include "text.hpp"

namespace tools {

std::string labelText(const cv::derand::Certificate& certificate, const std::vector<std::string>& labels)
{
    return isRejected(certificate) ? "none of these" : abstains(certificate) ? "abstains" : className(certificate.label, labels);
}

std::string votesText(const cv::derand::Certificate& c, const std::vector<std::string>& labels)
{
    if (c.runnerUp < 0)
        return fmt::format("0 of {} votes", c.run.ablations);
    if (c.label < 0)
        return fmt::format("{} of {} votes for {}, fewer than {}", c.runnerUpVotes, c.run.ablations, className(c.runnerUp, labels),
                c.minVotes);
    return fmt::format("{} of {} votes for {}, {} for {}", c.votes, c.run.ablations, className(c.label, labels), c.runnerUpVotes,
            className(c.runnerUp, labels));
}

std::string reasonText(const cv::derand::Certificate& certificate, const cv::Size& patch)
{
    if (abstains(certificate))
        return "no votes";
    return fmt::format("lead {}, a {} px patch can take up to {}", certificate.lead, sizeText(patch), 2 * certificate.maxAffected(patch));
}

} // namespace tools
