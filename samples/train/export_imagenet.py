#!/usr/bin/env python3
# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.
"""Exports a backbone with its own 1000 classes of ImageNet for bands, without any training.

    export_imagenet.py --size 299 --width 25 --stride 1 --out DIR

To measure what a frame costs at the scale of ImageNet. The net was trained on whole pictures, so it recognises little on bands:
derand_evaluate says how little. Train on bands for use: see README.md.
"""

import argparse
import sys
from pathlib import Path

import torch

from derand_training.backbones import BACKBONES, weights_file
from derand_training.errors import TrainingError
from derand_training.export import export
from derand_training.net import make_net
from derand_training.recipe import ablation_of, completed


def run(arguments: argparse.Namespace) -> None:
    # The weights that follow those of the features.
    weight, bias = list(torch.load(weights_file(arguments.backbone), map_location="cpu").values())[-2:]
    if weight.dim() != 2:
        raise TrainingError(f"{arguments.backbone}: its package has no classes: expected efficientnet-lite0")
    recipe = completed({
        "data": {"set": "pictures", "shape": [3, arguments.size, arguments.size], "validation": 0.1, "resize": "crop",
                 "labels": [f"ImageNet {i}" for i in range(len(bias))]},
        "ablation": {"type": "column", "width": arguments.width, "stride": arguments.stride, "encoding": "strip"},
        "model": {"backbone": arguments.backbone}, "settings": {"vote_rule": "top1"},
        "phases": [{"loss": "cross_entropy", "epochs": 0, "batch": 1, "rate": 0.0}]})
    recipe.name = f"imagenet_{arguments.size}_column_s{arguments.width}"
    ablation = ablation_of(recipe)
    net = make_net(recipe, ablation, 3)
    with torch.no_grad():
        net.head.weight.copy_(weight)
        net.head.bias.copy_(bias)
    arguments.out.mkdir(parents=True, exist_ok=True)
    print(export(recipe, ablation, net, 3, arguments.out))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--backbone", choices=sorted(BACKBONES), default="efficientnet-lite0")
    parser.add_argument("--size", type=int, default=224, help="side of the network input, pixels")
    parser.add_argument("--width", type=int, default=25, help="width of the columns, pixels")
    parser.add_argument("--stride", type=int, default=1, help="distance of neighbouring columns, pixels")
    parser.add_argument("--out", type=Path, required=True, help="folder for the model")
    try:
        run(parser.parse_args())
    except (TrainingError, OSError) as error:
        print(f"export_imagenet.py: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
