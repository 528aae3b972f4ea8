// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// The label of a picture, and a proof that no adversarial patch (sticker) can change it.
//
//     certify_image model.onnx picture.png [--patch=N]
//
// Next to model.onnx there must be model.yml, which says what the net sees at a time and which pixels it expects.

#include <algorithm>
#include <iostream>
#include <regex>

#include "opencv2/derand.hpp"
#include "opencv2/imgcodecs.hpp"

#include "common/dnn_device.hpp"

using namespace cv;

static const char* const usage = "The label of a picture, and a proof that no adversarial patch can change it.\n\n"
                                 "    certify_image MODEL PICTURE [--patch=N] [--backend=NAME] [--target=NAME]\n\n"
                                 "MODEL      ONNX file of the base classifier; its settings are next to it, in a file ending in .yml\n"
                                 "PICTURE    picture to classify\n"
                                 "--patch    patch to certify against, in picture pixels: 5 (a square) or 5x7 (width x height); default: 5\n"
                                 "--backend  what runs the net: default, openvino, opencv, vkcom or cuda; default: default\n"
                                 "--target   where it runs: cpu, opencl, opencl_fp16, vpu, vulkan, cuda or cuda_fp16; default: cpu, or what"
                                 " the backend has\n";

//! Reads a picture like all programs of this project: turned by its EXIF orientation, 16 bits as 8, without alpha.
static Mat readPicture(const String& file, int channels)
{
    if (channels != 1 && channels != 3)
    {
        CV_Error(Error::StsBadArg, format("the model needs %d channels, but this program reads 1 (grey) or 3 (colour): use"
                                          " derand_certify, which also reads alpha", channels));
    }
    const int flags = channels == 1 ? IMREAD_GRAYSCALE : IMREAD_COLOR; // as the net was trained
    Mat frame;
    String reason = "is the path right, and the file complete?";
    try
    {
        frame = imread(file, flags | IMREAD_ANYDEPTH);
        if (frame.depth() == CV_16U)
            frame = imread(file, flags);
    }
    catch (const Exception& e) // too large, for example
    {
        reason = e.err;
    }
    if (frame.empty())
        CV_Error(Error::StsBadArg, file + ": cannot be read, expected a picture (PNG, JPEG, ...): " + reason);
    if (frame.depth() != CV_8U) // in a float picture, no value is known to be white
        CV_Error(Error::StsBadArg, file + ": has neither 8 nor 16 bits, so its range is unknown: save it with 8");
    return frame;
}

static void certifyImage(const String& model, const String& picture, const Size& patch, const DnnDevice& device)
{
    // Once per program: one classifier serves any number of frames of any size.
    Ptr<derand::CertifiedClassifier> classifier = derand::CertifiedClassifier::create(model);
    device.use(*classifier);

    // imread() may turn a picture by its EXIF orientation: the blocks of a codec, if the settings have one, may then begin
    // anywhere, and their sides may be swapped.
    derand::CertifiedClassifier::Params params = classifier->getParams();
    const int side = std::max(params.codecBlock.width, params.codecBlock.height);
    params.codecBlock = Size(side, side);
    params.codecOffset = Point(-1, -1);
    classifier->setParams(params);
    const Mat frame = readPicture(picture, params.channels);

    // The net votes once for each position of a band or block; the label has the most votes. Do not
    // process the frame first: anything that depends on its content voids the certificate.
    const derand::Certificate certificate = classifier->classify(frame);

    const std::vector<String>& names = params.labels;
    const String nothing = certificate.minVotes > 1 ? "none of these" : "abstains"; // fewer votes for any class than Params::minVotes
    const auto name = [&](int label) {
        return label < 0 ? nothing : names.empty() ? format("class %d", label) : names[(size_t)label];
    };
    std::cout << "label:      " << name(certificate.label) << "\n"
              << "votes:      " << certificate.votes << " of " << certificate.run.ablations;
    if (certificate.runnerUp >= 0)
        std::cout << ", " << certificate.runnerUpVotes << " for " << name(certificate.runnerUp);
    std::cout << "\n";

    // The certificate is about changes, not about truth: the label stays, whether right or wrong.
    if (certificate.patch > 0)
    {
        std::cout << "certified:  no patch of " << certificate.patch << " x " << certificate.patch
                  << " pixels, wherever it is and whatever it shows, changes the label\n";
    }
    else
        std::cout << "certified:  not even against a single pixel\n";

    // The same votes answer for any other size, without another inference.
    std::cout << patch.width << " x " << patch.height << " px:  ";
    if (certificate.holds(patch))
        std::cout << "certified" << std::endl;
    else
    {
        Mat safe; // one element for each place of the patch, 255: nothing there changes the label
        certificate.safeMap(patch, safe);
        std::cout << "not certified: the lead is " << certificate.lead << ", it can take up to " << 2 * certificate.maxAffected(patch)
                  << "; " << countNonZero(safe) << " of " << safe.total() << " places are safe" << std::endl;
    }
}

//! Anything not understood is an error: a typo must not answer a different question.
static bool parse(const std::vector<std::string>& arguments, std::vector<std::string>& files, Size& patch, DnnDevice& device)
{
    std::string backend = "default", target;
    for (const std::string& argument : arguments)
    {
        std::smatch sides;
        if (argument[0] != '-')
            files.push_back(argument);
        else if (std::regex_match(argument, sides, std::regex("--patch=([0-9]{1,6})(?:x([0-9]{1,6}))?")))
        {
            patch.width = std::stoi(sides[1]);
            patch.height = sides[2].matched ? std::stoi(sides[2]) : patch.width;
        }
        else if (argument.rfind("--backend=", 0) == 0)
            backend = argument.substr(10);
        else if (argument.rfind("--target=", 0) == 0 && argument.size() > 9)
            target = argument.substr(9);
        else
        {
            std::cerr << argument << ": is not understood, expected --patch=5 or --patch=5x7, in digits only, --backend or --target"
                      << std::endl;
            return false;
        }
    }
    device = DnnDevice::named(backend, target);
    if (files.size() == 2 && patch.width > 0 && patch.height > 0)
        return true;
    std::cerr << "expected a model, a picture and patches of at least 1 pixel: see --help" << std::endl;
    return false;
}

int main(int argc, char** argv)
{
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    if (std::count(arguments.begin(), arguments.end(), "--help") || std::count(arguments.begin(), arguments.end(), "-h"))
    {
        std::cout << usage;
        return 0;
    }
    std::vector<std::string> files;
    Size patch(5, 5);
    DnnDevice device;
    try
    {
        if (!parse(arguments, files, patch, device))
            return 1;
        certifyImage(files[0], files[1], patch, device);
        return 0;
    }
    catch (const Exception& e)
    {
        std::cerr << e.err << std::endl; // what was wrong, what was expected and what to do
        return 1;
    }
}
