// Prints what a model answers for some frames, for test/compare_outcomes.sh: with the API that all versions have.

#include <cstdio>
#include <vector>

#include "opencv2/derand.hpp"
#include "opencv2/imgproc.hpp"

using namespace cv;
using namespace cv::derand;

namespace {

//! FNV-1a of all bytes.
unsigned hashOf(const Mat& m)
{
    unsigned hash = 2166136261u;
    for (int y = 0; y < m.rows; y++)
        for (size_t x = 0; x < m.cols * m.elemSize(); x++)
            hash = (hash ^ m.ptr(y)[x]) * 16777619u;
    return hash;
}

//! Noise, noise of few grey values, and strokes: ambiguous frames, and ones that look like something.
std::vector<Mat> framesOf(int channels)
{
    std::vector<Mat> frames;
    RNG rng(9);
    for (const Size& size : {Size(28, 28), Size(32, 32), Size(97, 64), Size(240, 320)})
        for (int kind = 0; kind < 4; kind++)
        {
            Mat frame(size, CV_8UC(channels), Scalar::all(kind == 3 ? 90 : 0));
            if (kind < 2)
                rng.fill(frame, RNG::UNIFORM, 0, kind == 0 ? 256 : 40);
            for (int i = 0; kind > 1 && i < 4; i++)
                line(frame, Point(rng.uniform(0, size.width), rng.uniform(0, size.height)),
                        Point(rng.uniform(0, size.width), rng.uniform(0, size.height)), Scalar::all(255), 1 + size.width / 14);
            frames.push_back(frame);
        }
    for (size_t i = 0, n = frames.size(); i < n; i += 3) // behind the others: another depth tests the net again
    {
        Mat floats;
        frames[i].convertTo(floats, CV_32F, 1, .25);
        frames.push_back(floats);
    }
    return frames;
}

} // namespace

int main(int argc, char** argv)
{
    for (int i = 1; i < argc; i++)
    {
        const Ptr<CertifiedClassifier> classifier = CertifiedClassifier::create(argv[i]);
        const std::string file = argv[i], name = file.substr(file.find_last_of('/') + 1);
        CertifiedClassifier::Params params = classifier->getParams();
        for (int rule = CERTIFICATE_LOCATION; rule <= CERTIFICATE_MARGIN; rule++)
        {
            params.rule = rule;
            classifier->setParams(params);
            int number = 0;
            for (const Mat& frame : framesOf(params.channels))
            {
                const Certificate c = classifier->classify(frame);
                Mat votes, safe;
                c.getVotes(votes);
                c.safeMap(Size(5, 3), safe);
                std::printf("%s rule %d frame %d: label %d (%d), %d (%d); holds %d %d; 5x3 %d, twice %d; votes %08x map %08x\n",
                        name.c_str(), rule, number++, c.votes > 0 ? c.label : -1, c.votes, c.votes > 0 ? c.runnerUp : -1, c.runnerUpVotes,
                        c.patch, c.inputPatch, c.holds(Size(5, 3)), c.holds(Size(5, 3), 2), hashOf(votes), hashOf(safe));
            }
        }
    }
}
