#!/usr/bin/env python3
# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.
"""Does a model give every sample the same scores at any batch size and in any batch slot?

    check_onnx.py MODEL.onnx --shape 2 28 2 [--engine classic] [--reference reference.npz]

cv::derand feeds constant chunks of its own choosing, so a model must run at batch sizes other
than the one it was exported with, and a sample's scores must not depend on its neighbours. The
optional reference holds `inputs` (N x C x H x W) and `logits` (N x K) of the training framework.
"""

import argparse
import sys

import cv2
import numpy as np

from derand_training.onnx_check import read, run, softmax


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("--shape", type=int, nargs=3, metavar=("C", "H", "W"), required=True)
    parser.add_argument("--batches", type=int, nargs="+", default=[1, 4, 7, 8, 14, 28, 32, 56])
    parser.add_argument("--engine", choices=("default", "classic", "new"), default="default",
                        help="of OpenCV 5")
    parser.add_argument("--reference", help=".npz with inputs and logits to compare with")
    parser.add_argument("--limit", type=float, default=1e-4, help="on differences of logits")
    parser.add_argument("--spread", type=float, default=1e-5,
                        help="limit on differences of probabilities between batches and slots")
    arguments = parser.parse_args()

    inputs = np.random.default_rng(0).random((112, *arguments.shape), np.float32)
    logits = None
    if arguments.reference:
        with np.load(arguments.reference) as archive:
            inputs, logits = archive["inputs"], archive["logits"]
    alone = run(read(arguments.model, arguments.engine), inputs, 1)
    logits = alone if logits is None else logits
    print(f"OpenCV {cv2.__version__}, engine {arguments.engine}, {len(inputs)} samples; "
          "largest difference of logits to the reference, of logits and of probabilities to "
          "batch 1, of probabilities between batch slots")

    # All batch sizes through one net, one after the other, as a program would do it.
    net, failures = read(arguments.model, arguments.engine), 0
    for batch in arguments.batches:
        try:
            scores = run(net, inputs, batch)
            # The same sample in every slot, beside extreme neighbours.
            neighbours = np.zeros((batch, *inputs.shape[1:]), np.float32)
            neighbours[::2] = 1
            slots = []
            for slot in range(batch):
                chunk = neighbours.copy()
                chunk[slot] = inputs[0]
                slots.append(run(net, chunk, batch)[slot])
        except cv2.error as error:
            print(f"batch {batch:3d}: FAILED: {str(error).strip().splitlines()[-1]}")
            failures += 1
            continue
        to_reference, to_alone = np.abs(scores - logits).max(), np.abs(scores - alone).max()
        spread = np.abs(softmax(scores) - softmax(alone)).max()
        by_slot = np.ptp(softmax(np.stack(slots)), 0).max()
        good = bool(np.all(np.array([to_reference, to_alone]) < arguments.limit)
                    and np.all(np.array([spread, by_slot]) < arguments.spread))  # NaN is not good
        failures += not good
        print(f"batch {batch:3d}: {to_reference:.2e}  {to_alone:.2e}  {spread:.2e}  {by_slot:.2e}"
              f"  {'ok' if good else 'DIFFERENT'}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
