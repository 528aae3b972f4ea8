// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "spread.hpp"

#include <algorithm>
#include <cstdio>

#include "error.hpp"
#include "text.hpp"

namespace tools {

namespace derand = cv::derand;

namespace {

derand::Codec parseCodec(const std::string& name)
{
    if (name == "none")
        return derand::CODEC_NONE;
    if (name == "mjpeg")
        return derand::CODEC_MJPEG;
    fail("--codec={}: expected none or mjpeg", name);
}

cv::Point parseOffset(const std::string& text)
{
    if (text == "unknown")
        return {-1, -1};
    cv::Point p;
    char end = 0;
    if (std::sscanf(text.c_str(), "%d,%d%c", &p.x, &p.y, &end) != 2 || p.x < 0 || p.y < 0)
        fail("--codec-offset={}: expected x,y in frame pixels, at least 0, or unknown", text);
    return p;
}

} // namespace

void setSpread(const Arguments& arguments, derand::CertifiedClassifier::Params& params)
{
    if (arguments.has("codec") && arguments.has("codec-block"))
        fail("--codec and --codec-block: expected one of them");
    if (arguments.has("codec"))
        params.setCodec(parseCodec(arguments.get<std::string>("codec")));
    if (arguments.has("codec-block"))
    {
        params.codecBlock = parseSize(arguments.get<std::string>("codec-block"));
        params.codecOffset = {-1, -1};
    }
    if (arguments.has("codec-offset"))
        params.codecOffset = parseOffset(arguments.get<std::string>("codec-offset"));
    if (arguments.has("dilation"))
        params.dilation = arguments.get<int>("dilation");
    if (arguments.has("dilation-after-codec"))
        params.dilationAfterCodec = arguments.get<int>("dilation-after-codec");
}

void mayBeTurned(derand::CertifiedClassifier::Params& params)
{
    const int side = std::max(params.codecBlock.width, params.codecBlock.height);
    params.codecBlock = {side, side};
    params.codecOffset = {-1, -1};
}

} // namespace tools
