#!/usr/bin/env bash
# Does an installed cv::derand work for an outside project? Installs into an empty prefix, builds samples/consumer
# against it and runs it, shared and static; then makes the .deb and runs the consumer against its contents.
#     test/check_package.sh [WORK_FOLDER]        default: build/package
set -euo pipefail
source "$(dirname "$0")/../cmake/build.sh"
mkdir -p "${1:-$repository/build/package}"
work=$(cd "${1:-$repository/build/package}" && pwd)
install_packages g++ cmake make dpkg-dev libopencv-dev

# consume NAME PREFIX: builds the consumer against what is installed below PREFIX, and runs it.
consume() {
    rm -rf "$work/consumer-$1"
    cmake -S "$repository/samples/consumer" -B "$work/consumer-$1" -DCMAKE_PREFIX_PATH="$2" \
        -DCMAKE_FIND_USE_PACKAGE_REGISTRY=OFF >/dev/null
    cmake --build "$work/consumer-$1" >/dev/null
    LD_LIBRARY_PATH=$(dirname "$(find "$2" -name 'libopencv_derand.*' | head -n 1)") \
        "$work/consumer-$1/consumer" "$(find "$2" -name mnist_column_s2.onnx)" | grep "certified against"
}

for kind in shared static; do
    build "$work/$kind" opencv_derand -DBUILD_SHARED_LIBS=$([ $kind = shared ] && echo ON || echo OFF) \
        -DDERAND_BUILD_TESTS=OFF -DDERAND_BUILD_PERF=OFF -DDERAND_BUILD_SAMPLES=OFF >/dev/null
    rm -rf "$work/prefix-$kind"
    cmake --install "$work/$kind" --prefix "$work/prefix-$kind" >/dev/null
    echo "Installed, $kind:"
    consume $kind "$work/prefix-$kind"
done

rm -rf "$work"/*.deb "$work/deb"
(cd "$work" && cpack --config shared/CPackConfig.cmake >/dev/null)
dpkg-deb --extract "$work"/*.deb "$work/deb"
echo "Package $(basename "$work"/*.deb), depends on $(dpkg-deb --field "$work"/*.deb Depends):"
consume deb "$work/deb/usr"
