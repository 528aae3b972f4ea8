// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// Defined inside OpenCV's build only (see CMakeLists.txt): dnn has its CUDA backend and the classic engine, which it belongs to.
#if defined(CV_CUDA4DNN) && defined(DERAND_CLASSIC_ENGINE)
#define DERAND_DEVICE_BLOB
#include "dnn_private.hpp"
#include "opencv2/core/cuda.hpp"
#include "opencv2/core/cuda_stream_accessor.hpp"
#include "opencv2/core/utils/configuration.private.hpp"
#include "cuda/kernels.hpp"
#endif

#include "precomp.hpp"
#include "device_blob.hpp"

namespace cv { namespace derand {

static void logFallback(const String& reason)
{
    CV_LOG_WARNING(NULL, "derand: ablations are written on the host, not on a CUDA device: " << reason);
}

#ifndef DERAND_DEVICE_BLOB

Ptr<DeviceBlob> DeviceBlob::create(const dnn::Net&, const AblationBlob&, const std::vector<PlanarAblation>&, bool asked)
{
#ifdef CV_CUDA4DNN
    const char* const reason = "this OpenCV's dnn has no classic engine, the only one whose input can be written there";
#else
    const char* const reason = "this derand was not built inside an OpenCV whose dnn has the CUDA backend";
#endif
    if (asked)
        logFallback(reason);
    return Ptr<DeviceBlob>();
}

#else

namespace {

void check(cudaError_t error)
{
    if (error != cudaSuccess)
        CV_Error(Error::GpuApiCallError, cudaGetErrorString(error));
}

/** The input of a net on the CUDA backend. Uses only what is inline or virtual in dnn, since dnn exports none of it. The type of a
wrapper is told by its target, not by dynamic_cast, which needs symbols that are not exported. */
class NetInput
{
public:
    NetInput(const dnn::Net& net_, const std::vector<int>& shape_) : net(net_), shape(shape_), kept(impl().blobsToKeep) {}

    bool half() const { return impl().preferableTarget == dnn::DNN_TARGET_CUDA_FP16; }
    size_t bytes() const { return Mat(shape, CV_32F).total() * (half() ? 2 : 4); }

    bool onDevice() const
    {
        const dnn::Net::Impl& n = impl();
        return n.preferableBackend == dnn::DNN_BACKEND_CUDA && (half() || n.preferableTarget == dnn::DNN_TARGET_CUDA);
    }

    //! Why the net's input cannot be written on the device; empty if it can.
    String obstacle() const
    {
        const dnn::Net::Impl& n = impl();
#if DERAND_CLASSIC_ENGINE > 1
        if (n.mainGraph)
            return "the net was read for OpenCV 5's default engine, which ignores setPreferableBackend(): read it with "
                   "dnn::readNetFromONNX(model, dnn::ENGINE_CLASSIC)";
#endif
        if (!onDevice())
            return "the net runs on another backend than DNN_BACKEND_CUDA: dnn found no CUDA device that it can use, or the "
                   "backend or target was not set";
        // If forward() sets the net up again, it copies the input from the host again.
        if (!n.netWasAllocated || n.blobsToKeep != kept)
            return "the net is not set up";
        const auto data = n.layers.find(0);
        if (data == n.layers.end() || data->second.outputBlobsWrappers.size() != 1 || data->second.outputBlobsWrappers[0].empty())
            return "the net does not have exactly one input";
        if (!data->second.skip)
            return "the net scales its input";
        const dnn::BackendWrapper& wrapper = *data->second.outputBlobsWrappers[0];
        if (wrapper.backendId != dnn::DNN_BACKEND_CUDA || wrapper.targetId != n.preferableTarget)
            return "dnn does not keep the net's input where its backend and target say";
        const auto actual = base().getShape(); // its type moved in OpenCV 5
        bool same = actual.size() == shape.size();
        for (size_t i = 0; same && i < shape.size(); i++)
            same = actual[i] == shape[i];
        return same ? String() : String("the net was set up for another chunk");
    }

    //! Makes dnn copy a blob, as its forward() would.
    void copyFromHost(const Mat& blob)
    {
        net.setInput(blob);
        base().copyToDevice();
    }
    //! The device memory, which from now on counts as the net's input.
    void* written()
    {
        dnn::BackendWrapper* wrapper = &base();
        if (half())
            return static_cast<dnn::CUDABackendWrapperFP16*>(wrapper)->getSpan().get().get();
        return static_cast<dnn::CUDABackendWrapperFP32*>(wrapper)->getSpan().get().get();
    }

private:
    dnn::Net::Impl& impl() const { return net.getImplRef(); }
    //! Virtual calls only.
    dnn::CUDABackendWrapper& base() const
    {
        return *static_cast<dnn::CUDABackendWrapper*>(impl().layers.find(0)->second.outputBlobsWrappers[0].get());
    }

    dnn::Net net;
    std::vector<int> shape;
    std::vector<dnn::LayerPin> kept;
};

class DeviceBlobImpl CV_FINAL : public DeviceBlob
{
public:
    DeviceBlobImpl(const NetInput& input_, const BlobLayout& layout_, int chunk_) : input(input_), layout(layout_), chunk(chunk_) {}

