#!/usr/bin/env python3
# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.
"""Attacks a model of cv::derand with adversarial patches and with changes of the whole image.

    attack.py --model FILE.onnx [--undefended FILE.onnx] --set mnist --data DIR --out FILE.csv
    attack.py --table FILE.csv...                # the table of a run, or of its parts

Section 3.1 of Levine and Feizi, "(De)Randomized Smoothing for Certifiable Defense against Patch
Attacks" (NeurIPS 2020). Votes have no gradient, so the attacks follow that of a surrogate, the
average of the ablations' softmax scores. The gradients are PyTorch's, of the exported ONNX files;
the labels and certificates are those of OpenCV, for 8-bit images: attack and defence meet on what
is deployed.

Exit codes: 0 success; 1 an error, or a certificate was broken, which must never happen.
"""

import argparse
import sys
from pathlib import Path

from derand_training.attack_rows import merged, table
from derand_training.attack_run import attack_all
from derand_training.data import READERS
from derand_training.errors import TrainingError


def size_of(text: str) -> tuple[int, int]:
    width, height = (int(side) for side in text.split("x"))
    if min(width, height) < 1:
        raise ValueError
    return width, height


def range_of(text: str) -> range:
    first, last = (int(number) for number in text.split(":"))
    if not 0 <= first < last:
        raise ValueError
    return range(first, last)


def radii_of(text: str) -> list[int]:
    radii = sorted({int(radius) for radius in text.split(",") if radius})
    if radii and not 1 <= radii[0] <= radii[-1] <= 255:
        raise ValueError
    return radii


def positive(text: str) -> int:
    if int(text) < 1:
        raise ValueError
    return int(text)


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--table", type=Path, nargs="+", metavar="FILE", help="do not attack: print the table of these files")
    add("--csv", action="store_true", help="print the table as CSV, with counts instead of percentages")
    add("--model", type=Path, help="ONNX file of a base classifier, with its settings next to it")
    add("--undefended", type=Path, help="ONNX file of a net that sees the whole image, for comparison")
    add("--set", choices=READERS, help="kind of data, see README.md")
    add("--data", type=Path, help="folder of the data set; images must have the size of the model's input")
    add("--part", choices=("train", "test"), default="test")
    add("--images", type=range_of, default="0:500", metavar="FIRST:END", help="(default: %(default)s)")
    add("--out", type=Path, help="CSV file, one row per image and attack; an interrupted run resumes")
    add("--patch", type=size_of, default="5x5", metavar="WIDTHxHEIGHT", help="(default: %(default)s)")
    add("--restarts", type=positive, default=20, help="per image; 80 in the paper (default: %(default)s)")
    add("--steps", type=positive, default=50, help="per restart; 150 in the paper (default: %(default)s)")
    add("--step", type=float, default=0.05, help="step size for pixels in [0, 1] (default: %(default)s)")
    add("--round", type=positive, default=4, help="number of restarts of which OpenCV judges the best (default: %(default)s)")
    add("--radii", type=radii_of, default="1,2,4,8", help="of L-infinity attacks, in 1/255 (default: %(default)s)")
    add("--linf-steps", type=positive, default=50, help="as in the paper (default: %(default)s)")
    add("--linf-step", type=float, default=0.5, help="in 1/255, as in the paper (default: %(default)s)")
    add("--seed", type=int, default=1)
    add("--batch", type=positive, default=256, help="patches at a time (default: %(default)s)")
    add("--block", type=positive, default=100, help="number of images between two writes of --out (default: %(default)s)")
    add("--bfloat16", action="store_true", help="use bfloat16 for the gradients: much faster if the CPU supports it")
    add("--threads", type=positive, help="CPU threads (default: torch's)")
    add("--derand_certify", type=Path, default=Path(__file__).resolve().parents[2] / "build/bin/derand_certify",
        metavar="PROGRAM", help="(default: %(default)s)")
    arguments = parser.parse_args()
    missing = [name for name in ("model", "set", "data", "out") if getattr(arguments, name) is None]
    if missing and not arguments.table:
        parser.error(f"expected --{', --'.join(missing)}, or --table")
    return arguments


def main() -> int:
    arguments = parsed()
    try:
        rows = merged(arguments.table) if arguments.table else attack_all(arguments)
    except (TrainingError, OSError, ValueError) as error:
        print(f"attack.py: {error}", file=sys.stderr)
        return 1
    print(table(rows, arguments.csv))
    broken = sum(row.broken for row in rows)
    if broken:
        print(f"attack.py: {broken} CERTIFICATES WERE BROKEN, which must never happen", file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
