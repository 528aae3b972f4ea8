#!/usr/bin/env bash
# Does the CUDA path compile, and would it link? For machines without a GPU: with CUDA's compiler and cuDNN's headers alone it
# compiles the objects of derand as OpenCV's build does, with warnings as errors, and looks at what the one that reads dnn's
# own headers asks of the linker; those that use dnn's classic engine also for an OpenCV without it. Nothing is run.
# Without CUDA's compiler it says so and is skipped (exit status 77).
#     test/check_cuda.sh [WORK_FOLDER]
# WORK_FOLDER holds sources and build, kept for the next run; default: build/cuda. OPENCV_SOURCE in the environment names a
# folder with OpenCV's sources, opencv_contrib next to it, to use instead of fetching them.
set -euo pipefail
source "$(dirname "$0")/../cmake/build.sh"
source "$repository/test/opencv_sources.sh"
release=4.14.0.94 # of the Python package opencv-contrib-python: CUDA 13 needs OpenCV 4.13 or newer
die() { printf 'check_cuda: %s\n' "$*" >&2; exit 1; }

nvcc=$(command -v nvcc || true)
toolkit=$(dirname "$(dirname "${nvcc:-/usr/local/cuda/bin/nvcc}")")
if [[ ! -x $toolkit/bin/nvcc || -z $(find "$toolkit/include/" /usr/include/ -name cudnn_version.h -print -quit) ]]; then
    echo "check_cuda: skipped, no CUDA compiler (nvcc) or no headers of cuDNN here"
    exit 77
fi
mkdir -p "${1:-$repository/build/cuda}"
work=$(cd "${1:-$repository/build/cuda}" && pwd)
sources=$(realpath -m "${OPENCV_SOURCE:-$work/sources$release/opencv}")
install_packages cmake g++ binutils ninja-build python3-venv
if [[ ! -d $sources && -z ${OPENCV_SOURCE:-} ]]; then
    echo "Fetching OpenCV's sources ..."
    rm -rf "$work/fetched"
    fetch_source_distribution "$work/fetched" "$release"
    mv "$work/fetched" "$(dirname "$sources")" # only once it is complete
fi

# Toolkits without NPP: OpenCV's CMake wants to find its libraries, but nothing is linked here.
mkdir -p "$work/npp"
touch "$work"/npp/libnpp{c,ial,icc,idei,if,ig,im,ist,isu,itc,s}.so
options=("${opencv_without[@]}" -DCMAKE_LIBRARY_PATH="$work/npp")
! command -v ccache >/dev/null || options+=(-DCMAKE_C{,XX}_COMPILER_LAUNCHER=ccache)
build=$work/build
cmake -S "$sources" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCUDA_TOOLKIT_ROOT_DIR="$toolkit" \
    -DWITH_CUDA=ON -DWITH_CUDNN=ON -DOPENCV_DNN_CUDA=ON -DCUDA_ARCH_BIN=9.0 -DCUDA_ARCH_PTX= -DCPU_DISPATCH= \
    -DBUILD_LIST=core,imgproc,dnn,cudev,ts,derand -DOPENCV_BUILD_TEST_MODULES_LIST=derand \
    -DOPENCV_BUILD_PERF_TEST_MODULES_LIST=derand "${options[@]}" \
    -DOPENCV_EXTRA_MODULES_PATH="$(dirname "$sources")/opencv_contrib/modules;$repository/modules" \
    >"$work/configure.log" 2>&1 || { tail -n 30 "$work/configure.log"; die "cmake failed"; }
grep -q 'cuDNN: *YES' "$work/configure.log" || die "OpenCV's CMake found no CUDA or no cuDNN, see $work/configure.log"

