// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "attack.hpp"

#include <algorithm>
#include <limits>

namespace tools {
namespace {

//! Lead of the label over the best other class, which the attacker minimises.
double lead(const Answer& answer, int label)
{
    double best = -std::numeric_limits<double>::infinity();
    for (size_t c = 0; c < answer.scores.size(); c++)
    {
        if (int(c) != label)
            best = std::max(best, answer.scores[c]);
    }
    return answer.scores[size_t(label)] - best;
}

//! Random patches and random changes of them.
class Generator
{
public:
    Generator(const cv::Mat& frame_, const cv::Size& size_, uint64 seed)
        : frame(frame_.size()), type(frame_.type()), size(size_), random(seed)
    {}

    //! Black, white or noise, with a few rectangles: may look like a piece of a digit.
    Patch fresh()
    {
        Patch patch = {anywhere(), cv::Mat(size, type, brightness())};
        if (random.uniform(0, 4) == 0)
            random.fill(patch.content, cv::RNG::UNIFORM, 0, 256);
        for (int i = random.uniform(0, 4); i > 0; i--)
            rectangle(patch);
        return patch;
    }

    Patch changed(const Patch& old)
    {
        Patch patch = {old.corner, old.content.clone()};
        const int what = random.uniform(0, 20);
        if (what == 0)
            patch.corner = anywhere();
        else if (what == 1)
            patch.content = fresh().content;
        else if (what < 6)
        {
            const cv::Size room = frame - size;
            patch.corner.x = std::clamp(old.corner.x + random.uniform(-2, 3), 0, room.width);
            patch.corner.y = std::clamp(old.corner.y + random.uniform(-2, 3), 0, room.height);
        }
        else
            rectangle(patch);
        return patch;
    }

private:
    cv::Point anywhere()
    {
        const int x = random.uniform(0, frame.width - size.width + 1);
        return {x, random.uniform(0, frame.height - size.height + 1)};
    }

    cv::Scalar brightness() { return cv::Scalar::all(random.uniform(0, 2) * 255); }

    void rectangle(Patch& patch)
    {
        const int x = random.uniform(0, size.width), y = random.uniform(0, size.height);
        const int width = random.uniform(1, size.width - x + 1);
        const int height = random.uniform(1, size.height - y + 1);
        patch.content(cv::Rect(x, y, width, height)).setTo(brightness());
    }

    cv::Size frame;
    int type;
    cv::Size size;
    cv::RNG random;
};

} // namespace

cv::Mat applied(const Patch& patch, const cv::Mat& frame)
{
    cv::Mat attacked = frame.clone();
    patch.content.copyTo(attacked(cv::Rect(patch.corner, patch.content.size())));
    return attacked;
}

AttackResult attack(const Victim& victim, const cv::Mat& frame, const cv::Size& size, int budget, uint64 seed)
{
    CV_CheckDepthEQ(frame.depth(), CV_8U, "patches are drawn in bytes");
    constexpr int BATCH = 20; // candidates per round
    Generator generator(frame, size, seed);
    AttackResult result = {victim({frame})[0], {}, {}, 1};
    const int label = result.before.label;
    const double infinity = std::numeric_limits<double>::infinity();
    double best = infinity;    // lead with the best patch
    double current = infinity; // lead with the base, the patch that is being changed
    Patch base;
    int start = result.queries;
    for (bool anew = false; result.queries < budget;)
    {
        if (!anew && result.queries >= budget / 2)
        {
            anew = true;
            start = result.queries;
            current = infinity;
        }
        const bool searching = result.queries - start < budget / 8; // for a place
        std::vector<Patch> patches;
        std::vector<cv::Mat> frames;
        while (int(patches.size()) < std::min(BATCH, budget - result.queries))
        {
            patches.push_back(searching ? generator.fresh() : generator.changed(base));
            frames.push_back(applied(patches.back(), frame));
        }
        const std::vector<Answer> answers = victim(frames);
        for (size_t i = 0; i < answers.size(); i++)
        {
            result.queries++;
            const double now = lead(answers[i], label);
            const bool fooled = answers[i].label != label;
            if (fooled || now < best)
            {
                best = now;
                result.patch = patches[i];
                result.after = answers[i];
            }
            if (fooled)
                return result;
            if (now <= current) // votes are discrete: move along plateaus
            {
                current = now;
                base = patches[i];
            }
        }
    }
    return result;
}

} // namespace tools
