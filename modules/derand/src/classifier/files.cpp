// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"
#include "files.hpp"

#include <fstream>
#include <sys/stat.h>

namespace cv { namespace derand {

namespace {

// Only regular files: opening a pipe waits for its other end, and some devices never end.
void openFile(std::ifstream& in, const String& file, const char* what, std::streamoff maxBytes, const char* advice)
{
    struct stat status;
    const bool exists = stat(file.c_str(), &status) == 0;
    if (exists && (status.st_mode & S_IFMT) != S_IFREG)
        CV_Error_(Error::StsBadArg, ("the %s '%s' is a folder, a device or a pipe, expected a file", what, file.c_str()));
    if (exists)
        in.open(file.c_str(), std::ios::binary | std::ios::ate);
    if (!exists || !in.good())
        CV_Error_(Error::StsObjectNotFound, ("the %s '%s' cannot be opened: %s", what, file.c_str(), advice));
    const std::streamoff size = in.tellg();
    if (size < 0 || size > maxBytes)
        CV_Error_(Error::StsOutOfRange, ("the %s '%s' has %.0f bytes, expected at most %.0f: is it the right file?", what,
                file.c_str(), (double)size, (double)maxBytes));
    in.seekg(0);
}

void openModel(std::ifstream& in, const String& file)
{
    openFile(in, file, "model file", INT_MAX, "check the path"); // the most that protobuf, and so dnn, can read
}

} // namespace

String readSettings(const String& file)
{
    const int maxBytes = 1 << 20;
    std::ifstream in;
    openFile(in, file, "settings file", maxBytes,
            "expected it next to the model, in the format of ModelSettings::write(); derand_try makes one for a net that has none");
    std::vector<char> bytes(maxBytes);
    in.read(&bytes[0], maxBytes);
    return String(&bytes[0], (size_t)in.gcount());
}

void checkModelFile(const String& file)
{
    std::ifstream in;
    openModel(in, file);
}

// Equals zlib's crc32(), which Python has too.
String checksumOf(const String& file)
{
    uint32_t table[256], crc = ~0u;
    for (uint32_t i = 0; i < 256; i++)
    {
        table[i] = i;
        for (int bit = 0; bit < 8; bit++)
            table[i] = table[i] >> 1 ^ (table[i] & 1 ? 0xedb88320u : 0);
    }
    std::ifstream in;
    openModel(in, file);
    std::vector<char> block(1 << 16); // avoids holding a whole large model
    while (in.read(&block[0], (std::streamsize)block.size()) || in.gcount() > 0)
        for (std::streamsize i = 0; i < in.gcount(); i++)
            crc = crc >> 8 ^ table[(crc ^ (uchar)block[(size_t)i]) & 255];
    return format("%08x", ~crc);
}

}} // namespace cv::derand
