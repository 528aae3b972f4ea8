// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// The labels of a fixed grid of regions, each with its certificate, and how many of them one sticker can change.
//
//     certify_tiles model.onnx picture.png [--tiles=4x3] [--patch=60]
//
// For pictures that show several objects. A detector would void the certificates: a sticker can move its regions. Regions that
// do not depend on what the picture shows can all be certified: shelves, parking spaces, or tiles, as here.

#include <algorithm>
#include <iostream>
#include <regex>

#include "opencv2/derand.hpp"
#include "opencv2/imgcodecs.hpp"

#include "common/dnn_device.hpp"

using namespace cv;

static const char* const usage = "The labels of a fixed grid of regions, and how many of them one adversarial patch can change.\n\n"
                                 "    certify_tiles MODEL PICTURE [--tiles=4x3] [--patch=N] [--backend=NAME] [--target=NAME]\n\n"
                                 "MODEL      ONNX file of the base classifier; its settings are next to it, in a file ending in .yml\n"
                                 "PICTURE    picture that is cut into tiles\n"
                                 "--tiles    tiles side by side and one below the other; default: 4x3\n"
                                 "--patch    patch to certify against, in picture pixels: 60 (a square) or 60x20 (width x height); default: 60\n"
                                 "--backend  what runs the net: default, openvino, opencv, vkcom or cuda; default: default\n"
                                 "--target   where it runs: cpu, opencl, opencl_fp16, vpu, vulkan, cuda or cuda_fp16; default: cpu, or what"
                                 " the backend has\n";

static void certifyTiles(const String& model, const String& picture, const Size& tiles, const Size& patch, const DnnDevice& device)
{
    Ptr<derand::CertifiedClassifier> classifier = derand::CertifiedClassifier::create(model);
    device.use(*classifier);
    const derand::CertifiedClassifier::Params params = classifier->getParams();
    if (params.channels != 1 && params.channels != 3)
        CV_Error(Error::StsBadArg, format("the model needs %d channels, but this program reads 1 (grey) or 3 (colour)", params.channels));
    // Not turned by its EXIF orientation: the blocks of a codec are where the settings say.
    const Mat frame = imread(picture, (params.channels == 1 ? IMREAD_GRAYSCALE : IMREAD_COLOR) | IMREAD_IGNORE_ORIENTATION);
    if (frame.empty())
        CV_Error(Error::StsBadArg, picture + ": cannot be read, expected a picture (PNG, JPEG, ...)");
    if (frame.cols < tiles.width || frame.rows < tiles.height)
        CV_Error(Error::StsBadArg, format("the picture has %d x %d pixels, too few for %d x %d tiles", frame.cols, frame.rows,
                                          tiles.width, tiles.height));

    const auto name = [&](int label) {
        if (label < 0)
            return String(params.minVotes > 1 ? "none of these" : "abstains");
        return params.labels.empty() ? format("class %d", label) : params.labels[(size_t)label];
    };
    int kept = 0;
    Mat changes; // one element for each place of the patch in the picture: labels that it might change there
    for (int row = 0; row < tiles.height; ++row)
    {
        for (int column = 0; column < tiles.width; ++column)
        {
            // From the size of the picture only, never from what it shows.
            const Point from(frame.cols * column / tiles.width, frame.rows * row / tiles.height);
            const Point to(frame.cols * (column + 1) / tiles.width, frame.rows * (row + 1) / tiles.height);
            const derand::Certificate certificate = classifier->classify(frame, Rect(from, to));
            const bool holds = certificate.holds(patch);
            kept += holds;

            // Places and sizes refer to the whole picture, also those that do not touch the tile, or only partly.
            Mat safe;
            certificate.safeMap(patch, safe);
            if (changes.empty())
                changes = Mat::zeros(safe.size(), CV_32S);
            add(changes, Scalar(1), changes, safe == 0);

            std::cout << "tile " << column << "," << row << ": " << name(certificate.label) << ", " << certificate.votes << " of "
                      << certificate.run.ablations << " votes, " << patch.width << " x " << patch.height
                      << (holds ? " px: certified" : " px: not certified") << ", largest square: " << certificate.patch << " px\n";
        }
    }
    double most = 0;
    minMaxLoc(changes, nullptr, &most);
    std::cout << kept << " of " << tiles.area() << " labels are certified against any patch of " << patch.width << " x "
              << patch.height << " px\n"
              << "no such patch changes more than " << most << " of them, wherever it is and whatever it shows" << std::endl;
}

//! Anything not understood is an error: a typo must not answer a different question.
static bool parse(const std::vector<std::string>& arguments, std::vector<std::string>& files, Size& tiles, Size& patch, DnnDevice& device)
{
    std::string backend = "default", target;
    for (const std::string& argument : arguments)
    {
        std::smatch sides;
        if (argument[0] != '-')
            files.push_back(argument);
        else if (std::regex_match(argument, sides, std::regex("--tiles=([0-9]{1,3})x([0-9]{1,3})")))
            tiles = Size(std::stoi(sides[1]), std::stoi(sides[2]));
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
            std::cerr << argument
                      << ": is not understood, expected --tiles=4x3, --patch=60 or --patch=60x20, in digits only, --backend or --target"
                      << std::endl;
            return false;
        }
    }
    device = DnnDevice::named(backend, target);
    if (files.size() == 2 && !tiles.empty() && !patch.empty())
        return true;
    std::cerr << "expected a model, a picture, and at least one tile and one pixel: see --help" << std::endl;
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
    Size tiles(4, 3), patch(60, 60);
    DnnDevice device;
    try
    {
        if (!parse(arguments, files, tiles, patch, device))
            return 1;
        certifyTiles(files[0], files[1], tiles, patch, device);
        return 0;
    }
    catch (const Exception& e)
    {
        std::cerr << e.err << std::endl; // what was wrong, what was expected and what to do
        return 1;
    }
}
