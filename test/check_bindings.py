"""Do OpenCV's Python bindings hold everything that the public headers wrap, each with its documentation?

    python3 test/check_bindings.py OPENCV_SOURCES INCLUDE_FOLDER

Runs OpenCV's binding generator over the headers and looks for every wrapped name in its output: what the generator
cannot read, it drops in silence.
"""
import collections
import glob
import json
import os
import re
import sys
import tempfile
import warnings

opencv, include = sys.argv[1:]
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(opencv, "modules/python/src2"))
import gen2  # noqa: E402

warnings.simplefilter("ignore")  # no typing stubs without the rest of OpenCV


class Definitions(dict):
    """For #if: a name that is not defined is 0."""

    def __missing__(self, name):
        return 0


headers = sorted(glob.glob(include + "/**/*.hpp", recursive=True))
with tempfile.TemporaryDirectory() as folder:
    generator = gen2.PythonWrapperGenerator()
    newer = "preprocessor_definitions" in generator.gen.__code__.co_varnames
    generator.gen(headers, folder, *([Definitions()] if newer else []))
    with open(folder + "/pyopencv_signatures.json") as f:
        signatures = json.load(f)
    code = "".join(open(file).read() for file in glob.glob(folder + "/*.h"))

declared = collections.Counter()
for header in headers:
    with open(header) as f:
        text = re.sub(r"//[^\n]*|/\*.*?\*/", "", f.read(), flags=re.S)
    declared.update(re.findall(r"\bCV_(?:WRAP|EXPORTS_W)\s[^;{(]*?(\w+)\s*\(", text))  # functions, each overload
    declared.update(re.findall(r"\bCV_PROP(?:_RW)?\s[^;]*?(\w+)\s*;", text))
    for constants in re.findall(r"\benum\s+\w+\s*\{(.*?)\}", text, flags=re.S):
        declared.update(re.findall(r"(\w+)\s*=", constants))

generated = collections.Counter()
for name, overloads in signatures.items():  # functions of Mat are there twice, the other one for UMat
    generated[name.split("::")[-1]] += len({overload.get("arg") for overload in overloads})
generated.update(re.findall(r"\bpyopencv_derand_\w+?_get_(\w+)\(", code))

problems = ["%d of %d declarations of %s are missing" % (n - generated[name], n, name)
            for name, n in declared.items() if generated[name] < n]
problems += ["%s has no documentation" % name for name, text in
             re.findall(r'\{"(\w+)", CV_PY_FN\w+\(pyopencv_cv_derand_\w+, \w+\), "(.*)"\}', code) if "@brief" not in text]
if problems or not declared:
    sys.exit("Python bindings:\n" + ("\n".join(problems) or "nothing is declared"))
print("all %d declarations of %s are there" % (sum(declared.values()), include))
