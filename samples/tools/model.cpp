// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "model.hpp"

#include <algorithm>

#include "opencv2/core/utils/logger.hpp"

namespace tools {

namespace derand = cv::derand;

int frameChannels(derand::CertifiedClassifier& classifier)
{
    namespace logging = cv::utils::logging;
    // dnn logs its refusal, which is an answer here.
    const logging::LogLevel level = logging::setLogLevel(logging::LOG_LEVEL_SILENT);
    int channels = 1;
    try
    {
        classifier.classify(cv::Mat::zeros(classifier.getAblation().inputSize, CV_8UC1));
    }
    catch (const cv::Exception&)
    {
        channels = 3;
    }
    logging::setLogLevel(level);
    return channels;
}

derand::FrameMap frameMapOf(const derand::CertifiedClassifier& classifier, const cv::Size& frame)
{
    const derand::CertifiedClassifier::Params params = classifier.getParams();
    const cv::Size input = classifier.getAblation().inputSize;
    cv::Size part = frame;
    if (params.crop) // as Params::crop says
    {
        const int64_t width = int64_t(frame.height) * input.width / input.height;
        const int64_t height = int64_t(frame.width) * input.height / input.width;
        part.width = int(std::clamp<int64_t>(width, 1, frame.width));
        part.height = int(std::clamp<int64_t>(height, 1, frame.height));
    }
    const cv::Point corner((frame.width - part.width) / 2, (frame.height - part.height) / 2);
    return derand::FrameMap(frame, cv::Rect(corner, part), params.interpolation);
}

} // namespace tools
