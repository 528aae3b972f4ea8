#!/usr/bin/env bash
# Builds and runs all tests on Debian 12, Debian 13 or Ubuntu 24.04; installs what is missing.
#     test/run_tests.sh [BUILD_FOLDER] [ctest options]
# Tests on real data look in $DERAND_TEST_DATA (mnist/t10k-images-idx3-ubyte, uncompressed; video/car-detection.mp4) and say so
# when they skip; so does the test of certify_video's window without Xvfb and xdotool.
# So do the test of samples/train/attack.py without PyTorch (python3-torch, python3-onnx, python3-opencv) and that of the programs'
# JSON without python3-jsonschema.
set -euo pipefail
source "$(dirname "$0")/../cmake/build.sh"

folder=${1:-$repository/build}
[ $# -gt 0 ] && shift

install_packages g++ cmake make libopencv-dev libgtest-dev libfmt-dev nlohmann-json3-dev python3
build "$folder" all
ctest --test-dir "$folder" --output-on-failure "$@"
