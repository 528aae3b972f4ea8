// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "perf_precomp.hpp"

#ifdef __OPENCV_BUILD

CV_PERF_TEST_MAIN(derand)

#else

int main(int argc, char** argv)
{
    ::testing::InitGoogleTest(&argc, argv);
    for (int i = 1; i < argc; i++) // an option of OpenCV's perf framework, too
    {
        const std::string argument = argv[i], option = "--perf_threads=";
        if (argument.compare(0, option.size(), option) == 0)
            cv::setNumThreads(std::stoi(argument.substr(option.size())));
    }
    return RUN_ALL_TESTS();
}

#endif
