// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_ABLATION_BLOB_HPP
#define OPENCV_DERAND_ABLATION_BLOB_HPP

#include "geometry/blob_layout.hpp"

namespace cv { namespace derand {

//! One ablation of a planar image.
struct PlanarAblation
{
    Mat image;
    int index;
};

/** Writes the network input on the host; holds its layout but no image. Images are planar here: one CV_32FC1 Mat of
channels * H rows and W columns. */
class AblationBlob
{
public:
    AblationBlob(const Ablation& ablation, int channels, int encoding, const Scalar& fill, bool transpose);

    /** Strips that show this many neighbouring ablations side by side, from the one that is asked for: each has the size of
    (positions - 1) * stride + width pixels along an axis, and wraps around the border. */
    AblationBlob neighbours(const Size& positions) const;

    //! 4-D shape of `count` ablations.
    std::vector<int> shape(int count) const;
    //! Size of one ablation, in floats.
    int64 floats() const { return (int64)layout.planes * layout.rows() * layout.columns(); }
    //! Writes one ablation of a planar image to out: floats() values.
    void write(const Mat& planar, int index, float* out) const;
    //! Writes a chunk, in parallel, to a blob for at least this many ablations; the rest is set to zero.
    void write(const std::vector<PlanarAblation>& ablations, Mat& blob) const;

    //! One flag for each ablation: 1 if any pixel that it retains differs, byte for byte, between the planar images.
    std::vector<uchar> changed(const Mat& planar, const Mat& other) const;

    //! Checks encoding and the number of channels.
    static void check(int encoding, int channels);

    const BlobLayout layout;

private:
    explicit AblationBlob(const BlobLayout& layout_) : layout(layout_) {}
    static BlobLayout checkedLayout(const Ablation& ablation, int channels, int encoding, const Scalar& fill, bool transpose);
};

}} // namespace cv::derand

#endif
