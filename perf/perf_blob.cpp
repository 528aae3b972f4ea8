// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "perf_precomp.hpp"

namespace opencv_test { namespace {

//! All ablations of one image, band or block of a tenth of the side.
void writeAll(int type, int side, int encoding, int stride)
{
    Mat image(side, side, CV_32FC3), blob;
    RNG rng(1);
    rng.fill(image, RNG::UNIFORM, 0, 1);
    const Ablation ablation(type, std::max(1, side / 10), image.size(), stride);
    // A chunk at a time, as the classifier does: the whole blob would be 642 MB for 299 columns.
    const int chunk = std::min(16, ablation.count());
    TEST_CYCLE()
    {
        for (int i = 0; i + chunk <= ablation.count(); i += chunk)
            blobFromAblations(image, ablation, Range(i, i + chunk), blob, encoding);
    }
    EXPECT_EQ(chunk, blob.size[0]);
    SANITY_CHECK_NOTHING();
}

PERF_TEST(Blob, columns_28_complement) { writeAll(ABLATION_COLUMN, 28, ENCODING_COMPLEMENT, 1); }
PERF_TEST(Blob, columns_28_strip) { writeAll(ABLATION_COLUMN, 28, ENCODING_STRIP, 1); }
PERF_TEST(Blob, columns_32_complement) { writeAll(ABLATION_COLUMN, 32, ENCODING_COMPLEMENT, 1); }
PERF_TEST(Blob, columns_32_strip) { writeAll(ABLATION_COLUMN, 32, ENCODING_STRIP, 1); }
PERF_TEST(Blob, columns_224_fill) { writeAll(ABLATION_COLUMN, 224, ENCODING_FILL, 1); }
PERF_TEST(Blob, columns_299_complement) { writeAll(ABLATION_COLUMN, 299, ENCODING_COMPLEMENT, 1); }
PERF_TEST(Blob, columns_299_fill_mask) { writeAll(ABLATION_COLUMN, 299, ENCODING_FILL_MASK, 1); }
PERF_TEST(Blob, columns_299_strip) { writeAll(ABLATION_COLUMN, 299, ENCODING_STRIP, 1); }
PERF_TEST(Blob, rows_299_complement) { writeAll(ABLATION_ROW, 299, ENCODING_COMPLEMENT, 1); }
PERF_TEST(Blob, blocks_32_complement) { writeAll(ABLATION_BLOCK, 32, ENCODING_COMPLEMENT, 1); }
PERF_TEST(Blob, blocks_224_complement_stride_16) { writeAll(ABLATION_BLOCK, 224, ENCODING_COMPLEMENT, 16); }

}} // namespace opencv_test
