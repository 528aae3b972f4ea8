# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.
"""Where batches of images come from: memory, or files that are decoded when they are needed."""

import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import cv2
import numpy as np
import torch
from torch import Tensor

from .folders import Picture, note

Batch = tuple[Tensor, Tensor]  # images N x C x H x W in [0, 1], labels N


def overlaps(length: int, parts: int) -> np.ndarray:
    """Weights of INTER_AREA in cv::derand, parts x length: the share of each pixel under each part."""
    edges, pixels = np.arange(parts + 1) * (length / parts), np.arange(length)
    covered = np.minimum(edges[1:, None], pixels + 1) - np.maximum(edges[:-1, None], pixels)
    return (covered.clip(0) * (parts / length)).astype(np.float32)


def centre(picture: np.ndarray, width: int, height: int) -> np.ndarray:
    """The largest centred part of the input's aspect ratio."""
    rows, columns = picture.shape[:2]
    high, wide = min(rows, columns * height // width), min(columns, rows * width // height)
    y, x = (rows - high) // 2, (columns - wide) // 2
    return picture[y:y + high, x:x + wide]


def planes_of(picture: np.ndarray, shape: tuple[int, int, int], resize: str) -> np.ndarray:
    """A picture at the size of the input, C x H x W of bytes, as `interpolation: area` of cv::derand resizes."""
    channels, height, width = shape
    if resize == "crop":
        picture = centre(picture, width, height)
    planes = picture.reshape(*picture.shape[:2], channels).transpose(2, 0, 1)
    if planes.shape[1:] != (height, width):
        planes = np.rint(overlaps(planes.shape[1], height) @ planes @ overlaps(planes.shape[2], width).T)
    return planes.astype(np.uint8)


def random_part(picture: np.ndarray, shape: tuple[int, int, int], augment: SimpleNamespace,
                random: np.random.Generator) -> np.ndarray:
    """A random part of a picture, of a share of its area and a random aspect ratio, at the size of the input."""
    channels, height, width = shape
    rows, columns = picture.shape[:2]
    side = math.sqrt(random.uniform(*augment.crop)) * min(rows / height, columns / width)
    stretch = math.exp(random.uniform(-augment.aspect, augment.aspect) / 2)
    high, wide = min(rows, max(1, round(side * height * stretch))), min(columns, max(1, round(side * width / stretch)))
    y, x = random.integers(0, rows - high + 1), random.integers(0, columns - wide + 1)
    part = picture[y:y + high, x:x + wide]
    shrinks = high >= height and wide >= width
    part = cv2.resize(part, (width, height), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
    return part.reshape(height, width, channels).transpose(2, 0, 1)


def decoded(path: str, channels: int) -> np.ndarray | None:
    return cv2.imread(path, cv2.IMREAD_GRAYSCALE if channels == 1 else cv2.IMREAD_COLOR)


class Memory:
    """Images in memory, as bytes."""

    def __init__(self, images: np.ndarray, labels: np.ndarray) -> None:
        self.images = torch.from_numpy(np.ascontiguousarray(images))
        self.labels = torch.from_numpy(labels.astype(np.int64))

    def __len__(self) -> int:
        return len(self.images)

    def clean(self, indices: Tensor) -> Batch:
        return self.images[indices].float() / 255, self.labels[indices]

    def changed(self, indices: Tensor, seed: list[int]) -> Batch:
        """For training: what only files can do, parts of a larger picture, is left out here."""
        return self.clean(indices)

    def readable(self) -> Tensor:
        """Indices of the images that clean() gives."""
        return torch.arange(len(self))

    def bytes(self) -> int:
        return self.images.numel()


class Files:
    """Pictures in files: one batch is in memory at a time. What cannot be decoded is named and left out."""

    def __init__(self, pictures: list[Picture], shape: tuple[int, int, int], resize: str,
                 augment: SimpleNamespace) -> None:
        # Arrays, not objects: a million pictures must not cost gigabytes.
        self.paths = np.array([str(picture.path) for picture in pictures])
        self.labels = torch.tensor([picture.label for picture in pictures])
        self.shape, self.resize, self.augment = shape, resize, augment
        self.unreadable: set[str] = set()
        self.workers = ThreadPoolExecutor(max_workers=max(1, torch.get_num_threads()))

    def __len__(self) -> int:
        return len(self.paths)

    def read(self, index: int) -> np.ndarray | None:
        path = str(self.paths[index])
        picture = decoded(path, self.shape[0])
        if picture is None and path not in self.unreadable:
            self.unreadable.add(path)
            note(f"{path}: cannot be decoded, left out: is the file complete? Repair or remove it")
        return picture

    def batch(self, indices: Tensor, planes: list[np.ndarray | None]) -> Batch:
        kept = [i for i, item in enumerate(planes) if item is not None]
        if not kept:
            return torch.zeros(0, *self.shape), self.labels[:0]
        images = torch.from_numpy(np.stack([planes[i] for i in kept]))
        return images.float() / 255, self.labels[indices[kept]]

    def clean(self, indices: Tensor) -> Batch:
        def one(index: int) -> np.ndarray | None:
            picture = self.read(index)
            return None if picture is None else planes_of(picture, self.shape, self.resize)

        return self.batch(indices, list(self.workers.map(one, indices.tolist())))

    def changed(self, indices: Tensor, seed: list[int]) -> Batch:
        """Random parts of the pictures; each depends on the seed and its own number only."""
        if not self.augment.crop:
            return self.clean(indices)

        def one(index: int) -> np.ndarray | None:
            picture = self.read(index)
            return None if picture is None else random_part(
                picture, self.shape, self.augment, np.random.default_rng([*seed, index]))

        return self.batch(indices, list(self.workers.map(one, indices.tolist())))

    def readable(self) -> Tensor:
        """Indices of the pictures that clean() gives, as far as they were read."""
        return torch.tensor([i for i, path in enumerate(self.paths) if str(path) not in self.unreadable])

    def bytes(self) -> int:
        return self.paths.nbytes


Source = Memory | Files


def ahead(source: Source, batches: list[Tensor], seed: list[int]) -> Iterator[Batch]:
    """The batches in their order, the next one read while the last is in use."""
    with ThreadPoolExecutor(max_workers=1) as reader:
        coming = [reader.submit(source.changed, batch, seed) for batch in batches[:1]]
        for following in [*batches[1:], None]:
            batch = coming.pop().result()
            if following is not None:
                coming.append(reader.submit(source.changed, following, seed))
            yield batch


def clean_batches(source: Source, count: int, size: int) -> Iterator[Batch]:
    """The first `count` images, unchanged."""
    for indices in torch.arange(min(count, len(source))).split(size):
        yield source.clean(indices)
