"""The attack of samples/train/attack.py: it works, it keeps to its rules, and it can break what is not a certificate.

    python3 test/check_attack.py FOLDER_OF_THE_PROGRAMS

Attacks MNIST digits of $DERAND_TEST_DATA, or without it digits that derand_demo draws. Needs PyTorch; exit code 77:
skipped without it.
"""
import os
import stat
import subprocess
import sys
import tempfile
import tomllib
import unittest
import warnings
from pathlib import Path
from unittest import mock

REPOSITORY = Path(__file__).resolve().parents[1]
TRAIN, MODELS = REPOSITORY / "samples/train", REPOSITORY / "samples/models"
sys.path.insert(0, str(TRAIN))
try:
    import cv2
    import numpy as np
    import torch
    from torch import nn

    from derand_training import attack_rows, attacks, export, net, onnx_net, recipe
    from derand_training.ablation import Ablation
    from derand_training.errors import TrainingError
except ImportError as error:
    print(f"SKIPPED: {error}; install PyTorch, onnx, NumPy and OpenCV's Python package, or "
          "give CMake another -DDERAND_PYTHON")
    sys.exit(77)

PROGRAMS = Path(sys.argv.pop(1)).resolve()
CPU = torch.device("cpu")


class Operators(nn.Module):
    """Everything that OnnxNet reads of an ONNX file."""

    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Conv2d(2, 8, (3, 2), (2, 1), (1, 0)), nn.Conv2d(8, 8, 3, 1, 2, 2, groups=4)
        self.norm, self.batch = nn.InstanceNorm2d(8, affine=True), nn.BatchNorm2d(8)
        for value in (self.batch.weight, self.batch.bias, self.batch.running_mean, self.batch.running_var):
            nn.init.uniform_(value, 0.5, 2)  # equal ones would be written once
        self.scale, self.head = nn.Linear(8, 8), nn.Linear(24, 5)

    def forward(self, x):
        x = torch.relu(self.first(x.transpose(2, 3)))
        x = torch.relu(self.batch(x + self.norm(self.second(x))))
        mean = x.mean((2, 3))
        wide = nn.functional.avg_pool2d(x, 2, 2, 1)
        wide = nn.functional.adaptive_avg_pool2d(nn.functional.max_pool2d(wide, 3, 1, 1), 1).flatten(1)
        code = torch.rsqrt(torch.sigmoid(self.scale(mean)))
        return self.head(torch.cat([wide * code - mean, code, torch.softmax(mean, 1)], 1))[:, :4]


