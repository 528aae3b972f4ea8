// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"
#include "ablation_blob.hpp"
#include "planar.hpp"

namespace cv { namespace derand {

void blobFromAblations(InputArray image_, const Ablation& ablation, const Range& range_, OutputArray blob_, int encoding,
        const Scalar& fill, bool transpose)
{
    CV_TRACE_FUNCTION();
    const Mat image = image_.getMat();
    const int count = ablation.count();
    const Range range = range_ == Range::all() ? Range(0, count) : range_;
    if (image.depth() != CV_32F)
        CV_Error_(Error::StsUnsupportedFormat, ("the image is %s, expected CV_32F with 1 to 4 channels, scaled as "
                "the net expects", typeToString(image.type()).c_str()));
    const AblationBlob writer(ablation, image.channels(), encoding, fill, transpose);
    if (image.dims > 2 || image.size() != ablation.inputSize)
        CV_Error_(Error::StsUnmatchedSizes, ("the image is %d x %d, expected %d x %d (Ablation::inputSize)",
                image.cols, image.rows, ablation.inputSize.width, ablation.inputSize.height));
    if (range.start < 0 || range.end > count || range.start >= range.end)
        CV_Error_(Error::StsOutOfRange, ("the range is %d to %d, expected at least one of the ablations 0 to %d",
                range.start, range.end, count));

    const std::vector<int> shape = writer.shape(range.size());
    const double floats = (double)shape[0] * shape[1] * shape[2] * shape[3];
    if (floats > INT_MAX)
        CV_Error_(Error::StsOutOfRange, ("a blob of %d ablations has %.0f numbers, expected at most %d: use smaller ranges",
                shape[0], floats, INT_MAX));
    const Mat planar = toPlanar(image);
    blob_.create((int)shape.size(), &shape[0], CV_32F);
    Mat blob = blob_.getMat();
    parallel_for_(range, [&](const Range& part) {
        for (int i = part.start; i < part.end; i++)
            writer.write(planar, i, blob.ptr<float>(i - range.start));
    });
}

}} // namespace cv::derand
