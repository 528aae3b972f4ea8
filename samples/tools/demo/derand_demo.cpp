// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Puts certificates to the test: digits drawn by this program are certified, then attacked with
// stickers. The attack fools an ordinary classifier; it must not change what is certified.

#include <filesystem>

#include <fmt/format.h>

#include "opencv2/derand.hpp"
#include "opencv2/imgcodecs.hpp"
#include "opencv2/imgproc.hpp"

#include "attack/attack.hpp"
#include "attack/victims.hpp"
#include "common/arguments.hpp"
#include "common/drawing.hpp"
#include "common/device.hpp"
#include "common/error.hpp"
#include "common/files.hpp"
#include "common/picture.hpp"
#include "common/progress.hpp"
#include "common/text.hpp"
#include "data/digits.hpp"

namespace {

namespace derand = cv::derand;
namespace fs = std::filesystem;

const std::string ABOUT = R"(
Draws digits, certifies them, and attacks them with adversarial patches.

    derand_demo --models=FOLDER [--out=FOLDER]

Exit codes: 0 success; 1 error; 2 a certificate was broken, which must never happen.
)";

const std::string KEYS = std::string(tools::DEVICE_KEYS) + R"(
{help h | | print this text}
{models | | folder with mnist_column_s2.onnx, its .yml, and baselines/mnist_plain.onnx}
{out | demo | folder for the pictures}
{budget | 3000 | number of queries of each attack}
{seed | 1 | seed of the attack's random numbers}
)";

constexpr int ATTACK_SIDE = 280; // of the pictures of an attack, pixels

struct Digit
{
    int digit;
    cv::Mat frame, large;
    derand::Certificate certificate, largeCertificate;
};

//! The same attack on both classifiers, with the largest patch that a digit is certified against.
struct Duel
{
    const Digit* digit;
    tools::AttackResult plain, certified;
};

class Demo
{
public:
    explicit Demo(const tools::Arguments& arguments)
        : out(arguments.get<std::string>("out")), budget(arguments.getInt("budget", 100)), seed(uint64(arguments.getInt("seed", 0)))
    {
        if (!arguments.has("models"))
            tools::fail("no models: expected --models=FOLDER, e.g. samples/models");
        tools::checkOutputs({{"--out", out.string()}}, {{"--models", arguments.get<std::string>("models")}});
        const tools::Device device = tools::deviceOf(arguments);
        const fs::path models = arguments.get<std::string>("models");
        const fs::path certified = models / "mnist_column_s2.onnx", ordinary = models / "baselines" / "mnist_plain.onnx";
        classifier = derand::CertifiedClassifier::create(certified.string());
        cv::dnn::Net net = cv::dnn::readNet(ordinary.string());
        device.use(*classifier);
        device.use(net);
        plain = tools::plainVictim(net);
        fs::create_directories(out);
    }

    void all()
    {
        certifyDigits();
        duels();
        // The strongest certificate among the digits that fooled the ordinary classifier.
        const Duel* example = nullptr;
        for (const Duel& duel : fought)
        {
            const int side = duel.digit->certificate.patch;
            if (duel.plain.fooled() && (!example || side >= example->digit->certificate.patch))
                example = &duel;
        }
        if (!example)
        {
            fmt::print("\nThe ordinary classifier was never fooled: try a larger --budget.\n");
            return;
        }
        const tools::AttackResult beyond = attackBeyond(*example->digit);
        drawAll(*example, beyond);
        fmt::print("\nPictures, in {}:\n"
                   "  1_digits.png       the digits and what they are certified against\n"
                   "  2_certificate.png  one certificate explained: votes and safe places\n"
                   "  3_attack.png       one attack on an ordinary and on a certified classifier\n"
                   "  digit_*.png        the digits, to try with the other programs\n",
                out.string());
    }

private:
    void certifyDigits();
    void duels();
    tools::AttackResult attackCertified(const Digit& digit, int side);
    tools::AttackResult attackBeyond(const Digit& digit);
    void drawAll(const Duel& example, const tools::AttackResult& beyond) const;
    void write(const std::string& name, const cv::Mat& picture) const;

