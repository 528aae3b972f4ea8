// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "test_precomp.hpp"

#ifdef __OPENCV_BUILD

CV_TEST_MAIN("")

#else

#include "opencv2/core/utils/logger.hpp"

int main(int argc, char** argv)
{
    // Bad nets and files are part of the tests; their errors are tested as exceptions.
    cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_FATAL);
    ::testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}

#endif
