#!/usr/bin/env bash
# Does an installed cv::derand work for an outside project, and for users of its programs? Installs into an empty prefix, builds
# samples/consumer against it and runs it with every model, shared and static, and runs the programs; then makes the packages and
# does the same with their contents. And inside another project: README's program; a plug-in of the static library; nothing of ours is
# installed or packaged unasked.
#     test/check_package.sh [WORK_FOLDER]        default: build/package
# With INSTALL_DEB=1 in the environment (as root), the packages are really installed for this, and then removed.
set -euo pipefail
source "$(dirname "$0")/../cmake/build.sh"
mkdir -p "${1:-$repository/build/package}"
work=$(cd "${1:-$repository/build/package}" && pwd)
install_packages g++ cmake make dpkg-dev libopencv-dev libfmt-dev nlohmann-json3-dev
fail() { printf 'check_package: %s\n' "$*" >&2; exit 1; }

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
    [[ $(find "$2/share/opencv_derand" -name '*.onnx' | wc -l) = "$models" && $models = 6 ]] # none without settings
    echo "$models models, the last: $(<"$work/consumer.log")"
}

programs="certify_cameras certify_image certify_video derand_certify derand_evaluate derand_try derand_tune"

# says TEXT COMMAND...: the command prints this text, however it ends.
says() {
    local output
    output=$("${@:2}" 2>&1) || true
    grep -F -- "$1" <<<"$output" >/dev/null || fail "'${*:2}' does not say '$1': $output"
}

# use PREFIX: runs the installed programs on installed models and pictures, and compares manual pages with --help.
use() {
    local program models=$1/share/opencv_derand/models doc=$1/share/doc/opencv_derand option
    local picture=$doc/modules/derand/tutorials/images/derand_attack.png
    for program in $programs; do
        "$1/bin/$program" --help >"$work/help" || fail "$1/bin/$program --help failed"
        gunzip -cf "$1/share/man/man1/$program.1"* | sed 's/\\-/-/g' >"$work/page"
        grep -qx "$program - .*[a-z]" "$work/page" || fail "the page of $program has no name"
        for option in $(grep -oE -- '--[a-zA-Z-]+' "$work/help"); do
            grep -qF -- "$option" "$work/page" || fail "the page of $program lacks $option"
        done
    done
    says "1 images" "$1/bin/derand_certify" --model="$models/cifar10_column_s4_small.onnx" --quiet "$picture"
    says "votes:" "$1/bin/certify_image" "$models/cifar10_column_s4_small.onnx" "$picture"
    says "worth certifying" "$1/bin/derand_try" "$models/mnist_column_s2_small.onnx"
    says "3 frames" "$1/bin/certify_video" scene --headless --quiet --frames=3 # finds its model where it is installed
    says "of a model in $(realpath "$models"):" "$1/bin/certify_video" scene --headless --model=none
    for program in README.md doc/building.md doc/certificate.schema.json modules/derand/tutorials/one_pass.markdown; do
        cmp "$repository/$program" "$doc/$program"
    done
    echo "$(wc -w <<<"$programs") programs with manual pages"
}

echo "Installed, static:"
build "$work/static" opencv_derand -DBUILD_SHARED_LIBS=OFF \
    -DDERAND_BUILD_TESTS=OFF -DDERAND_BUILD_PERF=OFF -DDERAND_BUILD_SAMPLES=OFF >/dev/null
rm -rf "$work"/prefix-*
cmake --install "$work/static" --prefix "$work/prefix-static" >/dev/null
consume static "$work/prefix-static"
[[ ! -e $work/prefix-static/bin ]] || fail "programs are installed that were not built"

echo "Installed, shared, with programs:"
build "$work/shared" all -DBUILD_SHARED_LIBS=ON -DDERAND_BUILD_TESTS=OFF -DDERAND_BUILD_PERF=OFF >/dev/null
cmake --install "$work/shared" --prefix "$work/prefix-shared" >/dev/null
consume shared "$work/prefix-shared"
[[ $(cd "$work/prefix-shared/bin" && echo *) = "$programs" ]] || fail "other programs are installed: $(ls "$work/prefix-shared/bin")"
use "$work/prefix-shared"

echo "README's program:"
rm -rf "$work/readme" && mkdir "$work/readme"
block() { awk -v kind="\`\`\`$1" '$0 == kind { inside = 1; next } /^```/ { inside = 0 } inside' "$repository/README.md"; }
block cpp >"$work/readme/main.cpp"
block cmake >"$work/readme/CMakeLists.txt"
ln -s "$repository" "$work/readme/derand"
cmake -S "$work/readme" -B "$work/readme/build" >/dev/null
cmake --build "$work/readme/build" -j "$(nproc)" >/dev/null
cp "$repository/modules/derand/tutorials/images/derand_attack.png" "$work/readme/frame_0.png"
says "expected: app MODEL.onnx" "$work/readme/build/app"
says "of 32 votes" "$work/readme/build/app" "$repository/samples/models/gtsrb_column_s2.onnx" "$work/readme/frame_0.png"

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
field() { dpkg-deb --field "$work/$1"_*.deb "$2"; }
library=libopencv-derand$(sed -n 's/.*CV_DERAND_VERSION "\([0-9]*\.[0-9]*\).*/\1/p' "$repository/modules/derand/include/opencv2/derand/version.hpp")
for package in "$library" libopencv-derand-dev opencv-derand-tools; do
    echo "Package $package, depends on $(field $package Depends)"
done
[[ $(field $library Depends) = *libopencv-dnn* && $(field libopencv-derand-dev Depends) = *libopencv-dev* ]]
[[ $(field libopencv-derand-dev Depends) = *"$library (="* && $(field opencv-derand-tools Depends) = *"$library (="*libopencv-highgui* ]]
contents() { dpkg-deb --fsys-tarfile "$work/$1"_*.deb | tar t | grep -v '/$' | sort; }
contents $library | grep -vE '^\./usr/(lib/.*/?libopencv_derand\.so\.[0-9.]+|share/doc/[^/]+/(copyright|changelog\.gz))$' && fail "more in $library"
contents libopencv-derand-dev | grep '/certified_classifier.hpp$' >/dev/null
contents libopencv-derand-dev | grep '/libopencv_derand.so$' >/dev/null
contents opencv-derand-tools | grep -E '\.(so|hpp|cmake)' && fail "parts of other packages in opencv-derand-tools"
if [[ -n ${INSTALL_DEB:-} ]]; then
    trap 'apt-get -qq purge -y "$library" libopencv-derand-dev opencv-derand-tools >/dev/null' EXIT
    apt-get -qq install -y --no-install-recommends "$work"/*.deb >/dev/null
    consume deb /usr
    use /usr
else
    for package in "$work"/*.deb; do dpkg-deb --extract "$package" "$work/deb"; done
    consume deb "$work/deb/usr"
    LD_LIBRARY_PATH=$(dirname "$(find "$work/deb" -name 'libopencv_derand.so')") use "$work/deb/usr"
fi
if command -v lintian >/dev/null; then
    # The maintainer has no address; cpack makes a script that calls ldconfig; the changelog is not in Debian's format.
    lintian --allow-root --fail-on warning "$work"/*.deb \
        --suppress-tags malformed-contact,maintscript-calls-ldconfig,syntax-error-in-debian-changelog
fi
