// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "guess.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "common/error.hpp"
#include "common/text.hpp"

namespace tools {
namespace {

namespace derand = cv::derand;

// As in settings files, in the order of the values.
const std::vector<std::string> ENCODINGS = {"complement", "fill", "fill_mask", "strip", "bare_strip"};
const std::vector<std::string> TYPES = {"column", "row", "block"};

constexpr int MOST_PLANES = 8; // that an encoding writes: complement, of 4 channels

int numberOf(const std::string& what, const std::string& name, const std::vector<std::string>& names)
{
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end())
        fail("{}: expected one of {}", what, fmt::join(names, ", "));
    return int(found - names.begin());
}

bool isStrip(int encoding) { return encoding == derand::ENCODING_STRIP || encoding == derand::ENCODING_BARE_STRIP; }

//! Shape of one ablation as the module writes it.
std::vector<int> writtenShape(const derand::Ablation& ablation, int channels, int encoding, bool transpose)
{
    cv::Mat blob;
    derand::blobFromAblations(cv::Mat::zeros(ablation.inputSize, CV_32FC(channels)), ablation, cv::Range(0, 1), blob, encoding,
            cv::Scalar(), transpose);
    return std::vector<int>(blob.size.p, blob.size.p + 4);
}

//! The input that a file declares.
struct Input
{
    int planes;    // -1: unknown, as below
    cv::Size size; // not transposed

    bool isKnown() const { return size.width > 0 && size.height > 0; }
    bool isNarrow() const { return isKnown() && 2 * std::min(size.width, size.height) <= std::max(size.width, size.height); }
};

Input inputOf(const std::string& model, const derand::OnnxInfo& info, bool transpose)
{
    if (!info.complete)
        fail("{}: is no ONNX file, or is truncated: expected a net as torch.onnx.export() writes it", model);
    if (!info.notTensors.empty())
    {
        fail("{}: '{}' is a sequence, a map or the like, expected tensors only: export the net without it, for scikit-learn with "
             "zipmap=False",
                model, fmt::join(info.notTensors, "', '"));
    }
    if (info.inputs.size() != 1)
    {
        fail("{}: has {} inputs{}, expected one, the picture: export it with the others fixed", model, info.inputs.size(),
                info.inputs.empty() ? "" : fmt::format(" ('{}')", fmt::join(info.inputs, "', '")));
    }
    const std::vector<int>& shape = info.inputShape;
    if (shape.empty())
        return {-1, {-1, -1}};
    if (shape.size() != 4)
        fail("{}: its input is {}, expected pictures, N x planes x height x width", model, shapeText(shape));
    if (shape[1] > MOST_PLANES && shape[2] > MOST_PLANES && shape[3] > 0 && shape[3] <= MOST_PLANES)
    {
        fail("{}: its input is {}, which looks like height x width x planes (NHWC, as TensorFlow exports), expected planes x height "
             "x width: export it with --inputs-as-nchw of tf2onnx",
                model, shapeText(shape));
    }
    return {shape[1], transpose ? cv::Size(shape[2], shape[3]) : cv::Size(shape[3], shape[2])};
}

class Guessing
{
public:
    Guessing(const std::string& model_, const derand::OnnxInfo& info_, const Known& known_)
        : model(model_), info(info_), known(known_), input(inputOf(model, info, known.transpose))
    {}

    Guess run()
    {
        const bool narrow = known.encoding ? isStrip(*known.encoding) : input.isNarrow();
        guess.ablation.wrap = known.wrap;
        const int along = narrow && input.isKnown() && input.size.width > input.size.height ? derand::ABLATION_ROW : derand::ABLATION_COLUMN;
        guess.ablation.type = value("type", known.type, along, TYPES);
        choosePlanes(narrow);
        if (isStrip(guess.encoding))
            chooseStrip();
        else
            chooseBand();
        compare();
        return guess;
    }

private:
    //! A setting, noted if it is a guess.
    int value(const char* option, const std::optional<int>& given, int guessed, const std::vector<std::string>& names = {})
    {
        if (given)
            return *given;
        guess.options.push_back(fmt::format("--{}={}", option, names.empty() ? std::to_string(guessed) : names[size_t(guessed)]));
        return guessed;
    }

