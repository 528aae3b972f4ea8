// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// A model, a picture of a bar in the middle, its label and certificate.
//
//     consumer model.onnx

#include <iostream>

#include "opencv2/derand.hpp"

int main(int argc, char** argv)
{
    if (argc != 2)
    {
        std::cerr << "usage: consumer model.onnx" << std::endl;
        return 1;
    }
    try
    {
        cv::Ptr<cv::derand::CertifiedClassifier> classifier = cv::derand::CertifiedClassifier::create(argv[1]);
        cv::Mat frame(280, 280, CV_8UC(classifier->getParams().channels), cv::Scalar());
        cv::rectangle(frame, cv::Rect(125, 40, 30, 200), cv::Scalar::all(255), cv::FILLED);
        const cv::derand::Certificate c = classifier->classify(frame);
        const std::vector<cv::String> names = classifier->getParams().labels;
        if (c.label < 0)
            std::cout << "no label";
        else
        {
            std::cout << (names.empty() ? cv::format("class %d", c.label) : names[(size_t)c.label]) << ", " << c.votes << " of "
                      << c.run.ablations << " votes";
        }
        if (c.patch > 0)
            std::cout << ", certified against any " << c.patch << " x " << c.patch << " px patch" << std::endl;
        else
            std::cout << ", not certified" << std::endl;
    }
    catch (const cv::Exception& e)
    {
        std::cerr << e.err << std::endl;
        return 1;
    }
    return 0;
}
