// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"
#include "one_pass_check.hpp"
#include "net_layers.hpp"
#include "probes.hpp"
#include "slot_test.hpp"

#include <numeric>

namespace cv { namespace derand {

namespace {

/* Positions along an axis in sets, so that at least one pixel lies between any two ablations of a set: each can have extreme neighbours on
both sides. */
std::vector<std::vector<int> > separated(const Axis& axis)
{
    std::vector<std::vector<int> > sets;
    std::vector<uchar> covered(axis.count());
    for (int start = 0; start < axis.count(); start++)
    {
        if (covered[start])
            continue;
        std::vector<uchar> near(axis.length); // pixels of the set and beside it
        std::vector<int> set;
        for (int k = 0; k < axis.count(); k++)
        {
            const int p = (start + k) % axis.count();
            bool free = true;
            for (int u = 0; u < axis.width; u++)
                free = free && !near[(p * axis.stride + u) % axis.length];
            if (!free)
                continue;
            set.push_back(p);
            covered[p] = 1;
            for (int u = -1; u <= axis.width; u++)
                near[(p * axis.stride + u + axis.length) % axis.length] = 1;
        }
        sets.push_back(set);
    }
    return sets;
}

class OnePassCheck
{
public:
    OnePassCheck(BaseNet& net_, bool large_, const AblationBlob& strips_, int chunk_, const std::vector<Mat>& pictures_)
        : net(net_), large(large_), strips(strips_), chunk(chunk_), pictures(pictures_), setsX(separated(strips_.layout.x)),
          setsY(separated(strips_.layout.y))
    {}

    ScoreSpread measure(const std::vector<Ptr<WidePicture> >& wide)
    {
        for (int picture = PROBE_FINE; picture <= (large ? PROBE_FINE : PROBE_COARSE); picture++)
        {
            reference = scoreStrips(pictures[picture]);
            for (const Ptr<WidePicture>& w : wide)
            {
                testPlain(*w, pictures[picture]);
                if (picture == PROBE_FINE)
                    testNeighbours(*w, pictures[picture]);
            }
        }
        return spread;
    }

private:
    int count() const { return strips.layout.x.count() * strips.layout.y.count(); }

    Mat scoreStrips(const Mat& picture)
    {
        Mat scores, blob(strips.shape(chunk), CV_32F);
        for (int start = 0; start < count(); start += chunk)
        {
            std::vector<PlanarAblation> ablations;
            for (int i = start; i < std::min(start + chunk, count()); i++)
            {
                const PlanarAblation a = {picture, i};
                ablations.push_back(a);
            }
            strips.write(ablations, blob);
            scores.push_back(net.score(blob).rowRange(0, (int)ablations.size()));
        }
        return scores;
    }

    //! Compares those positions that lie in a set.
    void compare(WidePicture& wide, const Mat& picture, const Point& first, const std::vector<int>& xs, const std::vector<int>& ys)
    {
        const int nx = strips.layout.x.count(), ny = strips.layout.y.count();
        const Mat scores = wide.score(net, picture, first.y * nx + first.x);
        for (int y : ys)
            for (int x : xs)
            {
                const int u = (x - first.x + nx) % nx, v = (y - first.y + ny) % ny;
                if (u < wide.positions.width && v < wide.positions.height)
                    spread.add(reference.row(y * nx + x), scores.row(v * wide.positions.width + u));
            }
    }

    //! Where pictures of this size begin so that every position is seen.
    static std::vector<int> starts(const Axis& axis, int positions)
    {
        std::vector<int> result;
        for (int first = 0; first < axis.count(); first += positions)
            result.push_back(axis.isCyclic() ? first : std::min(first, axis.count() - positions));
        return result;
    }

    static std::vector<int> allOf(const Axis& axis)
    {
        std::vector<int> positions(axis.count());
        std::iota(positions.begin(), positions.end(), 0);
        return positions;
    }

