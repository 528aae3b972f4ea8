# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.
"""A run of attacks: blocks of images, each model, patches and L-infinity."""

import argparse
import sys
import time
import zlib
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import torch
from torch import Tensor

from .attack_rows import Row, Rows
from .attacks import Images, linf_attack, parts, patch_attack, tensor_of
from .data import READERS
from .errors import TrainingError
from .settings import read_settings
from .targets import Smoothed, Target, Undefended, Verdict, write_picture

@torch.no_grad()
def clean_logs(target: Target, images: np.ndarray, clean: list[Verdict],
               arguments: argparse.Namespace) -> Tensor:
    """Scores of the clean images in PyTorch; fails unless OpenCV agrees on their votes."""
    logs = torch.cat([target.log_scores(tensor_of(images[part], arguments.device), target.everywhere(len(part)))
                      for part in parts(len(images), arguments.linf_batch)])
    counts, different = target.votes(logs).sum(1), 0
    for count, verdict in zip(counts, clean):
        # A score at the threshold may be rounded either way.
        different += verdict.label >= 0 and abs(count[verdict.label].item() - verdict.votes) > (target.rule == "threshold")
    if different > max(1, len(images) // 50):
        raise TrainingError(f"{target.name}: PyTorch and OpenCV disagree on the votes of {different} of "
                          f"{len(images)} clean images, expected the same: are the settings those of the net?")
    return logs


def save_broken(target: Target, number: int, clean: np.ndarray, attacked: np.ndarray,
                change: str, arguments: argparse.Namespace) -> None:
    folder = arguments.out.with_suffix(".broken")
    folder.mkdir(exist_ok=True)
    write_picture(folder / f"{target.name}_{number}_clean.png", clean)
    write_picture(folder / f"{target.name}_{number}_attacked.png", attacked)
    print(f"CERTIFICATE BROKEN: {target.name}, image {number}: {change}; pictures in {folder}",
          file=sys.stderr, flush=True)


def patch_rows(target: Target, images: Images, truth: np.ndarray, clean: list[Verdict],
               arguments: argparse.Namespace) -> list[Row]:
    """Attacks every image that is right or certified, until it falls or the restarts are used up."""
    certified = np.array([verdict.certified for verdict in clean])
    attacked, tried, broken = images.labels.copy(), np.zeros_like(truth), np.zeros_like(truth)
    standing = np.flatnonzero((images.labels == truth) | certified)
    for first in range(0, arguments.restarts, arguments.round):
        if not len(standing):
            break
        restarts = range(first, min(first + arguments.round, arguments.restarts))
        pictures = patch_attack(target, images.of(standing), restarts, arguments)
        for i, picture, verdict in zip(standing, pictures, target.judge(pictures)):
            attacked[i], tried[i] = verdict.label, restarts.stop
            # A certificate of the attacked image says that the patch in it changed nothing.
            if attacked[i] != images.labels[i] and (certified[i] or verdict.certified):
                broken[i] = 1
                save_broken(target, images.numbers[i], images.pixels[i], picture,
                            f"label {images.labels[i]} became {verdict.label}", arguments)
        standing = standing[attacked[standing] == images.labels[standing]]
    return [Row(number, right, target.name, "patch", "{}x{}".format(*arguments.patch), *rest)
            for number, right, *rest in np.stack([
                images.numbers, truth, images.labels, certified, attacked, tried, broken], 1).tolist()]


def linf_rows(target: Target, images: Images, truth: np.ndarray,
              arguments: argparse.Namespace) -> list[Row]:
    """Attacks every image that is right with growing radii: what falls at one radius falls at all larger ones."""
    attacked, rows = images.labels.copy(), []
    standing = np.flatnonzero(images.labels == truth)
    for radius in arguments.radii:
        tried = np.zeros_like(truth)
        tried[standing] = 1
        if len(standing):
            pictures = linf_attack(target, images.of(standing), radius, arguments)
            attacked[standing] = [verdict.label for verdict in target.judge(pictures)]
            standing = standing[attacked[standing] == images.labels[standing]]
        rows += [Row(number, right, target.name, "linf", str(radius), label, 0, now, attempts, 0)
                 for number, right, label, now, attempts in np.stack([
                     images.numbers, truth, images.labels, attacked, tried], 1).tolist()]
    return rows


def subject_of(arguments: argparse.Namespace) -> str:
    """What a file of rows is about; excludes the images, so that they can be split between runs."""
    files = [arguments.model, arguments.model.with_suffix(".yml"), arguments.undefended]
    checksums = " ".join(f"{zlib.crc32(path.read_bytes()):08x}" for path in files if path)
    names = ("set", "part", "patch", "restarts", "steps", "step", "round", "radii", "linf_steps",
             "linf_step", "seed", "bfloat16")
    return f"models={checksums} " + " ".join(
        f"{name}={getattr(arguments, name)}".replace(" ", "") for name in names)


def attack_all(arguments: argparse.Namespace) -> list[Row]:
    arguments.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    arguments.linf_batch = max(1, arguments.batch // 8)  # images that are changed everywhere need more memory
    torch.set_flush_denormal(True)
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    for path in (arguments.model, arguments.undefended, arguments.derand_certify):
        if path and not path.is_file():
            raise TrainingError(f"{path}: expected a file: check the path")
    if arguments.radii and arguments.radii[-1] > arguments.linf_steps * arguments.linf_step:
        raise TrainingError(f"--radii: {arguments.radii[-1]} is beyond the reach of {arguments.linf_steps} steps of "
                          f"{arguments.linf_step}: raise --linf-step")
    settings = read_settings(arguments.model)
    images, truth = READERS[arguments.set](
        arguments.data, arguments.part, SimpleNamespace(
            shape=settings.shape, labels=settings.labels, none="", groups=True, resize="crop" if settings.crop else "stretch"))
    if images.shape[1:] != settings.shape:
        raise TrainingError(f"{arguments.data}: images of {images.shape[1:]}, {settings.path} expects "
                          f"{settings.shape} (channels, height, width): model and data do not belong together")
    if arguments.patch[0] > settings.shape[2] or arguments.patch[1] > settings.shape[1]:
        raise TrainingError("--patch: {}x{} is larger than the image".format(*arguments.patch))
    numbers = arguments.images[:max(0, len(images) - arguments.images.start)]
    if not numbers:
        raise TrainingError(f"--images: the data has only {len(images)}")
    targets: list[Target] = [Smoothed(arguments.model, settings, arguments)]
    if arguments.undefended:
        targets.append(Undefended(arguments.undefended, settings.shape, arguments))

    rows = Rows(arguments.out, subject_of(arguments), 1 + len(arguments.radii))
    start = time.time()
    for first in range(numbers.start, numbers.stop, arguments.block):
        block = range(first, min(first + arguments.block, numbers.stop))
        for target in targets:
            part = np.array([i for i in block if not rows.has(target.name, i)], int)
            if not len(part):
                continue
            clean = target.judge(images[part])
            block_truth = truth[part].astype(int)
            attacked = Images(part, images[part], np.array([verdict.label for verdict in clean]),
                              clean_logs(target, images[part], clean, arguments))
            rows.add(patch_rows(target, attacked, block_truth, clean, arguments)
                     + linf_rows(target, attacked, block_truth, arguments))
            print(f"{target.name}: images {block.start} to {block.stop - 1} of {numbers.stop} done after "
                  f"{time.time() - start:.0f} s", file=sys.stderr, flush=True)
    return [row for row in rows.rows if row.image in numbers]
