// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// FrameMap::resample() on the host: sums the pixels listed in the tables of the frame's axes.

#include "precomp.hpp"
#include "resample.hpp"
#include "cuda/device_frame.hpp"

#include <type_traits>

namespace cv { namespace derand {

namespace {

template<typename T> class Resampler : public ParallelLoopBody
{
public:
    typedef typename TapSums<T>::Row Row;
    typedef typename TapSums<T>::Pixel Pixel;

    Resampler(const Mat& frame_, const FrameAxis& x_, const FrameAxis& y_, Mat& image_) : frame(frame_), x(x_), y(y_), image(image_)
    {}

    void operator()(const Range& rows) const CV_OVERRIDE
    {
        // Integers may be summed in any order: go along memory if most of it is read anyway.
        const int span = x.first.back() + x.taps(image.cols - 1) - x.first[0];
        if (std::is_integral<Row>::value && 2 * x.weight.size() >= (size_t)span)
            columnsFirst(rows, span);
        else
            rowsFirst(rows);
    }

private:
    void columnsFirst(const Range& rows, int span) const
    {
        const int cn = image.channels(), left = x.first[0];
        const TapTable taps = x.table();
        std::vector<Row> line(span * cn);
        for (int j = rows.start; j < rows.end; j++)
        {
            std::fill(line.begin(), line.end(), Row(0));
            for (int k = 0; k < y.taps(j); k++)
            {
                const T* in = frame.ptr<T>(y.first[j] + k) + (size_t)left * cn;
                const int w = y.weight[y.offset[j] + k];
                Row* sum = &line[0];
                for (int i = 0; i < span * cn; i++)
                    TapSums<T>::add(sum[i], w, in[i]);
            }
            T* out = image.ptr<T>(j);
            for (int i = 0; i < image.cols; i++)
                for (int c = 0; c < cn; c++)
                    *out++ = TapSums<T>::finish(sumOfSums<T>(&line[c], cn, taps, left, i));
        }
    }

    void rowsFirst(const Range& rows) const
    {
        const int n = image.cols * image.channels();
        // Neighbouring rows of the image share only their outermost frame rows, if any: keep the last one.
        std::vector<Row> line(n);
        int have = -1;
        std::vector<Pixel> sum(n);
        for (int j = rows.start; j < rows.end; j++)
        {
            std::fill(sum.begin(), sum.end(), Pixel(0));
            for (int k = 0; k < y.taps(j); k++)
            {
                if (have != y.first[j] + k)
                {
                    have = y.first[j] + k;
                    resampleLine(frame.ptr<T>(have), &line[0]);
                }
                const int w = y.weight[y.offset[j] + k];
                for (int i = 0; i < n; i++)
                    TapSums<T>::add(sum[i], w, line[i]);
            }
            T* out = image.ptr<T>(j);
            for (int i = 0; i < n; i++)
                out[i] = TapSums<T>::finish(sum[i]);
        }
    }

    void resampleLine(const T* in, Row* out) const
    {
        switch (image.channels())
        {
        case 1: return resampleLine<1>(in, out);
        case 2: return resampleLine<2>(in, out);
        case 3: return resampleLine<3>(in, out);
        default: return resampleLine<4>(in, out);
        }
    }

    //! rowSum() of all channels at once, which is faster.
    template<int cn> void resampleLine(const T* in, Row* out) const
    {
        for (int i = 0; i < image.cols; i++, out += cn)
        {
            Row sum[cn] = {};
            const T* p = in + (size_t)x.first[i] * cn;
            for (int k = x.offset[i]; k < x.offset[i + 1]; k++, p += cn)
                for (int c = 0; c < cn; c++)
                    TapSums<T>::add(sum[c], x.weight[k], p[c]);
            std::copy(sum, sum + cn, out);
        }
    }

    const Mat& frame;
    const FrameAxis &x, &y;
    Mat& image;
};

} // namespace

void FrameMap::resample(InputArray frame, const Size& inputSize, OutputArray image) const
{
    CV_TRACE_FUNCTION();
    derand::resample(frame, axesOf(*this, inputSize), image);
}

void resample(InputArray frame_, const std::vector<FrameAxis>& axes, OutputArray image_)
{
    const bool onDevice = frame_.kind() == _InputArray::CUDA_GPU_MAT;
    const Mat frame = onDevice ? Mat() : frame_.getMat();
    const Size size = frame.dims > 2 ? Size() : onDevice ? frame_.size() : frame.size();
    const int type = onDevice ? frame_.type() : frame.type();
    const Size expected(axes[0].frameLength, axes[1].frameLength), inputSize(axes[0].inputLength(), axes[1].inputLength());
    if (size != expected)
        CV_Error_(Error::StsUnmatchedSizes, ("the frame is %d x %d, expected %d x %d (FrameMap::frameSize)",
                size.width, size.height, expected.width, expected.height));
    if ((CV_MAT_DEPTH(type) != CV_8U && CV_MAT_DEPTH(type) != CV_32F) || CV_MAT_CN(type) > 4)
        CV_Error_(Error::StsUnsupportedFormat, ("the frame is %s, expected CV_8U or CV_32F with 1 to 4 channels",
                typeToString(type).c_str()));
    if (onDevice)
    {
        resampleOnDevice(frame_, axes[0], axes[1], inputSize, image_);
        return;
    }

    // The output may be the frame itself, or a part of it.
    if (frame.depth() == CV_8U && axes[0].isShift() && axes[1].isShift())
    {
        frame(Rect(Point(axes[0].first[0], axes[1].first[0]), inputSize)).clone().copyTo(image_);
        return;
    }
    Mat image(inputSize, frame.type());
    const double stripes = (double)frame.total() * frame.channels() / (1 << 18);
    if (frame.depth() == CV_8U)
        parallel_for_(Range(0, inputSize.height), Resampler<uchar>(frame, axes[0], axes[1], image), stripes);
    else
        parallel_for_(Range(0, inputSize.height), Resampler<float>(frame, axes[0], axes[1], image), stripes);
    image.copyTo(image_);
}

}} // namespace cv::derand
