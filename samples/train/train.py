#!/usr/bin/env python3
# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.
"""Trains a base classifier for cv::derand and exports it as an ONNX file and a settings file.

    train.py --recipe recipes/mnist_column_s2.toml --data DIR --out DIR [--resume] [--eval val|test]

The --data DIR holds the data set as published by its authors, or pictures, one folder for each class
(see README.md). Everything else is in the recipe, including the random seed.
"""

import argparse
import math
import sys
from pathlib import Path
from types import SimpleNamespace

import torch

from derand_training import checkpoint, plots
from derand_training.certificate import accuracy_table, show
from derand_training.data import copy_validation, load
from derand_training.errors import TrainingError
from derand_training.export import export
from derand_training.folders import class_folders, note
from derand_training.loop import Training, quick, scored
from derand_training.net import folded, make_net
from derand_training.recipe import ablation_of, read_recipe


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("--recipe", type=Path, required=True, help="TOML file, see recipes/")
    add("--set", action="append", default=[], metavar="KEY=VALUE", dest="settings",
        help="overrides the recipe, e.g. ablation.width=3")
    add("--epochs", type=int, default=0, help="number of epochs of all phases together; default: the recipe's")
    add("--size", type=int, default=0, help="side of the network input, in pixels; default: the recipe's")
    add("--patch-percent", type=float, nargs="+", metavar="P",
        help="sizes of square patches to train against and to report, in percent of the input's area")
    add("--name", help="name of checkpoint and model; default: the recipe's")
    add("--data", type=Path, required=True, help="folder of the data set")
    add("--out", type=Path, required=True, help="folder for checkpoints and results")
    add("--start", type=Path, metavar="FILE.pt",
        help="checkpoint of another net: start from its weights of the same name and shape")
    add("--resume", action="store_true", help="resume from the checkpoint")
    add("--minutes", type=float, default=math.inf, help="stop after this time, with a checkpoint to --resume from")
    add("--eval", choices=("val", "test"), dest="part",
        help="do not train: print the accuracies of the checkpoint's averaged weights")
    add("--threads", type=int, default=0, help="CPU threads (default: torch's)")
    add("--compile", action="store_true", help="let PyTorch compile the net (2.0 or newer, needs a C++ compiler): a "
        "backbone trains about 1.5 times as fast on a CPU")
    arguments = parser.parse_args()
    for name, good in (("epochs", arguments.epochs >= 0), ("size", arguments.size >= 0),
                       ("minutes", arguments.minutes > 0), ("threads", arguments.threads >= 0),
                       ("patch-percent", all(0 < p <= 100 for p in arguments.patch_percent or []))):
        if not good:
            parser.error(f"--{name}: out of range")
    if arguments.compile and not hasattr(torch, "compile"):
        parser.error(f"--compile: PyTorch {torch.__version__} has no compiler: expected 2.0 or newer")
    return arguments


def trained(arguments: argparse.Namespace, recipe: SimpleNamespace, net: torch.nn.Module,
            device: torch.device) -> torch.nn.Module:
    """Trains, exports and returns the averaged net."""
    path = arguments.out / f"{recipe.name}.pt"
    sources = load(recipe, arguments.data, "train"), load(recipe, arguments.data, "val")
    training = Training(recipe, net, sources, arguments.out, device, arguments.compile)
    if arguments.resume and path.exists():
        training.resume()
    if not training.run(arguments.minutes):
        raise TrainingError(f"stopped; use --resume to continue from {path}")
    export(recipe, training.ablation, training.average, recipe.data.shape[0], arguments.out)
    if recipe.data.set == "pictures":
        copy_validation(recipe, arguments.data, arguments.out)
    return training.average


def run(arguments: argparse.Namespace) -> None:
    # Optimizer state of unused weights decays into denormal numbers, which CPUs handle slowly.
    torch.set_flush_denormal(True)
    recipe = read_recipe(arguments.recipe, arguments.settings, arguments.epochs, arguments.size,
                         arguments.patch_percent)
    recipe.name = arguments.name or arguments.recipe.stem
    if recipe.data.labels == "folders":
        names = [directory.name for directory in class_folders(arguments.data, "train")]
        recipe.data.labels = [name for name in names if name != recipe.data.none]
        if recipe.data.none and recipe.data.none not in names:
            raise TrainingError(f'data.none = "{recipe.data.none}": there is no such folder beside {", ".join(names)}; '
                                """expected it, or --set 'data.none=""'""")
    if recipe.data.none and recipe.settings.threshold * len(recipe.data.labels) <= 1:
        raise TrainingError(f"settings.threshold = {recipe.settings.threshold}: of {len(recipe.data.labels)} equally likely classes all "
                            f"would get a vote, expected more than {1 / len(recipe.data.labels):.2f} for data.none")
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    torch.manual_seed(recipe.seed)
    ablation, path = ablation_of(recipe), arguments.out / f"{recipe.name}.pt"
    begins = not arguments.part and not arguments.start and not (arguments.resume and path.exists())
    net = make_net(recipe, ablation, recipe.data.shape[0], begins)
    arguments.out.mkdir(parents=True, exist_ok=True)
    if arguments.part:
        checkpoint.averaged(path, net)
        net.to(device)
    else:
        if arguments.start:
            checkpoint.start_from(net, arguments.start)
        net = trained(arguments, recipe, net, device)
    part = arguments.part or "val"
    source = load(recipe, arguments.data, part)
    scores, labels = scored(recipe, ablation, net, source, len(source) if arguments.part else quick(recipe, ablation))
    table = accuracy_table(scores, labels, ablation, *recipe.votes, recipe.settings.sizes)
    count = sum(p.numel() for p in folded(net).parameters())
    print(f"{recipe.name}, {part}: {len(scores)} images, {count} parameters\n{show(table)}")
    if plots.available():
        path = arguments.out / f"{recipe.name}_worst_{part}.png"
        plots.worst_pictures(source, scores, labels, recipe.votes, recipe.data.labels, path)
        print(f"the worst pictures: {path}")
    else:
        note(plots.MISSING)


def main() -> int:
    try:
        run(parsed())
    except (TrainingError, OSError) as error:
        print(f"train.py: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
