// This file is part of OpenCV project.
// It is subject to the license terms in the LICENSE file found in the top-level directory
// of this distribution and at http://opencv.org/license.html.

// CUDA's runtime, as far as the tests use it through OpenCV's core, dnn and derand, without a GPU. It is stricter than a
// GPU: what CUDA's documentation lets come late ("API synchronization behavior") comes late, fresh memory is full of NaN, the
// host's access to it and one to the pages behind an allocation are segmentation faults. Threads of a kernel run one by one.

#include "device.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <cxxabi.h>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

namespace {

// Never destroyed: OpenCV's own destructors call CUDA when the program ends.
std::recursive_mutex& mutex = *new std::recursive_mutex;
typedef std::lock_guard<std::recursive_mutex> Lock;

//! The result of cudaGetLastError(), set by every call that fails.
thread_local cudaError_t lastError = cudaSuccess;

//---- memory

struct Block
{
    char* pages; // the allocation ends where they end, except for alignment; one that cannot be read follows
    size_t pageBytes, bytes;
};
std::map<char*, Block>& blocks = *new std::map<char*, Block>;
std::map<char*, size_t>& pinned = *new std::map<char*, size_t>;
size_t used = 0;
const size_t CAPACITY = (size_t)4 << 30, ALIGNMENT = 16; // a device aligns to 256, which would hide small overruns

std::map<char*, Block>::const_iterator blockOf(const void* memory)
{
    std::map<char*, Block>::const_iterator b = blocks.upper_bound((char*)memory);
    if (b == blocks.begin() || (char*)memory >= (--b)->first + b->second.bytes)
        return blocks.end();
    return b;
}

//! Device memory is accessible only while the device works.
void protect(int access)
{
    for (const auto& b : blocks)
        mprotect(b.second.pages, b.second.pageBytes, access);
}

//---- streams

struct Work
{
    size_t number;
    std::function<void()> run;
};
struct Stream
{
    bool blocking; // against the null stream
    std::deque<Work> pending;
};
Stream nullStream = {true, {}};
std::vector<Stream*>& streams = *new std::vector<Stream*>; // except the null stream
size_t submitted = 0;
const bool early = std::getenv("DERAND_EMULATION") && !std::strcmp(std::getenv("DERAND_EMULATION"), "early");

Stream* find(cudaStream_t stream)
{
    if (!stream || stream == cudaStreamLegacy)
        return &nullStream;
    const auto found = std::find(streams.begin(), streams.end(), (Stream*)stream);
    return found != streams.end() ? *found : (emulation::fail("a stream is used that does not exist"), nullptr);
}

//! Does the stream's work up to this number. The null stream waits for the blocking streams, and they wait for it.
void finish(Stream& stream, size_t number = SIZE_MAX)
{
    while (!stream.pending.empty() && stream.pending.front().number <= number)
    {
        const Work work = stream.pending.front();
        stream.pending.pop_front();
        if (&stream != &nullStream && stream.blocking)
            finish(nullStream, work.number);
        for (size_t i = 0; &stream == &nullStream && i < streams.size(); i++)
            if (streams[i]->blocking)
                finish(*streams[i], work.number);
        protect(PROT_READ | PROT_WRITE);
        work.run();
        protect(PROT_NONE);
    }
}

void finishNull()
{
    finish(nullStream);
    for (size_t i = 0; i < streams.size(); i++)
        if (streams[i]->blocking)
            finish(*streams[i]);
}

void finishAll()
{
    finish(nullStream);
    for (size_t i = 0; i < streams.size(); i++)
        finish(*streams[i]);
}

//---- copies

struct Copy
{
    void* to;
    size_t toStep;
    const void* from;
    size_t fromStep, width, height;

    void check(cudaMemcpyKind kind) const
    {
        if (toStep < width || fromStep < width)
            emulation::fail("a copy has rows that overlap");
        for (size_t row = 0; row < height; row++)
        {
            const bool isTo = emulation::onDevice((char*)to + row * toStep, width);
            const bool isFrom = emulation::onDevice((const char*)from + row * fromStep, width);
            if (kind != cudaMemcpyDefault
                    && (isTo != (kind == cudaMemcpyHostToDevice || kind == cudaMemcpyDeviceToDevice)
                            || isFrom != (kind == cudaMemcpyDeviceToHost || kind == cudaMemcpyDeviceToDevice)))
                emulation::fail("a copy goes elsewhere than its kind says");
        }
    }
    void run() const
    {
        for (size_t row = 0; row < height; row++)
            std::memmove((char*)to + row * toStep, (const char*)from + row * fromStep, width);
    }
};

/** Memory of the host that is not pinned is staged, read before the call returns, and that a copy to the device has arrived is
then not said. A copy that does not wait need not stage; dnn relies on it where the module does not.
@param wait for the copies before, and for this one where CUDA does
 */
cudaError_t copy(Copy c, cudaMemcpyKind kind, cudaStream_t stream, bool wait, bool stage)
{
    const Lock lock(mutex);
    if (!c.width || !c.height)
        return cudaSuccess;
    c.check(kind);
    const bool toHost = !emulation::onDevice(c.to), fromHost = !emulation::onDevice(c.from);
    bool isPinned = false;
    for (const auto& p : pinned)
        isPinned = isPinned || ((char*)c.from >= p.first && (char*)c.from < p.first + p.second);
    std::shared_ptr<std::vector<char>> staged;
    if (fromHost && !isPinned && stage)
    {
        if (wait)
            finishNull();
        const char* from = (const char*)c.from;
        staged = std::make_shared<std::vector<char>>(from, from + c.fromStep * (c.height - 1) + c.width);
        c.from = staged->data();
    }
    emulation::enqueue(stream, [c, staged] { c.run(); });
    if (wait && (toHost || (fromHost && isPinned)))
        finishNull();
    return cudaSuccess;
}

//---- kernels

std::map<const void*, std::string>& kernels = *new std::map<const void*, std::string>;

struct Configuration
{
    dim3 grid, block;
    size_t shared;
    cudaStream_t stream;
};
thread_local std::vector<Configuration> configurations;

} // namespace

