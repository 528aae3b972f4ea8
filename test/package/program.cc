// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include <iostream>

extern "C" int ablationsOf(const char* model);

int main(int, char** argv)
{
    std::cout << ablationsOf(argv[1]) << " ablations" << std::endl;
    return 0;
}
