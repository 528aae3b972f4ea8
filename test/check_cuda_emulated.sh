#!/usr/bin/env bash
# Runs the tests of the CUDA path without a GPU: what perf/gpu/build.sh built, dnn's CUDA backend included, on a device that
# test/cuda_emulation emulates. Twice: streams do their work as late, and as early, as they may. It says nothing about speed,
# or about what a compiler generates for a GPU. Needs the headers of CUDA and cuDNN.
#     test/check_cuda_emulated.sh FOLDER [WORK_FOLDER]
# FOLDER: of perf/gpu/build.sh; WORK_FOLDER: default build/cuda-emulation.
set -euo pipefail
source "$(dirname "$0")/../cmake/build.sh"
die() { printf 'check_cuda_emulated: %s\n' "$*" >&2; exit 1; }
folder=$(cd "${1:?check_cuda_emulated.sh FOLDER [WORK_FOLDER]}" && pwd)
mkdir -p "${2:-$repository/build/cuda-emulation}"
work=$(cd "${2:-$repository/build/cuda-emulation}" && pwd)
[[ -x $folder/opencv_test_derand ]] || die "$folder has no opencv_test_derand: build it with perf/gpu/build.sh $folder"
[[ -z $(find "$repository"/modules/derand/{src,include} "$repository"/test/*.?pp -newer "$folder/opencv_test_derand") ]] ||
    die "$folder is older than the sources: rebuild it with perf/gpu/build.sh $folder"
install_packages binutils g++ libopencv-dev
cuda=$(dirname "$(dirname "$(command -v nvcc || echo /usr/local/cuda/bin/nvcc)")")
[[ -e $cuda/include/cuda_runtime.h ]] || die "no cuda_runtime.h in $cuda/include: install CUDA's toolkit"

sed -E 's/<<<[^>]*>>>//' "$repository"/modules/derand/src/cuda/*.cu >"$work/derand_kernels.inc"
library() { # NAME SOURCE...: with the file name and the version of symbols that OpenCV was linked for
    local name
    name=$(readelf -d "$folder"/lib/libopencv_dnn.so.* | sed -n "s/.*(NEEDED).*\[\($1\.so\.[0-9]*\)\]/\1/p" | sort -u)
    [[ -n $name ]] || die "the OpenCV in $folder does not load $1: rebuild it with perf/gpu/build.sh $folder"
    echo "$name { *; };" >"$work/$name.version"
    # A GPU faults where an address is not aligned.
    g++ -std=c++17 -O2 -g -fsanitize=alignment -fsanitize-undefined-trap-on-error -Wall -Werror \
        -shared -fPIC -Wl,-soname,"$name",--version-script="$work/$name.version" \
        -isystem "$cuda/include" -isystem /usr/include/opencv4 -I"$work" -I"$repository"/modules/derand/{include,src,src/cuda} \
        "${@:2}" -o "$work/$name"
}
sources=$repository/test/cuda_emulation
rm -f "$work"/libcu*
library libcudart "$sources"/{runtime,kernels}.cc
library libcublas "$sources/libraries.cc" "$work"/libcudart.so.*[0-9]
library libcudnn "$sources/libraries.cc" "$work"/libcudart.so.*[0-9]

export LD_LIBRARY_PATH=$work:$folder/lib OPENCV_LOG_LEVEL=INFO
cd "$repository"
for streams in late early; do
    log=$work/$streams.log
    DERAND_EMULATION=$streams "$folder/opencv_test_derand" >"$log" 2>&1 || { tail -n 30 "$log"; die "tests fail, see $log"; }
    for precision in FP32 FP16; do
        grep -q "written on the CUDA device.* $precision" "$log" || die "no chunk on the device in $precision, see $log"
        grep -q "written on the CUDA device, 1 at a time, $precision" "$log" || die "no wide picture on the device in $precision, see $log"
    done
    ! grep -q 'no CUDA device, or' "$log" || die "tests were skipped, see $log"
    # Except in the test that asks for it, nothing falls back to the host: wrong blobs would, and certificates stay true.
    ! grep -a 'written on the host' "$log" | grep -v 'OPENCV_DERAND_CUDA_BLOB is off' ||
        die "the device path was given up, see $log"
    grep -E '\[  PASSED' "$log"
done