# Ninja's targets of single objects build all libraries below first: their commands are run alone. Headers that OpenCV
# makes are there once it is configured.
cd "$build"
objects=modules/derand/CMakeFiles/opencv_derand.dir/src
commands=() kernels=()
for source in "$repository"/modules/derand/src/*/*.cpp; do
    commands+=("$(ninja -t commands "$objects/${source#"$repository"/modules/derand/src/}.o" | tail -n 1) -Werror")
done
for object in $(ninja -t targets all | sed -nE 's/^(.*(test|perf)_cuda\.cpp\.o): .*/\1/p') "$objects/net/device_blob.cpp.o"; do
    command="$(ninja -t commands "$object" | tail -n 1) -Werror"
    [[ $object = "$objects"/* ]] || commands+=("$command")
    classic=" -DDERAND_CLASSIC_ENGINE=[12]"
    [[ $command =~ $classic ]] || die "no DERAND_CLASSIC_ENGINE for $object"
    command=${command/${BASH_REMATCH[0]}/}
    commands+=("${command/" -o $object"/" -o $object.without"}")
done
while read -r script; do
    kernels+=("$script")
    commands+=("cmake -D build_configuration=Release -D generated_file=${script%.Release.cmake} \
        -D generated_cubin_file=$work/cubin.txt -P $script")
done < <(find "$build/modules/derand" -name '*.cu.o.Release.cmake')
((${#kernels[@]} >= 2)) || die "OpenCV's CMake made no rules for the kernels"
rm -f "$objects"/*/*.o "$objects"/*/*.o.without
printf '%s\0' "${commands[@]}" | xargs -0 -P "$(nproc)" -I '{}' bash -c '{}' >"$work/compile.log" 2>&1 ||
    { grep -m 20 -B 2 -A 5 -E 'error|warning' "$work/compile.log" || tail -n 30 "$work/compile.log"; die "does not compile"; }
! grep -E 'modules/derand/.*warning' "$work/compile.log" || die "nvcc warns"

# Of what is used here, dnn's library exports only Net.
undefined=$(nm -C -u "$objects/net/device_blob.cpp.o")
grep -q 'derand::device::writeBlob' <<<"$undefined" || die "device_blob.cpp was compiled without the CUDA backend of dnn"
if grep 'cv::dnn::' <<<"$undefined" | grep -vE 'dnn[0-9]+_v[0-9]+::Net::'; then
    die "device_blob.cpp uses symbols that dnn does not export"
fi
undefined=$(nm -C -u "$objects/net/device_blob.cpp.o.without")
! grep -E 'derand::device|cv::dnn::' <<<"$undefined" || die "device_blob.cpp uses CUDA where dnn has no classic engine"

# If the name of any part is gone, so is the engine.
detect=$work/detect
rm -rf "$detect" && mkdir "$detect"
cat >"$detect/detect.cmake" <<END
function(set_property) # not for scripts
endfunction()
include("$repository/cmake/classic_engine.cmake")
foreach(name \${dnn_names})
  message("\${DERAND_CLASSIC_ENGINE} \${name}")
endforeach()
END
engine_in() { cmake -DOPENCV_MODULE_opencv_dnn_LOCATION="$1" -P "$detect/detect.cmake" 2>&1 | grep -v '^--'; }
engine_in "$sources/modules/dnn" >"$detect/names"
while read -r engine name; do
    [[ -n $name ]] || die "no classic engine found in $sources"
    if [[ $name = */* ]]; then header=$name; continue; fi
    rm -rf "$detect/dnn" && mkdir -p "$detect"/dnn/{src,include/opencv2}
    cp "$sources"/modules/dnn/src/*.hpp "$detect/dnn/src"
    cp -r "$sources/modules/dnn/include/opencv2/dnn" "$detect/dnn/include/opencv2"
    sed -i "s/\b$name\b/removed/g" "$detect/dnn/$header"
    ! engine_in "$detect/dnn" | grep '^[12]' || die "without $name in $header the classic engine is still found"
done <"$detect/names"
echo "check_cuda: $(("${#commands[@]}")) objects compile with nvcc $(nvcc --version | sed -n 's/.*release \([0-9.]*\).*/\1/p'), cv::dnn::Net is all they link of dnn. Nothing was run on a GPU."
