// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Vote tables and geometry: every answer of a certificate equals that of an attacker who tries everything.

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

    const Certificate c = certify(votes, ablation, map);
    const vector<ref::Set> affected = ref::affected(ablation, patch, map);
    const string what = ref::describe(ablation) + ", " + ref::describe(map);
    FUZZ_CHECK(c.label == ref::label(votes), what);
    FUZZ_CHECK(c.holds(patch) == ref::holds(votes, affected), what << ", patch " << patch << "\n" << votes);

    const int target = in.number(0, votes.cols - 1);
    vector<bool> bad(votes.cols, false);
    bad[target] = true;
    FUZZ_CHECK(c.neverBecomes(target, patch) == !ref::reaches(votes, affected, bad), what << "\n" << votes);
    vector<int> group;
    for (int k = 0; k < votes.cols; k++)
        if (in.byte() % 2)
            group.push_back(k);
    if (!group.empty())
    {
        vector<bool> outside(votes.cols, true);
        for (int k : group)
            outside[k] = false;
        FUZZ_CHECK(c.staysIn(group, patch) == !ref::reaches(votes, affected, outside), what << "\n" << votes);
    }
    FUZZ_CHECK(c.holds(patch, 2) == ref::holds(votes, ref::unions(affected, 2)), what << "\n" << votes);
    FUZZ_CHECK(!certify(votes, ablation, map, CERTIFICATE_MARGIN).holds(patch) || c.holds(patch), what);
    return 0;
}
