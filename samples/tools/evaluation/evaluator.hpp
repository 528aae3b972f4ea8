// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_TOOLS_EVALUATOR_HPP
#define DERAND_TOOLS_EVALUATOR_HPP

#include <string>
#include <vector>

#include "opencv2/derand.hpp"

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
        SETTINGS,  //!< all ablations, by the vote rule and threshold of each model's settings
        RANDOM     //!< VOTE_TOP1, ablations drawn at random, see Randomised
    };

    Kind kind;
    double threshold; //!< of THRESHOLD
    int draws;        //!< of RANDOM, for the certificate

    std::string name() const;
};

struct LabelledImage
{
    size_t number; //!< in the data set: the only thing that random draws depend on
    cv::Mat frame;
    int truth;
};

//! A model under evaluation: its outcomes for images, by several methods.
class Evaluator
{
public:
    using Classifiers = std::vector<cv::Ptr<cv::derand::CertifiedClassifier>>;

    /** @brief For one model, or several whose votes count together.
    @param classifiers settings of each model
    @param families see Outcome::family
    @param alarm see Outcome::alarm
     */
    Evaluator(const Classifiers& classifiers, const Families& families, int alarm);
    virtual ~Evaluator() = default;

    const Classifiers& classifiers() const { return models; }
    cv::derand::CertifiedClassifier& classifier() const { return *models[0]; } //!< the first one, which says how images are read
    const Families& families() const { return related; }
    int alarm() const { return alarmSide; } //!< side of the square patch that the alarm is for

    //! What one ablation retains, e.g. "column of 2, stride 1".
    virtual std::string ablation() const;

    /** @brief The method to use if none is asked for.
    @param draws if it is Method::RANDOM
     */
    virtual Method usual(int draws) const;

    //! The methods in groups; each group costs one inference. std::runtime_error for a method that the model does not support.
    virtual std::vector<std::vector<Method>> groups(const std::vector<Method>& methods) const = 0;

    //! How many images to pass to evaluate() at a time.
    virtual size_t batch() const = 0;

    //! The outcomes of each image, for the methods of one of the groups().
    virtual std::vector<std::vector<Outcome>> evaluate(const std::vector<LabelledImage>& images, const std::vector<Method>& methods) = 0;

protected:
    void checkClasses(const LabelledImage& image, int classes) const;
    void checkSize(const LabelledImage& image) const; //!< must be that of the network input
    int longestSide() const;                          //!< of the network input

    Families related;

private:
    Classifiers models;
    int alarmSide;
};

} // namespace tools

#endif // DERAND_TOOLS_EVALUATOR_HPP
