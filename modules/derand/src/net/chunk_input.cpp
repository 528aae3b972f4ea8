// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"
#include "chunk_input.hpp"

namespace cv { namespace derand {

ChunkInput::ChunkInput(const AblationBlob& layout_, int chunk)
    : layout(layout_), blob(Mat::zeros(4, &layout_.shape(chunk)[0], CV_32F))
{}

void ChunkInput::write(const std::vector<PlanarAblation>& ablations)
{
    if (device && !device->write(ablations))
        device.release();
    if (!device)
        layout.write(ablations, blob);
}

void ChunkInput::useDevice(BaseNet& net, const std::vector<PlanarAblation>& probes, const std::vector<PlanarAblation>& before, double relative)
{
    device = DeviceBlob::create(net.getNet(), layout, probes, net.isCudaAskedFor());
    if (device && !readsDevice(net, probes, before, relative))
    {
        CV_LOG_WARNING(NULL, "derand: ablations are written on the host, not on a CUDA device: the net does not score "
                "what was written there");
        device.release();
    }
}

//! Whether the net scores what the device writes, rather than what it got from the host before.
bool ChunkInput::readsDevice(
        BaseNet& net, const std::vector<PlanarAblation>& probes, const std::vector<PlanarAblation>& before, double relative)
{
    layout.write(probes, blob);
    const Mat expected = net.forward(blob);
    layout.write(before, blob);
    net.forward(blob);
    if (!device->write(probes))
        return false;
    const double allowed = std::max(1e-6, relative) * cv::norm(expected, NORM_INF);
    return cv::norm(net.forward(blob, true), expected, NORM_INF) <= allowed; // false for NaN, too
}

}} // namespace cv::derand
