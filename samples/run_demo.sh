#!/usr/bin/env bash
# From a fresh Debian 12, Debian 13 or Ubuntu 24.04 to pictures of certificates, in one command: installs what is missing,
# builds, certifies and attacks digits that it draws itself.
#     samples/run_demo.sh [BUILD_FOLDER [PICTURE_FOLDER]]        default: build/ and demo/ of this repository
set -euo pipefail
source "$(dirname "$0")/../cmake/build.sh"

folder=${1:-$repository/build}
out=${2:-$repository/demo}
models=$repository/samples/models

install_packages g++ cmake make libopencv-dev libfmt-dev nlohmann-json3-dev libgtest-dev
build "$folder" "derand_demo derand_certify derand_try derand_tune certify_image certify_video"

echo
"$folder/bin/derand_demo" --models="$models" --out="$out"
echo "
Next, for example:
  $folder/bin/certify_image $models/mnist_column_s2.onnx $out/digit_3.png --patch=4
  $folder/bin/derand_certify --model=$models/mnist_column_s2.onnx --out=$out/certificates $out/digit_*.png
  $folder/bin/certify_video --sticker=60"
