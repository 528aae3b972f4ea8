"""The Python samples without cv2.derand: a stand-in for the classifier takes its place. Their run with the module is part of
the module's own Python tests, which need OpenCV's build. Skipped without cv2 and numpy.

    python3 test/check_samples.py FOLDER_OF_THE_PROGRAMS
"""
import contextlib
import io
import json
import os
import re
import runpy
import shutil
import subprocess
import sys
import tempfile
import types
import unittest

try:
    import cv2 as cv
    import numpy as np
except ImportError as missing:
    print("SKIPPED: %s" % missing)
    sys.exit(77)

SAMPLES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "samples")
MODEL = os.path.join(SAMPLES, "models", "mnist_column_s2_small.onnx")
BIN = os.path.abspath(sys.argv.pop(1))
sys.path.insert(0, SAMPLES)

import json_schema

import certify_image
import certify_video
from common import command_line, device, files, sources


CHECK = json_schema.validator()
try:
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot  # the first time may take long, and say so
except ImportError:
    matplotlib = None


class certify_folder:
    """Cells instead of a main(): what they leave behind is kept."""

    variables = {}

    @staticmethod
    def main():
        certify_folder.variables = runpy.run_path(os.path.join(SAMPLES, "certify_folder.py"))


class Certificate:
    """Bright frames are certified against 9 x 9, black ones have no vote at all. Frames with a single bright pixel are rejected."""

    def __init__(self, frame):
        self.frame, bright = frame, bool(frame.any())
        self.label, self.runnerUp = (1, 0) if bright else (-1, -1)
        self.votes, self.runnerUpVotes, self.patch = (20, 3, 9) if bright else (0, 0, 0)
        self.minVotes, self.lead = 1, self.votes - self.runnerUpVotes
        if np.count_nonzero(frame) == 1:
            self.label, self.votes, self.runnerUp, self.runnerUpVotes, self.minVotes = -1, 0, 1, 4, 5
        self.inputPatch = self.patch // 2
        self.run = types.SimpleNamespace(ablations=28, abstained=28 - self.votes - self.runnerUpVotes, invalid=0, evaluated=28,
                                         reused=0, onePass=False)

    def holds(self, patch):
        return max(patch) <= self.patch

    def maxAffected(self, patch):
        return patch[0] + 1

    def silent(self, patch):
        return self.lead >= self.maxAffected(patch)

    def safeMap(self, patch):
        height, width = self.frame.shape[:2]
        shape = max(1, height - patch[1] + 1), max(1, width - patch[0] + 1)
        return np.full(shape, 255 if self.holds(patch) else 0, np.uint8)


class Classifier:
    """What the samples use of CertifiedClassifier; keeps what it was given."""

    channels, block, offset = 1, (1, 1), (0, 0)
    frames, regions, given, device = [], [], [], []

    @staticmethod
    def create(model):
        if not os.path.exists(model):
            error = cv.error("no model")
            error.err = "no model"
            raise error
        return Classifier()

    def getParams(self):
        return types.SimpleNamespace(channels=self.channels, labels=["zero", "one"], codecBlock=self.block,
                                     codecOffset=self.offset)

    def getSettings(self):
        with open(MODEL[:-5] + ".yml") as f:
            text = re.sub("   stride: .*\n(?!   wrap)", r"\g<0>   wrap: 1\n", f.read())  # text() writes every field
        return types.SimpleNamespace(text=lambda: text, params=self.getParams(),
                                     modelChecksum=re.search('modelChecksum: "(.*)"', text)[1])

    def setPreferableBackend(self, backend):
        self.device.append(backend)

    def setPreferableTarget(self, target):
        self.device.append(target)

    def setParams(self, params):
        self.given.append((params.codecBlock, params.codecOffset))

    def getAblation(self):
        return types.SimpleNamespace(inputSize=(28, 28))

    def classify(self, frame, roi=None):
        self.frames.append(frame)
        self.regions.append(roi)
        return Certificate(frame)


def stand_in():
    with open(os.path.join(SAMPLES, "..", "modules/derand/include/opencv2/derand/version.hpp")) as f:
        version = re.search('#define CV_DERAND_VERSION "(.*)"', f.read())[1]

    def square(region, _):  # the model's input is one
        side = min(region[2:])
        return (region[2] - side) // 2, (region[3] - side) // 2, side, side

    return types.SimpleNamespace(CertifiedClassifier=Classifier, getVersion=lambda: version, centredPart=square)


