#!/bin/sh
# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.

# From a fresh Debian 12 or Ubuntu 24.04 to pictures of certificates, in one command:
# installs what is missing, builds, certifies and attacks digits that it draws itself.
#
#     samples/run_demo.sh [--build DIR] [--out DIR]
#
# DIR: build folder (default: build/ of this repository), folder for the pictures (default: demo/).
# An OpenCV of your own: set OpenCV_DIR.
set -eu

say() { printf '%s\n' "$*"; }
fail() { printf 'run_demo.sh: %s\n' "$*" >&2; exit 1; }

root=$(cd "$(dirname "$0")/.." && pwd)
build=$root/build
out=$root/demo
while [ $# -gt 0 ]; do
  case $1 in
    --build) [ $# -ge 2 ] || fail "--build needs a folder"; build=$2; shift 2 ;;
    --out) [ $# -ge 2 ] || fail "--out needs a folder"; out=$2; shift 2 ;;
    -h | --help) sed -n '6,12s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) fail "unknown argument $1: expected --build DIR or --out DIR" ;;
  esac
done

# What the build needs; a compiler or a CMake from elsewhere will do.
missing=
command -v c++ > /dev/null || missing="$missing g++"
command -v cmake > /dev/null || missing="$missing cmake"
command -v make > /dev/null || command -v ninja > /dev/null || missing="$missing make"
if command -v dpkg-query > /dev/null; then
  installed() { dpkg-query -W -f '${Status}' "$1" 2> /dev/null | grep -q 'ok installed'; }
  [ -n "${OpenCV_DIR:-}" ] || installed libopencv-dev || missing="$missing libopencv-dev"
  [ -n "${fmt_DIR:-}" ] || installed libfmt-dev || missing="$missing libfmt-dev"
fi
if [ -n "$missing" ]; then
  command -v apt-get > /dev/null ||
    fail "missing:$missing, and there is no apt-get: install them and run this again"
  as_root=
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo > /dev/null || fail "missing:$missing; install them as root and run this again"
    as_root=sudo
  fi
  say "Installing with apt-get:$missing"
  $as_root apt-get -q update
  # shellcheck disable=SC2086 # a list
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends $missing
fi

say "Building in $build"
command -v make > /dev/null || export CMAKE_GENERATOR=Ninja
if [ ! -f "$build/CMakeCache.txt" ]; then
  cmake -S "$root" -B "$build" -DCMAKE_BUILD_TYPE=Release \
    -DDERAND_BUILD_TESTS=OFF -DDERAND_BUILD_PERF=OFF
fi
cmake --build "$build" --target derand_demo derand_certify certify_image --parallel "$(nproc)"

models=$root/samples/models
say ""
"$build/bin/derand_demo" --models="$models" --out="$out"
say "
Next, for example:
  $build/bin/certify_image $models/mnist_column_s2.onnx $out/digit_3.png --patch=4
  $build/bin/derand_certify --model=$models/mnist_column_s2.onnx --out=$out $out/digit_*.png"
