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

/** @brief Faults of single images among many: named on stderr, counted and left out, so that one odd file does not end
a run of thousands. A fault of every image does end it: then the model is to blame.
 */
class Faults
{
public:
    //! No faults yet; messages start with the program's name.
    explicit Faults(const std::string& program_) : program(program_) {}

    //! Hides this progress before a message, from now on.
    void during(Progress& shown) { progress = &shown; }

    //! The samples that can be read.
    std::vector<Sample> read(const Dataset& dataset, const std::vector<size_t>& indices);

    /** @brief Results of samples; samples that fail individually are removed.
    @param samples in, out: those that have a result
    @param work gives a result for each sample; throws if it cannot for one of them
    @param healthy throws if the model cannot classify anything: its error is then that of the run
     */
    template<typename Result> std::vector<Result> leaveOut(std::vector<Sample>& samples,
            const std::function<std::vector<Result>(const std::vector<Sample>&)>& work, const std::function<void()>& healthy);

    //! Certificates of the samples, see leaveOut().
    std::vector<cv::derand::Certificate> classify(std::vector<Sample>& samples, cv::derand::CertifiedClassifier& classifier);

    //! Fails if there were any faults; `images` is the number of all images.
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