    bool write(const std::vector<PlanarAblation>& ablations) CV_OVERRIDE
    {
        const String reason = tryWrite(ablations);
        if (!reason.empty())
            logFallback(reason);
        return reason.empty();
    }

    //! Returns why it could not write; empty if it did.
    String tryWrite(const std::vector<PlanarAblation>& ablations)
    {
        const String reason = input.obstacle();
        if (!reason.empty())
            return reason;
        try
        {
            launch(ablations);
        }
        catch (const std::exception& e)
        {
            return reasonOf(e);
        }
        return String();
    }

    //! The same, and compares the chunk with what dnn makes of the host's; throws CUDA's errors.
    String handshake(const std::vector<PlanarAblation>& ablations, const Mat& host)
    {
        input.copyFromHost(host);
        const std::vector<uchar> expected = download();
        check(cudaMemset(input.written(), 0xff, input.bytes()));
        check(cudaDeviceSynchronize());
        const String reason = tryWrite(ablations);
        return !reason.empty() || download() == expected ? reason : "the device wrote different values from the host";
    }

private:
    //! Bytes of the net's input.
    std::vector<uchar> download()
    {
        std::vector<uchar> bytes(input.bytes());
        check(cudaDeviceSynchronize()); // includes dnn's stream
        check(cudaMemcpy(&bytes[0], input.written(), bytes.size(), cudaMemcpyDeviceToHost));
        return bytes;
    }

    void launch(const std::vector<PlanarAblation>& ablations)
    {
        CV_DbgAssert((int)ablations.size() <= chunk);
        std::vector<ChunkSlot> slots(chunk);
        std::vector<Mat> needed;
        for (int k = 0; k < chunk; k++)
        {
            slots[k].index = -1;
            slots[k].image = 0;
            if (k >= (int)ablations.size())
                continue;
            slots[k].index = ablations[k].index;
            if (needed.empty() || needed.back().data != ablations[k].image.data) // chunks are sorted by image
                needed.push_back(ablations[k].image);
            slots[k].image = (int)needed.size() - 1;
        }
        upload(needed);
        const Mat slotBytes(1, (int)(slots.size() * sizeof(ChunkSlot)), CV_8UC1, &slots[0]);
        deviceSlots.upload(slotBytes, stream);
        device::writeBlob(layout, images.ptr<float>(), deviceSlots.ptr<ChunkSlot>(), chunk, input.written(), input.half(),
                cuda::StreamAccessor::getStream(stream));
        stream.waitForCompletion(); // dnn uses a different stream
    }

    //! An image stays on the device for all of its chunks; while it is held here, no other image can have its address.
    void upload(const std::vector<Mat>& needed)
    {
        bool there = needed.size() == uploaded.size();
        for (size_t i = 0; there && i < needed.size(); i++)
            there = needed[i].data == uploaded[i].data;
        if (there)
            return;
        uploaded.clear();
        const int elements = (int)needed[0].total();
        if ((int64)elements * (int64)needed.size() > INT_MAX)
            CV_Error(Error::StsOutOfRange, "the images of a chunk are too large for one array");
        if (images.cols < elements * (int)needed.size())
            images.create(1, elements * (int)needed.size(), CV_32FC1);
        for (size_t i = 0; i < needed.size(); i++)
            images.colRange((int)i * elements, (int)(i + 1) * elements).upload(needed[i].reshape(1, 1), stream);
        uploaded = needed;
    }

    NetInput input;
    const BlobLayout layout;
    const int chunk;
    cuda::Stream stream;
    cuda::GpuMat images, deviceSlots;
    std::vector<Mat> uploaded;
};

} // namespace

Ptr<DeviceBlob> DeviceBlob::create(const dnn::Net& net, const AblationBlob& blob, const std::vector<PlanarAblation>& probes, bool asked)
{
    const int chunk = (int)probes.size();
    const NetInput input(net, blob.shape(chunk));
    if (!asked && !input.onDevice())
        return Ptr<DeviceBlob>();
    if (!utils::getConfigurationParameterBool("OPENCV_DERAND_CUDA_BLOB", true))
    {
        logFallback("OPENCV_DERAND_CUDA_BLOB is off");
        return Ptr<DeviceBlob>();
    }
    // The last slot is padding, as in the last chunk of a frame.
    const std::vector<PlanarAblation> ablations(probes.begin(), probes.end() - (chunk > 1));
    Mat host(blob.shape(chunk), CV_32F);
    blob.write(ablations, host);
    Ptr<DeviceBlobImpl> device;
    String reason = input.obstacle();
    if (reason.empty())
    {
        try
        {
            device = makePtr<DeviceBlobImpl>(input, blob.layout, chunk);
            reason = device->handshake(ablations, host);
        }
        catch (const std::exception& e)
        {
            reason = reasonOf(e);
        }
    }
    if (!reason.empty())
    {
        logFallback(reason);
        return Ptr<DeviceBlob>();
    }
    CV_LOG_INFO(NULL, "derand: ablations are written on the CUDA device, " << chunk << " at a time, "
            << (input.half() ? "FP16" : "FP32"));
    return device;
}

#endif

}} // namespace cv::derand
