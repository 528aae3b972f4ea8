// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Model files and their checksum.

#include "test_files.hpp"
#include "test_nets.hpp"

namespace opencv_test { namespace {

TEST(Derand_ModelFile, AMissingOrDamagedModelIsRefused)
{
    EXPECT_REFUSED(CertifiedClassifier::create("no/such/model.onnx", mnistSettings()), "no/such/model.onnx");
    EXPECT_REFUSED(CertifiedClassifier::create("no/such/model.onnx"), "no/such/model.yml");
    EXPECT_REFUSED(CertifiedClassifier::create("no.such/model"), "no.such/model.yml");
    EXPECT_REFUSED(CertifiedClassifier::create(mnistModel(), "no/such/settings.yml"), "no/such/settings.yml");
    const string text = readText(mnistModel());
    ASSERT_GT(text.size(), 1000u);
    const size_t lengths[] = {0, 1, 10, 100, text.size() / 2, text.size() - 1};
    const TemporaryFile file(".onnx");
    for (size_t length : lengths)
    {
        writeText(file.name, text.substr(0, length));
        EXPECT_REFUSED(CertifiedClassifier::create(file.name, mnistSettings()), file.name) << length;
    }
    EXPECT_REFUSED(CertifiedClassifier::create(file.name), ".yml"); // no settings next to it
    ModelSettings settings = ModelSettings::read(mnistSettings());
    settings.modelChecksum = ""; // OpenCV must see it
    writeText(file.name, "This is not a model.");
    EXPECT_REFUSED(CertifiedClassifier::create(file.name, settings), "dnn::readNet()");
    EXPECT_REFUSED(CertifiedClassifier::create(DERAND_MODELS_DIR, settings), "expected a file");
}

// Without the checksum OpenCV 4.14 crashes on some of these.
TEST(Derand_ModelFile, ATruncatedOrDamagedModelIsRefusedAtEveryByte)
{
    // Made by test/data/make_column_net.py.
    const string bytes = readText(string(DERAND_MODELS_DIR) + "/../../test/data/column_net.onnx");
    ASSERT_GT(bytes.size(), 400u);
    ModelSettings settings;
    settings.ablation = Ablation(ABLATION_COLUMN, 2, Size(5, 6));
    settings.params.channels = 1;
    settings.params.encoding = ENCODING_STRIP;
    const TemporaryFile file(".onnx", bytes);
    settings = CertifiedClassifier::create(file.name, settings)->getSettings(); // of this file now
    EXPECT_EQ(5, CertifiedClassifier::create(file.name, settings)->classify(Mat(6, 5, CV_8UC1, Scalar(9))).run.ablations);
    for (size_t i = 0; i < bytes.size(); i++)
    {
        writeText(file.name, bytes.substr(0, i));
        EXPECT_REFUSED(CertifiedClassifier::create(file.name, settings), file.name) << i;
        for (int bit = 0; bit < 8; bit++)
        {
            string damaged = bytes;
            damaged[i] = (char)(damaged[i] ^ 1 << bit);
            writeText(file.name, damaged);
            EXPECT_REFUSED(CertifiedClassifier::create(file.name, settings), "damaged, or mixed up") << i;
        }
    }
}

TEST(Derand_ModelFile, TheChecksumIsThatOfZlib)
{
    const char* const known[][2] = {{"123456789", "cbf43926"}, {"665", "00081566"}, {"", "00000000"}};
    for (const auto& pair : known)
    {
        const TemporaryFile file(".onnx", pair[0]);
        EXPECT_REFUSED(CertifiedClassifier::create(file.name, mnistSettings()), string("CRC-32 is ") + pair[1]);
    }
}

}} // namespace opencv_test
