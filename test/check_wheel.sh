#!/usr/bin/env bash
# Does a wheel of OpenCV with cv2.derand work where there is nothing else? Installs it in an empty virtual environment outside the
# repository. There it runs the module's Python tests, the samples and the Python code of the tutorials, and looks at metadata,
# documentation and typing stubs.
#     test/check_wheel.sh WHEEL
# To build one: python3 -m pip wheel --no-deps --wheel-dir FOLDER ./python. PYTHON in the environment names another Python than
# python3. NumPy, matplotlib and mypy are installed from the package index.
set -euo pipefail
repository=$(cd "$(dirname "$0")/.." && pwd)
source "$repository/test/expect.sh"
[[ ${1:-} = *.whl && -f $1 ]] || { echo "check_wheel: expected a wheel, not '${1:-}': see its first lines" >&2; exit 1; }
wheel=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" # where there is no cv2
say() { printf '\n== %s\n' "$*"; }
fail() { echo "FAILED: $*"; failed=1; }
unset PYTHONPATH

say "$(basename "$wheel"), $(du -h "$wheel" | cut -f 1)"
"${PYTHON:-python3}" -m venv venv
python=$work/venv/bin/python
"$python" -m pip install -q "$wheel"
"$python" -m pip check
"$python" -m pip list
others=$("$python" -m pip list --format=freeze | grep -Ev '^(numpy|pip|setuptools|opencv-derand(-headless)?)==' || true)
[[ -z $others ]] || fail "it also installed $others"
"$python" - <<'EOF' || fail "the package is not what it should be, see above"
import pathlib, pydoc, sys
from importlib import metadata
import cv2 as cv

assert pathlib.Path(cv.__file__).is_relative_to(sys.prefix), cv.__file__
package, = [found for found in metadata.distributions() if found.metadata["Name"].startswith("opencv-derand")]
assert package.version.startswith("%s+opencv%s." % (cv.derand.getVersion(), cv.__version__)), package.version
files = {str(file) for file in package.files}
for end in (".dist-info/licenses/LICENSE", "cv2/LICENSE-3RD-PARTY.txt", "cv2/py.typed", "cv2/derand/__init__.pyi"):
    assert any(file.endswith(end) for file in files), end
text = pydoc.plain(pydoc.render_doc(cv.derand.CertifiedClassifier))
for line in ("classify(frame[, roi]) -> retval", "@brief Classifies and certifies a frame."):
    assert line in text, text
EOF

say "Python tests"
echo 'from unittest import TestCase as NewOpenCVTests' > tests_common.py # all that the tests need of OpenCV's file of that name
export PYTHONDONTWRITEBYTECODE=1 # nothing is written into the repository
tests() {
    PYTHONPATH=$work:$repository/modules/derand/misc/python/test OPENCV_DERAND_MODELS=$repository/samples/models "$python" "$@"
}
tests -m unittest test_derand || fail "Python tests"

say "Python code of the tutorials"
tests "$repository/test/check_tutorial_code.py" || fail "Python code of the tutorials"

say "Samples"
tests - <<'EOF'
import os, cv2 as cv
from test_derand import drawn_digit
os.mkdir("digits")
for digit in range(10):
    cv.imwrite("digits/%d.png" % digit, drawn_digit(digit))
EOF
samples=$repository/samples
model=$samples/models/mnist_column_s2.onnx
expect 0 "label:      2" "$python" "$samples/certify_image.py" "$model" digits/2.png
expect 0 "10 frames" "$python" "$samples/certify_video.py" "--model=$model" --headless --json=video.json --record=video.avi digits/%d.png
[[ -s video.json && -s video.avi ]] || fail "certify_video.py has not written its files"
expect 0 "10 frames" "$python" "$samples/certify_video.py" "--model=$model" --headless video.avi
expect 1 "pip install matplotlib" "$python" "$samples/certify_folder.py" "$model" digits
"$python" -m pip install -q matplotlib mypy
expect 0 "10 pictures" "$python" "$samples/certify_folder.py" "$model" digits --out=plots
[[ -s plots/share.png && -s plots/least_certain.png ]] || fail "certify_folder.py has not written its plots"

say "Typing stubs"
cat > right.py <<'EOF'
import cv2 as cv
import numpy as np

classifier = cv.derand.CertifiedClassifier.create("model.onnx")
params: cv.derand.CertifiedClassifier.Params = classifier.getParams()
params.reuse = True
certificate = classifier.classify(np.zeros((28, 28), np.uint8), (0, 0, 28, 28))
label: int = certificate.label
certified: bool = certificate.holds((5, 5))
EOF
cat > wrong.py <<'EOF'
import cv2 as cv

cv.derand.certify("votes", cv.derand.Ablation())
certificate = cv.derand.Certificate()
certificate.label = 3
certificate.hold((5, 5))
EOF
expect 0 "Success" "$python" -m mypy --strict right.py
expect 1 "Found 3 errors in 1 file" "$python" -m mypy --strict wrong.py

((!failed)) && echo "The wheel works."
exit $failed