    void testPlain(WidePicture& wide, const Mat& picture)
    {
        for (int y : starts(strips.layout.y, wide.positions.height))
            for (int x : starts(strips.layout.x, wide.positions.width))
                compare(wide, picture, Point(x, y), allOf(strips.layout.x), allOf(strips.layout.y));
    }

    void testNeighbours(WidePicture& wide, const Mat& picture)
    {
        const int rounds = (int)(setsX.size() * setsY.size()), values = sizeof(EXTREME_NEIGHBOURS) / sizeof(EXTREME_NEIGHBOURS[0]);
        const bool whole = wide.positions.area() == count();
        const int all = rounds * values, most = large ? values : whole ? 96 : 8;
        // If there are too many, evenly spread ones; a step without common factors with the values tries all of these.
        int step = std::max(1, all / most);
        while (step % values == 0)
            step++;
        for (int k = 0; k < std::min(all, most); k++)
        {
            const int round = (int)((int64)k * step / values) % rounds;
            const std::vector<int>&xs = setsX[round % setsX.size()], &ys = setsY[round / setsX.size()];
            const std::vector<int> startsX = starts(strips.layout.x, wide.positions.width),
                                   startsY = starts(strips.layout.y, wide.positions.height);
            compare(wide, besideExtremes(picture, xs, ys, EXTREME_NEIGHBOURS[(int64)k * step % values]),
                    Point(startsX[k % startsX.size()], startsY[k % startsY.size()]), xs, ys);
        }
    }

    //! The picture where these ablations are, and the value everywhere else.
    Mat besideExtremes(const Mat& picture, const std::vector<int>& xs, const std::vector<int>& ys, float value) const
    {
        const Axis &ax = strips.layout.x, &ay = strips.layout.y;
        Mat kept = Mat::zeros(ay.length, ax.length, CV_8UC1);
        for (int y : ys)
            for (int v = 0; v < ay.width; v++)
                for (int x : xs)
                    for (int u = 0; u < ax.width; u++)
                        kept.at<uchar>((y * ay.stride + v) % ay.length, (x * ax.stride + u) % ax.length) = 255;
        Mat result(picture.size(), CV_32FC1, Scalar(value));
        for (int top = 0; top < picture.rows; top += ay.length)
        {
            Mat plane = result.rowRange(top, top + ay.length);
            picture.rowRange(top, top + ay.length).copyTo(plane, kept);
        }
        return result;
    }

    BaseNet& net;
    const bool large;
    const AblationBlob& strips;
    const int chunk;
    const std::vector<Mat>& pictures;
    const std::vector<std::vector<int> > setsX, setsY;
    Mat reference; // the strips' scores of a picture
    ScoreSpread spread;
};

} // namespace

bool checkOnePass(BaseNet& net, bool large, const CertifiedClassifier::Params& params, const AblationBlob& strips,
        const std::vector<Ptr<WidePicture> >& wide, const std::vector<Mat>& pictures, CheckedNet& checked, String& reason)
{
    for (int allow = 1; allow >= (net.canUseWinograd() ? 0 : 1); allow--)
    {
        net.setWinograd(allow == 1);
        ScoreSpread spread = OnePassCheck(net, large, strips, checked.chunk, pictures).measure(wide);
        for (const Ptr<WidePicture>& w : wide)
            checkConvolutions(net, w->layout.shape(1));
        if (params.softmax)
            spread.probability /= 2; // as in measureSpread()
        if (!spread.finite)
            reason = "a score is not a number beside extreme neighbours";
        else if (spread.probability > spreadLimit(net))
            reason = format("scores differ from those of the strips by up to %g", spread.probability);
        else if (params.tolerance >= 0 && params.tolerance < spread.probability)
            reason = format("Params::tolerance is %g, but probabilities differ from those of the strips by up to %g",
                    params.tolerance, spread.probability);
        else
        {
            const Tolerance needed = toleranceOf(spread, params);
            checked.tolerance.absolute = std::max(checked.tolerance.absolute, needed.absolute);
            checked.tolerance.relative = std::max(checked.tolerance.relative, needed.relative);
            return true;
        }
    }
    return false;
}

}} // namespace cv::derand
