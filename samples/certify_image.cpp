// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Label of a picture, and the proof that no adversarial patch (sticker) can change it.
//
//     certify_image model.onnx picture.png [--patch=N]
//
// Beside model.onnx stands model.yml: what the net sees at a time and how it wants its pixels.

#include <iostream>

#include "opencv2/derand.hpp"
#include "opencv2/imgcodecs.hpp"

using namespace cv;

static const char* const keys =
    "{ help h | | print this text }"
    "{ @model | | ONNX file of the base classifier }"
    "{ @picture | | picture to classify }"
    "{ patch | 5 | side of a patch to certify against, picture pixels }";

static int certifyImage(const String& model, const String& picture, int side)
{
    // Once per program: the classifier can be used for any number of frames of any size.
    Ptr<derand::CertifiedClassifier> classifier = derand::CertifiedClassifier::create(model);

    // Grey or colour, as the net was trained.
    const bool grey = classifier->getParams().channels == 1;
    const Mat frame = imread(picture, grey ? IMREAD_GRAYSCALE : IMREAD_COLOR);
    if (frame.empty())
    {
        std::cerr << picture
                  << ": cannot be read, expected a picture (PNG, JPEG, ...): check the path"
                  << " and that the file is complete" << std::endl;
        return 1;
    }

    // The net votes once for each position of a band or block; the label has the most votes. Do not
    // process the frame before: whatever depends on its content voids the certificate.
    const derand::Certificate certificate = classifier->classify(frame);

    const std::vector<String> names = classifier->getParams().labels;
    const auto name = [&](int label) {
        return names.empty() ? format("class %d", label) : names[(size_t)label];
    };
    std::cout << "label:      " << name(certificate.label) << "\n"
              << "votes:      " << certificate.votes << " of " << certificate.ablations << ", "
              << certificate.runnerUpVotes << " for " << name(certificate.runnerUp) << "\n";

    // About changes, not about truth: the label stays, whether it is right or not.
    if (certificate.patch > 0)
    {
        std::cout << "certified:  no patch of " << certificate.patch << " x " << certificate.patch
                  << " pixels, wherever it is and whatever it shows, changes the label\n";
    }
    else
        std::cout << "certified:  not even against a single pixel\n";

    // The votes answer for every other size too, without another inference.
    const Size patch(side, side);
    if (certificate.holds(patch))
        std::cout << side << " x " << side << " px:  certified" << std::endl;
    else
    {
        Mat safe; // one element for each place of the patch, 255: nothing there changes the label
        certificate.safeMap(patch, safe);
        std::cout << side << " x " << side << " px:  not certified; " << countNonZero(safe)
                  << " of " << safe.total() << " places are safe" << std::endl;
    }
    return 0;
}

int main(int argc, char** argv)
{
    CommandLineParser arguments(argc, argv, keys);
    arguments.about("Label of a picture, and the proof that no adversarial patch can change it.");
    const String model = arguments.get<String>("@model");
    const String picture = arguments.get<String>("@picture");
    const int patch = arguments.get<int>("patch");
    if (arguments.has("help") || model.empty() || picture.empty() || !arguments.check())
    {
        arguments.printErrors();
        arguments.printMessage();
        return arguments.has("help") ? 0 : 1;
    }
    try
    {
        return certifyImage(model, picture, patch);
    }
    catch (const Exception& e)
    {
        std::cerr << e.err << std::endl; // what was wrong, what was expected and what to do
        return 1;
    }
}
