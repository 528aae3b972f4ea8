"""The Python code of the tutorials runs and prints what they show, but for sizes: models and pictures here are others. Needs an OpenCV
with cv2.derand; code for PyTorch is left out.

    PYTHONPATH=FOLDER_OF_tests_common python3 test/check_tutorial_code.py       as test/check_wheel.sh does
"""
import contextlib
import io
import os
import re
import shutil
import sys
import tempfile
import unittest
from unittest import mock

import cv2 as cv
import numpy as np

REPOSITORY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
MODELS = os.path.join(REPOSITORY, "samples/models")
sys.path.insert(0, os.path.join(REPOSITORY, "modules/derand/misc/python/test"))

from test_derand import drawn_digit


def blocks(file, language):
    """The code of a page, and the output that follows it in the text."""
    with open(os.path.join(REPOSITORY, file), encoding="utf-8") as f:
        found = re.findall(r"^```%s\n(.*?)^```\n(?:\nBoth print\n\n```\n(.*?)^```\n)?" % language, f.read(), re.MULTILINE | re.DOTALL)
    return [(code, shown) for code, shown in found if "nn." not in code]


def tutorial(name, language="py"):
    return blocks("modules/derand/tutorials/%s.markdown" % name, language)


def run(code, **variables):
    """What it prints, and its variables."""
    variables.update(cv=cv, np=np)
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(code, variables)
    return out.getvalue(), variables


def scene(certified):
    """A frame that a model of traffic signs certifies against 60 x 60 px, or one for which it abstains."""
    return np.full((480, 640, 3), (0, 0, 255) if certified else 0, np.uint8)


class Tutorials(unittest.TestCase):
    def setUp(self):
        self.before, self.folder = os.getcwd(), tempfile.mkdtemp()
        os.chdir(self.folder)

    def tearDown(self):
        os.chdir(self.before)
        shutil.rmtree(self.folder)

    def give(self, model, name):
        """Copies a model and its settings to the name that the tutorial uses."""
        if os.path.dirname(name):
            os.makedirs(os.path.dirname(name))
        for extension in (".onnx", ".yml"):
            shutil.copy(os.path.join(MODELS, model + extension), name + extension)

    def same_but_for_sizes(self, printed, shown):
        sizes = re.compile(r"\d+ x \d+")
        self.assertIn("x", shown)
        self.assertEqual(sizes.sub("N x N", printed), sizes.sub("N x N", shown))

    def test_certified_classification(self):
        (code, shown), = tutorial("certified_classification")
        self.give("mnist_column_s2", "mnist_column_s2")
        cv.imwrite("digit_2.png", drawn_digit(2))
        self.same_but_for_sizes(run(code)[0], shown)

    def test_train_on_your_pictures(self):
        (code, shown), = tutorial("train_on_your_pictures")
        self.give("gtsrb_column_s2", "model/signs")
        os.makedirs("signs/test/stop")
        cv.imwrite("signs/test/stop/00093.png", scene(True))
        printed, variables = run(code)
        name = variables["classifier"].getParams().labels[variables["certificate"].label]
        self.same_but_for_sizes(printed, shown.replace("stop", name))
        cv.imwrite("signs/test/stop/00093.png", scene(False))
        self.assertEqual(run(code)[0], "no label\n")

    def test_certified_video(self):
        (loop, _), (gate, _) = tutorial("certified_video")
        self.give("gtsrb_column_s2", "column_model")
        writer = cv.VideoWriter("clip.avi", cv.VideoWriter_fourcc(*"MJPG"), 10, (640, 480))
        for certified in (True, False, True):
            writer.write(scene(certified))
        writer.release()
        acts = []
        clip = cv.VideoCapture("clip.avi")
        with mock.patch.object(cv, "VideoCapture", lambda camera: clip):
            model = run(loop, act=acts.append)[1]["model"]
        self.assertEqual(acts, 2 * [model.classify(scene(True), (80, 0, 480, 480)).label])
        for certified, expected in ((True, "act"), (False, "alarm")):
            called = []
            calls = {name: lambda *_, name=name: called.append(name) for name in ("act", "look_again", "alarm")}
            run(gate, model=model, frame=scene(certified), **calls)
            self.assertEqual(called, [expected])

    def test_one_pass(self):
        (code, _), = tutorial("one_pass", "python")
        printed, _ = run(code, net=cv.dnn.readNet(os.path.join(MODELS, "cifar10_column_s4.onnx")))
        self.assertIn("reads: " + printed, code)

    def test_questions(self):
        code = blocks("doc/questions.md", "python")[0][0]
        self.assertEqual(run(code)[0], re.search("# ([0-9]+)\n", code)[1] + "\n")


if __name__ == "__main__":
    unittest.main()
