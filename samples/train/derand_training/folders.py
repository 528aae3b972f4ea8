# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.
"""Folders of pictures, one for each class: the pictures and their classes."""

import functools
import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import numpy as np

from .errors import TrainingError

PICTURES = {".bmp", ".jp2", ".jpeg", ".jpg", ".pgm", ".png", ".pnm", ".ppm", ".tif", ".tiff", ".webp"}


class Picture(NamedTuple):
    path: Path
    label: int
    group: str  # pictures that must not be separated, such as the frames of one track


def note(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def class_folders(folder: Path, part: str) -> list[Path]:
    """DIR/train/CLASS and DIR/test/CLASS, or DIR/CLASS for training alone; by name or number."""
    def folders(parent: Path) -> list[Path]:
        found = [p for p in parent.iterdir() if p.is_dir() and not p.name.startswith(".")] \
            if parent.is_dir() else []
        numbers = all(p.name.isdecimal() for p in found)
        return sorted(found, key=lambda p: (int(p.name) if numbers else 0, p.name))

    if part == "test":
        classes = folders(folder / "test")
        if not classes:
            raise TrainingError(f"{folder}: there is no test set: expected test/CLASS/*.png")
        return classes
    classes = folders(folder / "train") or folders(folder)
    if len(classes) < 2:
        raise TrainingError(f"{folder}: {len(classes)} folders with pictures: expected at least 2, one for each "
                            "class, in this folder or in its folder train")
    return classes


def labels_of(classes: list[Path], names: tuple[str, ...]) -> list[int]:
    """The label of each folder: all folders are named after labels, or all are label numbers; nothing is guessed."""
    parent = classes[0].parent
    by_name = [names.index(p.name) if p.name in names else -1 for p in classes]
    by_number = [int(p.name) if p.name.isdecimal() else -1 for p in classes]
    # A folder "1" is ambiguous if a name is the number of another class.
    misnumbered = any(name.isdecimal() and int(name) != label for label, name in enumerate(names))
    labels = by_name if min(by_name) >= 0 or misnumbered or min(by_number) < 0 else by_number
    extra = [p.name for p, label in zip(classes, labels) if not 0 <= label < len(names)]
    missing = [name for label, name in enumerate(names) if label not in labels]
    if extra:
        raise TrainingError(f"{parent}: folders that are not labels: {', '.join(extra)}; labels without a folder: "
                            f"{', '.join(missing) or 'none'}: expected all folders named as labels, or all as numbers "
                            f"from 0 to {len(names) - 1}")
    doubles = [names[label] for label, count in Counter(labels).items() if count > 1]
    if doubles:
        raise TrainingError(f"{parent}: several folders for {', '.join(doubles)}: expected one for each label")
    if missing:
        note(f"{parent}: no folder for {', '.join(missing)}")
    return labels


@functools.lru_cache
def picture_files(folder: Path, part: str, names: tuple[str, ...], grouped: bool) -> list[Picture]:
    """All pictures, in the same random order every time, groups as a whole.

    Grouped: pictures named GROUP_REST are one group. Where all pictures of a class have one prefix
    (IMG_0001.jpg), it says nothing, and each picture is its own group.
    """
    classes = class_folders(folder, part)
    groups: dict[tuple[int, str], list[Path]] = {}
    left_out: Counter[str] = Counter()
    for label, directory in zip(labels_of(classes, names), classes):
        files = []
        for path in sorted(directory.iterdir()):
            if path.suffix.lower() in PICTURES and path.is_file() and not path.name.startswith("."):
                files.append(path)
            else:
                left_out["hidden" if path.name.startswith(".") else "folders" if path.is_dir() else
                         path.suffix.lower() or "without ending"] += 1
        if part == "train" and len(files) < 2:
            raise TrainingError(f"{directory}: {len(files)} pictures (PNG, JPEG, ...), expected at least 2, one to "
                                "learn from and one to validate with, and better a hundred")
        prefixes = {path.stem.split("_")[0] for path in files}
        for path in files:
            group = path.stem.split("_")[0] if grouped and len(prefixes) > 1 else path.name
            groups.setdefault((label, group), []).append(path)
    if left_out:
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(left_out.items()))
        note(f"{classes[0].parent}: {left_out.total()} left out that are not pictures: {kinds}")
    order = list(groups)
    np.random.default_rng(0).shuffle(order)
    return [Picture(path, key[0], key[1]) for key in order for path in groups[key]]