    //! Channels and encoding that write as many planes as the net takes.
    void choosePlanes(bool narrow)
    {
        std::vector<int> channels = {3, 1, 4, 2},
                         encodings = {derand::ENCODING_FILL, derand::ENCODING_COMPLEMENT, derand::ENCODING_FILL_MASK};
        if (narrow)
            encodings = {derand::ENCODING_STRIP, derand::ENCODING_BARE_STRIP};
        if (known.channels)
            channels = {*known.channels};
        if (known.encoding)
            encodings = {*known.encoding};
        if (input.planes < 0 && (!known.channels || !known.encoding))
            fail("{}: does not declare how many planes its input has: expected --channels and --encoding", model);
        const derand::Ablation any(guess.ablation.type, 1, cv::Size(2, 2));
        for (const int c : channels)
            for (const int e : encodings)
            {
                if (input.planes >= 0 && writtenShape(any, c, e, false)[1] != input.planes)
                    continue;
                guess.channels = value("channels", known.channels, c);
                guess.encoding = value("encoding", known.encoding, e, ENCODINGS);
                return;
            }
        fail("{}: its input is {}, and {} planes do not fit {}: complement writes two planes for each channel, fill and bare_strip "
             "one; fill_mask adds one plane, strip one (columns, rows) or two (blocks)",
                model, shapeText(info.inputShape), input.planes,
                known.channels || known.encoding ? "these --channels and --encoding" : "any encoding of 1 to 4 channels");
    }

    void chooseSize(const cv::Size& guessed)
    {
        guess.ablation.inputSize = known.size;
        if (!known.size.empty())
            return;
        if (guessed.width < 1 || guessed.height < 1)
        {
            fail("{}: the size of the whole picture is not known ({}): expected --size=WIDTHxHEIGHT", model,
                    info.inputShape.empty() ? "no shape is declared" : "the input is " + shapeText(info.inputShape));
        }
        guess.ablation.inputSize = guessed;
        if (isStrip(guess.encoding))
            guess.options.push_back(fmt::format("--size={}x{}", guessed.width, guessed.height));
    }

    //! The input is the band itself. Of the picture it shows one side, or for blocks nothing.
    void chooseStrip()
    {
        const bool row = guess.ablation.type == derand::ABLATION_ROW, block = guess.ablation.type == derand::ABLATION_BLOCK;
        const int side = block ? -1 : row ? input.size.width : input.size.height;
        chooseSize({side, side});
        const int width = row ? input.size.height : input.size.width;
        if (width < 1 && !known.width)
            fail("{}: the width of its strips is not known (the input is {}): expected --width", model, shapeText(info.inputShape));
        guess.ablation.width = known.width ? *known.width : width; // no guess: the net takes no other
        // As for bands of whole pictures if these are large; small ones are mostly evaluated everywhere.
        guess.ablation.stride = value(
                "stride", known.stride, guess.ablation.inputSize.height < 64 ? 1 : std::max(1, guess.ablation.width / 4));
    }

    void chooseBand()
    {
        chooseSize(input.size);
        const cv::Size size = guess.ablation.inputSize;
        const int side = guess.ablation.type == derand::ABLATION_COLUMN ? size.width
                : guess.ablation.type == derand::ABLATION_ROW           ? size.height
                                                                        : std::min(size.width, size.height);
        guess.ablation.width = value("width", known.width, std::max(1, side / 8));
        guess.ablation.stride = value("stride", known.stride, std::max(1, guess.ablation.width / 4));
    }

    //! Options may contradict the file.
    void compare() const
    {
        guess.ablation.count(); // checks
        const std::vector<int> written = writtenShape(guess.ablation, guess.channels, guess.encoding, known.transpose);
        for (size_t i = 1; i < info.inputShape.size(); i++)
            if (info.inputShape[i] > 0 && info.inputShape[i] != written[i])
            {
                fail("{}: its input is {}, but these options write {}: check --size, --width, --type and --encoding", model,
                        shapeText(info.inputShape), shapeText({-1, written[1], written[2], written[3]}));
            }
    }

    const std::string& model;
    const derand::OnnxInfo& info;
    const Known& known;
    const Input input;
    Guess guess;
};

} // namespace

Guess guessSettings(const std::string& model, const derand::OnnxInfo& info, const Known& known)
{
    return Guessing(model, info, known).run();
}

int encodingOf(const std::string& what, const std::string& name) { return numberOf(what, name, ENCODINGS); }

int typeOf(const std::string& what, const std::string& name) { return numberOf(what, name, TYPES); }

std::string shapeText(const std::vector<int>& shape)
{
    std::string text;
    for (size_t i = 0; i < shape.size(); i++)
        text += (i ? " x " : "") + (shape[i] > 0 ? std::to_string(shape[i]) : std::string(i ? "?" : "N"));
    return text;
}

} // namespace tools
