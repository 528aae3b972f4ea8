// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef DERAND_TEST_SCRATCH_HPP
#define DERAND_TEST_SCRATCH_HPP

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "opencv2/core.hpp"

//! A new folder, which is the working directory while a test runs.
class Scratch : public testing::Test
{
protected:
    Scratch() : before(std::filesystem::current_path()), folder(cv::tempfile())
    {
        std::filesystem::create_directories(folder);
        std::filesystem::current_path(folder);
    }
    ~Scratch() override
    {
        std::filesystem::current_path(before);
        std::filesystem::remove_all(folder);
    }

    static void write(const std::filesystem::path& file, const std::string& bytes = "text")
    {
        if (file.has_parent_path())
            std::filesystem::create_directories(file.parent_path());
        std::ofstream(file, std::ios::binary) << bytes;
    }

    const std::filesystem::path before, folder;
};

//! The message of the std::runtime_error that a body throws; empty if it throws none.
template<typename Body> std::string errorOf(const Body& body)
{
    try
    {
        body();
    }
    catch (const std::runtime_error& e)
    {
        return e.what();
    }
    return "";
}

#endif // DERAND_TEST_SCRATCH_HPP
