#!/usr/bin/env python3
# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.
"""Does every OpenCV compute this model correctly, each sample the same at any batch size and in any batch slot?

    check_onnx.py MODEL.onnx [--shape 2 28 2] [--engine classic] [--reference reference.npz] [--repair OUT.onnx]
                             [--one-pass 1 28]

First what is known to break some OpenCV, as far as the file shows it. Then the model runs in the OpenCV at
hand: cv::derand feeds constant chunks of its own choosing, so a model must run at batch sizes other than the
one it was exported with, and a sample's scores must not depend on its neighbours. The optional reference holds
`inputs` (N x C x H x W) and `logits` (N x K) of the training framework. --one-pass: the net also runs on one picture
of that many rows and columns of positions, and must give each of them the scores of its strip. --repair writes the same function
as a file without what can be repaired: kernels that read outside a map, Identity nodes, weights in other files.

Exit codes: 0 all is well; 1 something was found, or an error.
"""

import argparse
import sys
from pathlib import Path

import cv2
import numpy as np
import onnx

from derand_training.errors import TrainingError
from derand_training.onnx_check import by_batch, one_pass, read, run
from derand_training.onnx_findings import findings, uses_other_files
from derand_training.onnx_graph import input_shape, load_graph, repaired


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("--shape", type=int, nargs=3, metavar=("C", "H", "W"), help="default: as in the file")
    parser.add_argument("--batches", type=int, nargs="+", default=[1, 4, 7, 8, 14, 28, 32, 56])
    parser.add_argument("--samples", type=int, default=112,
                        help="number of random samples if there is no --reference (default: %(default)s)")
    parser.add_argument("--engine", choices=("default", "classic", "new"), default="default",
                        help="of OpenCV 5")
    parser.add_argument("--reference", help=".npz with inputs and logits to compare with")
    parser.add_argument("--limit", type=float, default=1e-4, help="limit on differences of logits")
    parser.add_argument("--spread", type=float, default=1e-5,
                        help="limit on differences of probabilities between batches and slots")
    parser.add_argument("--one-pass", type=int, nargs=2, metavar=("ROWS", "COLUMNS"),
                        help="positions of a picture to run at once: 1 28 for the columns of MNIST, 28 28 for its blocks")
    parser.add_argument("--repair", type=Path, metavar="OUT.onnx", help="do not check: write the repaired model")
    return parser.parse_args()


def check(arguments: argparse.Namespace) -> int:
    model = load_graph(arguments.model, tuple(arguments.shape) if arguments.shape else None)
    if arguments.repair:
        onnx.save(repaired(model), str(arguments.repair))
        print(f"{arguments.repair}: written; check it, with a --reference if you have one")
        return 0
    known = findings(arguments.model, model)
    for finding in known:
        print(f"{'FOUND' if finding.wrong else 'note'}: {finding.text}")
    if uses_other_files(arguments.model):
        return 1  # it might crash this OpenCV
    inputs = np.random.default_rng(0).random((arguments.samples, *input_shape(model)), np.float32)
    logits = None
    if arguments.reference:
        with np.load(arguments.reference) as archive:
            inputs, logits = archive["inputs"], archive["logits"]
    try:
        alone = run(read(str(arguments.model), arguments.engine), inputs, 1)
    except cv2.error as error:
        raise TrainingError(f"{arguments.model}: OpenCV {cv2.__version__} cannot run it: {str(error).strip()}") from error
    print(f"OpenCV {cv2.__version__}, engine {arguments.engine}, {len(inputs)} samples; "
          "largest difference of logits to the reference, of logits and of probabilities to "
          "batch 1, of probabilities between batch slots")
    # All batch sizes through one net, one after the other, as in a program.
    net, failures = read(str(arguments.model), arguments.engine), 0
    for batch in arguments.batches:
        try:
            to_reference, to_alone, spread, by_slot = by_batch(net, inputs, alone if logits is None else logits, alone, batch)
        except cv2.error as error:
            print(f"batch {batch:3d}: FAILED: {str(error).strip().splitlines()[-1]}")
            failures += 1
            continue
        good = bool(max(to_reference, to_alone) < arguments.limit
                    and max(spread, by_slot) < arguments.spread)
        failures += not good
        print(f"batch {batch:3d}: {to_reference:.2e}  {to_alone:.2e}  {spread:.2e}  {by_slot:.2e}"
              f"  {'ok' if good else 'DIFFERENT'}")
    if arguments.one_pass:
        failures += not passes(arguments, input_shape(model))
    return 1 if failures or any(finding.wrong for finding in known) else 0


def passes(arguments: argparse.Namespace, shape: tuple[int, ...]) -> bool:
    """Whether one picture of all positions gives the scores of the strips."""
    rows, columns = arguments.one_pass
    try:
        difference = one_pass(read(str(arguments.model), arguments.engine), shape, rows, columns)
    except cv2.error as error:
        print(f"one pass over {rows} x {columns} positions: FAILED: {str(error).strip().splitlines()[-1]}")
        return False
    good = difference < arguments.limit
    print(f"one pass over {rows} x {columns} positions: largest difference of logits to the strips {difference:.2e}  "
          f"{'ok' if good else 'DIFFERENT'}")
    return good


def main() -> int:
    try:
        return check(parsed())
    except (TrainingError, OSError) as error:
        print(f"check_onnx.py: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
