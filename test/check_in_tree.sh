#!/usr/bin/env bash
# Is this still an OpenCV extra module? Builds it inside OpenCV's own source tree.
#   1. fetches the distribution's OpenCV source package (4.6 in Debian 12 and Ubuntu 24.04);
#   2. runs OpenCV's Python binding generator over the public headers and fails if a wrapped
#      declaration is not in its output: what it cannot read it drops in silence; the same for the
#      typing stubs of newer OpenCV;
#   3. builds OpenCV with the module; warnings are errors in the module and its tests only;
#   4. runs opencv_test_derand, and with PYTHON the tests of cv2.derand.
# Usage: test/check_in_tree.sh [WORK_DIR [CMAKE_ARGUMENT...]]
#   WORK_DIR       sources and build, kept for the next run; default: build/in-tree
#   OPENCV_SOURCE  environment: a folder with OpenCV's sources, 4.6 to 5.0; nothing is fetched then.
#                  Complete ones are the folder opencv in the unpacked source distribution of the
#                  Python package opencv-contrib-python
#   PYTHON         environment: if set, cv2 is built too, for the distribution's Python
#   BINDINGS_ONLY  environment: if set, stop after step 2
set -euo pipefail
repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
mkdir -p "${1:-$repo/build/in-tree}"
work=$(cd "${1:-$repo/build/in-tree}" && pwd)
source=$(realpath -m "${OPENCV_SOURCE:-$work/opencv}")
options=("${@:2}")
say() { printf '\n== %s\n' "$*"; }
die() { printf '\ncheck_in_tree: %s\n' "$*" >&2; exit 1; }

# The source packages come without 3rdparty/: protobuf and the image formats are the system's.
packages=(cmake dpkg-dev g++ libjpeg-dev libpng-dev libprotobuf-dev ninja-build protobuf-compiler
          python3 zlib1g-dev)
[[ -z ${PYTHON:-} ]] || packages+=(python3-dev python3-numpy)
if command -v apt-get > /dev/null && ! dpkg -s "${packages[@]}" > /dev/null; then
    [[ $EUID == 0 ]] || die "please install what is missing of: ${packages[*]}"
    apt-get -q update && apt-get -qy install --no-install-recommends "${packages[@]}"
fi

# 1. Sources. "deb-src" is off on most systems: apt gets a copy of the distribution's list with it
#    switched on, in WORK_DIR; the system's own lists stay as they are.
if [[ ! -d $source && -z ${OPENCV_SOURCE:-} ]]; then
    say "OpenCV's source package"
    rm -rf "$work/apt" && mkdir -p "$work"/apt/{parts,lists/partial,cache/archives/partial}
    cp /etc/apt/sources.list /etc/apt/sources.list.d/{debian,ubuntu}.sources "$work/apt/parts" \
        2> /dev/null || true # whichever there is
    sed -Ei 's/^deb\s/deb-src /; s/^Types:.*/Types: deb-src/' "$work"/apt/parts/*
    apt=(apt-get -q -o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts="$work/apt/parts"
         -o Dir::State::Lists="$work/apt/lists" -o Dir::Cache="$work/apt/cache")
    "${apt[@]}" update
    (cd "$work/apt" && "${apt[@]}" source opencv && mv opencv-*/ "$source")
fi
[[ -f $source/modules/python/src2/gen2.py ]] || die "no OpenCV sources in $source"

