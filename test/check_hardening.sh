#!/usr/bin/env bash
# The tests under AddressSanitizer and UndefinedBehaviorSanitizer, then every fuzz target for a while.
#     test/check_hardening.sh [WORK_FOLDER [SECONDS_PER_TARGET]]        default: build/hardening, 60
set -euo pipefail
source "$(dirname "$0")/../cmake/build.sh"
mkdir -p "${1:-$repository/build/hardening}"
folder=$(cd "${1:-$repository/build/hardening}" && pwd)
seconds=${2:-60}

install_packages clang cmake make libopencv-dev libgtest-dev
build "$folder" all -DCMAKE_CXX_COMPILER=clang++ -DDERAND_SANITIZE=ON -DDERAND_BUILD_FUZZ=ON \
    -DDERAND_BUILD_PERF=OFF -DDERAND_BUILD_SAMPLES=OFF

# OpenCV's own one-time allocations are not our leaks.
export ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1 UBSAN_OPTIONS=print_stacktrace=1
"$folder/bin/opencv_test_derand" --gtest_brief=1

for target in certificate settings frame; do
    corpus=$folder/corpus/$target
    mkdir -p "$corpus"
    if [ $target = settings ]; then
        cp "$repository"/samples/models/{,baselines/}*.yml "$corpus"
    fi
    echo "fuzz_$target for $seconds s, corpus and findings in $corpus"
    log=$folder/fuzz_$target.log
    if ! (cd "$corpus" && "$folder/bin/fuzz_$target" -max_total_time="$seconds" -max_len=1024 -timeout=20 \
        -rss_limit_mb=4096 -print_final_stats=1 .) >"$log" 2>&1
    then
        tail -n 60 "$log" # the finding: its stack, its bytes in base64
        exit 1
    fi
    grep '^Done\|^stat::average' "$log"
done
