// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"
#include "one_pass.hpp"
#include "one_pass_check.hpp"
#include "probes.hpp"

namespace cv { namespace derand {

OnePass::OnePass(BaseNet& net_, const AblationBlob& strips_) : net(net_), strips(strips_), last(0) {}

Ptr<OnePass> OnePass::create(BaseNet& net, const Ablation& ablation, const CertifiedClassifier::Params& params,
        const AblationBlob& strips, const std::vector<Mat>& pictures, CheckedNet& checked)
{
    const Size all(strips.layout.x.count(), strips.layout.y.count());
    if (!params.onePass || !strips.layout.isStrip() || all.area() == 1)
        return Ptr<OnePass>();
    Ptr<OnePass> pass(new OnePass(net, strips));
    String reason;
    try
    {
        bool fits = pass->addPicture(all, checked.classes, reason);
        // Parts of a frame need smaller pictures: few sizes, since dnn sets a net up again for each, and none so narrow that dnn is slow.
        // A GPU would be idle.
        const int narrow = 7;
        Size half((all.width + 1) / 2, (all.height + 1) / 2);
        while (!net.isCudaTarget() && (params.reuse || !params.earlyStop.empty()) && fits && std::max(half.width, half.height) >= narrow)
        {
            fits = pass->addPicture(half, checked.classes, reason);
            half = Size((half.width + 1) / 2, (half.height + 1) / 2);
        }
        if (fits && checkOnePass(net, isLarge(ablation, strips), params, strips, pass->wide, pictures, checked, reason))
        {
            const AblationBlob& whole = pass->wide[0]->layout;
            pass->wide[0]->useDevice(net, pictures[PROBE_FINE], pictures[PROBE_COARSE], checked.tolerance.relative);
            pass->last = pass->wide[0].get();
            CV_LOG_INFO(NULL, "derand: all " << all.area() << " ablations in one pass, a picture of " << whole.layout.stripX << " x "
                    << whole.layout.stripY);
            return pass;
        }
    }
    catch (const std::exception& e) // the strips have passed their test, so they will do
    {
        reason = reasonOf(e);
    }
    net.setWinograd(true);
    CV_LOG_INFO(NULL, "derand: the net gets one strip for each ablation, not all in one pass: " << reason);
    return Ptr<OnePass>();
}

bool OnePass::addPicture(const Size& positions, int classes, String& reason)
{
    const Ptr<WidePicture> picture = WidePicture::create(net, strips, positions, classes, reason);
    wide.push_back(picture);
    return !picture.empty();
}

// Small parts of blocks would look at most pixels several times.
Size OnePass::part() const
{
    const Size all = wide[0]->positions;
    const size_t best = all.width > 1 && all.height > 1 ? 1 : wide.size() - 1;
    return wide[std::min(best, wide.size() - 1)]->positions;
}

//! The smallest that is large enough; the last one, if it has at most twice the positions, since a change makes dnn set the net up again.
WidePicture& OnePass::pictureFor(const Size& positions)
{
    size_t i = wide.size() - 1;
    const auto fits = [&](const WidePicture& p) {
        return p.positions.width >= positions.width && p.positions.height >= positions.height;
    };
    while (i > 0 && !fits(*wide[i]))
        i--;
    if (!fits(*last) || last->positions.area() > 2 * wide[i]->positions.area())
        last = wide[i].get();
    return *last;
}

namespace {

//! Positions along one axis: the shortest range of neighbours that contains all that are needed.
CyclicRange rangeOf(const std::vector<uchar>& needed, bool cyclic)
{
    const int n = (int)needed.size();
    CyclicRange best = {0, n};
    for (int start = 0; start < n; start++)
    {
        if (!needed[start])
            continue;
        int length = n;
        while (!needed[(start + length - 1) % n])
            length--;
        if (length < best.length || !needed[best.start])
        {
            best.start = start;
            best.length = length;
        }
        if (!cyclic)
            break; // from the first to the last
    }
    return best;
}

} // namespace

Mat OnePass::score(const Mat& planar, const std::vector<int>& indices)
{
    const Axis axes[] = {strips.layout.x, strips.layout.y};
    std::vector<uchar> needed[] = {std::vector<uchar>(axes[0].count()), std::vector<uchar>(axes[1].count())};
    for (int index : indices)
    {
        needed[0][index % axes[0].count()] = 1;
        needed[1][index / axes[0].count()] = 1;
    }
    CyclicRange range[2];
    for (int k = 0; k < 2; k++)
        range[k] = rangeOf(needed[k], axes[k].isCyclic());
    WidePicture& picture = pictureFor(Size(range[0].length, range[1].length));
    const int sides[] = {picture.positions.width, picture.positions.height};
    int first[2];
    for (int k = 0; k < 2; k++)
        first[k] = sides[k] == axes[k].count() ? 0
                : axes[k].isCyclic()           ? range[k].start
                                               : std::min(range[k].start, axes[k].count() - sides[k]);
    const Mat all = picture.score(net, planar, first[1] * axes[0].count() + first[0]);
    Mat scores((int)indices.size(), all.cols, CV_32F);
    for (int i = 0; i < scores.rows; i++)
    {
        const int x = indices[i] % axes[0].count(), y = indices[i] / axes[0].count();
        const int u = (x - first[0] + axes[0].count()) % axes[0].count(), v = (y - first[1] + axes[1].count()) % axes[1].count();
        all.row(v * sides[0] + u).copyTo(scores.row(i));
    }
    return scores;
}

}} // namespace cv::derand
