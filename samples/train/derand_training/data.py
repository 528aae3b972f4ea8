# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.
"""Data sets as published by their authors, and pictures in folders; the split for validation."""

import functools
import gzip
import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from .errors import TrainingError
from .folders import Picture, note, picture_files
from .sources import Files, Memory, Source, decoded, planes_of

# Data sets that take less than this at the size of the input are decoded once and kept.
KEPT_BYTES = 1 << 28


def read_idx(path: Path) -> np.ndarray:
    """One IDX file of unsigned bytes, compressed (.gz) or not."""
    packed = path.with_name(path.name + ".gz")
    raw = path.read_bytes() if path.exists() else gzip.decompress(packed.read_bytes())
    if raw[:3] != b"\x00\x00\x08":
        raise TrainingError(f"{path}: not an IDX file of unsigned bytes")
    shape = np.frombuffer(raw, ">i4", raw[3], 4)
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * raw[3]).reshape(shape)


def load_mnist(folder: Path, part: str, _: SimpleNamespace) -> tuple[np.ndarray, np.ndarray]:
    prefix = "t10k" if part == "test" else "train"
    images = read_idx(folder / f"{prefix}-images-idx3-ubyte")[:, None]
    return images, read_idx(folder / f"{prefix}-labels-idx1-ubyte")


def load_cifar10(folder: Path, part: str, _: SimpleNamespace) -> tuple[np.ndarray, np.ndarray]:
    names = ["test_batch"] if part == "test" else [f"data_batch_{i}" for i in range(1, 6)]
    records = np.concatenate([np.fromfile(folder / f"{name}.bin", np.uint8) for name in names])
    records = records.reshape(-1, 1 + 3 * 32 * 32)
    # Planes B, G, R, as cv::imread() orders them.
    return records[:, 1:].reshape(-1, 3, 32, 32)[:, ::-1], records[:, 0]


def decode_all(pictures: list[Picture], data: SimpleNamespace) -> tuple[np.ndarray, np.ndarray]:
    """Pictures at the size of the input; what cannot be decoded is named and left out."""
    images = np.empty((len(pictures), *data.shape), np.uint8)
    labels = np.array([picture.label for picture in pictures])
    kept = np.zeros(len(pictures), bool)
    for i, picture in enumerate(pictures):
        pixels = decoded(str(picture.path), data.shape[0])
        if pixels is None:
            note(f"{picture.path}: cannot be decoded, left out: is the file complete? Repair or remove it")
            continue
        images[i], kept[i] = planes_of(pixels, tuple(data.shape), data.resize), True
    return images[kept], labels[kept]


def folder_names(data: SimpleNamespace) -> tuple[str, ...]:
    """The classes, and after them the folder of pictures that belong to none."""
    return (*data.labels, data.none) if data.none else tuple(data.labels)


def load_pictures(folder: Path, part: str, data: SimpleNamespace) -> tuple[np.ndarray, np.ndarray]:
    """Pictures in folders, one folder for each class, at the size of the network input."""
    return decode_all(picture_files(folder, part, folder_names(data), data.groups), data)


# One reader per kind of data: (folder, "train" or "test", recipe's data) -> images N x C x H x W of bytes, labels N.
READERS = {"mnist": load_mnist, "cifar10": load_cifar10, "pictures": load_pictures}


@functools.lru_cache(maxsize=1)
def read(kind: str, folder: Path, part: str) -> tuple[np.ndarray, np.ndarray]:
    """A whole set; kept, since training and validation part come from the same."""
    return READERS[kind](folder, part, SimpleNamespace())


def held_out(amount: int | float, labels: np.ndarray, groups: list[str] | None) -> np.ndarray:
    """Which images of the training set are for validation: a number of images at the end, or a share of each class.

    A share counts groups of pictures, so that none is in both parts.
    """
    held = np.zeros(len(labels), bool)
    if isinstance(amount, int) and 0 < amount < len(labels):
        held[-amount:] = True
        return held
    if not 0 < amount < 1:
        raise TrainingError(f"validation = {amount}: expected a number of images, 1 to {len(labels) - 1}, or a share "
                            "between 0 and 1")
    for label in np.unique(labels):
        images = np.flatnonzero(labels == label)
        own = [groups[i] if groups else str(i) for i in images]
        order = list(dict.fromkeys(own))
        count = min(max(1, round(amount * len(order))), len(order) - 1)
        last = set(order[len(order) - count:])
        held[[i for i, group in zip(images, own) if group in last]] = True
    return held


def pictures_of(recipe: SimpleNamespace, folder: Path, part: str) -> list[Picture]:
    """The pictures of "train", "val" or "test"."""
    data = recipe.data
    pictures = picture_files(folder, "test" if part == "test" else "train", folder_names(data), data.groups)
    if part == "test":
        return pictures
    held = held_out(data.validation, np.array([picture.label for picture in pictures]),
                    [picture.group for picture in pictures])
    return [picture for picture, out in zip(pictures, held) if out == (part == "val")]


def load(recipe: SimpleNamespace, folder: Path, part: str) -> Source:
    """The images of "train", "val" or "test"; validation is a part of the training set."""
    data, source = recipe.data, None
    if data.set not in READERS:
        raise TrainingError(f'data.set = "{data.set}": expected one of {", ".join(READERS)}')
    if data.set == "pictures":
        pictures = pictures_of(recipe, folder, part)
        lazy = recipe.augment.crop or len(pictures) * np.prod(data.shape) > KEPT_BYTES
        source = Files(pictures, tuple(data.shape), data.resize, recipe.augment) if lazy else \
            Memory(*decode_all(pictures, data))
    else:
        try:
            images, labels = read(data.set, folder, "test" if part == "test" else "train")
        except OSError as error:
            raise TrainingError(f"{error}: expected the files of {data.set} in {folder}, see README.md") from error
        if part != "test":
            keep = held_out(data.validation, labels, None) == (part == "val")
            images, labels = images[keep], labels[keep]
        source = Memory(images, labels)
    largest = max(phase.batch for phase in recipe.phases)
    if part == "train" and len(source) <= largest:
        raise TrainingError(f"{folder}: {len(source)} images to train on, expected more than one batch of {largest}: "
                            "add images, or choose smaller batches in the recipe")
    return source


def copy_validation(recipe: SimpleNamespace, folder: Path, out: Path) -> None:
    """Copies the validation pictures to OUT/NAME_validation/CLASS/*, for tuning with derand_tune."""
    target = out / f"{recipe.name}_validation"
    if target.exists():
        shutil.rmtree(target)
    for path in (picture.path for picture in pictures_of(recipe, folder, "val")):
        (target / path.parent.name).mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target / path.parent.name / path.name)
