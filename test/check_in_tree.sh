#!/usr/bin/env bash
# Is this still an OpenCV extra module? Builds it inside OpenCV's own source tree, warnings as errors in the module and
# its tests, and runs its accuracy, performance (one sample each) and Python tests there, and samples/consumer.
#     test/check_in_tree.sh [CONFIGURATION [WORK_FOLDER [CMAKE_ARGUMENT...]]]
# CONFIGURATION
#     4.6     the distribution's source package (Debian 12, Ubuntu 24.04), with Python: the default, about 15 minutes
#     4.x     the newest 4.x, with Python, its typing stubs and modules of opencv_contrib
#     world   the same sources, OpenCV and the module as one library, with Python
#     5.x     the newest 5.x, with Python and its typing stubs
# WORK_FOLDER holds sources and build, kept for the next run; default: build/in-tree-CONFIGURATION.
# With -DBUILD_DOCS=ON (and doxygen and python3-bs4 installed) the pages of the module are built, without warnings.
# OPENCV_SOURCE in the environment names a folder with OpenCV's sources to use instead of fetching them; for 4.x
# opencv_contrib must be next to it.
set -euo pipefail
source "$(dirname "$0")/../cmake/build.sh"
source "$repository/test/opencv_sources.sh"
configuration=${1:-4.6}
mkdir -p "${2:-$repository/build/in-tree-$configuration}"
work=$(cd "${2:-$repository/build/in-tree-$configuration}" && pwd)
say() { printf '\n== %s\n' "$*"; }
die() { printf '\ncheck_in_tree: %s\n' "$*" >&2; exit 1; }

release= # of the Python package opencv-contrib-python
options=(-DBUILD_LIST="core,imgproc,imgcodecs,videoio,highgui,dnn,ts,python3,python_tests,derand"
         -DCPU_DISPATCH=) # each kernel once, for the baseline: a third less to compile
for_stubs=features2d,flann,calib3d # typing stubs need the modules whose classes they refine
case $configuration in
4.6)
    # The source package comes without 3rdparty/: protobuf and the image formats are the system's.
    install_packages dpkg-dev libprotobuf-dev protobuf-compiler
    options+=(-DBUILD_PROTOBUF=OFF -DPROTOBUF_UPDATE_FILES=ON) ;;
4.x)
    release=4.14.0.94
    options[0]+=,$for_stubs,img_hash,bgsegm ;;
world)
    release=4.14.0.94
    options[0]+=,$for_stubs
    options+=(-DBUILD_opencv_world=ON) ;;
5.x)
    release=5.0.0.93
    options[0]+=,features,calib ;;
*) die "unknown configuration '$configuration', expected 4.6, 4.x, world or 5.x" ;;
esac
options+=("${@:3}")
sources=$(realpath -m "${OPENCV_SOURCE:-$work/sources$release/opencv}")
extra_modules=$repository/modules
[[ $configuration != 4.x ]] || extra_modules="$(dirname "$sources")/opencv_contrib/modules;$extra_modules"
install_packages cmake g++ libjpeg-dev libpng-dev ninja-build python3-dev python3-numpy python3-venv zlib1g-dev

fetch_source_package() {
    # "deb-src" is off on most systems: apt gets a copy of the distribution's list with it switched on.
    local apt=$work/apt
    rm -rf "$apt" && mkdir -p "$apt"/{parts,lists/partial,cache/archives/partial}
    cp /etc/apt/sources.list /etc/apt/sources.list.d/{debian,ubuntu}.sources "$apt/parts" 2>/dev/null || true
    sed -Ei 's/^deb\s/deb-src /; s/^Types:.*/Types: deb-src/' "$apt"/parts/*
    local options=(-o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts="$apt/parts"
                   -o Dir::State::Lists="$apt/lists" -o Dir::Cache="$apt/cache")
    apt-get -q "${options[@]}" update
    (cd "$apt" && apt-get -q "${options[@]}" source opencv && mv opencv-*/ "$1/opencv")
}

