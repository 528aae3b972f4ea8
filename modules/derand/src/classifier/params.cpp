// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"
#include "certificate/certificate.hpp"
#include "geometry/frame_axis.hpp"
#include "input/ablation_blob.hpp"
#include "params.hpp"

namespace cv { namespace derand {

typedef CertifiedClassifier::Params Params;

CertifiedClassifier::Params::Params()
    : channels(3), scalefactor(Scalar::all(1. / 255)), swapRB(false), crop(false), interpolation(INTER_LINEAR),
      encoding(ENCODING_COMPLEMENT), transpose(false), softmax(true), voteRule(VOTE_THRESHOLD), threshold(.3), tolerance(-1),
      rule(CERTIFICATE_LOCATION), minVotes(1), dilation(0), codecBlock(1, 1), codecOffset(-1, -1), dilationAfterCodec(0),
      onePass(true), chunk(0), reuse(false)
{}

void CertifiedClassifier::Params::setCodec(int codec)
{
    FrameMap map;
    map.setCodec(codec);
    codecBlock = map.codecBlock;
    codecOffset = map.codecOffset;
}

FrameMap frameMapOf(const Params& params, const Size& inputSize, const Size& frame, const Rect& roi)
{
    if (frame.width < 1 || frame.height < 1)
        CV_Error_(Error::StsBadSize, ("the frame is %d x %d, both sides must be at least 1", frame.width,
                frame.height));
    FrameMap map(frame, roi == Rect() ? Rect(Point(), frame) : roi, params.interpolation);
    checkRegion(map.roi, frame);
    map.dilation = params.dilation;
    map.codecBlock = params.codecBlock;
    map.codecOffset = params.codecOffset;
    map.dilationAfterCodec = params.dilationAfterCodec;
    if (params.crop)
        map.roi = centredPart(map.roi, inputSize);
    return map;
}

CountingRules countingRulesOf(const Params& params)
{
    if (params.voteRule == VOTE_TOP1)
        return CountingRules(params.rule, params.minVotes, 1);
    // Probabilities add up to 1, but for rounding errors; of other scores nothing is known.
    const double most = params.softmax ? 1.001 / params.threshold : INT_MAX;
    return CountingRules(params.rule, params.minVotes, (int)std::min(most, (double)INT_MAX));
}

void checkParams(const Params& p, int ablations)
{
    if (p.channels < 1 || p.channels > 4)
        CV_Error_(Error::BadNumChannels, ("Params::channels is %d, expected 1 to 4", p.channels));
    if (p.swapRB && p.channels < 3)
        CV_Error_(Error::BadNumChannels, ("Params::swapRB is set for frames of %d channels, expected 3 or 4: switch it "
                "off, or set Params::channels", p.channels));
    // Written so that NaN fails.
    if (!(p.threshold > 0 && p.threshold <= 1))
        CV_Error_(Error::StsOutOfRange, ("Params::threshold is %g, expected above 0 and at most 1: at 0 every "
                "class would always get a vote", p.threshold));
    if (!(p.tolerance < 1))
        CV_Error_(Error::StsOutOfRange, ("Params::tolerance is %g, expected at least 0 and below 1, or a "
                "negative value to let the self-test choose", p.tolerance));
    if (!checkRange(p.scalefactor) || !checkRange(p.mean) || !checkRange(p.fill))
        CV_Error(Error::StsOutOfRange, "Params::scalefactor, mean or fill holds NaN or Inf, expected finite numbers");
    AblationBlob::check(p.encoding, 1);
    checkVoteRule(p.voteRule);
    checkRule(p.rule);
    checkMinVotes(p.minVotes, ablations);
    const int maxChunk = 1 << 16;
    if (p.chunk < 0 || p.chunk > maxChunk)
        CV_Error_(Error::StsOutOfRange, ("Params::chunk is %d, expected 1 to %d, or 0 to let the module choose",
                p.chunk, maxChunk));
    if (p.earlyStop != Size() && (p.earlyStop.width < 1 || p.earlyStop.height < 1))
        CV_Error_(Error::StsOutOfRange, ("Params::earlyStop is a patch of %d x %d, both sides must be at least 1, or the "
                "size empty to evaluate all ablations", p.earlyStop.width, p.earlyStop.height));
    const Rect pixel(0, 0, 1, 1);
    frameMapOf(p, pixel.size(), pixel.size(), pixel).touched(pixel, pixel.size()); // checks
    if (p.labels.size() == 1)
        CV_Error(Error::StsBadArg, "Params::labels names 1 class, expected at least 2, or none");
}

}} // namespace cv::derand