class CheckAttack(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.work = Path(folder.name)
        mnist = Path(os.environ.get("DERAND_TEST_DATA", "")) / "mnist"
        if os.environ.get("DERAND_TEST_DATA") and mnist.is_dir():
            cls.data = ["--set=mnist", f"--data={mnist}", "--images=0:12"]
        else:
            subprocess.run([PROGRAMS / "derand_demo", f"--models={MODELS}", f"--out={cls.work}", "--budget=100"],
                           check=True, stdout=subprocess.DEVNULL)
            for digit in range(10):
                picture = cls.work / "digits/test" / str(digit) / "digit.png"
                picture.parent.mkdir(parents=True)
                (cls.work / f"digit_{digit}.png").rename(picture)
            cls.data = ["--set=pictures", f"--data={cls.work / 'digits'}", "--images=0:10"]

    def run_attack(self, out, *options, program=PROGRAMS / "derand_certify"):
        return subprocess.run(
            [sys.executable, TRAIN / "attack.py", f"--model={MODELS / 'mnist_column_s2.onnx'}", *self.data,
             f"--out={self.work / out}", f"--derand_certify={program}", "--threads=1", *options],
            capture_output=True, text=True)

    def rows(self, out, model, kind):
        return [row for row in attack_rows.read_rows(self.work / out)[1] if (row.model, row.attack) == (model, kind)]

    def test_attack(self):
        done = self.run_attack("all.csv", f"--undefended={MODELS / 'baselines/mnist_plain.onnx'}", "--restarts=4", "--steps=20",
                               "--round=2", "--radii=1,24", "--linf-steps=12", "--linf-step=2")
        self.assertEqual(done.returncode, 0, done.stderr)
        smoothed, plain = (self.rows("all.csv", model, "patch") for model in ("mnist_column_s2", "mnist_plain"))
        self.assertTrue(any(row.label == row.truth != row.attacked for row in plain), "nothing fooled the plain net")
        self.assertTrue(any(row.certified and row.restarts == 4 for row in smoothed), "nothing certified was attacked")
        for row in smoothed:
            self.assertFalse(row.broken or (row.certified and row.attacked != row.label), row)
        changed = {size: sum(row.attacked != row.label for row in self.rows("all.csv", "mnist_column_s2", "linf")
                             if row.size == size) for size in ("1", "24")}
        self.assertLess(changed["1"], changed["24"])

    def test_parts(self):
        """Parts of a run, one of them stopped while it wrote, give the table of the whole."""
        options = ("--restarts=1", "--steps=5", "--radii=")
        end = int(self.data[-1].split(":")[1])
        for name, images in (("whole.csv", f"0:{end}"), ("first.csv", f"0:{end - 3}"), ("rest.csv", f"{end - 3}:{end}")):
            self.assertEqual(self.run_attack(name, *options, f"--images={images}").returncode, 0)
        first = self.work / "first.csv"
        first.write_text(first.read_text()[:-9])
        self.assertEqual(self.run_attack(first.name, *options, f"--images=0:{end - 3}").returncode, 0)
        merged = attack_rows.merged([first, self.work / "rest.csv"])
        self.assertEqual(attack_rows.table(merged, True), attack_rows.table(attack_rows.merged([self.work / "whole.csv"]), True))
        other = self.run_attack(first.name, *options, "--seed=2")
        self.assertEqual(other.returncode, 1)
        self.assertIn("belongs to another run", other.stderr)

    def test_colour_rows_and_blocks(self):
        """Nets with random weights: PyTorch and OpenCV must agree on their votes, of every kind."""
        generator = np.random.default_rng(0)
        for i in range(12):
            picture = self.work / "colour/test" / f"class_{i % 3}" / f"{i}.png"
            picture.parent.mkdir(parents=True, exist_ok=True)
            cv2.imwrite(str(picture), generator.integers(0, 256, (10, 12, 3), np.uint8))
        for kind, encoding, swap, stride, wrap in (("row", "strip", 0, 1, True), ("block", "strip", 1, 2, False),
                                                   ("block", "complement", 1, 1, True)):
            torch.manual_seed(0)
            table = tomllib.loads((TRAIN / "recipes/mnist_column_s2.toml").read_text(encoding="utf-8"))
            name, table["data"]["labels"] = f"{kind}_{encoding}", ["class_0", "class_1", "class_2"]
            table["data"]["shape"] = [3, 10, 12]
            table["settings"] |= {"threshold": 0.34, "swap_rb": swap}
            table["model"] |= {"position": encoding == "strip", "standardise": encoding == "strip",
                               "transpose": False, "dense_width": 8,
                               "stages": [[8, [0, 0] if encoding == "strip" else [3, 3], [1, 1]]]}
            made = recipe.completed(table | {"name": name})
            ablation = Ablation(kind, 3, encoding, 12, 10, stride, wrap)
            random_net = net.make_net(made, ablation, 3)
            nn.init.normal_(random_net.head.weight)
            export.export(made, ablation, random_net, 3, self.work)
            done = self.run_attack(
                f"{name}.csv", f"--model={self.work / name}.onnx", "--set=pictures",
                f"--data={self.work / 'colour'}", "--images=0:12", "--patch=4x3", "--restarts=2", "--steps=3",
                "--radii=2", "--bfloat16")
            self.assertEqual(done.returncode, 0, done.stderr)
            rows = self.rows(f"{name}.csv", name, "patch")
            self.assertEqual(len(rows), 12)
            self.assertTrue(any(row.restarts for row in rows), f"{name}: nothing was attacked")

    def test_false_certificate_is_broken(self):
        """A program that certifies against 1 x 1 and claims 9 x 9 is caught."""
        liar = self.work / "liar"
        liar.write_text(f"""#!/usr/bin/env bash
set -euo pipefail
'{PROGRAMS / "derand_certify"}' "${{@/--patch=9x9/--patch=1x1}}" | sed 's/"askedPatch":\\[1,1\\]/"askedPatch":[9,9]/'
""")
        liar.chmod(liar.stat().st_mode | stat.S_IXUSR)
        options = ("--patch=9x9", "--restarts=4", "--steps=20", "--radii=")
        done = self.run_attack("liar.csv", *options, program=liar)
        self.assertEqual(done.returncode, 1)
        self.assertIn("CERTIFICATES WERE BROKEN", done.stderr)
        broken = [row for row in self.rows("liar.csv", "mnist_column_s2", "patch") if row.broken]
        self.assertTrue(broken)
        for row in broken:
            clean, attacked = (cv2.imread(str(self.work / "liar.broken" / f"mnist_column_s2_{row.image}_{what}.png"),
                                          cv2.IMREAD_UNCHANGED) for what in ("clean", "attacked"))
            x, y, width, height = cv2.boundingRect((clean != attacked).astype(np.uint8))
            self.assertLessEqual(max(width, height), 9)
        # Read from the file, it is still an error.
        table = subprocess.run([sys.executable, TRAIN / "attack.py", "--table", self.work / "liar.csv"],
                               capture_output=True, text=True)
        self.assertEqual(table.returncode, 1)
        honest = self.run_attack("honest.csv", *options)
        self.assertEqual(honest.returncode, 0, honest.stderr)

    def test_rules(self):
        clean = np.random.default_rng(0).integers(0, 256, (2, 3, 8, 9), np.uint8)
        attacked, rectangles = clean.copy(), np.array([[2, 3, 4, 5], [0, 0, 4, 5]])
        attacked[0, :, 3:8, 2:6] ^= 1
        attacked[1, :, 0:5, 0:4] ^= 1
        attacks.check_inside(clean, attacked, rectangles)
        for y, x in ((2, 2), (3, 1), (3, 6), (7, 1)):
            outside = attacked.copy()
            outside[0, 1, y, x] ^= 1
            with self.assertRaises(TrainingError):
                attacks.check_inside(clean, outside, rectangles)
        grey = np.full((1, 1, 2, 2), 100, np.uint8)
        attacks.check_radius(grey, grey - 4, 4)
        with self.assertRaises(TrainingError):
            attacks.check_radius(grey, grey + 5, 4)

    def test_lead(self):
        counts = torch.tensor([[3., 3., 1.], [3., 3., 1.], [0., 0., 0.], [0., 0., 9.]])
        self.assertEqual(attacks.lead(counts, torch.tensor([0, 1, 0, 2])).tolist(), [0, -1, -1, 8])

    def test_operators(self):
        torch.manual_seed(0)
        path = self.work / "operators.onnx"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the exporter, about the sizes that it writes down
            torch.onnx.export(Operators().eval(), torch.rand(4, 2, 7, 10), str(path), opset_version=11)
        net = onnx_net.OnnxNet(path, CPU, False)  # compares with OpenCV
        x = torch.rand(3, *net.shape)
        exact, rounded = net(x, False), net(x, True)
        self.assertGreater((exact - rounded).abs().max(), 0)
        self.assertLess((exact - rounded).abs().max(), 0.05)
        with mock.patch.dict(onnx_net.OPERATORS, Relu=lambda a, x: x), self.assertRaisesRegex(TrainingError, "differ"):
            onnx_net.OnnxNet(path, CPU, False)
        without = {name: operator for name, operator in onnx_net.OPERATORS.items() if name != "Sigmoid"}
        with mock.patch.object(onnx_net, "OPERATORS", without), self.assertRaisesRegex(TrainingError, "Sigmoid"):
            onnx_net.OnnxNet(path, CPU, False)

    def test_errors(self):
        for text, *options in (("has only", "--images=100000:100010"), ("is beyond the reach", "--radii=30"),
                               ("expected a file", "--undefended=no.onnx")):
            done = self.run_attack("errors.csv", *options)
            self.assertEqual(done.returncode, 1, options)
            self.assertIn(text, done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
