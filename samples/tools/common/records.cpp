// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "records.hpp"

#include "explanation.hpp"

#include <cmath>
#include <filesystem>

namespace tools {

namespace derand = cv::derand;

namespace {

Json jsonOf(const cv::FileNode& node)
{
    Json json;
    if (node.isMap())
    {
        json = Json::object();
        for (const cv::FileNode child : node)
            json[child.name()] = jsonOf(child);
    }
    else if (node.isSeq())
    {
        json = Json::array();
        for (const cv::FileNode child : node)
            json.push_back(jsonOf(child));
    }
    else if (node.isInt())
        json = int(node);
    else if (node.isReal())
        json = double(node);
    else if (node.isString())
        json = std::string(node);
    return json;
}

//! Goes through the settings file, so that the field names are in one place.
Json jsonOf(const derand::ModelSettings& settings)
{
    const cv::FileStorage file(settings.text(), cv::FileStorage::READ | cv::FileStorage::MEMORY);
    Json json = jsonOf(file.root());
    json["params"]["labels"] = settings.params.labels; // FileStorage reads the digits of "\x0a" as octal
    return json;
}

} // namespace

Json newRecord(const std::string& type) { return {{"schema", "derand/1"}, {"type", type}}; }

Json runRecord(const std::string& program, const std::string& model, const derand::ModelSettings& settings)
{
    Json record = newRecord("run");
    record["program"] = program;
    record["version"] = derand::getVersion();
    record["opencvVersion"] = CV_VERSION;
    record["model"] = {{"file", std::filesystem::path(model).filename().string()}, {"checksum", settings.modelChecksum}};
    record["settings"] = jsonOf(settings);
    return record;
}

void addCertificate(Json& record, const derand::Certificate& c, const cv::Size& asked, const std::vector<std::string>& labels)
{
    const auto number = [&](int label) { return label < 0 ? Json() : Json(label); };
    const auto name = [&](int label) { return label < 0 || labels.empty() ? Json() : Json(labels[size_t(label)]); };
    record["label"] = number(c.label);
    record["class"] = name(c.label);
    record["abstained"] = abstains(c);
    record["rejected"] = isRejected(c);
    record["votes"] = c.votes;
    record["runnerUp"] = number(c.runnerUp);
    record["runnerUpClass"] = name(c.runnerUp);
    record["runnerUpVotes"] = c.runnerUpVotes;
    record["lead"] = c.lead;
    record["ablations"] = c.run.ablations;
    record["abstainedAblations"] = c.run.abstained;
    record["invalidAblations"] = c.run.invalid;
    record["evaluatedAblations"] = c.run.evaluated;
    record["reusedAblations"] = c.run.reused;
    record["onePass"] = c.run.onePass;
    record["largestPatch"] = c.patch;
    record["largestInputPatch"] = c.inputPatch;
    record["askedPatch"] = jsonOf(asked);
    record["certified"] = c.holds(asked);
    record["silent"] = c.silent(asked);
}

Json jsonOf(const cv::Size& size) { return {size.width, size.height}; }

Json jsonOf(const cv::Rect& rect) { return {rect.x, rect.y, rect.width, rect.height}; }

Json jsonOf(double seconds) { return std::round(1000 * seconds) / 1000; }

std::string lineOf(const Json& record) { return record.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n'; }

} // namespace tools
