#!/usr/bin/env bash
# A small version of doc/results.md, without the data sets: its tables agree with its CSV files; every evaluation gives the
# same outcomes for ten drawn digits; the adversarial-robustness-toolbox falsely certifies a picture, cv::derand does not.
# check_attack.py repeats the attack. Times are not repeated.
#     test/check_results.sh FOLDER_OF_THE_PROGRAMS [WORK]        the toolbox is installed in WORK/art if there is PyTorch
# Outcomes are for OpenCV 4.6; in other versions, votes at a threshold may differ.
set -euo pipefail
repository=$(cd "$(dirname "$0")/.." && pwd)
bin=$(cd "$1" && pwd)
if [ $# -gt 1 ]; then
    mkdir -p "$2"
    work=$(cd "$2" && pwd)
else
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
fi

python3 "$repository/doc/results/make.py" --check
"$repository/doc/results/reproduce.sh" "$bin" "$work" --check

python=${PYTHON:-/usr/bin/python3}
if ! "$python" -c 'import torch, onnx, cv2' 2>/dev/null; then
    echo "SKIPPED: no comparison with the adversarial-robustness-toolbox: $python has no torch, onnx, cv2"
    exit
fi
[ -x "$work/art/bin/python" ] || "$python" -m venv --system-site-packages "$work/art"
if ! "$work/art/bin/python" -c 'import art' 2>/dev/null &&
   ! "$work/art/bin/pip" install --quiet --disable-pip-version-check adversarial-robustness-toolbox==1.20.1 "numpy<1.25" packaging
then
    echo "SKIPPED: no comparison with the adversarial-robustness-toolbox: it could not be installed"
    exit
fi
# The ten digits in the file format of MNIST's test set.
"$work/art/bin/python" - "$work" <<'END'
import sys
from pathlib import Path
import cv2, numpy as np
work = Path(sys.argv[1])
digits = np.stack([cv2.imread(str(work / f"digits/{i}/digit_{i}.png"), cv2.IMREAD_GRAYSCALE) for i in range(10)])
(work / "t10k-images-idx3-ubyte").write_bytes(np.array([2051, *digits.shape], ">i4").tobytes() + digits.tobytes())
(work / "t10k-labels-idx1-ubyte").write_bytes(np.array([2049, 10], ">i4").tobytes() + bytes(range(10)))
END
"$work/art/bin/python" "$repository/samples/train/compare_art.py" --bin "$bin" --mnist "$work" --limit 10 --repeat 1 \
    "$repository/samples/models/mnist_column_s2.onnx" | tee "$work/art.txt"
grep -q "ART's certificate is false" "$work/art.txt"
