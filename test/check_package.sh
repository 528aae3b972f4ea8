#!/usr/bin/env bash
# Does an installed cv::derand work for an outside project? Installs into an empty prefix, builds samples/consumer
# against it and runs it, shared and static; then makes the .deb and runs the consumer against its contents.
#     test/check_package.sh [WORK_FOLDER]        default: build/package
# With INSTALL_DEB=1 in the environment (as root) the package is really installed for that, and removed again.
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
    grep "^opencv_derand_DIR:PATH=$2/" "$work/consumer-$1/CMakeCache.txt" >/dev/null # this one and no other
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
echo "Package $(basename "$work"/*.deb), depends on $(dpkg-deb --field "$work"/*.deb Depends):"
if [[ -n ${INSTALL_DEB:-} ]]; then
    package=$(dpkg-deb --field "$work"/*.deb Package)
    trap 'apt-get -qq purge -y "$package" >/dev/null' EXIT
    apt-get -qq install -y --no-install-recommends "$work"/*.deb >/dev/null
    consume deb /usr
else
    dpkg-deb --extract "$work"/*.deb "$work/deb"
    consume deb "$work/deb/usr"
fi
