// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#ifndef OPENCV_DERAND_DEVICE_BLOB_HPP
#define OPENCV_DERAND_DEVICE_BLOB_HPP

#include "input/ablation_blob.hpp"

namespace cv { namespace derand {

/** Writes chunks of ablations on the CUDA device, straight into the memory that a net of the CUDA backend reads its
input from, where dnn would copy them from the host. The same bytes either way. */
class DeviceBlob
{
public:
    virtual ~DeviceBlob() {}

    /** For a net that has just run on chunks of this shape. The probes are given to it by the host and by the device, and
    both blobs are compared byte for byte. A line of the log says what comes of it; where the chunks must come from the host,
    null is returned, and the line says why.
    @param probes a chunk
    @param asked DNN_BACKEND_CUDA was asked for; otherwise a net of another backend is not worth a line
     */
    static Ptr<DeviceBlob> create(const dnn::Net& net, const AblationBlob& blob, const std::vector<PlanarAblation>& probes,
            bool asked);

    /** Writes a chunk, filled up with zeros, for the next forward() without setInput().
    @return false where the chunks must come from the host from now on; the log says why
     */
    virtual bool write(const std::vector<PlanarAblation>& ablations) = 0;
};

}} // namespace cv::derand

#endif
