// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_TOOLS_EVALUATOR_HPP
#define DERAND_TOOLS_EVALUATOR_HPP

#include <memory>
#include <string>
#include <vector>

#include "opencv2/derand.hpp"

#include "arguments.hpp"
#include "evaluation.hpp"
#include "families.hpp"

namespace tools {

//! How votes are cast and become a label with its certificate.
struct Method
{
    enum Kind
    {
        THRESHOLD, //!< VOTE_THRESHOLD, all ablations
        TOP1,      //!< VOTE_TOP1, all ablations
        RANDOM     //!< VOTE_TOP1, ablations drawn at random, see Randomised
    };

    Kind kind;
    double threshold; //!< of THRESHOLD
    int draws;        //!< of RANDOM, for the certificate

    std::string name() const;
};

struct LabelledImage
{
    size_t number; //!< in the data set: what is drawn at random depends on nothing else
    cv::Mat frame;
    int truth;
};

//! A model under evaluation: what it says of images by several methods.
class Evaluator
{
public:
    /** @brief For one model.
    @param classifier settings of the model
    @param families see Outcome::family
     */
    Evaluator(const cv::Ptr<cv::derand::CertifiedClassifier>& classifier, const Families& families);
    virtual ~Evaluator() = default;

    cv::derand::CertifiedClassifier& settings() const { return *classifier; }
    const Families& families() const { return related; }

    //! What one ablation retains, e.g. "column of 2, stride 1".
    virtual std::string ablation() const;

    /** @brief The method where none is asked for.
    @param draws if it is Method::RANDOM
     */
    virtual Method usual(int draws) const;

    //! The methods in groups; each group costs one inference. std::runtime_error for one that the model cannot do.
    virtual std::vector<std::vector<Method>> groups(const std::vector<Method>& methods) const = 0;

    //! How many images evaluate() should get at a time.
    virtual size_t batch() const = 0;

    //! For each image its outcomes by the methods, one of groups().
    virtual std::vector<std::vector<Outcome>> evaluate(const std::vector<LabelledImage>& images,
            const std::vector<Method>& methods) = 0;

protected:
    void checkClasses(const LabelledImage& image, int classes) const;
    void checkSize(const LabelledImage& image) const; //!< must be that of the network input

    /** @brief Outcome by Method::RANDOM.
    @param image must have the size of the network input: shares are counted there
    @param method its number of draws
    @param touched share of all ablations that a square patch of side 1, 2, ... touches
    @param top class of each ablation, -1: none
    @param drawn the ablations of `top` are draws already; otherwise they are all, and drawn from here
     */
    Outcome randomised(const LabelledImage& image, const Method& method, const std::vector<double>& touched,
            const std::vector<int>& top, bool drawn) const;
    int longestSide() const; //!< of the network input

    cv::Ptr<cv::derand::CertifiedClassifier> classifier;
    Families related;
};

/** @brief The model of --model and --config.

With a file NAME.sets.yml beside the settings NAME.yml it is a baseline, see SetEvaluator.
 */
std::unique_ptr<Evaluator> openEvaluator(const Arguments& arguments);

} // namespace tools

#endif // DERAND_TOOLS_EVALUATOR_HPP
