"""Do OpenCV's Python bindings contain everything that the public headers wrap, each with its documentation?

    python3 test/check_bindings.py OPENCV_BUILD/modules/python_bindings_generator INCLUDE_FOLDER

Looks for every wrapped name in the output of OpenCV's binding generator: what that cannot read, it drops in silence.
"""
import collections
import glob
import json
import re
import sys

generated_folder, include = sys.argv[1:]
with open(generated_folder + "/pyopencv_signatures.json") as f:
    signatures = {name: overloads for name, overloads in json.load(f).items() if name.startswith("cv::derand::")}
code = "".join(open(file).read() for file in glob.glob(generated_folder + "/*.h"))

declared = collections.Counter()
for header in glob.glob(include + "/**/*.hpp", recursive=True):
    with open(header) as f:
        text = re.sub(r"//[^\n]*|/\*.*?\*/", "", f.read(), flags=re.S)
    declared.update(re.findall(r"\bCV_(?:WRAP|EXPORTS_W)\s[^;{(]*?(\w+)\s*\(", text))  # functions, each overload
    declared.update(re.findall(r"\bCV_PROP(?:_RW)?\s[^;]*?(\w+)\s*;", text))
    for constants in re.findall(r"\benum\s+\w+\s*\{(.*?)\}", text, flags=re.S):
        declared.update(re.findall(r"(\w+)\s*=", constants))

generated = collections.Counter()
for name, overloads in signatures.items():  # functions of Mat occur twice, once for UMat
    generated[name.split("::")[-1]] += len({overload.get("arg") for overload in overloads})
generated.update(re.findall(r"\bpyopencv_derand_\w+?_get_(\w+)\(", code))

problems = ["%d of %d declarations of %s are missing" % (n - generated[name], n, name)
            for name, n in declared.items() if generated[name] < n]
problems += ["%s has no documentation" % name for name, text in
             re.findall(r'\{"(\w+)", CV_PY_FN\w+\(pyopencv_cv_derand_\w+, \w+\), "(.*)"\}', code) if "@brief" not in text]
if problems or not declared:
    sys.exit("Python bindings:\n" + ("\n".join(problems) or "nothing is declared"))
print("all %d declarations of %s are there" % (sum(declared.values()), include))
