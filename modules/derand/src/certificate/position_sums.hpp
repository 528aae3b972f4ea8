// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_POSITION_SUMS_HPP
#define OPENCV_DERAND_POSITION_SUMS_HPP

#include "geometry/grid.hpp"

namespace cv { namespace derand {

/** Sums over cyclic rectangles of positions, each of which has a small number. The integral image covers the positions repeated
once along both axes, so that a rectangle that wraps around is a single rectangle there and its sum takes four elements.

    0  1 [2  3 | 0] 1  2  3      4 x 3 positions; the rectangle that starts at
    4  5 [6  7 | 4] 5  6  7      position 2 and is 3 x 2 large wraps around
    8  9 10 11 | 8  9 10 11
    -----------+-----------
    0  1  2  3 | 0  1  2  3
         ...

With several grids, positions are counted on from one to the next, and a sum is taken over one rectangle in each of them.
*/
class PositionSums
{
public:
    //! The elements of the integral for a rectangle of positions.
    struct Place
    {
        int topLeft, topRight, bottomLeft, bottomRight;
    };

    //! Keeps a reference to the grids.
    explicit PositionSums(const std::vector<Grid>& grids_) : grids(grids_)
    {
        size_t size = 0;
        for (const Grid& grid : grids)
            size += sizeOf(grid);
        integral.assign(size, 0);
    }

    //! value(i): the number of position i.
    template<typename Value> void set(const Value& value);
    //! First of the places, one in each grid.
    int sum(const Place* p) const
    {
        int all = 0;
        for (const Place* const end = p + grids.size(); p < end; p++)
            all += sum(*p);
        return all;
    }
    int sum(const Place& p) const
    {
        return integral[p.bottomRight] - integral[p.bottomLeft] - integral[p.topRight] + integral[p.topLeft];
    }
    /** x and y come from Axis::affected().
    @param origin sum of sizeOf() of the grids before this one
     */
    static Place place(const Grid& grid, const CyclicRange& x, const CyclicRange& y, int origin = 0)
    {
        const int step = 2 * grid.x.count(), top = origin + y.start * step + x.start, bottom = top + y.length * step;
        const Place p = {top, top + x.length, bottom, bottom + x.length};
        return p;
    }
    static int sizeOf(const Grid& grid) { return 4 * grid.count(); } //!< elements of its integral

private:
    const std::vector<Grid>& grids;
    std::vector<int> integral; // of each grid, 2 ny rows of 2 nx: a rectangle starts inside each axis and is no longer than it
};

template<typename Value> void PositionSums::set(const Value& value)
{
    int first = 0;
    int* begin = &integral[0];
    for (const Grid& grid : grids)
    {
        const int nx = grid.x.count(), ny = grid.y.count(), step = 2 * nx;
        for (int y = 0; y < 2 * ny - 1; y++)
        {
            const int row = first + (y < ny ? y : y - ny) * nx;
            const int* above = begin + (size_t)y * step;
            int* out = begin + (size_t)(y + 1) * step;
            int sum = 0;
            for (int x = 0; x < 2 * nx - 1; x++)
            {
                sum += value(row + (x < nx ? x : x - nx));
                out[x + 1] = above[x + 1] + sum;
            }
        }
        first += grid.count();
        begin += sizeOf(grid);
    }
}

}} // namespace cv::derand

#endif
