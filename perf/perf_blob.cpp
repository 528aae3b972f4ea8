// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "perf_precomp.hpp"

namespace opencv_test { namespace {

//! All ablations of one image, a chunk at a time as the classifier does: at once 299 columns are 642 MB.
struct Writer
{
    Writer(int type, int side, int encoding_, int stride)
        : image(side, side, CV_32FC3), ablation(type, std::max(1, side / 10), image.size(), stride),
          encoding(encoding_), chunk(std::min(16, ablation.count()))
    {
        RNG rng(1);
        rng.fill(image, RNG::UNIFORM, 0, 1);
    }
    void write()
    {
        for (int i = 0; i + chunk <= ablation.count(); i += chunk)
            blobFromAblations(image, ablation, Range(i, i + chunk), blob, encoding);
    }

    Mat image, blob;
    Ablation ablation;
    int encoding, chunk;
};

// Bands and blocks of a tenth of the side.
#define DERAND_PERF_BLOB(name, type, side, encoding, stride) \
    PERF_TEST(Blob, name)                                    \
    {                                                        \
        Writer writer(type, side, encoding, stride);         \
        TEST_CYCLE() writer.write();                         \
        EXPECT_EQ(writer.chunk, writer.blob.size[0]);        \
        SANITY_CHECK_NOTHING();                              \
    }

DERAND_PERF_BLOB(columns_28_complement, ABLATION_COLUMN, 28, ENCODING_COMPLEMENT, 1)
DERAND_PERF_BLOB(columns_28_strip, ABLATION_COLUMN, 28, ENCODING_STRIP, 1)
DERAND_PERF_BLOB(columns_32_complement, ABLATION_COLUMN, 32, ENCODING_COMPLEMENT, 1)
DERAND_PERF_BLOB(columns_32_strip, ABLATION_COLUMN, 32, ENCODING_STRIP, 1)
DERAND_PERF_BLOB(columns_224_fill, ABLATION_COLUMN, 224, ENCODING_FILL, 1)
DERAND_PERF_BLOB(columns_299_complement, ABLATION_COLUMN, 299, ENCODING_COMPLEMENT, 1)
DERAND_PERF_BLOB(columns_299_fill_mask, ABLATION_COLUMN, 299, ENCODING_FILL_MASK, 1)
DERAND_PERF_BLOB(columns_299_strip, ABLATION_COLUMN, 299, ENCODING_STRIP, 1)
DERAND_PERF_BLOB(rows_299_complement, ABLATION_ROW, 299, ENCODING_COMPLEMENT, 1)
DERAND_PERF_BLOB(blocks_32_complement, ABLATION_BLOCK, 32, ENCODING_COMPLEMENT, 1)
DERAND_PERF_BLOB(blocks_224_complement_stride_16, ABLATION_BLOCK, 224, ENCODING_COMPLEMENT, 16)

}} // namespace opencv_test
