// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "spread.hpp"

#include <algorithm>

#include "error.hpp"
#include "values.hpp"

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

cv::Point parseOffset(const std::string& what, const std::string& text)
{
    if (text == "unknown")
        return {-1, -1};
    const std::vector<std::string> xy = split(text, ',');
    if (xy.size() != 2)
        fail("{}: expected x,y in frame pixels, or unknown", what);
    return {parseInt(what, xy[0], 0), parseInt(what, xy[1], 0)};
}

} // namespace

void setSpread(const Arguments& arguments, derand::CertifiedClassifier::Params& params)
{
    if (arguments.has("codec") && arguments.has("codec-block"))
        fail("--codec and --codec-block: expected only one");
    if (arguments.has("codec"))
        params.setCodec(parseCodec(arguments.get<std::string>("codec")));
    if (arguments.has("codec-block"))
    {
        params.codecBlock = arguments.get<cv::Size>("codec-block");
        params.codecOffset = {-1, -1};
    }
    if (arguments.has("codec-offset"))
        params.codecOffset = parseOffset(arguments.text("codec-offset"), arguments.get<std::string>("codec-offset"));
    if (arguments.has("dilation"))
        params.dilation = arguments.getInt("dilation", 0);
    if (arguments.has("dilation-after-codec"))
        params.dilationAfterCodec = arguments.getInt("dilation-after-codec", 0);
}

void mayBeTurned(derand::CertifiedClassifier::Params& params)
{
    const int side = std::max(params.codecBlock.width, params.codecBlock.height);
    params.codecBlock = {side, side};
    params.codecOffset = {-1, -1};
}

} // namespace tools