    fs::path out;
    int budget;
    uint64 seed;
    cv::Ptr<derand::CertifiedClassifier> classifier;
    tools::Victim plain;
    std::vector<Digit> digits;
    std::vector<Duel> fought;
};

//! A digit, or "none" if the classifier abstains.
std::string name(int label) { return tools::className(label, {}); }

cv::Size square(int side) { return {side, side}; }

void Demo::write(const std::string& name, const cv::Mat& picture) const
{
    const std::string file = (out / name).string();
    if (!cv::imwrite(file, picture))
        tools::fail("{}: cannot be written: check --out, and the free space", file);
}

void Demo::certifyDigits()
{
    fmt::print("Digits drawn by this program, and the largest patch that provably cannot change\n"
               "their label, in pictures of 28 x 28 px and 112 x 112 px:\n\n"
               "  digit   label   votes   certified against   large: label   certified against\n");
    for (int d = 0; d < 10; d++)
    {
        Digit digit = {d, tools::drawDigit(d, 28), tools::drawDigit(d, 112), {}, {}};
        digit.certificate = classifier->classify(digit.frame);
        digit.largeCertificate = classifier->classify(digit.large);
        const auto text = [](const derand::Certificate& c) {
            return c.patch > 0 ? tools::sizeText(square(c.patch)) + " px" : std::string("nothing");
        };
        const derand::Certificate& c = digit.certificate;
        fmt::print("  {:5}   {:>5}   {:>5}   {:>17}   {:>12}   {:>17}\n", d, name(c.label), fmt::format("{}:{}", c.votes, c.runnerUpVotes),
                text(c), name(digit.largeCertificate.label), text(digit.largeCertificate));
        write(fmt::format("digit_{}.png", d), digit.frame);
        digits.push_back(digit);
    }
}

tools::AttackResult Demo::attackCertified(const Digit& digit, int side)
{
    const auto classify = [&](const std::vector<cv::Mat>& frames) {
        tools::Certificates certificates;
        classifier->classifyBatch(frames, certificates);
        return certificates;
    };
    return tools::attack(tools::certifiedVictim(classify, digit.certificate, square(side)), digit.frame, square(side), budget, seed);
}

//! The same attack, budget and patch size for both classifiers, on every digit.
void Demo::duels()
{
    fmt::print("\nEach digit is attacked with a patch of the size it is certified against, anywhere,\n"
               "with any content: {} queries of the same random search for both classifiers.\n\n"
               "  digit     patch   ordinary classifier      certified classifier\n",
            budget);
    tools::Progress progress(digits.size(), "digits");
    for (const Digit& digit : digits)
    {
        const int side = digit.certificate.patch;
        if (side == 0)
            continue;
        const Duel duel = {&digit, tools::attack(plain, digit.frame, square(side), budget, seed), attackCertified(digit, side)};
        const auto text = [](const tools::AttackResult& r) {
            const std::string change = r.fooled() ? fmt::format("-> {},", name(r.after.label)) : "in all";
            return fmt::format("{} {} {} queries", name(r.before.label), change, r.queries);
        };
        progress.hide();
        fmt::print("  {:5}   {:>7}   {:<22}   {}\n", digit.digit, tools::sizeText(square(side)), text(duel.plain), text(duel.certified));
        std::fflush(stdout);
        fought.push_back(duel);
        progress.update(size_t(digit.digit) + 1);
    }
}

