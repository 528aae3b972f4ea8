// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"
#include "probes.hpp"
#include "input/planar.hpp"

namespace cv { namespace derand {

typedef CertifiedClassifier::Params Params;

static Mat noise(const Size& size, int channels, double largest, int cell, int interpolation = INTER_NEAREST)
{
    Mat cells((size.height + cell - 1) / cell, (size.width + cell - 1) / cell, CV_32FC(channels)), image;
    RNG rng(20);
    rng.fill(cells, RNG::UNIFORM, 0, largest);
    resize(cells, image, size, 0, 0, interpolation);
    return image;
}

static Mat disc(const Size& size, int channels, double largest)
{
    Mat image(size, CV_32FC(channels), Scalar());
    ellipse(image, Point(size.width / 2, size.height / 2), Size(size.width / 3, size.height / 3), 0, 0, 360,
            Scalar(largest, .2 * largest, .8 * largest, largest), FILLED);
    return image;
}

static double largestScale(const Params& params)
{
    double scale = 0;
    for (int c = 0; c < params.channels; c++)
        scale = std::max(scale, std::abs(params.scalefactor[c]));
    return scale;
}

std::vector<Mat> probePictures(const Size& size, const Params& params, int depth)
{
    // The range of float frames is unknown: assume that scalefactor maps it to about 0 to 1.
    const double scale = largestScale(params);
    const double largest = depth == CV_8U || scale <= 1. / 255 ? 255 : 1 / scale;
    const int channels = params.channels;
    std::vector<Mat> pictures(PROBE_COUNT);
    pictures[PROBE_FINE] = noise(size, channels, largest, 1);
    pictures[PROBE_COARSE] = noise(size, channels, largest, 4);
    pictures[PROBE_BLACK] = Mat(size, CV_32FC(channels), Scalar());
    pictures[PROBE_GREY] = Mat(size, CV_32FC(channels), Scalar::all(largest / 2));
    pictures[PROBE_CLOUDS] = noise(size, channels, largest, std::max(1, std::max(size.width, size.height) / 3), INTER_LINEAR);
    pictures[PROBE_DISC] = disc(size, channels, largest);
    for (Mat& picture : pictures)
        picture = toInput(picture, params);
    return pictures;
}

void warnOfRange(const Mat& frame, const Params& params)
{
    if (frame.depth() != CV_32F || largestScale(params) > 1. / 64)
        return;
    double least, most;
    minMaxLoc(frame.reshape(1), &least, &most);
    if (least >= 0 && most > 0 && most <= 1)
        CV_LOG_WARNING(NULL, "derand: the values of the float frame range from " << least << " to " << most << ", but "
                "Params::scalefactor is for 0 to 255, so the net sees almost black: multiply the frame by 255, or change "
                "scalefactor and mean");
}

void warnOfScale(const Mat& scores, bool softmax)
{
    double least, most;
    minMaxLoc(scores, &least, &most);
    Mat sums;
    reduce(scores, sums, 1, REDUCE_SUM, CV_64F);
    double leastSum, mostSum;
    minMaxLoc(sums, &leastSum, &mostSum);
    const bool inRange = least >= 0 && most <= 1. + FLT_EPSILON, sumToOne = leastSum >= .999 && mostSum <= 1.001;
    String warning;
    if (softmax && inRange && least < most)
        warning = format("the net seems to give probabilities already (%s): set Params::softmax to false, or hardly any class "
                         "reaches the threshold",
                sumToOne ? "they add up to 1" : "from 0 to 1, as a sigmoid gives them");
    else if (!softmax && !inRange)
        warning = format("the net's scores range from %g to %g, so they are not probabilities although Params::softmax is false: "
                         "set it to true for logits or logarithms of probabilities",
                least, most);
    else if (!softmax && !sumToOne)
        warning = format("the net's scores have sums of %g to %g, not 1: right only for a net with a sigmoid for each class, "
                         "which votes for none or several classes; for logits, set Params::softmax to true",
                leastSum, mostSum);
    if (!warning.empty())
        CV_LOG_WARNING(NULL, "derand: " << warning);
}

}} // namespace cv::derand
