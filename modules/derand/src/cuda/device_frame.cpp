// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"
#include "device_frame.hpp"

#ifdef HAVE_CUDA
#include "opencv2/core/cuda.hpp"
#include "opencv2/core/cuda_stream_accessor.hpp"
#include "kernels.hpp"
#endif

namespace cv { namespace derand {

#ifndef HAVE_CUDA

void resampleOnDevice(InputArray, const FrameAxis&, const FrameAxis&, const Size&, OutputArray)
{
    CV_Error(Error::GpuNotSupported, "the frame is a cuda::GpuMat, but this derand was built without CUDA: download() it, "
            "or build derand inside an OpenCV with CUDA");
}

#else

namespace {

// Appends the tables of an axis, one after the other.
void append(const FrameAxis& axis, std::vector<int>& numbers)
{
    numbers.insert(numbers.end(), axis.first.begin(), axis.first.end());
    numbers.insert(numbers.end(), axis.offset.begin(), axis.offset.end());
    numbers.insert(numbers.end(), axis.weight.begin(), axis.weight.end());
}

TapTable tableAt(const int* numbers, const FrameAxis& axis)
{
    const int* offset = numbers + axis.first.size();
    const TapTable table = {numbers, offset, offset + axis.offset.size()};
    return table;
}

template<typename T> void launch(const cuda::GpuMat& frame, const TapTable& x, const TapTable& y, const Range& rows,
        cuda::GpuMat& lines, cuda::GpuMat& image, cudaStream_t stream)
{
    typedef typename TapSums<T>::Row Row;
    lines.create(rows.size(), image.cols * image.channels(), DataType<Row>::type);
    device::resample<T>(frame.ptr<T>(), frame.step, frame.channels(), x, y, rows.start, rows.size(), lines.ptr<Row>(), lines.step,
            image.size(), image.ptr<T>(), image.step, stream);
}

} // namespace

void resampleOnDevice(InputArray frame_, const FrameAxis& x, const FrameAxis& y, const Size& inputSize, OutputArray image_)
{
    const cuda::GpuMat frame = frame_.getGpuMat();
    std::vector<int> numbers;
    append(x, numbers);
    const size_t ofY = numbers.size();
    append(y, numbers);
    const cuda::GpuMat tables(Mat(1, (int)numbers.size(), CV_32SC1, &numbers[0]));
    const TapTable tableX = tableAt(tables.ptr<int>(), x), tableY = tableAt(tables.ptr<int>() + ofY, y);

    // The null stream waits for any work of other blocking streams on the frame.
    const cudaStream_t stream = cuda::StreamAccessor::getStream(cuda::Stream::Null());
    const int last = inputSize.height - 1;
    const Range rows(y.first[0], y.first[last] + y.taps(last));
    cuda::GpuMat image(inputSize, frame.type()), lines;
    if (frame.depth() == CV_8U)
        launch<uchar>(frame, tableX, tableY, rows, lines, image, stream);
    else
        launch<float>(frame, tableX, tableY, rows, lines, image, stream);
    if (image_.kind() == _InputArray::CUDA_GPU_MAT)
        image.copyTo(image_, cuda::Stream::Null());
    else
        image.download(image_);
    cuda::Stream::Null().waitForCompletion();
}

#endif

}} // namespace cv::derand
