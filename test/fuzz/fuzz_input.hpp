// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Numbers from the bytes that libFuzzer generates; zeros after they run out.

#ifndef OPENCV_DERAND_FUZZ_INPUT_HPP
#define OPENCV_DERAND_FUZZ_INPUT_HPP

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>

struct FuzzInput
{
    FuzzInput(const uint8_t* data_, size_t size_) : data(data_), size(size_) {}

    int byte() { return size ? (size--, *data++) : 0; }
    //! low .. high
    int number(int low, int high) { return low + byte() % (high - low + 1); }
    //! Any 32 bits: what a careless caller might pass.
    int any()
    {
        unsigned value = 0;
        for (int i = 0; i < 4; i++)
            value = value << 8 | (unsigned)byte();
        return (int)value;
    }
    //! Mostly small, sometimes anything.
    int careless(int low, int high) { return byte() < 240 ? number(low, high) : any(); }

    const uint8_t* data;
    size_t size;
};

//! Turns a broken promise into a crash, which libFuzzer detects.
#define FUZZ_CHECK(condition, what)                                                                                                \
    do                                                                                                                             \
    {                                                                                                                              \
        if (!(condition))                                                                                                          \
        {                                                                                                                          \
            std::cerr << #condition << ": " << what << std::endl;                                                                  \
            std::abort();                                                                                                          \
        }                                                                                                                          \
    } while (0)

#endif // OPENCV_DERAND_FUZZ_INPUT_HPP