namespace emulation {

void fail(const std::string& why)
{
    std::fprintf(stderr, "emulated CUDA: %s\n", why.c_str());
    std::abort();
}

bool onDevice(const void* memory, size_t bytes)
{
    const Lock lock(mutex);
    const auto block = blockOf(memory), last = blockOf((const char*)memory + bytes - 1);
    if (block != last)
        fail("a range leaves its allocation");
    return block != blocks.end();
}

void enqueue(cudaStream_t stream, std::function<void()> work)
{
    const Lock lock(mutex);
    Stream* s = find(stream);
    s->pending.push_back({++submitted, work});
    if (early)
        finish(*s);
}

} // namespace emulation

extern "C" {

cudaError_t cudaMalloc(void** memory, size_t bytes)
{
    const Lock lock(mutex);
    const size_t page = (size_t)sysconf(_SC_PAGESIZE), pageBytes = (bytes + page - 1) / page * page;
    if (bytes > CAPACITY - used)
        return lastError = cudaErrorMemoryAllocation;
    char* pages = (char*)mmap(nullptr, pageBytes + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED)
        return lastError = cudaErrorMemoryAllocation;
    std::memset(pages, 0xff, pageBytes);
    mprotect(pages, pageBytes + page, PROT_NONE);
    char* begin = pages + pageBytes - (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    blocks[begin] = {pages, pageBytes, bytes};
    used += bytes;
    *memory = begin;
    return cudaSuccess;
}

cudaError_t cudaFree(void* memory)
{
    const Lock lock(mutex);
    const auto block = blocks.find((char*)memory);
    if (block == blocks.end())
        return memory ? lastError = cudaErrorInvalidValue : cudaSuccess;
    used -= block->second.bytes;
    madvise(block->second.pages, block->second.pageBytes, MADV_DONTNEED);
    mprotect(block->second.pages, block->second.pageBytes, PROT_NONE); // stays so: the address is not used again
    blocks.erase(block);
    return cudaSuccess;
}

cudaError_t cudaMallocPitch(void** memory, size_t* pitch, size_t width, size_t height)
{
    *pitch = (width + 511) / 512 * 512;
    return cudaMalloc(memory, *pitch * height);
}

cudaError_t cudaHostRegister(void* memory, size_t bytes, unsigned)
{
    const Lock lock(mutex);
    for (const auto& p : pinned)
        if ((char*)memory < p.first + p.second && p.first < (char*)memory + bytes)
            return lastError = cudaErrorHostMemoryAlreadyRegistered;
    pinned[(char*)memory] = bytes;
    return cudaSuccess;
}

cudaError_t cudaHostUnregister(void* memory)
{
    const Lock lock(mutex);
    return pinned.erase((char*)memory) ? cudaSuccess : lastError = cudaErrorHostMemoryNotRegistered;
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned flags)
{
    const Lock lock(mutex);
    streams.push_back(new Stream{!(flags & cudaStreamNonBlocking), {}});
    *stream = (cudaStream_t)streams.back();
    return cudaSuccess;
}

cudaError_t cudaStreamCreate(cudaStream_t* stream) { return cudaStreamCreateWithFlags(stream, cudaStreamDefault); }

cudaError_t cudaStreamDestroy(cudaStream_t stream)
{
    const Lock lock(mutex);
    finish(*find(stream));
    streams.erase(std::find(streams.begin(), streams.end(), (Stream*)stream)); // not deleted: events name it
    return cudaSuccess;
}

cudaError_t cudaStreamSynchronize(cudaStream_t stream)
{
    const Lock lock(mutex);
    Stream* s = find(stream);
    if (s == &nullStream)
        finishNull();
    else
        finish(*s);
    return cudaSuccess;
}

cudaError_t cudaDeviceSynchronize()
{
    const Lock lock(mutex);
    finishAll();
    return cudaSuccess;
}

cudaError_t cudaMemcpy(void* to, const void* from, size_t bytes, cudaMemcpyKind kind)
{
    return copy({to, bytes, from, bytes, bytes, 1}, kind, nullptr, true, true);
}

cudaError_t cudaMemcpyAsync(void* to, const void* from, size_t bytes, cudaMemcpyKind kind, cudaStream_t stream)
{
    return copy({to, bytes, from, bytes, bytes, 1}, kind, stream, false, true);
}

cudaError_t cudaMemcpy2D(void* to, size_t toStep, const void* from, size_t fromStep, size_t width, size_t height, cudaMemcpyKind kind)
{
    return copy({to, toStep, from, fromStep, width, height}, kind, nullptr, true, true);
}

cudaError_t cudaMemcpy2DAsync(void* to, size_t toStep, const void* from, size_t fromStep, size_t width, size_t height,
        cudaMemcpyKind kind, cudaStream_t stream)
{
    return copy({to, toStep, from, fromStep, width, height}, kind, stream, false, false);
}

cudaError_t cudaMemset(void* memory, int value, size_t bytes)
{
    if (bytes && !emulation::onDevice(memory, bytes))
        emulation::fail("memory of the host is set");
    emulation::enqueue(nullptr, [=] { std::memset(memory, value, bytes); });
    return cudaSuccess;
}

cudaError_t cudaGetDeviceCount(int* count)
{
    *count = 1;
    return cudaSuccess;
}

cudaError_t cudaGetDevice(int* device)
{
    *device = 0;
    return cudaSuccess;
}

cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int)
{
    const std::map<int, int> values = {{cudaDevAttrComputeCapabilityMajor, 9}, {cudaDevAttrComputeCapabilityMinor, 0},
            {cudaDevAttrMultiProcessorCount, 4}, {cudaDevAttrMaxThreadsPerMultiProcessor, 2048},
            {cudaDevAttrMaxThreadsPerBlock, 1024}, {cudaDevAttrWarpSize, 32}};
    const auto found = values.find(attribute);
    *value = found != values.end() ? found->second : 0;
    return found != values.end() ? cudaSuccess : cudaErrorInvalidValue;
}

cudaError_t cudaGetLastError()
{
    const cudaError_t error = lastError;
    lastError = cudaSuccess;
    return error;
}

const char* cudaGetErrorString(cudaError_t error)
{
    static thread_local char text[40];
    std::snprintf(text, sizeof(text), "emulated CUDA error %d", (int)error);
    return text;
}

cudaError_t cudaFuncGetAttributes(cudaFuncAttributes* attributes, const void*)
{
    std::memset(attributes, 0, sizeof(*attributes));
    attributes->maxThreadsPerBlock = 1024;
    return cudaSuccess;
}

cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(int* blocksOfOne, const void*, int, size_t, unsigned)
{
    *blocksOfOne = 2;
    return cudaSuccess;
}

// What nvcc writes into an object for its kernels and their launches, see crt/host_runtime.h.

void** __cudaRegisterFatBinary(void*)
{
    static void* handle;
    return &handle;
}

void __cudaRegisterFatBinaryEnd(void**) {}
void __cudaUnregisterFatBinary(void**) {}
void __cudaRegisterVar(void**, char*, char*, const char*, int, size_t, int, int) {}

void __cudaRegisterFunction(void**, const char* function, char*, const char* name, int, uint3*, uint3*, dim3*, dim3*, int*)
{
    int status;
    char* readable = abi::__cxa_demangle(name, nullptr, nullptr, &status);
    kernels[function] = readable ? readable : name;
    std::free(readable);
}

unsigned __cudaPushCallConfiguration(dim3 grid, dim3 block, size_t shared, cudaStream_t stream)
{
    configurations.push_back({grid, block, shared, stream});
    return 0;
}

cudaError_t __cudaPopCallConfiguration(dim3* grid, dim3* block, size_t* shared, void* stream)
{
    const Configuration c = configurations.back();
    configurations.pop_back();
    *grid = c.grid;
    *block = c.block;
    *shared = c.shared;
    *(cudaStream_t*)stream = c.stream;
    return cudaSuccess;
}

cudaError_t __cudaGetKernel(cudaKernel_t* kernel, const void* function)
{
    *kernel = (cudaKernel_t)function;
    return cudaSuccess;
}

cudaError_t __cudaLaunchKernel(cudaKernel_t kernel, dim3 grid, dim3 block, void** arguments, size_t, cudaStream_t stream)
{
    const Lock lock(mutex);
    const unsigned threads = block.x * block.y * block.z;
    if (!grid.x || grid.x > INT_MAX || !grid.y || grid.y > 65535 || !grid.z || grid.z > 65535 || !threads || threads > 1024)
        return lastError = cudaErrorInvalidConfiguration;
    emulation::enqueue(stream, emulation::kernel(kernels[(const void*)kernel], grid, block, arguments));
    return cudaSuccess;
}

} // extern "C"
