// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_TOOLS_FAULTS_HPP
#define DERAND_TOOLS_FAULTS_HPP

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "opencv2/derand.hpp"

#include "common/error.hpp"
#include "common/progress.hpp"
#include "dataset.hpp"

namespace tools {

/** @brief What goes wrong with single images of many: named on stderr, counted and left out, so that one odd file does
not end a run of thousands. What goes wrong with every image does: then it is the model.
 */
class Faults
{
public:
    //! None yet; the program's name begins the messages.
    explicit Faults(const std::string& program_) : program(program_) {}

    //! Hides this progress before a message, from now on.
    void during(Progress& shown) { progress = &shown; }

    //! The samples that can be read.
    std::vector<Sample> read(const Dataset& dataset, const std::vector<size_t>& indices);

    /** @brief Results of samples; those that fail, each for itself, are removed.
    @param samples in, out: those that have a result
    @param work gives a result for each sample; throws if it cannot for one of them
    @param healthy throws if the model cannot classify anything: its error is then that of the run
     */
    template<typename Result> std::vector<Result> leaveOut(std::vector<Sample>& samples,
            const std::function<std::vector<Result>(const std::vector<Sample>&)>& work, const std::function<void()>& healthy);

    //! Certificates of the samples, as leaveOut().
    std::vector<cv::derand::Certificate> classify(std::vector<Sample>& samples, cv::derand::CertifiedClassifier& classifier);

    //! Fails if there were any among so many images.
    void report(size_t images) const;

private:
    void add(const std::string& image, const std::string& message);

    std::string program;
    Progress* progress = nullptr;
    std::set<std::string> names; // of the images
};

template<typename Result> std::vector<Result> Faults::leaveOut(std::vector<Sample>& samples,
        const std::function<std::vector<Result>(const std::vector<Sample>&)>& work, const std::function<void()>& healthy)
{
    std::vector<Result> results;
    try
    {
        if (!samples.empty())
            results = work(samples);
        return results;
    }
    catch (const std::exception&)
    {
        healthy();
    }
    std::vector<Sample> fine;
    for (const Sample& sample : samples)
    {
        try
        {
            results.push_back(work({sample})[0]);
            fine.push_back(sample);
        }
        catch (const std::exception& e)
        {
            add(sample.name, fmt::format("{}: {}", sample.name, messageOf(e)));
        }
    }
    samples = fine;
    return results;
}

} // namespace tools

#endif // DERAND_TOOLS_FAULTS_HPP