# 2. Bindings: the headers that OpenCV would take (modules/python/bindings/CMakeLists.txt). All of its
#    modules, since one missing class costs all stubs; but stitching, whose classes need still more.
say "Python bindings"
rm -rf "$work/bindings" && mkdir "$work/bindings"
mapfile -t headers < <(find "$repo/modules/derand/include" -name '*.hpp' | LC_ALL=C sort)
find "$source"/modules/*/include/opencv2 -maxdepth 2 -name '*.hpp' | LC_ALL=C sort |
    grep -vE '/modules/(gapi|stitching|ts|world)/|/(cuda|hal|opencl|legacy)/|/detection_based|/fast_math' |
    grep -vE '\.(inl|details|private)\.|_inl\.|/private\.' > "$work/bindings/headers.txt"
printf '%s\n' "${headers[@]}" >> "$work/bindings/headers.txt"
python3 -W ignore -W 'error:Typing stubs generation has failed' - "$source/modules/python/src2" \
    "$work/bindings" << 'EOF' || die "OpenCV's binding generator failed"
import sys
sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
import gen2

class Definitions(dict):
    def __missing__(self, name):  # a name in #if that is not defined is 0
        return 0

generator, headers = gen2.PythonWrapperGenerator(), open(sys.argv[2] + "/headers.txt").read().split("\n")
newer = "preprocessor_definitions" in generator.gen.__code__.co_varnames
generator.gen(headers[:-1], sys.argv[2], *[Definitions()] if newer else [])
EOF
[[ ! -d $source/modules/python/src2/typing_stubs_generation ]] ||
    grep -q 'class CertifiedClassifier' "$work/bindings/cv2/derand/__init__.pyi" || die "no typing stubs"
python3 - "$work/bindings" "${headers[@]}" << 'EOF'
import json, re, sys
folder, found, missing = sys.argv[1], 0, []
signatures = json.load(open(folder + "/pyopencv_signatures.json"))
types = open(folder + "/pyopencv_generated_types_content.h").read()

def generated(scope, name):
    return [s for k, v in signatures.items() if k.endswith("::%s::%s" % (scope, name)) for s in v]

def names(text):  # what text declares: a and b in "int a, vector<X, Y> b = c(1, 2)"
    while re.search(r"[(<][^()<>]*[)>]", text):
        text = re.sub(r"[(<][^()<>]*[)>]", "", text)
    words = [re.findall(r"[A-Za-z]\w*", item.split("=")[0]) for item in text.split(",")]
    return [w[-1].rstrip("_") for w in words if w]

def function(scope, s):  # is there a Python function with the same parameters?
    call = r"(\w+) ?\(((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)(?:\)|$)"
    name, parameters = re.search(call, s).groups()
    python = [s["arg"] + "," + s["ret"] for s in generated(scope, name) if "arg" in s]
    python = [re.sub(r"<.*>|\b(retval|None)\b|[][]", "", p) for p in python]
    return set(names(parameters)) in [set(names(p)) for p in python]

for header in sys.argv[2:]:
    text = re.sub(r'"(\\.|[^"\\])*"|//[^\n]*|/\*.*?\*/', ' ', open(header).read(), flags=re.S)
    text = re.sub(r"(?m)^\s*#(.*\\\n)*.*$|\b(public|protected|private)\s*:|=\s*\{\s*\}", "", text)
    scopes, start = [("", "")], 0
    for end in re.finditer("[;{}]", text):
        s, start, (kind, scope) = text[start:end.start()], end.end(), scopes[-1]
        s = " ".join(re.sub(r"\bCV_(WRAP|EXPORTS)_AS\s*\(.*?\)", r"CV_\1_W", s).split())
        block = re.search(r"\b(enum|namespace|class|struct)\b[^(]*?(\w+)( final)?( ?:.*)?$", s)
        if kind == "enum":
            here = {n: generated(scopes[-2][1], n) or generated(scope, n) for n in names(s)}
        elif "CV_PROP" in s:
            here = {n: "_%s_get_%s(" % (scope, n) in types for n in names(s)}
        elif not re.search(r"\bCV_(WRAP|EXPORTS_W)", s) or block and end[0] == ";":
            here = {}
        else:
            here = {s: generated(scope, block[2]) if block else function(scope, s)}
        missing += ["%s: %s::%s" % (header, scope, n) for n in here if not here[n]]
        found += len(here)
        scopes += [block.group(1, 2) if block else ("", scope)] if end[0] == "{" else []
        scopes = scopes[:-1] if end[0] == "}" else scopes
if missing or not found:
    sys.exit("missing from the Python bindings:\n" + ("\n".join(missing) or "everything"))
print("all of %d declarations are there" % found)
EOF
[[ -z ${BINDINGS_ONLY:-} ]] || exit 0

# 3. Build. OpenCV has warnings of its own: a hook of its build files makes them errors for derand.
say "OpenCV with derand (configuration: $work/configure.log)"
mkdir -p "$work/hooks"
echo 'add_compile_options(-Werror)' > "$work/hooks/PRE_CREATE_MODULE_LIBRARY_opencv_derand.cmake"
modules=core,imgproc,imgcodecs,videoio,highgui,dnn,ts,derand
if [[ -n ${PYTHON:-} ]]; then # this cv2 has no typing stubs: they need features2d and more
    modules+=,python3,python_tests
    options=(-DPYTHON3_EXECUTABLE=/usr/bin/python3 "${options[@]}")
else
    options=(-DBUILD_opencv_python3=OFF "${options[@]}")
fi
[[ -d $source/3rdparty/protobuf ]] ||
    options=(-DBUILD_PROTOBUF=OFF -DPROTOBUF_UPDATE_FILES=ON "${options[@]}")
for o in BUILD_opencv_{apps,python2} WITH_{1394,ADE,CAROTENE,EIGEN,FFMPEG,FLATBUFFERS,GSTREAMER,GTK} \
    WITH_{IPP,ITT,JASPER,LAPACK,OBSENSOR,OPENCL,OPENEXR,OPENJPEG,QUIRC,TIFF,UNIFONT,V4L,VTK,WEBP}; do
    options=("-D$o=OFF" "${options[@]}")
done
! command -v ccache > /dev/null || options+=(-DCMAKE_C{,XX}_COMPILER_LAUNCHER=ccache)
cmake -S "$source" -B "$work/build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DBUILD_LIST=$modules \
    -DOPENCV_BUILD_TEST_MODULES_LIST=derand -DOPENCV_BUILD_PERF_TEST_MODULES_LIST=derand \
    -DOPENCV_EXTRA_MODULES_PATH="$repo/modules" -DOPENCV_CMAKE_HOOKS_DIR="$work/hooks" \
    "${options[@]}" > "$work/configure.log"
grep -q HAVE_OPENCV_DERAND "$work/build/opencv2/opencv_modules.hpp" || die "OpenCV left derand out"
cmake --build "$work/build"
[[ -x $work/build/bin/opencv_test_derand ]] || { say "no target opencv_test_derand"; exit 0; }
"$work/build/bin/opencv_test_derand" --gtest_color=no
[[ -n ${PYTHON:-} ]] || exit 0
say "cv2.derand"
cd "$work/build" # where OpenCV lists the folders with Python tests
PYTHONPATH=python_loader OPENCV_PYTEST_FILTER=test_derand \
    /usr/bin/python3 "$source/modules/python/test/test.py"