class Samples(unittest.TestCase):
    def setUp(self):
        self.before, self.folder = os.getcwd(), tempfile.mkdtemp()
        os.chdir(self.folder)
        cv.derand = stand_in()
        Classifier.channels, Classifier.block, Classifier.offset = 1, (1, 1), (0, 0)
        Classifier.frames, Classifier.given, Classifier.device = [], [], []

    def tearDown(self):
        os.chdir(self.before)
        shutil.rmtree(self.folder)

    def run_program(self, program, *arguments):
        """Exit code (an error's text counts as 1), what it printed, and the error."""
        out, err = io.StringIO(), io.StringIO()
        sys.argv = [program.__name__ + ".py"] + list(arguments)
        code, message = 0, ""
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                program.main()
            except SystemExit as end:
                code, message = (1, end.code) if isinstance(end.code, str) else (end.code or 0, "")
        return code, out.getvalue(), err.getvalue() + message

    def video(self, *arguments):
        return self.run_program(certify_video, "--headless", *arguments)

    def refused(self, text, program, *arguments):
        code, _, err = self.run_program(program, *arguments)
        self.assertEqual(code, 1, arguments)
        self.assertIn(text, err)

    def lines(self, name):
        with open(name) as f:
            records = [json.loads(line) for line in f]
        if CHECK:
            self.assertEqual(json_schema.faults(CHECK, records), [], name)
        return records

    def test_command_lines_are_strict(self):
        for wrong in ("--patch=1e2", "--patch=5x", "--patch=0", "--patch=-1", "--patch=5.5", "--patch=\u0663", "--patch= 5",
                      "--pat=5", "--pach=5", "more"):
            self.refused("certify_image.py", certify_image, MODEL, "p.png", wrong)
        for wrong in ("--patch=60px", "--roi=1,2,3", "--roi=1,2,3,4x", "--roi=1,2,0,4", "--frames=-1", "--frames=1_0", "--quiet=maybe",
                      "--headless=", "more", "--record=x.gif"):
            self.refused("certify_video.py", certify_video, "0", wrong)
        self.refused("twice", certify_image, MODEL, "p.png", "--patch=5", "--patch=6")
        parser = command_line.Parser()
        parser.add_flag("--flag")
        parser.add_argument("word")
        for given, value in (([], False), (["--flag"], True), (["--flag=false"], False), (["--flag=yes"], True)):
            self.assertEqual(parser.parse_args(given + ["w"]).flag, value)
        self.assertEqual(command_line.size("5x7"), (5, 7))
        self.assertEqual(command_line.size("5"), (5, 5))

    def test_sources_are_told_by_what_they_are(self):
        for kind, names in (
                (sources.CAMERA, ("0", "12")), (sources.PICTURES, ("a_%03d.png", "100%done/%d.png")),
                (sources.FILE, ("clip.mp4", "C:\\a.mp4", "C:/a.mp4", "my%20clip.mp4", "100%.mp4", "pipe:0", "2024")),
                (sources.LIVE, ("rtsp://a", "RTMP://a", "udp://@:1", "v4l2:///dev/video0", "a ! b")),
                (sources.ADDRESS, ("http://a/b.mp4", "https://a/%d.png", "ftp://a/b", "http://a/b!c"))):
            for name in names:
                self.assertEqual(sources.parse_source(name), (kind, name))
        self.assertEqual(sources.parse_source("file:///no/a%20b.mp4"), (sources.FILE, "/no/a b.mp4"))
        self.assertEqual(sources.parse_source("file://localhost/a.mp4"), (sources.FILE, "/a.mp4"))
        self.assertEqual(sources.parse_source("file:///C:/a.mp4"), (sources.FILE, "C:/a.mp4"))
        for name in ("my%20clip.mp4", "%d.mp4", "a!b.mp4"):
            open(name, "w").close()
            self.assertEqual(sources.parse_source(name), (sources.FILE, name))
            self.assertEqual(sources.parse_source("file:" + name), (sources.FILE, name))
        open("http:a.mp4", "w").close()
        self.assertEqual(sources.parse_source("http:a.mp4"), (sources.FILE, "./http:a.mp4"))
        open("live.m3u8", "w").close()
        self.assertEqual(sources.parse_source("live.m3u8")[0], sources.ADDRESS)
        cv.imwrite("a.png", np.zeros((9, 9), np.uint8))
        self.assertEqual(sources.parse_source("a.png")[0], sources.PICTURES)
        os.symlink("/dev/null", "camera")
        self.assertEqual(sources.parse_source("camera")[0], sources.LIVE)
        os.mkdir("folder")
        self.assertEqual(sources.parse_source("folder"), (sources.PICTURES, "folder"))

    def test_times_are_the_containers_or_estimated(self):
        times = sources.FrameTimes(1)
        for position, expected, estimated in ((1, 0, False), (1.5, .5, False), (1.7, .7, False), (0, .9, True), (0, 1.1, True)):
            times.add(position)
            self.assertAlmostEqual(times.time, expected)
            self.assertEqual(times.estimated, estimated)
        raw = sources.FrameTimes(.1)
        for i in range(5):
            raw.add(-7e15 + i)
            self.assertAlmostEqual(raw.time, .1 * i)
            self.assertTrue(raw.estimated)

    def test_outputs_that_are_inputs_are_refused(self):
        for name in ("clip.avi", "a1.png", "a2.png"):
            open(name, "w").close()
        os.link("clip.avi", "hard.avi")
        os.symlink("clip.avi", "soft.json")
        os.link("a2.png", "hard.json")
        here = os.getcwd()
        for source, output in (("clip.avi", "--json=clip.avi"), ("clip.avi", "--record=hard.avi"), ("clip.avi", "--json=soft.json"),
                               ("clip.avi", "--json=%s/./clip.avi" % here), ("file://%s/clip.avi" % here, "--json=clip.avi"),
                               ("a%d.png", "--json=a1.png"), ("a%d.png", "--json=a3.png"), ("a%d.png", "--json=hard.json"),
                               ("concat:x|clip.avi", "--json=clip.avi"), ("filesrc location=clip.avi ! appsink", "--json=clip.avi"),
                               ("0", "--json=" + MODEL), ("0", "--json=" + MODEL[:-5] + ".yml")):
            self.refused("--", certify_video, source, output)
        self.refused("same file", certify_video, "0", "--json=o.avi", "--record=./o.avi")
        self.assertEqual([os.path.getsize(name) for name in ("clip.avi", "a1.png", "a2.png")], [0, 0, 0])
        self.assertEqual(sorted(os.listdir(".")), ["a1.png", "a2.png", "clip.avi", "hard.avi", "hard.json", "soft.json"])

    def test_pictures_are_read_alike(self):
        cv.imwrite("16.png", np.full((9, 9), 40000, np.uint16))
        cv.imwrite("alpha.png", np.full((9, 9, 4), 99, np.uint8))
        for name in ("16.png", "alpha.png"):
            for channels, flag in ((1, cv.IMREAD_GRAYSCALE), (3, cv.IMREAD_COLOR)):
                self.assertTrue((files.read_picture(name, channels) == cv.imread(name, flag)).all())
        cv.imwrite("float.tiff", np.full((9, 9), .5, np.float32))
        self.assertRaisesRegex(ValueError, "float.tiff: is a float32", files.read_picture, "float.tiff", 1)
        self.assertRaisesRegex(ValueError, "float.tiff", files.read_picture, "float.tiff", 3)  # OpenCV 4.6 cannot at all
        self.assertRaisesRegex(ValueError, "4 channels", files.read_picture, "16.png", 4)
        self.refused("float32", certify_image, MODEL, "float.tiff")
        code, _, err = self.video("float.tiff")
        self.assertEqual(code, 3)
        self.assertIn("float.tiff: is a float32", err)

    def test_a_folder_is_read_in_the_order_of_its_names(self):
        os.makedirs("folder/deeper")
        for name, grey in (("b.png", 2), ("a.png", 1), ("deeper/c.png", 4), ("picture", 3)):
            cv.imwrite("p.png", np.full((9, 9), grey, np.uint8))
            os.rename("p.png", os.path.join("folder", name))
        for name in ("aa.png", "notes.txt"):
            with open("folder/" + name, "w") as f:
                f.write("no picture")
        code, _, err = self.video("folder", "--json=o.json")
        self.assertEqual((code, [frame[0, 0] for frame in Classifier.frames]), (0, [1, 2, 3]))
        self.assertIn("left out: " + os.path.join("folder", "aa.png"), err)
        self.assertIn("folder: end after 3 frames", err)
        self.assertEqual(self.lines("o.json")[-1]["skippedFrames"], 1)
        self.refused("inside the folder", certify_video, "folder", "--json=folder/o.json")
        os.mkdir("empty")
        self.refused("empty: has no pictures", certify_video, "empty")

    def test_devices_are_those_of_opencv(self):
        cv.imwrite("a.png", np.full((60, 60), 200, np.uint8))
        os.mkdir("in")
        cv.imwrite("in/a.png", np.full((60, 60), 200, np.uint8))
        programs = [(certify_image, [MODEL, "a.png"]), (certify_video, ["a.png", "--headless"])]
        if matplotlib:
            programs.append((certify_folder, [MODEL, "in", "--out=out"]))
        for program, arguments in programs:
            for options, expected in (([], [cv.dnn.DNN_BACKEND_DEFAULT, cv.dnn.DNN_TARGET_CPU]),
                                      (["--backend=opencv"], [cv.dnn.DNN_BACKEND_OPENCV, cv.dnn.DNN_TARGET_CPU])):
                Classifier.device = []
                self.assertEqual(self.run_program(program, *arguments, *options)[0], 0)
                self.assertEqual(Classifier.device, expected)
            self.refused("--backend=opencv --target=cuda: not available", program, *arguments, "--backend=opencv", "--target=cuda")
            self.refused("invalid choice: 'gpu'", program, *arguments, "--backend=gpu")
            help_text = self.run_program(program, "--help")[1]
            for name in list(device.BACKENDS) + list(device.TARGETS):
                self.assertIn(name, help_text)

    def test_recordings_have_the_size_of_the_source(self):
        for size in ((480, 640), (1080, 1920), (60, 80)):
            cv.imwrite("a.png", np.full(size, 200, np.uint8))
            self.assertEqual(self.video("a.png", "--record=o.avi")[0], 0)
            picture = cv.VideoCapture("o.avi").read()[1]
            self.assertEqual(picture.shape[:2], size)
            text = (picture < 120).all(axis=2)  # ink, on the panel, at the bottom left
            self.assertEqual(text[-size[0] // 3:, :size[1] // 2].any(), size[0] > 60)

    def test_nobody_votes(self):
        cv.imwrite("black.png", np.zeros((60, 60), np.uint8))
        cv.imwrite("white.png", np.full((60, 60), 255, np.uint8))
        code, out, _ = self.run_program(certify_image, MODEL, "black.png")
        self.assertEqual(code, 0)
        self.assertIn("abstains", out)
        self.assertNotIn("one", out)
        self.assertIn("label:      one", self.run_program(certify_image, MODEL, "white.png")[1])
        self.assertEqual(self.video("black.png", "--json=o.json")[0], 0)
        _, frame, totals = self.lines("o.json")
        for field in ("label", "class", "runnerUp", "runnerUpClass"):
            self.assertIsNone(frame[field])
        self.assertEqual((frame["abstained"], frame["largestPatch"], frame["certified"]), (True, 0, False))
        self.assertEqual((frame["rejected"], frame["silent"], frame["lead"]), (False, False, 0))
        self.assertEqual((totals["abstainedFrames"], totals["certifiedFrames"], totals["silentFrames"]), (1, 0, 0))

    def test_none_of_these(self):
        image = np.zeros((60, 60), np.uint8)
        image[30, 30] = 255
        cv.imwrite("dot.png", image)
        _, out, _ = self.run_program(certify_image, MODEL, "dot.png", "--patch=30x30")
        self.assertIn("label:      none of these\nvotes:      0 of 28, 4 for one\n", out)
        self.assertIn("the lead is 17, it can take up to 62", out)
        self.assertEqual(self.video("dot.png", "--json=o.json", "--patch=9x9")[0], 0)
        _, frame, totals = self.lines("o.json")
        self.assertEqual((frame["label"], frame["runnerUp"], frame["runnerUpClass"], frame["lead"]), (None, 1, "one", 17))
        self.assertEqual((frame["abstained"], frame["rejected"], frame["certified"], frame["silent"]), (False, True, True, True))
        self.assertEqual([totals[key] for key in ("abstainedFrames", "rejectedFrames", "silentFrames", "certifiedFrames")], [0, 1, 1, 1])

    def test_json_is_that_of_the_program(self):
        for i, size in ((0, (60, 80)), (1, (60, 80)), (2, (70, 60)), (4, (60, 60))):
            cv.imwrite("%d.png" % i, np.full(size, 200, np.uint8))
        arguments = ["%d.png", "--headless", "--patch=5x7", "--model=" + MODEL]
        self.assertEqual(self.video(*arguments[:1] + arguments[2:], "--json=python.json", "--record=o.avi")[0], 4)
        code = subprocess.call([os.path.join(BIN, "certify_video")] + arguments + ["--json=c++.json"],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.assertEqual(code, 4)
        python, program = self.lines("python.json"), self.lines("c++.json")
        self.assertEqual(len(python), len(program))
        for one, other in zip(python, program):
            self.assertEqual(list(one), list(other))
            for key in ("schema", "type", "version", "model", "frame", "timeSeconds", "timeEstimated", "frameSize", "roi", "askedPatch",
                        "skippedFrames", "droppedFrames", "frames", "ending"):
                self.assertEqual(one.get(key), other.get(key))
        # The stand-in has the settings of the file; the program adds those that are in force.
        python, program = python[0]["settings"], program[0]["settings"]
        self.assertEqual(python["ablation"], program["ablation"])
        self.assertEqual([key for key in program["params"] if key in python["params"]], list(python["params"]))
        self.assertEqual([program["params"][key] for key in ("mean", "threshold", "voteRule", "swapRB")],
                         [python["params"][key] for key in ("mean", "threshold", "voteRule", "swapRB")])
        self.assertTrue(cv.VideoCapture("o.avi").read()[0])

    def test_regions_outside_the_frame_are_refused(self):
        cv.imwrite("a.png", np.full((60, 80), 200, np.uint8))
        for roi, expected in (("whole", [0, 0, 80, 60]), ("centre", [10, 0, 60, 60]), ("70,50,10,10", [70, 50, 10, 10])):
            self.assertEqual(self.video("a.png", "--roi=" + roi, "--json=o.json")[0], 0)
            self.assertEqual(self.lines("o.json")[1]["roi"], expected)
        for roi in ("70,50,11,10", "70,50,10,11", "80,0,1,1"):
            code, _, err = self.video("a.png", "--roi=" + roi)
            self.assertEqual(code, 1)
            self.assertIn("does not lie inside the frame", err)

    def test_blocks_of_a_codec_stay_where_they_are(self):
        Classifier.channels, Classifier.block, Classifier.offset = 3, (16, 8), (3, 0)
        writer = cv.VideoWriter("clip.avi", cv.VideoWriter_fourcc(*"MJPG"), 10, (64, 48))
        for i in range(4):
            writer.write(np.full((48, 64, 3), 60 * i, np.uint8))
        writer.release()
        self.assertEqual(self.video("clip.avi", "--roi=20,9,30,30", "--json=o.json")[0], 0)
        self.assertEqual((Classifier.given[-1], Classifier.regions[-1]), (((16, 8), (3, 0)), (20, 9, 30, 30)))
        self.assertEqual([line["timeSeconds"] for line in self.lines("o.json")[1:5]], [0, .1, .2, .3])
        cv.imwrite("a.png", np.full((60, 80, 3), 200, np.uint8))
        self.video("a.png", "--roi=20,9,30,30")
        self.assertEqual(Classifier.given[-1], ((16, 16), (-1, -1)))

    def make_folder(self):
        """Three pictures: one is certified against 9 x 9, one abstains, one is rejected."""
        os.mkdir("in")
        dot = np.zeros((40, 60), np.uint8)
        dot[20, 30] = 255
        for name, picture in (("a.png", np.full((40, 60), 200, np.uint8)), ("b.png", 0 * dot), ("c.png", dot)):
            cv.imwrite(os.path.join("in", name), picture)
        with open("in/readme.txt", "w") as f:
            f.write("not a picture")

    @unittest.skipUnless(matplotlib, "there is no matplotlib")
    def test_a_folder_is_certified_and_plotted(self):
        self.make_folder()
        code, out, err = self.run_program(certify_folder, MODEL, "in", "--out=out", "--patch=9")
        self.assertEqual((code, err), (0, ""))
        self.assertRegex(out, "(?m)^a.png +one +20/28 +9 px certified$")
        self.assertRegex(out, "(?m)^b.png +abstains +0/28 +0 px ALARM$")
        self.assertRegex(out, "(?m)^c.png +none of these +0/28 +9 px certified$")
        self.assertIn("3 pictures, 66.7 % certified against 9 x 9 px patches", out)
        x, y = certify_folder.variables["share_figure"].axes[0].lines[0].get_data()
        np.testing.assert_allclose(x, range(1, 11))
        np.testing.assert_allclose(y, [200 / 3] * 9 + [0])
        titles = [axes.get_title().split("\n")[0] for axes in certify_folder.variables["grid"].flat]
        self.assertEqual(titles, ["b.png", "a.png", "c.png"])  # the least certain one first
        self.assertEqual(sorted(os.listdir("out")), ["least_certain.png", "share.png"])
        self.assertGreater(cv.imread("out/share.png").std(), 1)

    @unittest.skipUnless(matplotlib, "there is no matplotlib")
    def test_the_map_marks_where_a_patch_is_centred(self):
        self.make_folder()
        for patch, marked in (("9", 0), ("11x21", 1)):
            os.remove("in/b.png") if os.path.exists("in/b.png") else None
            self.assertEqual(self.run_program(certify_folder, MODEL, "in", "--out=out", "--show=1", "--patch=" + patch)[0], 0)
            map_of_the_patch = certify_folder.variables["grid"][0, 0].images[1]
            self.assertEqual((~np.ma.getmaskarray(map_of_the_patch.get_array())).any(), marked)
            picture = cv.imread("out/least_certain.png").astype(int)
            self.assertEqual((picture[..., 2] - picture[..., 1] > 100).any(), marked)  # red
        # 50 x 20 places; the first has its centre at (5, 10).
        self.assertEqual(map_of_the_patch.get_array().shape, (20, 50))
        np.testing.assert_allclose(map_of_the_patch.get_extent(), (4.5, 54.5, 29.5, 9.5))

    @unittest.skipUnless(matplotlib, "there is no matplotlib")
    def test_a_picture_that_cannot_be_read_is_named(self):
        self.make_folder()
        with open("in/d.png", "wb") as f:
            f.write(b"no picture")
        code, out, err = self.run_program(certify_folder, MODEL, "in", "--out=out")
        self.assertEqual(code, 1)
        self.assertIn("left out: in/d.png: cannot be decoded", err)
        self.assertIn("3 pictures", out)
        self.assertTrue(os.path.exists("out/share.png"))
        for folder, text in (("nowhere", "is not a folder"), (".", "has no pictures")):
            self.refused(text, certify_folder, MODEL, folder, "--out=out")
        self.refused("no model", certify_folder, "missing.onnx", "in", "--out=out")
        for wrong in ("--patch=0", "--show=0", "--show=51", "--pach=5", "more"):
            self.refused("certify_folder.py", certify_folder, MODEL, "in", wrong)
        shutil.copy("in/a.png", "in/share.png")
        self.refused("it would overwrite", certify_folder, MODEL, "in", "--out=in")

    @unittest.skipUnless(matplotlib, "there is no matplotlib")
    def test_the_map_of_a_patch_larger_than_the_picture_is_in_the_middle(self):
        self.make_folder()
        self.assertEqual(self.run_program(certify_folder, MODEL, "in", "--out=out", "--show=1", "--patch=11x90")[0], 0)
        self.assertEqual(certify_folder.variables["grid"][0, 0].images[1].get_extent(), (4.5, 54.5, 20, 19))

    def test_says_how_to_get_matplotlib(self):
        self.make_folder()
        hidden = {name: sys.modules[name] for name in sys.modules if name.split(".")[0] == "matplotlib"}
        sys.modules.update(dict.fromkeys(list(hidden) + ["matplotlib"]))
        try:
            self.refused("pip install matplotlib", certify_folder, MODEL, "in", "--out=out")
        finally:
            del sys.modules["matplotlib"]
            sys.modules.update(hidden)

    def test_says_how_to_get_the_module(self):
        del cv.derand
        for program, arguments in ((certify_image, [MODEL, "a.png"]), (certify_video, []), (certify_folder, [MODEL, "."])):
            self.refused("building.md", program, *arguments)
            self.assertEqual(self.run_program(program, "--help")[0], 0)


if __name__ == "__main__":
    unittest.main()
