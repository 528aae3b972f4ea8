#!/usr/bin/env bash
# The style that .clang-format and .clang-tidy describe: all C++ and CUDA files are formatted, and the module is free of findings.
#     test/check_style.sh [--fix]
# Needs what samples/run_demo.sh installs, and clang-format and clang-tidy 14, as in Debian 12: other versions format
# differently. --fix formats the files.
set -euo pipefail
cd "$(dirname "$0")/.."

for tool in clang-format clang-tidy; do
    if ! command -v $tool-14 >/dev/null; then
        echo "check_style: skipped, there is no $tool-14"
        exit 77
    fi
done
if [[ ${1:-} == --fix ]]; then mode=(-i); else mode=(--dry-run --Werror); fi
git ls-files -z '*.cpp' '*.cc' '*.hpp' '*.cu' | xargs -0 -n 20 -P "$(nproc)" clang-format-14 "${mode[@]}"

mkdir -p build
cmake -S . -B build/style -DCMAKE_EXPORT_COMPILE_COMMANDS=ON -DDERAND_BUILD_TESTS=OFF -DDERAND_BUILD_PERF=OFF \
    -DDERAND_BUILD_SAMPLES=OFF >build/style.log || {
    cat build/style.log
    exit 1
}
findings=$(git ls-files -z 'modules/derand/src/*.cpp' | xargs -0 -n 4 -P "$(nproc)" clang-tidy-14 -p build/style --quiet 2>/dev/null) || {
    echo "$findings"
    exit 1
}
