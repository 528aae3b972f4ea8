#!/usr/bin/env bash
# Evaluation times of doc/results.md, one model after the other in one run, on random images, because content does not matter.
#     doc/results/times.sh PROGRAMS           leaves times.csv here: model, seconds per image, threads, OpenCV
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
models=$here/../../samples/models
programs=$(cd "$1" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

images=200 # c8; the heads of MNIST's files: kind, images, height, width
{ printf '\x00\x00\x08\x03\x00\x00\x00\xc8\x00\x00\x00\x1c\x00\x00\x00\x1c'; head -c $((784 * images)) /dev/urandom; } >"$work/images"
{ printf '\x00\x00\x08\x01\x00\x00\x00\xc8'; head -c $images /dev/zero; } >"$work/labels"
for ((i = 0; i < images; i++)); do printf '\x00'; head -c 3072 /dev/urandom; done >"$work/cifar"

echo "model,seconds,images,threads,opencv" >"$work/times.csv"
# measure MODEL LIMIT DATA...
measure() {
    local name=${1##*/}
    "$programs/derand_evaluate" "--model=$models/$1.onnx" "--limit=$2" "--out=$work/$name" "${@:3}" |
        sed -nE "s/^([0-9.e-]+) s per image.* mean of ([0-9]+) images.*; ([0-9]+) threads, OpenCV (.*)$/$name,\1,\2,\3,\4/p" |
        tee -a "$work/times.csv" | grep . || { echo "$1: no time found in the output of derand_evaluate" >&2; exit 1; }
}
mnist=("--idx=$work/images" "--labels=$work/labels")
for model in mnist_column_s2 mnist_column_s2_small; do measure $model 200 "${mnist[@]}"; done
measure baselines/mnist_small_block_s10 20 "${mnist[@]}"
measure baselines/mnist_columns_2x2 20 "${mnist[@]}"
measure baselines/mnist_sparse_k45 5 "${mnist[@]}"
for model in baselines/cifar10_layouts_strip baselines/cifar10_layouts_full cifar10_column_s4 cifar10_column_s4_small gtsrb_column_s2; do measure $model 100 "--cifar=$work/cifar"; done
cp "$work/times.csv" "$here"
