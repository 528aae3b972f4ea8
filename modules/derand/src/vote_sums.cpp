// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"
#include "vote_sums.hpp"

namespace cv { namespace derand {

VoteSums::VoteSums(const Mat& votes, const Grid& grid) : slot(votes.cols, -1), shared(-1)
{
    reduce(votes & 1, totals, 0, REDUCE_SUM, CV_32S);
    Mat forAll;
    reduce(votes, forAll, 1, REDUCE_MIN);
    const int everyClass = countNonZero(forAll);
    int slots = 0;
    for (int c = 0; c < votes.cols; c++)
        if (total(c) > everyClass)
            slot[c] = slots++;
    if (everyClass > 0)
        shared = slots++;

    // A window starts inside the axis and is no longer than it, so it ends before twice the length.
    const int nx = grid.x.count(), ny = grid.y.count(), width = 2 * nx - 1, height = 2 * ny - 1;
    if ((int64)(width + 1) * ((int64)height * slots + 1) > INT_MAX)
        CV_Error_(Error::StsOutOfRange, ("votes of %d ablations for %d classes are too many for a certificate: "
                "use a larger stride", votes.rows, slots));
    Mat maps(height * std::max(slots, 1), width, CV_8UC1, Scalar(0));
    for (int i = 0; i < votes.rows; i++)
    {
        const uchar* row = votes.ptr(i);
        const auto vote = [&](int index)
        {
            for (int y = i / nx; y < height; y += ny)
                for (int x = i % nx; x < width; x += nx)
                    maps.at<uchar>(index * height + y, x) = 1;
        };
        if (forAll.at<uchar>(i))
            vote(shared);
        else
            for (int c = 0; c < votes.cols; c++)
                if (row[c])
                    vote(slot[c]);
    }
    cv::integral(maps, integral, CV_32S);
    classStep = integral.step1() * height;
}

}} // namespace cv::derand
