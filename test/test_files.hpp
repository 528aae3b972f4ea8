// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Files for a test, and the files of the repository.

#ifndef OPENCV_DERAND_TEST_FILES_HPP
#define OPENCV_DERAND_TEST_FILES_HPP

#include "test_precomp.hpp"

#include <cstdio>
#include <fstream>
#include <sstream>

namespace opencv_test {

inline string readText(const string& file)
{
    std::ifstream in(file.c_str(), std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

inline void writeText(const string& file, const string& text) { std::ofstream(file.c_str(), std::ios::binary) << text; }

//! A name that no file has, removed when it goes out of scope.
class TemporaryFile
{
public:
    explicit TemporaryFile(const char* suffix = ".yml") : name(cv::tempfile(suffix)) {}
    TemporaryFile(const char* suffix, const string& text) : name(cv::tempfile(suffix)) { writeText(name, text); }
    ~TemporaryFile() { std::remove(name.c_str()); }

    const string name;

private:
    TemporaryFile(const TemporaryFile&);
    TemporaryFile& operator=(const TemporaryFile&);
};

//! The MNIST model of the project.
inline string mnistModel() { return string(DERAND_MODELS_DIR) + "/mnist_column_s2.onnx"; }

//! Its settings.
inline string mnistSettings() { return string(DERAND_MODELS_DIR) + "/mnist_column_s2.yml"; }

} // namespace opencv_test

#endif // OPENCV_DERAND_TEST_FILES_HPP
