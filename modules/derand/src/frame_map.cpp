// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

#include "precomp.hpp"
#include "device_frame.hpp"
#include "frame_axis.hpp"
#include "grid.hpp"

#include <type_traits>

namespace cv { namespace derand {

namespace {

// Weights of one input pixel before rounding: exact numerators over a common denominator.
struct TapRow
{
    int first;
    std::vector<int64> part;
    int64 whole;
};

int64 floorDiv(int64 a, int64 b)
{
    return a >= 0 ? a / b : -((-a + b - 1) / b);
}

// Taps of input pixel j, relative to the region, see the documentation of FrameMap.
TapRow tapsOf(int64 j, int64 length, int64 inputLength, int interpolation)
{
    TapRow row;
    if (interpolation == INTER_NEAREST)
    {
        row.first = (int)(j * length / inputLength);
        row.part.assign(1, 1);
        row.whole = 1;
    }
    else if (interpolation == INTER_LINEAR)
    {
        // (j + 1/2) * length / inputLength - 1/2 = left + rest / whole
        row.whole = 2 * inputLength;
        const int64 centre = (2 * j + 1) * length - inputLength;
        int64 left = floorDiv(centre, row.whole), rest = centre - left * row.whole;
        if (left < 0)
            left = rest = 0;
        if (left >= length - 1)
        {
            left = length - 1;
            rest = 0;
        }
        row.first = (int)left;
        row.part.assign(1, row.whole - rest);
        if (rest > 0)
            row.part.push_back(rest);
    }
    else // INTER_AREA: in units of 1 / inputLength the interval is [j * length, (j + 1) * length)
    {
        const int64 begin = j * length, end = begin + length;
        row.whole = length;
        row.first = (int)(begin / inputLength);
        for (int64 p = row.first; p * inputLength < end; p++)
            row.part.push_back(std::min(end, (p + 1) * inputLength) - std::max(begin, p * inputLength));
    }
    return row;
}

} // namespace

FrameAxis::FrameAxis(int frameLength_, int begin, int length, int inputLength_, int interpolation)
    : frameLength(frameLength_), first(inputLength_), offset(inputLength_ + 1)
{
    const int64 one = (int64)1 << WEIGHT_BITS;
    for (int j = 0; j < inputLength_; j++)
    {
        const TapRow row = tapsOf(j, length, inputLength_, interpolation);
        // Differences of the rounded running sum: they add up to exactly one.
        first[j] = begin + row.first;
        int64 sum = 0, rounded = 0;
        for (size_t k = 0; k < row.part.size(); k++)
        {
            sum += row.part[k];
            const int64 next = (sum * one + row.whole / 2) / row.whole;
            CV_Assert(next > rounded); // a tap of weight 0 would not be read: see MAX_SIDE
            weight.push_back((int)(next - rounded));
            rounded = next;
        }
        offset[j + 1] = (int)weight.size();
    }

    endingBefore.assign(frameLength + 1, 0);
    startingBefore.assign(frameLength + 1, 0);
    for (int j = 0; j < inputLength_; j++)
    {
        endingBefore[first[j] + taps(j)]++;
        startingBefore[first[j] + 1]++;
    }
    for (int p = 0; p < frameLength; p++)
    {
        endingBefore[p + 1] += endingBefore[p];
        startingBefore[p + 1] += startingBefore[p];
    }
}

void Spread::grow(int64& begin, int64& end) const
{
    // The longest filters seen in encoders and decoders are swscale's bicubic ones: 4 samples of a plane subsampled by block / 8
    // reach block / 4 - 1 pixels, and halving a full plane (4:4:0 to BGR) reads 4.
    const int chroma = block > 1 ? std::max(4, (block + 3) / 4) : 0;
    begin -= dilation + chroma;
    end += dilation + chroma;
    if (offset < 0) // the first pixel may be the last of a block, and the last one the first
    {
        begin -= block - 1;
        end += block - 1;
    }
    else
    {
        begin = offset + floorDiv(begin - offset, block) * block;
        end = offset - floorDiv(offset - end, block) * block;
    }
    begin -= chroma + dilationAfterCodec;
    end += chroma + dilationAfterCodec;
}

// First and last taps never decrease with j, so the touched pixels are an interval.
Range FrameAxis::touched(int64 begin, int64 end) const
{
    spread.grow(begin, end);
    begin = std::max<int64>(begin, 0);
    end = std::min<int64>(end, frameLength);
    if (begin >= end)
        return Range(0, 0);
    return Range(endingBefore[begin], std::max(endingBefore[begin], startingBefore[end]));
}

void frameAxes(const FrameMap& map, const Size& inputSize, std::vector<FrameAxis>& xy)
{
    if (inputSize.width < 1 || inputSize.height < 1)
        CV_Error_(Error::StsBadSize, ("the network input is %d x %d, both sides must be at least 1",
                inputSize.width, inputSize.height));
    const bool identity = map.frameSize == Size();
    const Size frame = identity ? inputSize : map.frameSize;
    const Rect roi = identity ? Rect(Point(), inputSize) : map.roi;
    if (frame.width < 1 || frame.height < 1 || std::max(frame.width, frame.height) > MAX_SIDE)
        CV_Error_(Error::StsBadSize, ("FrameMap::frameSize is %d x %d, both sides must be 1 to %d",
                frame.width, frame.height, MAX_SIDE));
    if (std::max(inputSize.width, inputSize.height) > MAX_SIDE)
        CV_Error_(Error::StsBadSize, ("the network input is %d x %d, no side may exceed %d",
                inputSize.width, inputSize.height, MAX_SIDE));
    // Written so that no sum can overflow.
    if (roi.width < 1 || roi.height < 1 || roi.x < 0 || roi.y < 0
            || roi.width > frame.width || roi.x > frame.width - roi.width
            || roi.height > frame.height || roi.y > frame.height - roi.height)
        CV_Error_(Error::StsOutOfRange, ("FrameMap::roi is %d x %d at (%d, %d), expected at least one pixel "
                "inside the frame of %d x %d", roi.width, roi.height, roi.x, roi.y, frame.width, frame.height));
    const int interpolation = identity ? (int)INTER_NEAREST : map.interpolation;
    if (interpolation != INTER_NEAREST && interpolation != INTER_LINEAR && interpolation != INTER_AREA)
        CV_Error_(Error::StsBadArg, ("the interpolation is %d, expected INTER_NEAREST (%d), INTER_LINEAR (%d) "
                "or INTER_AREA (%d)", interpolation, (int)INTER_NEAREST, (int)INTER_LINEAR, (int)INTER_AREA));
    const Size block = map.codecBlock;
    const Point offset = map.codecOffset;
    if (map.dilation < 0 || map.dilation > MAX_SIDE)
        CV_Error_(Error::StsOutOfRange, ("dilation is %d, expected 0 to %d pixels", map.dilation, MAX_SIDE));
    if (map.dilationAfterCodec < 0 || map.dilationAfterCodec > MAX_SIDE)
        CV_Error_(Error::StsOutOfRange, ("dilationAfterCodec is %d, expected 0 to %d pixels", map.dilationAfterCodec,
                MAX_SIDE));
    if (block.width < 1 || block.height < 1 || std::max(block.width, block.height) > MAX_SIDE)
        CV_Error_(Error::StsOutOfRange, ("codecBlock is %d x %d, expected 1 to %d pixels a side: 16 x 16 for most JPEG "
                "files, 1 x 1 for no codec", block.width, block.height, MAX_SIDE));
    if (std::max(offset.x, offset.y) > MAX_SIDE)
        CV_Error_(Error::StsOutOfRange, ("codecOffset is (%d, %d), expected 0 to %d pixels, or a negative number where it "
                "is unknown", offset.x, offset.y, MAX_SIDE));
    xy.clear();
    xy.push_back(FrameAxis(frame.width, roi.x, roi.width, inputSize.width, interpolation));
    xy.push_back(FrameAxis(frame.height, roi.y, roi.height, inputSize.height, interpolation));
    for (size_t i = 0; i < xy.size(); i++)
    {
        xy[i].spread.dilation = map.dilation;
        xy[i].spread.block = i == 0 ? block.width : block.height;
        xy[i].spread.offset = i == 0 ? offset.x : offset.y;
        xy[i].spread.dilationAfterCodec = map.dilationAfterCodec;
    }
}

namespace {

template<typename T>
class Resampler : public ParallelLoopBody
{
public:
    typedef typename TapSums<T>::Row Row;
    typedef typename TapSums<T>::Pixel Pixel;