//! Increases the patch until the attack succeeds: what is not certified can be changed.
tools::AttackResult Demo::attackBeyond(const Digit& digit)
{
    for (int side = digit.certificate.patch + 1; side <= digit.frame.cols; side++)
    {
        const tools::AttackResult result = attackCertified(digit, side);
        if (!result.fooled())
            continue;
        cv::Mat safe;
        digit.certificate.safeMap(square(side), safe);
        if (safe.at<uchar>(result.patch.corner))
            throw tools::BrokenCertificate("a patch at a safe place changed the label");
        fmt::print("\nEvery certificate has a limit: the {} is certified against {} px. With {} px\n"
                   "the same attack turns it into a {} after {} queries, at a place marked unsafe.\n",
                digit.digit, tools::sizeText(square(digit.certificate.patch)), tools::sizeText(square(side)),
                name(result.after.label), result.queries);
        return result;
    }
    tools::fail("no patch of any size changed the label: try a larger --budget");
}

//! A frame with the patch outlined, and what became of the label.
tools::Tile attackTile(const cv::Mat& frame, const tools::AttackResult& r, const std::string& who)
{
    cv::Mat picture = tools::fitFrame(tools::applied(r.patch, frame), ATTACK_SIDE);
    const double scale = double(ATTACK_SIDE) / frame.cols;
    const cv::Size size = r.patch.content.size();
    const cv::Rect2d place(cv::Point2d(r.patch.corner) * scale, cv::Size2d(size) * scale);
    cv::rectangle(picture, place, tools::COLOUR_RUNNER_UP, 3);
    const char *now = r.fooled() ? "now" : "still", *query = r.fooled() ? "query" : "the closest of";
    return {picture,
            {fmt::format("{} a {}", now, name(r.after.label)), who, tools::sizeText(size) + " px patch",
                    fmt::format("{} {}", query, r.queries)},
            r.fooled() ? tools::COLOUR_UNSAFE : tools::COLOUR_SAFE};
}

void Demo::drawAll(const Duel& example, const tools::AttackResult& beyond) const
{
    std::vector<tools::Tile> tiles;
    for (const bool large : {false, true})
    {
        for (const Digit& digit : digits)
        {
            const derand::Certificate& c = large ? digit.largeCertificate : digit.certificate;
            const cv::Mat& frame = large ? digit.large : digit.frame;
            const std::string patch = c.patch > 0 ? "certified: " + tools::sizeText(square(c.patch)) : std::string("not certified");
            tiles.push_back({frame, {fmt::format("label {}", name(c.label)), patch, "of " + tools::sizeText(frame.size()) + " px"},
                    c.label == digit.digit ? tools::COLOUR_LABEL : tools::COLOUR_UNSAFE});
        }
    }
    write("1_digits.png", tools::drawSheet("No patch of the certified size can change the label", tiles, 5, 180));

    const Digit& digit = *example.digit;
    const tools::PictureInput input = {fmt::format("digit_{}.png", digit.digit), digit.frame, classifier->getFrameMap(digit.frame.size()),
            classifier->getAblation(), beyond.patch.content.size(), classifier->getParams().labels};
    write("2_certificate.png", tools::drawCertificate(input, digit.certificate));

    tiles = {{digit.frame, {fmt::format("a {}", name(digit.certificate.label)), "both classifiers", "no patch"}, tools::COLOUR_LABEL},
            attackTile(digit.frame, example.plain, "ordinary classifier"),
            attackTile(digit.frame, example.certified, "certified classifier"),
            attackTile(digit.frame, beyond, "certified, for smaller patches")};
    const std::string title = fmt::format("One attack on a {} that is certified against {} px patches", digit.digit,
            tools::sizeText(square(digit.certificate.patch)));
    write("3_attack.png", tools::drawSheet(title, tiles, 4, ATTACK_SIDE));
}

} // namespace

int main(int argc, char** argv)
{
    int broken = 0;
    const int code = tools::runProgram("derand_demo", [&] {
        const tools::Arguments arguments(argc, argv, KEYS, ABOUT, 0);
        if (arguments.helped())
            return;
        try
        {
            Demo(arguments).all();
        }
        catch (const tools::BrokenCertificate& e)
        {
            broken = 2;
            tools::fail("a certificate was broken: {}", e.what());
        }
    });
    return broken ? broken : code;
}
