#!/usr/bin/env bash
# Builds what perf/gpu/run.sh takes to a machine with a GPU: derand's tests and benchmarks inside an OpenCV with CUDA, stripped,
# below 64 MB, in FOLDER, and packed in FOLDER.tar.xz. Needs CUDA's compiler and cuDNN's headers, no GPU; an hour on 2 cores.
# test/check_cuda_emulated.sh FOLDER then runs the tests, still without a GPU.
#     perf/gpu/build.sh [FOLDER [WORK_FOLDER]]      FOLDER: default build/gpu
# ARCH in the environment is the compute capability of the GPU; default 9.0. OPENCV_SOURCE as for test/check_cuda.sh.
set -euo pipefail
source "$(dirname "$0")/../../cmake/build.sh"
source "$repository/test/opencv_sources.sh"
release=4.14.0.94
die() { printf 'build: %s\n' "$*" >&2; exit 1; }
mkdir -p "${1:-$repository/build/gpu}" "${2:-$repository/build/gpu-work}"
folder=$(cd "${1:-$repository/build/gpu}" && pwd)
work=$(cd "${2:-$repository/build/gpu-work}" && pwd)
sources=$(realpath -m "${OPENCV_SOURCE:-$work/sources$release/opencv}")
install_packages cmake g++ binutils ninja-build patchelf python3-venv unzip xz-utils
if [[ ! -d $sources && -z ${OPENCV_SOURCE:-} ]]; then
    rm -rf "$work/fetched"
    fetch_source_distribution "$work/fetched" "$release"
    mv "$work/fetched" "$(dirname "$sources")"
fi

# Not every toolkit has NPP: use NVIDIA's Python package, whose libraries have no plain names.
if [[ ! -d $work/npp/nvidia ]]; then
    python3 -m venv "$work/venv"
    "$work/venv/bin/pip" -q download --no-deps -d "$work/npp" nvidia-npp
    unzip -q -d "$work/npp" "$work"/npp/*.whl
    for library in "$work"/npp/nvidia/cu*/lib/*.so.*; do
        ln -s "$(basename "$library")" "${library%.so.*}.so"
    done
fi
npp=$(echo "$work"/npp/nvidia/cu*)

options=("${opencv_without[@]}")
! command -v ccache >/dev/null || options+=(-DCMAKE_C{,XX}_COMPILER_LAUNCHER=ccache)
cmake -S "$sources" -B "$work/build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_LIBRARY_PATH="$npp/lib" \
    -DCMAKE_CXX_FLAGS="-isystem $npp/include" -DCUDA_NVCC_FLAGS="-I$npp/include" \
    -DWITH_CUDA=ON -DWITH_CUDNN=ON -DOPENCV_DNN_CUDA=ON -DCUDA_ARCH_BIN="${ARCH:-9.0}" -DCUDA_ARCH_PTX= \
    -DCUDA_USE_STATIC_CUDA_RUNTIME=OFF \
    -DBUILD_LIST=core,imgproc,imgcodecs,videoio,highgui,dnn,cudev,ts,derand \
    -DOPENCV_BUILD_TEST_MODULES_LIST=derand -DOPENCV_BUILD_PERF_TEST_MODULES_LIST=derand "${options[@]}" \
    -DOPENCV_EXTRA_MODULES_PATH="$(dirname "$sources")/opencv_contrib/modules;$repository/modules" \
    >"$work/configure.log" 2>&1 || { tail -n 30 "$work/configure.log"; die "cmake failed"; }
grep -q 'cuDNN: *YES' "$work/configure.log" || die "OpenCV's CMake found no CUDA or no cuDNN, see $work/configure.log"
cmake --build "$work/build" --target opencv_test_derand opencv_perf_derand

# The programs, the libraries of this build, and those of CUDA's runtime and of NPP that they need; cuBLAS and cuDNN are on the
# machine.
rm -rf "$folder" && mkdir -p "$folder/lib"
cp "$work"/build/bin/opencv_{test,perf}_derand "$folder"
runtime=$(dirname "$(sed -n 's/^CUDA_CUDART_LIBRARY:FILEPATH=//p' "$work/build/CMakeCache.txt")")
mapfile -t pending < <(ls "$folder"/opencv_*)
while ((${#pending[@]})); do
    next=()
    while read -r name; do
        [[ ! -e $folder/lib/$name ]] || continue
        for from in "$work/build/lib" "$npp/lib" "$runtime" /usr/lib/x86_64-linux-gnu; do
            [[ $from != "$runtime" || $name == libcudart.* ]] || continue
            [[ $from != /usr/lib/* || $name =~ ^lib(jpeg|png|z|openjp|gif)[0-9.-]* ]] || continue # of image formats
            [[ ! -e $from/$name ]] || { cp -L "$from/$name" "$folder/lib"; next+=("$folder/lib/$name"); break; }
        done
    done < <(for file in "${pending[@]}"; do readelf -d "$file" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'; done | sort -u)
    pending=("${next[@]+"${next[@]}"}")
done
strip "$folder"/opencv_* "$folder"/lib/*
for file in "$folder"/opencv_* "$folder"/lib/*; do # no folders of this machine
    patchelf --set-rpath "\$ORIGIN/lib:\$ORIGIN" "$file"
done
size=$(du -sm "$folder" | cut -f1)
((size < 64)) || { du -ah "$folder" | sort -h | tail; die "$folder is $size MB, at most 63 can be carried"; }
tar -cJf "$folder.tar.xz" -C "$folder" .
echo "$folder: $size MB, $folder.tar.xz: $(du -sm "$folder.tar.xz" | cut -f1) MB. Take one of them and perf/gpu to the machine, and run there:" \
    "perf/gpu/run.sh FOLDER"
