// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_DEVICE_BLOB_HPP
#define OPENCV_DERAND_DEVICE_BLOB_HPP

#include "input/ablation_blob.hpp"

namespace cv { namespace derand {

/** Writes chunks of ablations on the CUDA device, directly into the memory from which a net on the CUDA backend reads its
input, instead of having dnn copy them from the host. The bytes are the same either way. */
class DeviceBlob
{
public:
    virtual ~DeviceBlob() {}

    /** For a net that has just run on chunks of this shape. The probes are written by the host and by the device, and the two
    blobs are compared byte for byte. The result is logged; if chunks must be written on the host, null is returned and the
    log says why.
    @param probes a chunk
    @param asked whether DNN_BACKEND_CUDA was asked for; if not, nothing is logged for a net on another backend
     */
    static Ptr<DeviceBlob> create(const dnn::Net& net, const AblationBlob& blob, const std::vector<PlanarAblation>& probes, bool asked);

    /** Writes a chunk, padded with zeros, for the next forward() without setInput().
    @return false if chunks must be written on the host from now on; the log says why
     */
    virtual bool write(const std::vector<PlanarAblation>& ablations) = 0;
};

}} // namespace cv::derand

#endif
