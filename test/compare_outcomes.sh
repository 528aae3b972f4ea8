#!/usr/bin/env bash
# Do all models answer as in another version? Votes, certificates and maps of safe places, bit for bit.
#     test/compare_outcomes.sh OTHER_CHECKOUT
# Builds the module of both checkouts in build/outcomes and compares what test/outcomes/outcomes.cc prints with each for the
# models that both have.
set -euo pipefail
[[ $# == 1 && -d ${1:-}/modules/derand ]] || { sed -n '2,5s/^# //p' "$0"; exit 2; }
other=$(cd "$1" && pwd)
cd "$(dirname "$0")/.."
source cmake/build.sh
work=$repository/build/outcomes
mkdir -p "$work"

models=()
while IFS= read -r model; do
    if find "$other/samples/models" -name "$(basename "$model")" | grep -q .; then models+=("$(basename "$model")"); fi
done < <(for settings in $(git ls-files 'samples/models/*.yml' | grep -v '\.sets\.yml$'); do
             if ! [[ -f ${settings%.yml}.sets.yml ]]; then echo "${settings%.yml}.onnx"; fi
         done)

answers() { # CHECKOUT NAME
    cmake -S "$1" -B "$work/$2" -DCMAKE_BUILD_TYPE=Release -DDERAND_BUILD_TESTS=OFF -DDERAND_BUILD_PERF=OFF \
        -DDERAND_BUILD_SAMPLES=OFF >/dev/null
    cmake --build "$work/$2" -j "$(nproc)" >/dev/null
    local flags library
    flags=$(pkg-config --cflags opencv4)
    library=$(dirname "$(find "$work/$2" -name libopencv_derand.so | head -n 1)")
    # shellcheck disable=SC2086
    g++ -O1 -I"$1/modules/derand/include" $flags test/outcomes/outcomes.cc -o "$work/outcomes-$2" -L"$library" \
        -Wl,-rpath,"$library" -lopencv_derand -lopencv_dnn -lopencv_imgproc -lopencv_core
    local paths=() model
    for model in "${models[@]}"; do paths+=("$(find "$1/samples/models" -name "$model" | head -n 1)"); done
    OPENCV_LOG_LEVEL=ERROR "$work/outcomes-$2" "${paths[@]}" >"$work/$2.txt"
}
answers "$other" before
answers "$repository" after
echo "${#models[@]} models, $(wc -l <"$work/after.txt") outcomes"
if ! cmp -s "$work/before.txt" "$work/after.txt"; then
    diff "$work/before.txt" "$work/after.txt" | head -n 20
    echo "$(diff "$work/before.txt" "$work/after.txt" | grep -c '^>') outcomes differ: $work"
    exit 1
fi
echo "all are identical"
