#!/usr/bin/env bash
# Does an installed cv::derand work for an outside project? Installs into an empty prefix, builds samples/consumer
# against it and runs it with every model, shared and static; then makes the .deb and runs the consumer against its
# contents. And inside another project: a plug-in of the static library; nothing of ours is installed or packaged unasked.
#     test/check_package.sh [WORK_FOLDER]        default: build/package
# With INSTALL_DEB=1 in the environment (as root), the package is really installed for this, and then removed.
set -euo pipefail
source "$(dirname "$0")/../cmake/build.sh"
mkdir -p "${1:-$repository/build/package}"
work=$(cd "${1:-$repository/build/package}" && pwd)
install_packages g++ cmake make dpkg-dev libopencv-dev

# consume NAME PREFIX: builds the consumer against the installation in PREFIX, and runs it.
consume() {
    rm -rf "$work/consumer-$1"
    cmake -S "$repository/samples/consumer" -B "$work/consumer-$1" -DCMAKE_PREFIX_PATH="$2" \
        -DCMAKE_FIND_USE_PACKAGE_REGISTRY=OFF >/dev/null
    grep "^opencv_derand_DIR:PATH=$2/" "$work/consumer-$1/CMakeCache.txt" >/dev/null # this one, not another
    cmake --build "$work/consumer-$1" >/dev/null
    local settings models=0
    for settings in "$2"/share/opencv_derand/models/*.yml; do
        LD_LIBRARY_PATH=$(dirname "$(find "$2" -name 'libopencv_derand.*' | head -n 1)") \
            "$work/consumer-$1/consumer" "${settings%.yml}.onnx" >"$work/consumer.log"
        ((++models))
    done
    # Only those that users need, not the ones for single rows of doc/results.md.
    diff <(cd "$repository/samples/models" && ls -- *.*) <(cd "$2/share/opencv_derand/models" && find . -mindepth 1 -printf '%P\n' | sort)
    [[ $(find "$2/share/opencv_derand" -name '*.onnx' | wc -l) = "$models" && $models = 5 ]] # none without settings
    echo "$models models, the last: $(<"$work/consumer.log")"
}

for kind in shared static; do
    build "$work/$kind" opencv_derand -DBUILD_SHARED_LIBS=$([ $kind = shared ] && echo ON || echo OFF) \
        -DDERAND_BUILD_TESTS=OFF -DDERAND_BUILD_PERF=OFF -DDERAND_BUILD_SAMPLES=OFF >/dev/null
    rm -rf "$work/prefix-$kind"
    cmake --install "$work/$kind" --prefix "$work/prefix-$kind" >/dev/null
    echo "Installed, $kind:"
    consume $kind "$work/prefix-$kind"
done

echo "Below another project, static:"
rm -rf "$work/below" && mkdir "$work/below"
cmake -S "$repository/test/package" -B "$work/below/build" -DDERAND="$repository" -DBUILD_SHARED_LIBS=OFF >/dev/null
cmake --build "$work/below/build" -j "$(nproc)" >/dev/null
"$work/below/build/program" "$repository/samples/models/mnist_column_s2.onnx" | grep "28 ablations"
# files COMMAND...: what the project installs with DERAND_INSTALL=OFF, its own default, or else ON
files() { cmake --install "$work/below/build" --prefix "$work/below/$1" >/dev/null; (cd "$work/below/$1" && find . -type f | sort); }
[[ $(files unasked) = ./plugins/libplugin.so ]]
(cd "$work/below" && cpack --config build/CPackConfig.cmake >/dev/null && tar tzf parent.tar.gz | grep -v '/$') >"$work/below/packed"
[[ $(<"$work/below/packed") = */plugins/libplugin.so ]]
cmake -DDERAND_INSTALL=ON "$work/below/build" >/dev/null
cmake --build "$work/below/build" >/dev/null
files asked | grep '/opencv_derandConfig.cmake$'
consume below "$work/below/asked"

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
