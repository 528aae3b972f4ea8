// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "verdict.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace tools {
namespace {

namespace derand = cv::derand;

std::string trainingText(const Findings& findings)
{
    const cv::Size size = findings.settings.ablation.inputSize;
    const bool large = std::max(size.width, size.height) >= 128; // training from scratch would take too long
    return fmt::format("To train a net on ablations of your pictures, one folder for each class, in samples/train of the repository:\n"
                       "    python3 train.py --recipe recipes/{} --name NAME --data FOLDER --out OUT\n"
                       "The tutorial \"From a folder of pictures to a certified model\" (train_on_your_pictures.markdown) has all steps.\n",
            large ? "imagenette.toml" : "pictures.toml");
}

std::string nextText(const std::string& model)
{
    return fmt::format("Next, with the settings saved (--save): choose threshold and stride on labelled pictures, one folder for each\n"
                       "class, with\n    derand_tune --model={} FOLDER\n",
            model);
}

//! What the pictures show.
std::string picturesText(const Findings& f)
{
    std::string text = fmt::format(
            "Pictures: {}. Certified against at least a pixel: {}. Without any vote: {}.", f.pictures, f.certified, f.abstained);
    text += f.sameAsPlain >= 0 ? fmt::format(" With the label of the whole picture: {}.\n", f.sameAsPlain) : "\n";
    if (2 * f.abstained > f.pictures)
        text += "In most of them no ablation is sure of a class: try a lower --theta, or --top1; if that does not help, the net must\n"
                "be trained on ablations.\n";
    else if (f.sameAsPlain >= 0 && 2 * f.sameAsPlain < f.pictures)
        text += "Most labels change if the net sees only ablations: it must be trained on them.\n";
    return text;
}

} // namespace

std::string verdictOn(const std::string& model, const Findings& findings)
{
    const std::string pictures = findings.pictures > 0 ? picturesText(findings) : "";
    if (!findings.dependsOnPicture)
        return pictures
                + "Not worth certifying as it is: shown ablations of blank pictures, noise and shapes, the net gives the same class for all.\n"
                  "It was not trained on ablations of this kind, or gets another input than in training (check --scale, --mean,\n"
                  "--swapRB and --encoding). Its certificates are true but empty: a label that does not depend on the picture does not\n"
                  "depend on a patch either.\n"
                + trainingText(findings);
    if (findings.largestPatch == 0)
        return pictures
                + "With these settings nothing can ever be certified, even if all ablations agree: a single pixel is seen by half of them.\n"
                  "Use a smaller --width, if the net allows it.\n";
    if (findings.settings.params.encoding == derand::ENCODING_FILL)
        return pictures
                + "The net takes whole pictures, and its file does not say whether it was trained on ablations. If it was: it is worth\n"
                  "certifying. If not, few of its votes are right, and its certificates are small or wrong.\n"
                + trainingText(findings) + nextText(model);
    return pictures + "The net takes ablations and tells them apart: it is worth certifying.\n" + nextText(model);
}

} // namespace tools
