// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "evaluation.hpp"

#include <filesystem>
#include <sstream>

#include <fmt/format.h>

#include "binomial.hpp"
#include "error.hpp"

namespace tools {

namespace {

const std::string HEADING = "method,image,truth,label,invalid,location,margin";

//! A number of images among all, with its confidence interval.
struct Share
{
    int count = 0, all = 0;

    void add(bool yes)
    {
        count += yes;
        all++;
    }
    double percent(int n) const { return all ? 100. * n / all : 0; }
    std::string text() const
    {
        const auto bounds = shareInterval(all, count);
        return fmt::format("{:6.2f} ({:5.2f} .. {:5.2f})", percent(count), 100 * bounds.first, 100 * bounds.second);
    }
    std::string csv() const
    {
        const auto bounds = shareInterval(all, count);
        return fmt::format("{},{:.3f},{:.3f},{:.3f}", count, percent(count), 100 * bounds.first, 100 * bounds.second);
    }
};

//! What the tables count, for one patch.
struct Counts
{
    Share clean, abstained, location, margin, locationWrong, marginWrong;

    void add(const Outcome& o, int patch)
    {
        const bool right = o.label == o.truth;
        clean.add(right);
        abstained.add(o.label < 0);
        location.add(right && o.location >= patch);
        margin.add(right && o.margin >= patch);
        locationWrong.add(!right && o.location >= patch);
        marginWrong.add(!right && o.margin >= patch);
    }
};

Counts count(const std::map<size_t, Outcome>& outcomes, int patch)
{
    Counts counts;
    for (const auto& [image, outcome] : outcomes)
        counts.add(outcome, patch);
    return counts;
}

} // namespace

Evaluation::Evaluation(const std::string& subject_, size_t images_) : subject(subject_), images(images_) {}

Evaluation Evaluation::read(const std::vector<std::string>& files)
{
    std::ifstream in(files.at(0));
    std::string mark, line;
    size_t images = 0;
    if (!(in >> mark >> images >> std::ws) || mark != "#" || !std::getline(in, line))
        fail("{}: expected a file that derand_evaluate --out wrote", files[0]);
    Evaluation evaluation(line, images);
    for (const std::string& file : files)
        evaluation.load(file);
    return evaluation;
}

void Evaluation::load(const std::string& name)
{
    std::ifstream in(name);
    const std::string expected = fmt::format("# {} {}", images, subject);
    std::string line, heading;
    if (!std::getline(in, line) || !std::getline(in, heading))
        fail("{}: cannot be read, expected a file that derand_evaluate --out wrote", name);
    if (line != expected || heading != HEADING)
        fail("{}: is about another evaluation\n  {}\nexpected\n  {}", name, line, expected);
    for (size_t number = 3; std::getline(in, line) && !in.eof(); number++) // a line that was cut off has no end
    {
        const size_t comma = line.find(',');
        size_t image;
        Outcome o;
        char c[5] = {}, more;
        std::istringstream fields(comma == std::string::npos ? "" : line.substr(comma + 1));
        if (!(fields >> image >> c[0] >> o.truth >> c[1] >> o.label >> c[2] >> o.invalid >> c[3] >> o.location >> c[4]
                    >> o.margin) || fields >> more || std::string(c, 5) != ",,,,," || image >= images)
            fail("{}: line {} is damaged: remove it, and run the evaluation again to fill the gap", name, number);
        if (!outcomes[line.substr(0, comma)].emplace(image, o).second)
            fail("{}: line {}: image {} is there twice: give each shard once", name, number, image);
    }
}

void Evaluation::keepIn(const std::string& name)
{
    if (std::filesystem::exists(name))
    {
        load(name);
        // Without the line that a stopped run did not finish.
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
        file << fmt::format("# {} {}\n{}\n", images, subject, HEADING) << std::flush;
    }
    if (!file.good())
        fail("{}: cannot be written: check the folder of --out, and the space left", name);
}

bool Evaluation::has(const std::string& method, size_t image) const
{
    const auto of = outcomes.find(method);
    return of != outcomes.end() && of->second.count(image);
}

void Evaluation::add(const std::string& method, size_t image, const Outcome& o)
{
    outcomes[method].emplace(image, o);
    file << fmt::format("{},{},{},{},{},{},{}\n", method, image, o.truth, o.label, o.invalid, o.location, o.margin)
         << std::flush;
    if (!file.good())
        fail("the results cannot be written: check the space left, then run this again to go on");
}

std::string Evaluation::text(const std::vector<int>& patches, bool perClass) const
{
    std::string text = fmt::format("{}, {} images; percent, with 95 % Clopper-Pearson intervals\n", subject, images);
    for (const auto& [method, all] : outcomes)
    {
        text += fmt::format("\n{}{}\n", method,
                all.size() < images ? fmt::format(", {} of {} images so far", all.size(), images) : "");
        std::map<int, Counts> classes;
        int invalid = 0;
        for (const auto& [image, o] : all)
        {
            classes[o.truth].add(o, patches[0]);
            invalid += o.invalid > 0;
        }
        const Counts first = count(all, patches[0]);
        text += fmt::format("  clean      {}\n  abstained  {}\n  {} images with NaN or Inf among their scores\n\n",
                first.clean.text(), first.abstained.text(), invalid);
        text += fmt::format("  {:>7}  {:24}  {:24}  {:24}\n", "patch", "certified, location rule", "certified, margin rule",
                "wrong but certified");
        for (const int patch : patches)
        {
            const Counts n = count(all, patch);
            text += fmt::format("  {:>7}  {}  {}  {}\n", fmt::format("{0}x{0}", patch), n.location.text(), n.margin.text(),
                    n.locationWrong.text());
        }
        if (!perClass)
            continue;
        text += fmt::format("\n  {:>7}  {:24}  {:24}  {:24}\n", "class", "clean", "certified, location rule",
                "certified, margin rule");
        for (const auto& [label, n] : classes)
            text += fmt::format("  {:>7}  {}  {}  {}\n", label, n.clean.text(), n.location.text(), n.margin.text());
    }
    return text;
}

std::string Evaluation::csv(const std::vector<int>& patches) const
{
    std::string text = "method,patch,images";
    for (const char* name : {"clean", "abstained", "location", "margin", "location_wrong", "margin_wrong"})
        text += fmt::format(",{0},{0}_percent,{0}_low,{0}_high", name);
    for (const auto& [method, all] : outcomes)
        for (const int patch : patches)
        {
            const Counts n = count(all, patch);
            text += fmt::format("\n{},{},{}", method, patch, all.size());
            for (const Share& share : {n.clean, n.abstained, n.location, n.margin, n.locationWrong, n.marginWrong})
                text += "," + share.csv();
        }
    return text + "\n";
}

} // namespace tools