    Resampler(const Mat& frame_, const FrameAxis& x_, const FrameAxis& y_, Mat& image_)
        : frame(frame_), x(x_), y(y_), image(image_) {}

    void operator()(const Range& rows) const CV_OVERRIDE
    {
        // Integers may be summed in any order: along memory, if most of it is read.
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
        // Neighbouring rows of the image share at most their outermost frame rows: keep the last one.
        std::vector<Row> line(n);
        int have = -1;
        std::vector<Pixel> sum(n);
        for (int j = rows.start; j < rows.end; j++)
        {
            std::fill(sum.begin(), sum.end(), Pixel(0));
            for (int k = 0; k < y.taps(j); k++)
            {
                if (have != y.first[j] + k)
                    resampleLine(frame.ptr<T>(have = y.first[j] + k), &line[0]);
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

    //! rowSum() of all channels at once: faster.
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

FrameMap::FrameMap() : interpolation(INTER_LINEAR), dilation(0), codecBlock(1, 1),
      codecOffset(-1, -1), dilationAfterCodec(0)
{
}

FrameMap::FrameMap(const Size& frameSize_, const Rect& roi_, int interpolation_)
    : frameSize(frameSize_), roi(roi_), interpolation(interpolation_), dilation(0), codecBlock(1, 1),
      codecOffset(-1, -1), dilationAfterCodec(0)
{
}

void FrameMap::setCodec(int codec)
{
    if (codec != CODEC_NONE && codec != CODEC_MJPEG)
        CV_Error_(Error::StsBadArg, ("the codec is %d, expected CODEC_NONE (%d) or CODEC_MJPEG (%d)", codec,
                (int)CODEC_NONE, (int)CODEC_MJPEG));
    codecBlock = codec == CODEC_MJPEG ? Size(16, 16) : Size(1, 1);
    codecOffset = Point(-1, -1);
}

void FrameMap::resample(InputArray frame_, const Size& inputSize, OutputArray image_) const
{
    CV_TRACE_FUNCTION();
    const bool onDevice = frame_.kind() == _InputArray::CUDA_GPU_MAT;
    const Mat frame = onDevice ? Mat() : frame_.getMat();
    const Size size = frame.dims > 2 ? Size() : onDevice ? frame_.size() : frame.size();
    const int type = onDevice ? frame_.type() : frame.type();
    std::vector<FrameAxis> axes;
    frameAxes(*this, inputSize, axes);
    const Size expected(axes[0].frameLength, axes[1].frameLength);
    if (size != expected)
        CV_Error_(Error::StsUnmatchedSizes, ("the frame is %d x %d, expected %d x %d as in FrameMap::frameSize",
                size.width, size.height, expected.width, expected.height));
    if ((CV_MAT_DEPTH(type) != CV_8U && CV_MAT_DEPTH(type) != CV_32F) || CV_MAT_CN(type) > 4)
        CV_Error_(Error::StsUnsupportedFormat, ("the frame is %s, expected CV_8U or CV_32F with 1 to 4 channels",
                typeToString(type).c_str()));
    if (onDevice)
    {
        resampleOnDevice(frame_, axes[0], axes[1], inputSize, image_);
        return;
    }

    // The output may be the frame itself.
    Mat image(inputSize, frame.type());
    const double stripes = (double)frame.total() * frame.channels() / (1 << 18);
    if (frame.depth() == CV_8U)
        parallel_for_(Range(0, inputSize.height), Resampler<uchar>(frame, axes[0], axes[1], image), stripes);
    else
        parallel_for_(Range(0, inputSize.height), Resampler<float>(frame, axes[0], axes[1], image), stripes);
    image.copyTo(image_);
}

Rect FrameMap::touched(const Rect& patch, const Size& inputSize) const
{
    std::vector<FrameAxis> axes;
    frameAxes(*this, inputSize, axes);
    if (patch.width < 1 || patch.height < 1)
        return Rect();
    const Range x = axes[0].touched(patch.x, (int64)patch.x + patch.width);
    const Range y = axes[1].touched(patch.y, (int64)patch.y + patch.height);
    return x.empty() || y.empty() ? Rect() : Rect(x.start, y.start, x.size(), y.size());
}

}} // namespace cv::derand
