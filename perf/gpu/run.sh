#!/usr/bin/env bash
# On a machine with a GPU: accuracy tests, benchmarks and their ratios, compute-sanitizer, of what perf/gpu/build.sh built.
#     perf/gpu/run.sh FOLDER [RESULTS [PART ...]]
# RESULTS: folder for logs; default FOLDER/results. PART: tests, benchmarks, sanitizer; default all, each at most 10 minutes.
# Needs CUDA's and cuDNN's libraries, and a python3 with PyTorch and onnx, which also makes the nets. It ends with status 1 if a
# test fails, compute-sanitizer finds an error, or a goal is missed; a missing tool is reported and counts as a failure.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=$(cd "${1:?run.sh FOLDER [RESULTS [PART ...]]}" && pwd)
results=${2:-$folder/results}
mkdir -p "$results" && results=$(cd "$results" && pwd)
parts=("${@:3}")
((${#parts[@]})) || parts=(tests benchmarks sanitizer)
failures=()
say() { printf '\n== %s\n' "$*"; }

# CUDA's and cuDNN's libraries may be those of Python packages.
packages=$(python3 2>/dev/null -c 'import os, nvidia; print(":".join(os.path.join(r, d, "lib") for p in nvidia.__path__ for r, ds, _ in [next(os.walk(p))] for d in ds))')
export LD_LIBRARY_PATH=/usr/local/cuda/lib64${packages:+:$packages}:${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$folder/lib
export DERAND_PERF_NETS=$results/nets OPENCV_LOG_LEVEL=INFO
nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv || failures+=("nvidia-smi")
ldd "$folder/opencv_test_derand" "$folder"/lib/libopencv_dnn.so.* | grep 'not found' && { echo "libraries are missing"; exit 1; }

run_tests()
{
    say "Accuracy tests"
    # Suites that read no files of the repository.
    timeout 500 "$folder/opencv_test_derand" --gtest_color=no \
        --gtest_filter="Derand_Cuda*:*Blob*:*FrameMap*:*Resample*:*CertifiedClassifier*:*Chunks*:*Scores*:*BadInput*" >"$results/test.log" 2>&1 ||
        failures+=("accuracy tests")
    grep -E 'FAILED|PASSED|SKIP|tests ran' "$results/test.log"
    grep -o 'derand: ablations are written.*' "$results/test.log" | sort | uniq -c | sort -rn | head -n 8
    grep -q 'written on the CUDA device.*FP32' "$results/test.log" || failures+=("no chunk was written on the device in FP32")
    grep -q 'written on the CUDA device.*FP16' "$results/test.log" || failures+=("no chunk was written on the device in FP16")
    ! grep -q 'SKIP.*no CUDA device' "$results/test.log" || failures+=("tests were skipped")
    ! grep -a 'written on the host' "$results/test.log" | grep -v 'OPENCV_DERAND_CUDA_BLOB is off' ||
        failures+=("the device path was given up")
}

run_benchmarks()
{
    say "Benchmarks"
    mkdir -p "$DERAND_PERF_NETS"
    python3 "$here/nets.py" export "$DERAND_PERF_NETS" >"$results/nets.log" 2>&1 || { tail "$results/nets.log"; failures+=("nets"); }
    timeout 300 "$folder/opencv_perf_derand" --gtest_filter='*Cuda*' --gtest_color=no --perf_min_samples=10 \
        --perf_force_samples=10 >"$results/perf.log" 2>&1 || failures+=("benchmarks")
    grep -E 'FAILED|PASSED' "$results/perf.log"
    timeout 200 python3 "$here/nets.py" peer >"$results/peer.log" 2>&1 || { tail "$results/peer.log"; failures+=("PyTorch"); }

    python3 - "$results" <<'PYTHON' || failures+=("goals")
import re, sys
folder = sys.argv[1]
median, memory, name = {}, {}, None
for line in open(folder + "/perf.log"):
    if m := re.search(r"RUN\s*\] .*\((resnet\w+), (FP\d+), (BARE|DEVICE|HOST)\)", line):
        name = f"{m[1]}_{m[2]}".lower(), m[3].lower()
    elif m := re.search(r"median[= ]\s*([\d.]+)", line):
        median[name] = float(m.group(1))
    elif m := re.search(r"device memory: (\d+) MiB|(VmPin|VmLck):\s*(\d+) kB", line):
        memory.setdefault(name, []).append(m.group(0))
peer = dict(re.findall(r"^peer (\S+) ([\d.]+) ms", open(folder + "/peer.log").read(), re.M))
missed = not median
print(f"{'net':22}{'bare ms':>10}{'device ms':>11}{'host ms':>10}{'device/bare':>13}{'host/device':>13}{'PyTorch/device':>16}")
for net in dict.fromkeys(n for n, _ in median):
    bare, device, host = (median.get((net, path)) for path in ("bare", "device", "host"))
    if not (bare and device and host):
        print(f"{net:22} incomplete")
        missed = True
        continue
    print(f"{net:22}{bare:10.2f}{device:11.2f}{host:10.2f}{device / bare:13.3f}{host / device:13.2f}"
          + (f"{float(peer[net]) / device:16.2f}" if net in peer else f"{'-':>16}"))
    print(f"    of a frame's time, blobs: {device - bare:.2f} ms on the device, {host - bare:.2f} ms from the host")
    if net.startswith("resnet50") and device / bare > 1.05:
        print("    missed: device / bare is to be at most 1.05")
        missed = True
    if net == "resnet50_299_fp16" and host / device < 5:
        print("    missed: host / device is to be at least 5")
        missed = True
    if net.startswith("resnet18"):
        print(f"    {64 / device * 1000:.0f} frames a second")
    print("    " + ", ".join(memory.get((net, "device"), [])))
sys.exit(missed)
PYTHON
}

run_sanitizer()
{
    say "compute-sanitizer"
    for tool in memcheck racecheck initcheck; do
        # Kernels of the module; dnn probes by calls that may fail.
        options=(--kernel-name kns=derand)
        [[ $tool != memcheck ]] || options+=(--report-api-errors no)
        OPENCV_LOG_LEVEL=WARNING timeout 180 compute-sanitizer --tool "$tool" "${options[@]}" --error-exitcode 9 \
            "$folder/opencv_test_derand" --gtest_filter='Derand_Cuda.FramesOn*:Derand_Cuda.CertificatesHold*' --gtest_color=no \
            >"$results/$tool.log" 2>&1
        status=$?
        echo "$tool: $(grep 'ERROR SUMMARY' "$results/$tool.log" || tail -n 1 "$results/$tool.log")"
        if grep -m 3 -B 2 -A 8 'derand::device' "$results/$tool.log" || ((status != 0)) ||
            ! grep -q 'ERROR SUMMARY' "$results/$tool.log"
        then
            failures+=("compute-sanitizer $tool, see $results/$tool.log")
        fi
    done
}

for part in "${parts[@]}"; do
    case $part in
    tests) run_tests ;;
    benchmarks) run_benchmarks ;;
    sanitizer) run_sanitizer ;;
    *) failures+=("'$part' is not a part: expected tests, benchmarks or sanitizer") ;;
    esac
done
((${#failures[@]} == 0)) || { printf '\nFAILED: %s' "${failures[@]}"; echo; exit 1; }
say "All passed"
