// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "evaluation.hpp"

#include <filesystem>
#include <sstream>

#include <fmt/format.h>

#include "common/binomial.hpp"
#include "common/error.hpp"

namespace tools {

namespace {

const std::string COLUMNS = "method,image,truth,label,invalid,location,margin,family,lead,touched,detected";
const std::string FAMILIES = "# families ", ALARM = "# alarm ";

//! A number of images among all, with its confidence interval.
struct Share
{
    int count = 0, all = 0;

    void add(bool yes)
    {
        count += yes;
        all++;
    }
    std::string text() const { return shareText(all, count); }
    std::string csv() const { return shareCsv(all, count); }
};

//! What the tables count, for one patch.
struct Counts
{
    Share clean, abstained, location, margin, locationWrong, marginWrong, family, familyClean;

    void add(const Outcome& o, int patch, const Families& families)
    {
        const bool right = o.label == o.truth;
        clean.add(right);
        abstained.add(o.label < 0);
        location.add(right && o.location >= patch);
        margin.add(right && o.margin >= patch);
        locationWrong.add(!right && o.location >= patch);
        marginWrong.add(!right && o.margin >= patch);
        const bool related = o.label >= 0 && families.related(o.label, o.truth);
        family.add(related && o.family >= patch);
        familyClean.add(related);
    }
};

Counts count(const std::map<size_t, Outcome>& outcomes, int patch, const Families& families)
{
    Counts counts;
    for (const auto& [image, outcome] : outcomes)
        counts.add(outcome, patch, families);
    return counts;
}

AlarmCurve curveOf(const std::map<size_t, Outcome>& outcomes)
{
    AlarmCurve curve;
    for (const auto& [image, o] : outcomes)
        curve.add(o.truth, o.label, o.alarm);
    return curve;
}

} // namespace

Evaluation::Evaluation(const std::string& subject_, size_t images_, const Families& families_, int alarm_)
    : subject(subject_), images(images_), families(families_), alarm(alarm_)
{}

Evaluation Evaluation::read(const std::vector<std::string>& files)
{
    std::ifstream in(files.at(0));
    std::string mark, line, families, word;
    size_t images = 0;
    int alarm = 0;
    if (!(in >> mark >> images >> std::ws) || mark != "#" || !std::getline(in, line) || !std::getline(in, families)
            || families.compare(0, FAMILIES.size(), FAMILIES) != 0 || !(in >> mark >> word >> alarm) || mark + ' ' + word + ' ' != ALARM)
        fail("{}: expected a file that this version of derand_evaluate --out wrote", files[0]);
    if (line.back() == '\r')
        fail("{}: its lines end with CR LF, as an editor may have left them: expected LF, as derand_evaluate wrote them", files[0]);
    Evaluation evaluation(line, images, Families(families.substr(FAMILIES.size())), alarm);
    for (const std::string& file : files)
        evaluation.load(file);
    return evaluation;
}

std::string Evaluation::heading() const
{
    return fmt::format("# {} {}\n{}{}\n{}{}\n{}\n", images, subject, FAMILIES, families.text(), ALARM, alarm, COLUMNS);
}

void Evaluation::load(const std::string& name)
{
    std::ifstream in(name);
    std::string line, found;
    for (int i = 0; i < 4; i++)
    {
        if (!std::getline(in, line))
            fail("{}: cannot be read, expected a file that derand_evaluate --out wrote", name);
        found += line + '\n';
    }
    if (found != heading())
        fail("{}: belongs to another evaluation or was written by another version\n{}expected\n{}", name, found, heading());
    for (size_t number = 5; std::getline(in, line) && !in.eof(); number++) // a line that was cut off has no line feed
    {
        const size_t comma = line.find(',');
        size_t image;
        Outcome o;
        char c[9] = {}, more;
        std::istringstream fields(comma == std::string::npos ? "" : line.substr(comma + 1));
        if (!(fields >> image >> c[0] >> o.truth >> c[1] >> o.label >> c[2] >> o.invalid >> c[3] >> o.location >> c[4] >> o.margin
                    >> c[5] >> o.family >> c[6] >> o.alarm.lead >> c[7] >> o.alarm.touched >> c[8] >> o.alarm.detected)
                || fields >> more || std::string(c, 9) != ",,,,,,,,," || image >= images)
            fail("{}: line {} is damaged: remove it, and rerun the evaluation to fill the gap", name, number);
        if (!outcomes[line.substr(0, comma)].emplace(image, o).second)
            fail("{}: line {}: image {} occurs twice: pass each shard only once", name, number, image);
    }
}

void Evaluation::keepIn(const std::string& name)
{
    if (std::filesystem::exists(name))
    {
        load(name);
        // Without the line that an interrupted run did not finish.
        std::ifstream in(name, std::ios::binary);
        std::stringstream bytes;
        bytes << in.rdbuf();
        const size_t whole = bytes.str().rfind('\n') + 1;
        std::filesystem::resize_file(name, whole);
        file.open(name, std::ios::app);
    }
    else
    {
        file.open(name);
        file << heading() << std::flush;
    }
    if (!file.good())
        fail("{}: cannot be written: check the folder of --out, and the free space", name);
}

bool Evaluation::has(const std::string& method, size_t image) const
{
    const auto of = outcomes.find(method);
    return of != outcomes.end() && of->second.count(image);
}

void Evaluation::add(const std::string& method, size_t image, const Outcome& o)
{
    outcomes[method].emplace(image, o);
    file << fmt::format("{},{},{},{},{},{},{},{},{},{},{}\n", method, image, o.truth, o.label, o.invalid, o.location, o.margin,
            o.family, o.alarm.lead, o.alarm.touched, o.alarm.detected)
         << std::flush;
    if (!file.good())
        fail("the results cannot be written: check the free space, then run this command again to resume");
}

std::string Evaluation::text(const std::vector<int>& patches, bool perClass) const
{
    std::string text = fmt::format("{}, {} images; percent, with 95 % Clopper-Pearson intervals\n", subject, images);
    for (const auto& [method, all] : outcomes)
    {
        text += fmt::format("\n{}{}\n", method, all.size() < images ? fmt::format(", {} of {} images so far", all.size(), images) : "");
        std::map<int, Counts> classes;
        int invalid = 0;
        for (const auto& [image, o] : all)
        {
            classes[o.truth].add(o, patches[0], families);
            invalid += o.invalid > 0;
        }
        const Counts first = count(all, patches[0], families);
        text += fmt::format("  clean      {}\n", first.clean.text());
        if (!families.empty())
            text += fmt::format("  in family  {}\n", first.familyClean.text());
        text += fmt::format("  no label   {}\n  {} images with NaN or Inf among their scores\n\n", first.abstained.text(), invalid);
        text += fmt::format("  {:>7}  {:24}  {:24}  {:24}{}\n", "patch", "certified, location rule", "certified, margin rule",
                "wrong but certified", families.empty() ? "" : "  stays in its family");
        for (const int patch : patches)
        {
            const Counts n = count(all, patch, families);
            text += fmt::format("  {:>7}  {}  {}  {}{}\n", fmt::format("{0}x{0}", patch), n.location.text(), n.margin.text(),
                    n.locationWrong.text(), families.empty() ? "" : "  " + n.family.text());
        }
        text += curveOf(all).text({alarm, alarm});
        if (!perClass)
            continue;
        text += fmt::format("\n  {:>7}  {:24}  {:24}  {:24}\n", "class", "clean", "certified, location rule", "certified, margin rule");
        for (const auto& [label, n] : classes)
            text += fmt::format("  {:>7}  {}  {}  {}\n", label, n.clean.text(), n.location.text(), n.margin.text());
    }
    return text;
}

std::string Evaluation::csv(const std::vector<int>& patches) const
{
    std::string text = "method,patch,images";
    for (const char* name : {"clean", "abstained", "location", "margin", "location_wrong", "margin_wrong", "family", "family_clean"})
        text += shareCsvHeading(name);
    for (const auto& [method, all] : outcomes)
        for (const int patch : patches)
        {
            const Counts n = count(all, patch, families);
            text += fmt::format("\n{},{},{}", method, patch, all.size());
            for (const Share& share : {n.clean, n.abstained, n.location, n.margin, n.locationWrong, n.marginWrong, n.family, n.familyClean})
                text += "," + share.csv();
        }
    return text + "\n";
}

std::string Evaluation::alarms(bool asCsv) const
{
    std::string text = asCsv ? "method,images,patch," + AlarmCurve::csvHeading() + '\n' : "";
    for (const auto& [method, all] : outcomes)
    {
        const AlarmCurve curve = curveOf(all);
        text += asCsv ? curve.csv(fmt::format("{},{},{}", method, all.size(), alarm))
                      : fmt::format("{}, {} images\n{}", method, all.size(), curve.text({alarm, alarm}));
    }
    return text;
}

std::string Evaluation::list(int patch) const
{
    std::string text;
    for (const auto& [method, all] : outcomes)
    {
        text += fmt::format("\n{}, wrong but certified against {}x{} by the location rule\n", method, patch, patch);
        for (const auto& [image, o] : all)
            if (o.label != o.truth && o.location >= patch)
                text += fmt::format("  image {}: label {}, truth {}, patch {}\n", image, o.label, o.truth, o.location);
        text += fmt::format("\n{}, abstained\n", method);
        for (const auto& [image, o] : all)
            if (o.label < 0)
                text += fmt::format("  image {}: truth {}\n", image, o.truth);
    }
    return text;
}

} // namespace tools
