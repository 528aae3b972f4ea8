#!/usr/bin/env python3
# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.
"""Do all programs write the JSON described in doc/json.md and doc/certificate.schema.json? Skipped without python3-jsonschema;
certify_video.py, which needs cv2, is in check_samples.py.

    test/check_json.py FOLDER_OF_THE_PROGRAMS
"""
import copy
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import zlib

import json_schema

BIN = os.path.abspath(sys.argv.pop(1))
HERE = os.path.dirname(os.path.abspath(__file__))
DOC = os.path.join(HERE, "..", "doc")
MODEL = os.path.join(HERE, "..", "samples", "models", "mnist_column_s2_small.onnx")
CHECK = json_schema.validator()


def gradient(file, shift):
    with open(file, "wb") as f:
        f.write(b"P5 30 28 255\n" + bytes((9 * x + 5 * y + 40 * shift) % 256 for y in range(28) for x in range(30)))


class Records(unittest.TestCase):
    def setUp(self):
        self.before, self.folder = os.getcwd(), tempfile.mkdtemp()
        os.chdir(self.folder)
        for label in range(3):
            os.makedirs("set/%d" % label)
            gradient("set/%d/picture.pgm" % label, label)

    def tearDown(self):
        os.chdir(self.before)
        shutil.rmtree(self.folder)

    def run_program(self, name, *arguments):
        return subprocess.run([os.path.join(BIN, name)] + list(arguments), check=True, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL).stdout

    def valid(self, text):
        records = [json.loads(line) for line in text.decode().splitlines()]
        self.assertEqual(json_schema.faults(CHECK, records), [])
        for record in records[1:-1]:
            side = max(record["askedPatch"])
            self.assertEqual(record["certified"], side <= record["largestPatch"] and not record["abstained"])
        return records

    def certify(self, *arguments):
        return self.valid(self.run_program("derand_certify", "--model=" + MODEL, "--json", *arguments))

    def video(self, *arguments):
        self.run_program("certify_video", "scene", "--headless", "--json=video.json", "--frames=40", *arguments)
        with open("video.json", "rb") as f:
            return self.valid(f.read())

    def settings(self, name, pattern, replacement):
        with open(MODEL[:-5] + ".yml", encoding="utf-8") as f:
            text = f.read()
        with open(name, "w", encoding="utf-8") as f:
            f.write(re.sub(pattern, lambda _: replacement, text))

    def test_of_derand_certify(self):
        run, *frames, totals = self.certify("--theta=.25", "--rule=margin", "--patch=2x1", "--patches=1-3", "set")
        with open(MODEL, "rb") as f:
            self.assertEqual(run["model"], {"file": os.path.basename(MODEL), "checksum": "%08x" % zlib.crc32(f.read())})
        self.assertEqual((run["settings"]["params"]["threshold"], run["settings"]["params"]["rule"]), (.25, "margin"))
        self.assertEqual(run["settings"]["params"]["labels"], [str(digit) for digit in range(10)])
        self.assertEqual([(frame["truth"], frame["frameSize"], frame["askedPatch"]) for frame in frames],
                         [(label, [30, 28], [2, 1]) for label in range(3)])
        self.assertEqual([line["patch"] for line in totals["patches"]], [[1, 1], [2, 2], [3, 3]])
        self.assertEqual(totals["rightFrames"], sum(frame["right"] for frame in frames))
        certified = [frame["right"] for frame in frames if frame["certified"]]
        self.assertEqual((totals["certifiedFrames"], totals["certifiedWrongFrames"]), (sum(certified), certified.count(False)))

    def test_of_pictures_without_labels_and_of_totals_only(self):
        _, frame, totals = self.certify("set/1/picture.pgm")
        self.assertNotIn("truth", frame)
        self.assertNotIn("rightFrames", totals)
        self.assertEqual([record["type"] for record in self.certify("--quiet", "set")], ["run", "totals"])

    def test_of_models_that_abstain_or_have_no_names(self):
        _, *frames, totals = self.certify("--theta=1", "set")
        self.assertEqual(([frame["abstained"] for frame in frames], totals["abstainedFrames"]), ([True] * 3, 3))
        self.settings("unnamed.yml", "labels: .*", "labels: []")
        run, *frames, _ = self.certify("--config=unnamed.yml", "set")
        self.assertEqual(run["settings"]["params"].get("labels"), [])
        self.assertEqual({frame["class"] for frame in frames}, {None})
        self.assertNotIn(None, {frame["label"] for frame in frames})

    def test_of_names_that_are_not_plain(self):
        self.settings("odd.yml", "labels: .*", 'labels: [ "\\"0\\"", "\\\\1", "\u00fc", "3", "4", "5", "6", "7", "8", "9" ]')
        name = b"a\xff\"\\ .pgm"
        shutil.copy("set/0/picture.pgm", name)
        run, frame, _ = self.certify("--config=odd.yml", name)
        self.assertEqual(run["settings"]["params"]["labels"][:3], ['"0"', "\\1", "\u00fc"])
        self.assertEqual(frame["image"], "a\ufffd\"\\ .pgm")

    def test_of_certify_video(self):
        run, *frames, totals = self.video("--sticker=80", "--dilation=1")
        self.assertEqual((run["program"], run["settings"]["params"]["dilation"]), ("certify_video", 1))
        self.assertEqual([frame["frame"] for frame in frames], list(range(40)))
        self.assertEqual(totals["coveredFrames"], sum("withoutSticker" in frame for frame in frames))
        self.assertGreater(totals["coveredFrames"], 20)
        self.assertEqual(totals["changedFrames"], sum(frame["label"] != frame.get("withoutSticker", frame)["label"] for frame in frames))
        self.assertEqual(totals["brokenFrames"], 0)
        self.assertEqual(totals["reusedAblations"], sum(frame["reusedAblations"] for frame in frames))
        self.assertGreater(totals["reusedAblations"], 0)
        shutil.copy(MODEL, "strips.onnx")
        self.settings("strips.yml", "chunk: .*", "chunk: 0\n   onePass: 0")  # chunks are smaller than parts of one pass
        _, *frames, _ = self.video("--model=strips.onnx", "--early-stop=20")
        self.assertTrue(any(frame["evaluatedAblations"] + frame["reusedAblations"] < frame["ablations"] for frame in frames))

    def test_what_is_missing_unknown_or_contradictory_is_refused(self):
        records = self.video("--sticker=80")
        covered = next(record for record in records if "withoutSticker" in record)
        labelled = self.certify("set")
        kinds = {"run": records[0], "frame": covered, "totals": records[-1], "image": labelled[1], "table": labelled[-1]}
        for kind, record in kinds.items():
            self.assertTrue(CHECK.is_valid(record), kind)
            for field in record:
                less = {key: value for key, value in record.items() if key != field}
                optional = field in ("certifiedWrongFrames", "rightFrames")
                self.assertEqual(CHECK.is_valid(less), optional, "%s without %s" % (kind, field))
                self.assertFalse(CHECK.is_valid(dict(record, **{field: {"no": "such"}})), field)
            self.assertFalse(CHECK.is_valid(dict(record, unknown=1)), kind)
        for changes in ({"abstained": True}, {"label": None}, {"label": -1}, {"votes": 0}, {"askedPatch": [0, 5]}, {"askedPatch": 5},
                        {"schema": "derand/2"}, {"image": "a.png"}, {"roi": [0, 0, 0, 5]}, {"certified": 1}, {"frameSize": [1, 2, 3]}):
            self.assertFalse(CHECK.is_valid(dict(covered, **changes)), changes)
        inner = copy.deepcopy(covered)
        del inner["withoutSticker"]["votes"]
        self.assertFalse(CHECK.is_valid(inner))
        self.assertNotEqual(json_schema.faults(CHECK, records[1:]), [])
        self.assertNotEqual(json_schema.faults(CHECK, records[:-1]), [])

    def test_the_page_documents_every_field_and_no_other(self):
        with open(json_schema.SCHEMA) as f:
            schema = json.load(f)
        names = set()

        def walk(node):
            if isinstance(node, dict):
                for key, value in node.items():
                    names.update(value if key == "properties" else [])
                    walk(value)
            elif isinstance(node, list):
                for value in node:
                    walk(value)

        walk(schema)
        with open(os.path.join(DOC, "json.md"), encoding="utf-8") as f:
            documented = set(re.findall(r"^\| `(\w+)`", f.read(), re.MULTILINE))
        inside = {"format", "modelChecksum", "params", "ablation", "width", "stride", "wrap", "inputSize"}  # of settings: settings.md
        self.assertEqual(names - inside, documented)


if __name__ == "__main__":
    if CHECK is None:
        sys.exit(77)
    unittest.main()
