// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "open_evaluator.hpp"

#include <filesystem>

#include "baselines/set_evaluator.hpp"
#include "certified_evaluator.hpp"
#include "common/device.hpp"
#include "common/error.hpp"
#include "common/spread.hpp"
#include "common/values.hpp"
#include "data/input.hpp"

namespace tools {

namespace {

//! Members of a set, for the baselines: in NAME.sets.yml next to the settings NAME.yml. 0: no such file.
int membersOfSets(const std::filesystem::path& config)
{
    const std::string file = std::filesystem::path(config).replace_extension(".sets.yml").string();
    if (!std::filesystem::exists(file))
        return 0;
    int members = 0;
    try
    {
        const cv::FileStorage sets(file, cv::FileStorage::READ);
        const cv::FileNode retain = sets["retain"];
        members = retain.isInt() ? int(retain) : 0;
    }
    catch (const cv::Exception&) // not YAML
    {}
    if (members < 1)
        fail("{}: what it retains is not a number of bands or blocks, expected 'retain: ' and a number of at least 1", file);
    return members;
}

} // namespace

std::unique_ptr<Evaluator> openEvaluator(const Arguments& arguments)
{
    const int members = membersOfSets(configOf(arguments)), alarm = arguments.getInt("alarm", 1);
    Evaluator::Classifiers classifiers = {loadClassifier(arguments)};
    if (arguments.has("join"))
    {
        for (const std::string& model : split(arguments.get<std::string>("join"), ','))
        {
            classifiers.push_back(cv::derand::CertifiedClassifier::create(model));
            deviceOf(arguments).use(*classifiers.back());
        }
        cv::derand::JoinedClassifier::create(classifiers); // checks that they go together
    }
    if (!arguments.inputs.empty()) // pictures
    {
        for (const auto& classifier : classifiers)
        {
            cv::derand::CertifiedClassifier::Params params = classifier->getParams();
            mayBeTurned(params);
            classifier->setParams(params);
        }
    }
    const Families families(arguments.get<std::string>("families"), classifiers[0]->getParams().labels);
    if (members == 0)
        return std::make_unique<CertifiedEvaluator>(classifiers, families, alarm);
    if (classifiers.size() > 1)
        fail("--join: a model that retains sets cannot be joined");
    cv::dnn::Net net = cv::dnn::readNet(arguments.get<std::string>("model"));
    deviceOf(arguments).use(net);
    return std::make_unique<SetEvaluator>(net, members, classifiers[0], families, alarm);
}

} // namespace tools