if [[ ! -d $sources && -z ${OPENCV_SOURCE:-} ]]; then
    say "OpenCV's sources"
    rm -rf "$work/fetched" && mkdir "$work/fetched"
    if [[ -n $release ]]; then fetch_source_distribution "$work/fetched" "$release"; else fetch_source_package "$work/fetched"; fi
    mv "$work/fetched" "$(dirname "$sources")" # only once it is complete
fi
[[ -f $sources/modules/python/src2/gen2.py ]] || die "no OpenCV sources in $sources"

say "OpenCV with derand (configuration: $work/configure.log)"
# OpenCV itself has warnings: a hook of its build files makes them errors for derand only.
mkdir -p "$work/hooks"
echo 'add_compile_options(-Werror)' > "$work/hooks/PRE_CREATE_MODULE_LIBRARY_opencv_derand.cmake"
! command -v ccache >/dev/null || options+=(-DCMAKE_C{,XX}_COMPILER_LAUNCHER=ccache)
build=$work/build
cmake -S "$sources" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX="$work/prefix" \
    -DPYTHON3_EXECUTABLE=/usr/bin/python3 -DOPENCV_PYTHON3_INSTALL_PATH=python \
    -DOPENCV_BUILD_TEST_MODULES_LIST=derand -DOPENCV_BUILD_PERF_TEST_MODULES_LIST=derand \
    -DOPENCV_EXTRA_MODULES_PATH="$extra_modules" -DOPENCV_CMAKE_HOOKS_DIR="$work/hooks" \
    "${opencv_without[@]}" "${options[@]}" >"$work/configure.log" 2>&1 || { tail -n 30 "$work/configure.log"; die "cmake failed"; }
grep -q HAVE_OPENCV_DERAND "$build/opencv2/opencv_modules.hpp" || die "OpenCV left derand out"
cmake --build "$build" 2>&1 | tee "$work/build.log"
bindings=$build/modules/python_bindings_generator
python3 "$repository/test/check_bindings.py" "$bindings" "$repository/modules/derand/include"
if [[ -d $sources/modules/python/src2/typing_stubs_generation ]]; then
    if grep "stubs generation has failed" "$work/build.log" || ! grep -q "class CertifiedClassifier" "$bindings/cv2/derand/__init__.pyi"
    then
        die "no typing stubs"
    fi
fi

say "Accuracy tests"
"$build/bin/opencv_test_derand" --gtest_color=no

say "Performance tests, one sample each, by OpenCV's runner"
rm -rf "$work/perf" && mkdir "$work/perf"
python3 "$sources/modules/ts/misc/run.py" -t derand --check -w "$work/perf" "$build"
python3 "$sources/modules/ts/misc/summary.py" "$work"/perf/*.xml

say "Python tests, by OpenCV's runner"
(cd "$build" # where OpenCV lists the folders with Python tests
 PYTHONPATH=python_loader OPENCV_PYTEST_FILTER=test_derand /usr/bin/python3 "$sources/modules/python/test/test.py")

if grep -q '^BUILD_DOCS:BOOL=ON' "$build/CMakeCache.txt"; then
    say "Documentation"
    cmake --build "$build" --target doxygen >"$work/doxygen.log" 2>&1 || { tail -n 30 "$work/doxygen.log"; die "no documentation"; }
    ! grep -E 'modules/derand/|derand::' "$work/doxygen.log" || die "doxygen warns of the module"
    [[ -n $(find "$build/doc" -name tutorial_derand_certified_classification.html) ]] || die "no tutorial"
fi

say "samples/consumer on the installed OpenCV"
cmake --install "$build" >/dev/null
rm -rf "$work/consumer"
cmake -S "$repository/samples/consumer" -B "$work/consumer" -DCMAKE_PREFIX_PATH="$work/prefix" >/dev/null
cmake --build "$work/consumer" >/dev/null
LD_LIBRARY_PATH=$work/prefix/lib "$work/consumer/consumer" "$repository/samples/models/mnist_column_s2.onnx"
