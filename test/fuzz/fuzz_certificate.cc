// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Vote tables and geometry: every answer of a certificate equals that of an attacker who tries everything.

#include <sstream>

#include "../reference.hpp"
#include "fuzz_input.hpp"

using namespace opencv_test;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    FuzzInput in(data, size);
    const int type = in.number(0, 2), side = type == ABLATION_BLOCK ? 6 : 12;
    const Size input(in.number(1, side), in.number(1, side));
    const int most = type == ABLATION_COLUMN ? input.width
            : type == ABLATION_ROW           ? input.height
                                             : std::min(input.width, input.height);
    const Ablation ablation(type, in.number(1, most), input, in.number(1, 4));
    ref::Votes votes(ref::count(ablation), in.number(2, 4));
    const bool eithers = in.byte() % 4 == 0;
    int left = 6;
    for (int i = 0; i < votes.rows; i++)
        for (int c = 0; c < votes.cols; c++)
        {
            votes(i, c) = (uchar)(in.byte() & 3);
            if (votes(i, c) > 1 && (!eithers || left-- <= 0))
                votes(i, c) &= 1;
        }
    FrameMap map;
    if (in.byte() % 3 == 0)
    {
        const Size frame(in.number(1, 20), in.number(1, 20));
        const Point corner(in.number(0, frame.width - 1), in.number(0, frame.height - 1));
        const int interpolations[] = {INTER_NEAREST, INTER_LINEAR, INTER_AREA};
        map = FrameMap(frame, Rect(corner, Size(in.number(1, frame.width - corner.x), in.number(1, frame.height - corner.y))),
                interpolations[in.number(0, 2)]);
    }
    const Size patch(in.number(1, 6), in.number(1, 6));

    const int minVotes = in.byte() % 3 == 0 ? in.number(1, votes.rows) : 1, classes = votes.cols;
    const Certificate c = certify(votes, ablation, map, CERTIFICATE_LOCATION, minVotes);
    const vector<ref::Set> affected = ref::affected(ablation, patch, map);
    std::ostringstream what;
    what << ref::describe(ablation) << ", " << ref::describe(map) << ", patch " << patch << ", at least " << minVotes << " of\n"
         << votes;
    FUZZ_CHECK(c.label == ref::label(votes, minVotes), what.str());
    FUZZ_CHECK(c.holds(patch) == ref::holds(votes, affected, minVotes), what.str());
    FUZZ_CHECK(c.maxAffected(patch) == ref::largest(affected), what.str());

    const bool promises = ref::hasLabel(votes, minVotes);
    const int target = in.number(0, classes - 1);
    vector<bool> bad(classes + 1, false);
    bad[target] = true;
    FUZZ_CHECK(c.neverBecomes(target, patch) == (promises && !ref::reaches(votes, affected, bad, minVotes)), what.str() << target);
    vector<int> group;
    vector<bool> outside(classes + 1, true);
    for (int k = -1; k < classes; k++)
        if (in.byte() % 2)
        {
            group.push_back(k);
            outside[k < 0 ? classes : k] = false;
        }
    FUZZ_CHECK(group.empty() || c.staysIn(group, patch) == (promises && !ref::reaches(votes, affected, outside, minVotes)),
            what.str() << cv::Mat(group).t());
    FUZZ_CHECK(c.holds(patch, 2) == ref::holds(votes, ref::unions(affected, 2), minVotes), what.str());
    FUZZ_CHECK(!certify(votes, ablation, map, CERTIFICATE_MARGIN, minVotes).holds(patch) || c.holds(patch), what.str());

    // What follows from each other, at any threshold and rank.
    const int threshold = in.number(0, 2 * votes.rows + 2), few = in.number(1, classes);
    FUZZ_CHECK(c.detects(patch, 0) == c.holds(patch) && c.detects(patch, threshold + 1) >= c.detects(patch, threshold), what.str());
    FUZZ_CHECK(c.detects(patch) || !c.silent(patch), what.str());
    FUZZ_CHECK(c.staysInTop(few + 1, patch) >= c.staysInTop(few, patch), what.str() << few);
    FUZZ_CHECK(c.label < 0 || !c.holds(patch) || c.staysInTop(1, patch), what.str());
    // One table twice: joined, a patch takes twice as much of twice the lead; as two frames, the same.
    if (minVotes == 1)
    {
        const Certificate joined = Certificate::join({c, c}), pooled = Certificate::pool({c, c}), once = Certificate::pool({c, c}, 1);
        FUZZ_CHECK(joined.label == c.label && pooled.label == c.label, what.str());
        FUZZ_CHECK(!pooled.holds(patch) || joined.holds(patch), what.str());
        FUZZ_CHECK(!joined.holds(patch) || once.holds(patch), what.str());
    }
    return 0;
}
