// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "journal.hpp"

#include "common/error.hpp"

namespace video {

Journal::Journal(const std::string& file_) : file(file_)
{
    if (file.empty())
        return;
    out.open(file, std::ios::binary);
    if (!out)
        tools::fail("{}: cannot be written: check the folder, its permissions and the free space", file);
}

void Journal::write(const tools::Json& record)
{
    if (file.empty())
        return;
    out << tools::lineOf(record) << std::flush;
    if (!out)
        tools::fail("{}: can no longer be written: check the free space", file);
}

void Journal::begin(const std::string& program, const std::string& model, const cv::derand::ModelSettings& settings)
{
    write(tools::runRecord(program, model, settings));
}

void Journal::add(const Shot& shot, const cv::Size& patch, const std::vector<std::string>& labels)
{
    tools::Json record = tools::newRecord("frame");
    record["frame"] = shot.index;
    record["timeSeconds"] = tools::jsonOf(shot.time);
    record["timeEstimated"] = shot.estimated;
    record["frameSize"] = tools::jsonOf(shot.frame.size());
    record["roi"] = tools::jsonOf(shot.roi);
    tools::addCertificate(record, shot.certificate, patch, labels);
    if (!shot.sticker.empty())
        record["sticker"] = tools::jsonOf(shot.sticker);
    if (shot.known())
    {
        tools::addCertificate(record["withoutSticker"], shot.without, patch, labels);
        record["broken"] = shot.broken();
    }
    write(record);
}

void Journal::close(const VideoTotals& totals, const Pipeline& pipeline)
{
    tools::Json record = tools::newRecord("totals");
    record["frames"] = totals.frames;
    record["seconds"] = tools::jsonOf(totals.seconds());
    record["abstainedFrames"] = totals.abstained;
    record["rejectedFrames"] = totals.rejected;
    record["silentFrames"] = totals.silent;
    record["certifiedFrames"] = totals.certified;
    record["ablations"] = totals.ablations;
    record["evaluatedAblations"] = totals.evaluated;
    record["reusedAblations"] = totals.reused;
    record["skippedFrames"] = pipeline.from().skipped;
    record["droppedFrames"] = pipeline.dropped();
    record["coveredFrames"] = totals.covered;
    record["changedFrames"] = totals.changed;
    record["brokenFrames"] = totals.broken;
    record["ending"] = pipeline.from().message;
    write(record);
}

} // namespace video
