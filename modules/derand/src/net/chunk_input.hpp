// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_CHUNK_INPUT_HPP
#define OPENCV_DERAND_CHUNK_INPUT_HPP

#include "base_net.hpp"
#include "device_blob.hpp"

namespace cv { namespace derand {

//! What the net gets: a chunk of ablations, written on the host or on a CUDA device.
class ChunkInput
{
public:
    ChunkInput(const AblationBlob& layout, int chunk);

    //! At most a chunk, padded with zeros.
    void write(const std::vector<PlanarAblation>& ablations);
    //! What the net makes of the chunk that was written last, see BaseNet::forward().
    Mat forward(BaseNet& net) const { return net.forward(blob, !device.empty()); }
    //! One row of scores for each ablation, see BaseNet::score().
    Mat score(BaseNet& net) const { return net.score(blob, !device.empty()); }

    /** Writes on the device from now on, if net and device can and the scores are the same.
    @param net has just run on a chunk of this shape
    @param probes a chunk
    @param before a chunk that is different everywhere
    @param relative how much scores may differ, relative to the largest
     */
    void useDevice(BaseNet& net, const std::vector<PlanarAblation>& probes, const std::vector<PlanarAblation>& before, double relative);

private:
    bool readsDevice(BaseNet& net, const std::vector<PlanarAblation>& probes, const std::vector<PlanarAblation>& before, double relative);

    const AblationBlob layout;
    Mat blob;
    Ptr<DeviceBlob> device; // null: chunks are written on the host
};

}} // namespace cv::derand

#endif
