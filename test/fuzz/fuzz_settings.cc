// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Settings files: any bytes load or raise cv::Exception, and what loads is saved and loads again, but for names that cannot be saved.

#include <cstdio>
#include <fstream>

#include "opencv2/derand.hpp"
#include "opencv2/core/utils/logger.hpp"
#include "fuzz_input.hpp"

using namespace cv;
using namespace cv::derand;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    utils::logging::setLogLevel(utils::logging::LOG_LEVEL_SILENT);
    static const String model = String(DERAND_MODELS_DIR) + "/../../test/data/column_net.onnx", file = tempfile(".yml");
    std::ofstream(file.c_str(), std::ios::binary).write((const char*)data, (std::streamsize)size);
    Ptr<CertifiedClassifier> classifier;
    try
    {
        classifier = CertifiedClassifier::create(model, file);
    }
    catch (const Exception&)
    {
        remove(file.c_str());
        return 0;
    }
    const CertifiedClassifier::Params p = classifier->getParams();
    FUZZ_CHECK(p.threshold > 0 && p.threshold <= 1 && p.chunk >= 0 && p.labels.size() != 1, "threshold " << p.threshold);
    FUZZ_CHECK(classifier->getAblation().count() > 0, "ablations");
    try
    {
        classifier->save(file);
        CertifiedClassifier::create(model, file);
    }
    catch (const Exception& e) // a name that can be read, but not written
    {
        FUZZ_CHECK(e.err.find("a name in Params::labels") != String::npos, e.err);
    }
    remove(file.c_str());
    return 0;
}
