// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "perf_precomp.hpp"

namespace opencv_test { namespace {

//! All ablations of one image, a chunk at a time like the classifier: all 299 columns at once take 642 MB.
struct Writer
{
    Writer(int type, int side, int encoding_, int stride)
        : image(side, side, CV_32FC3), ablation(type, std::max(1, side / 10), image.size(), stride), encoding(encoding_),
          chunk(std::min(16, ablation.count()))
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

CV_ENUM(Scheme, ABLATION_COLUMN, ABLATION_ROW, ABLATION_BLOCK)
CV_ENUM(Encoding, ENCODING_COMPLEMENT, ENCODING_FILL, ENCODING_FILL_MASK, ENCODING_STRIP, ENCODING_BARE_STRIP)

// Bands and blocks of a tenth of the side; the last one is the stride.
typedef TestBaseWithParam<tuple<Scheme, int, Encoding, int> > Blob_Encoding;

PERF_TEST_P(Blob_Encoding, blobFromAblations, testing::Values(
        make_tuple(ABLATION_COLUMN, 28, ENCODING_COMPLEMENT, 1), make_tuple(ABLATION_COLUMN, 28, ENCODING_STRIP, 1),
        make_tuple(ABLATION_COLUMN, 32, ENCODING_COMPLEMENT, 1), make_tuple(ABLATION_COLUMN, 32, ENCODING_STRIP, 1),
        make_tuple(ABLATION_COLUMN, 224, ENCODING_FILL, 1),
        make_tuple(ABLATION_COLUMN, 299, ENCODING_COMPLEMENT, 1), make_tuple(ABLATION_COLUMN, 299, ENCODING_FILL_MASK, 1),
        make_tuple(ABLATION_COLUMN, 299, ENCODING_STRIP, 1), make_tuple(ABLATION_ROW, 299, ENCODING_COMPLEMENT, 1),
        make_tuple(ABLATION_BLOCK, 32, ENCODING_COMPLEMENT, 1), make_tuple(ABLATION_BLOCK, 224, ENCODING_COMPLEMENT, 16)))
{
    Writer writer(get<0>(GetParam()), get<1>(GetParam()), get<2>(GetParam()), get<3>(GetParam()));
    TEST_CYCLE()
        writer.write();
    EXPECT_EQ(writer.chunk, writer.blob.size[0]);
    SANITY_CHECK_NOTHING();
}

}} // namespace opencv_test
