// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "faults.hpp"
#include "input.hpp"

namespace tools {

//! An image that is asked for several times is one fault.
void Faults::add(const std::string& image, const std::string& message)
{
    if (!names.insert(image).second)
        return;
    if (progress)
        progress->hide();
    fmt::print(stderr, "{}: {}\n", program, message);
}

std::vector<Sample> Faults::read(const Dataset& dataset, const std::vector<size_t>& indices)
{
    std::vector<Sample> samples;
    for (const size_t index : indices)
    {
        try
        {
            samples.push_back(dataset.read(index));
            samples.back().number = index;
        }
        catch (const std::exception& e) // names the file
        {
            add(dataset.name(index), messageOf(e));
        }
    }
    return samples;
}

std::vector<cv::derand::Certificate> Faults::classify(std::vector<Sample>& samples, cv::derand::CertifiedClassifier& classifier)
{
    const auto work = [&](const std::vector<Sample>& some) {
        std::vector<cv::Mat> frames;
        for (const Sample& sample : some)
            frames.push_back(sample.frame);
        std::vector<cv::derand::Certificate> certificates;
        classifier.classifyBatch(frames, certificates);
        return certificates;
    };
    return leaveOut<cv::derand::Certificate>(samples, work, [&] { classifier.classify(noiseFrame(classifier)); });
}

void Faults::report(size_t images) const
{
    if (!names.empty())
        fail("{} of {} images could not be read or classified and were left out, see above", names.size(), images);
}

} // namespace tools
