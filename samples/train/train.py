#!/usr/bin/env python3
# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.
"""Trains a base classifier for cv::derand and exports it as ONNX file + settings file.

    train.py --recipe recipes/mnist_column_s2.toml --data DIR --out DIR [--resume] [--eval val|test]

DIR of --data holds the data set as its authors publish it, or pictures, one folder for each class
(see README.md). A recipe says everything else, the random seed included.
"""

import argparse
import copy
import functools
import gzip
import inspect
import math
import shutil
import time
import tomllib
import zlib
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval, fuse_linear_bn_eval

# ---------------------------------------------------------------------------------- data


PICTURES = {".bmp", ".jp2", ".jpeg", ".jpg", ".pgm", ".png", ".pnm", ".ppm", ".tif", ".tiff", ".webp"}


def fail(message: str) -> NoReturn:
    """Ends the program: says what is wrong with the data, what was expected and what to do."""
    raise SystemExit(f"train.py: {message}")


def read_idx(path: Path) -> np.ndarray:
    """One IDX file of unsigned bytes, packed (.gz) or not."""
    packed = path.with_name(path.name + ".gz")
    raw = path.read_bytes() if path.exists() else gzip.decompress(packed.read_bytes())
    if raw[:3] != b"\x00\x00\x08":
        fail(f"{path}: not an IDX file of unsigned bytes")
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
            fail(f"{folder}: there is no test set: expected test/CLASS/*.png")
        return classes
    classes = folders(folder / "train") or folders(folder)
    if len(classes) < 2:
        fail(f"{folder}: {len(classes)} folders with pictures: expected at least 2, one for each "
             "class, in this folder or in its folder train")
    return classes


def picture_files(folder: Path, part: str, names: list[str]) -> list[tuple[Path, int, str]]:
    """Pictures, labels and groups, in the same random order every time, groups as a whole.

    Pictures named GROUP_REST, such as the frames of one track, are one group. Where all pictures of
    a class have one prefix (IMG_0001.jpg), it says nothing, and each picture is its own group.
    """
    classes = class_folders(folder, part)
    if all(directory.name in names for directory in classes):
        labels = [names.index(directory.name) for directory in classes]
    elif len(classes) == len(names) and not any(directory.name in names for directory in classes):
        labels = list(range(len(names)))
    else:
        odd = [directory.name for directory in classes if directory.name not in names]
        fail(f"{classes[0].parent}: {len(classes)} folders, {', '.join(odd[:3])} of them no label: expected folders "
             f"named {', '.join(names[:3])}, ..., or {len(names)} of other names, one for each label in their order")
    groups: dict[tuple[int, str], list[Path]] = {}
    for label, directory in zip(labels, classes):
        files = sorted(p for p in directory.iterdir()
                       if p.suffix.lower() in PICTURES and not p.name.startswith("."))
        if part == "train" and len(files) < 2:
            fail(f"{directory}: {len(files)} pictures (PNG, JPEG, ...), expected at least 2, one to learn "
                 "from and one to validate with, and better a hundred")
        prefixes = {path.stem.split("_")[0] for path in files}
        for path in files:
            group = path.stem.split("_")[0] if len(prefixes) > 1 else path.name
            groups.setdefault((label, group), []).append(path)
    order = list(groups)
    np.random.default_rng(0).shuffle(order)
    return [(path, key[0], key[1]) for key in order for path in groups[key]]


def overlaps(length: int, parts: int) -> np.ndarray:
    """Weights of INTER_AREA in cv::derand, parts x length: the share of each pixel under each part."""
    edges, pixels = np.arange(parts + 1) * (length / parts), np.arange(length)
    covered = np.minimum(edges[1:, None], pixels + 1) - np.maximum(edges[:-1, None], pixels)
    return (covered.clip(0) * (parts / length)).astype(np.float32)


def load_pictures(folder: Path, part: str,
                  data: SimpleNamespace) -> tuple[np.ndarray, np.ndarray]:
    """Pictures in folders, one folder for each class, stretched to the network input."""
    import cv2

    channels, height, width = data.shape
    files = picture_files(folder, part, data.labels)
    images = np.empty((len(files), channels, height, width), np.uint8)
    for image, (path, _, _) in zip(images, files):
        picture = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE if channels == 1 else cv2.IMREAD_COLOR)
        if picture is None:
            fail(f"{path}: cannot be decoded: is the file complete? Repair or remove it")
        planes = picture.reshape(*picture.shape[:2], channels).transpose(2, 0, 1)
        if planes.shape[1:] != (height, width):
            planes = overlaps(planes.shape[1], height) @ planes @ overlaps(planes.shape[2], width).T
        image[:] = np.rint(planes)
    return images, np.array([label for _, label, _ in files])


# One reader per kind of data: (folder, "train" or "test", recipe's data) -> images N x C x H x W, labels N.
READERS = {"mnist": load_mnist, "cifar10": load_cifar10, "pictures": load_pictures}


@functools.lru_cache(maxsize=1)
def read(kind: str, folder: Path, part: str, shape: tuple[int, ...],
         labels: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
    """A whole set; kept, since training and validation part come from the same."""
    return READERS[kind](folder, part, SimpleNamespace(shape=shape, labels=list(labels)))


def held_out(data: SimpleNamespace, folder: Path, labels: np.ndarray) -> np.ndarray:
    """Which images of the training set are for validation: so many at the end, or a share of each class.

    A share counts groups of pictures, so that none is in both parts.
    """
    held, amount = np.zeros(len(labels), bool), data.validation
    if isinstance(amount, int) and 0 < amount < len(labels):
        held[-amount:] = True
        return held
    if not 0 < amount < 1:
        fail(f"validation = {amount}: expected a number of images, 1 to {len(labels) - 1}, or a share between 0 and 1")
    groups: list[Any] = list(range(len(labels)))
    if data.set == "pictures":
        groups = [(label, group) for _, label, group in picture_files(folder, "train", data.labels)]
    for label in np.unique(labels):
        own = list(dict.fromkeys(groups[i] for i in np.flatnonzero(labels == label)))
        count = min(max(1, round(amount * len(own))), len(own) - 1)
        last = set(own[len(own) - count:])
        held |= np.array([group in last for group in groups])
    return held


def load(recipe: SimpleNamespace, folder: Path, part: str) -> tuple[Tensor, Tensor]:
    """Images in [0, 1] and labels of "train", "val" or "test"; validation is a part of the training set."""
    data = recipe.data
    images, labels = read(data.set, folder, "test" if part == "test" else "train",
                          tuple(data.shape), tuple(data.labels))
    if part != "test":
        keep = held_out(data, folder, labels) == (part == "val")
        images, labels = images[keep], labels[keep]
    largest = max(phase.batch for phase in recipe.phases)
    if part == "train" and len(images) <= largest:
        fail(f"{folder}: {len(images)} images to train on, expected more than one batch of {largest}: "
             "add images, or choose smaller batches in the recipe")
    return torch.from_numpy(images.copy()).float() / 255, torch.from_numpy(labels.astype(np.int64))


def copy_validation(recipe: SimpleNamespace, folder: Path, out: Path) -> None:
    """The pictures kept for validation as OUT/NAME_validation/CLASS/*: what derand_tune may choose on."""
    files = picture_files(folder, "train", recipe.data.labels)
    held = held_out(recipe.data, folder, np.array([label for _, label, _ in files]))
    target = out / f"{recipe.name}_validation"
    if target.exists():
        shutil.rmtree(target)
    for i in np.flatnonzero(held):
        path = files[i][0]
        (target / path.parent.name).mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target / path.parent.name / path.name)


def augment(images: Tensor, amount: SimpleNamespace, share: float,
            generator: torch.Generator) -> Tensor:
    """Shift, rotation, scale, shear, elastic distortion, stroke thickness and light, per image.

    Always applied to the whole image, before ablation: the bands of one image stay consistent.
    Resampling blurs, so only a share of the images may be changed.
    """
    changed = round(share * len(images))
    images, unchanged = images[:changed], images[changed:]
    count, _, height, width = images.shape

    def uniform(limit: float, *shape: int) -> Tensor:
        return (torch.rand(count, *shape, generator=generator) * 2 - 1) * limit

    angle = uniform(math.radians(amount.rotate))
    scale_x, scale_y = 1 + uniform(amount.scale), 1 + uniform(amount.scale)
    cosine, sine, shear = torch.cos(angle), torch.sin(angle), uniform(amount.shear)
    matrix = torch.stack([
        torch.stack([cosine * scale_x, -sine * scale_y + shear,
                     uniform(2 * amount.shift_x / width)], 1),
        torch.stack([sine * scale_x, cosine * scale_y, uniform(2 * amount.shift_y / height)], 1),
    ], 1)
    grid = F.affine_grid(matrix, list(images.shape), align_corners=False)
    bumps = uniform(2 * amount.elastic / width, 2, 5, 5)
    bumps = F.interpolate(bumps, (height, width), mode="bicubic", align_corners=True)
    grid = grid + bumps.permute(0, 2, 3, 1)
    images = F.grid_sample(images, grid.to(images.device), padding_mode="border", align_corners=False)

    # Blend a part of the images with their dilation (bolder) or their erosion (finer).
    blend = uniform(2.0).view(-1, 1, 1, 1).to(images.device)
    bolder = F.max_pool2d(images, 3, 1, 1)
    finer = -F.max_pool2d(-images, 3, 1, 1)
    images = images + amount.thickness * (
        (blend - 1).clamp(min=0) * (bolder - images) + (-blend - 1).clamp(min=0) * (finer - images))
    if amount.light:
        gain = torch.exp(uniform(amount.light)).view(-1, 1, 1, 1).to(images.device)
        offset = uniform(amount.light / 4).view(-1, 1, 1, 1).to(images.device)
        images = images * gain + offset
    if amount.flip:
        flipped = (torch.rand(count, generator=generator) < 0.5).to(images.device)
        images = torch.where(flipped.view(-1, 1, 1, 1), images.flip(3), images)
    return torch.cat([images.clamp(0, 1), unchanged])


# ------------------------------------------------------------------------------ ablation


class Ablation:
    """What each ablation retains of an image, and which ablations a patch can touch.

    Positions count row by row; bands and blocks wrap around the border, patches do not.
    """

    def __init__(self, kind: str, size: int, encoding: str, width: int, height: int) -> None:
        self.kind, self.size, self.encoding = kind, size, encoding
        self.width, self.height = width, height
        # Retained columns and rows of each position along one axis; None: the axis is not cut.
        def windows(length: int, cut: bool) -> Tensor:
            if not cut:
                return torch.arange(length)[None]
            return (torch.arange(length)[:, None] + torch.arange(size)) % length

        self.cut_x, self.cut_y = kind in ("column", "block"), kind in ("row", "block")
        columns, rows = windows(width, self.cut_x), windows(height, self.cut_y)
        self.count_x, self.count_y = len(columns), len(rows)
        self.count = self.count_x * self.count_y
        self.shape = (rows.shape[1], columns.shape[1])  # height and width of one strip
        row = rows[:, None, :, None].expand(-1, self.count_x, -1, self.shape[1])
        column = columns[None, :, None, :].expand(self.count_y, -1, self.shape[0], -1)
        self.pixels = (row * width + column).reshape(self.count, -1)
        planes = ([(column + 0.5) / width] if self.cut_x else []) + (
            [(row + 0.5) / height] if self.cut_y else [])
        self.coordinates = torch.stack(planes, 2).reshape(
            self.count, len(planes), *self.shape) if planes else None
        self.mask = torch.zeros(self.count, height * width).scatter_(1, self.pixels, 1.0)

    def input_shape(self, channels: int) -> tuple[int, int, int]:
        if self.encoding == "complement":
            return (2 * channels, self.height, self.width)
        return (channels + self.cut_x + self.cut_y, *self.shape)

    def every(self, images: int) -> Tensor:
        """All positions for each of so many images, N x count."""
        return torch.arange(self.count).expand(images, -1)

    def draw(self, images: int, each: int, generator: torch.Generator) -> Tensor:
        """Random positions, different ones for each image, N x each."""
        return torch.rand(images, self.count, generator=generator).argsort(1)[:, :each]

    def encode(self, images: Tensor, positions: Tensor) -> Tensor:
        """Network inputs (N k) x planes x h x w of positions (N x k) of N images."""
        count, channels = images.shape[:2]
        flat, per_image = images.flatten(2), positions.shape[1]
        if self.encoding == "complement":
            return self.complement(images, self.mask.to(images.device)[positions])
        index = self.pixels.to(images.device)[positions].view(count, 1, -1)
        strips = flat.gather(2, index.expand(-1, channels, -1))
        strips = strips.view(count, channels, per_image, -1).transpose(1, 2)
        strips = strips.reshape(-1, channels, *self.shape)
        if self.coordinates is None:
            return strips
        planes = self.coordinates.to(images.device)[positions.flatten()]
        return torch.cat([strips, planes], 1)

    def complement(self, images: Tensor, mask: Tensor) -> Tensor:
        """The paper's full layout: x, then 1 - x, where the mask (N x k x pixels) retains, else 0."""
        flat = images.flatten(2)
        both = torch.cat([flat, 1 - flat], 1)[:, None]
        return (both * mask[:, :, None]).view(-1, both.shape[2], self.height, self.width)

    def touched(self, width: int, height: int) -> Tensor:
        """Locations (row by row) x positions: 1 where a patch of that size touches what is retained."""
        mask = self.mask.view(-1, self.height, self.width)
        return F.max_pool2d(mask[None], (height, width), 1)[0].flatten(1).t()

    def affected(self, width: int, height: int) -> Tensor:
        """The same without repetitions: each set of touched positions once, in any order."""
        return torch.unique(self.touched(width, height), dim=0)


class SetAblation(Ablation):
    """Each ablation retains a set of several bands or blocks; blocks of side 1 are pixels.

    The baselines of derand_evaluate. There are too many sets for all of them: training draws
    random ones, validation a few of every image, the same ones each time.
    """

    def __init__(self, kind: str, size: int, encoding: str, width: int, height: int,
                 retain: int) -> None:
        super().__init__(kind, size, encoding, width, height)
        if encoding != "complement" or not 1 <= retain <= self.count:
            raise ValueError(f'retain = {retain}: expected 1 to {self.count} bands or blocks and '
                             'encoding = "complement"')
        self.retain, self.positions, self.count = retain, self.count, 8

    def every(self, images: int) -> Tensor:
        """The sets for validation, N x count x retain."""
        return self.draw(images, self.count, torch.Generator().manual_seed(0))

    def draw(self, images: int, each: int, generator: torch.Generator) -> Tensor:
        """Random sets of positions, N x each x retain."""
        order = torch.rand(images, each, self.positions, generator=generator)
        return order.topk(self.retain, sorted=False).indices

    def encode(self, images: Tensor, positions: Tensor) -> Tensor:
        pixels = self.pixels.to(images.device)[positions].flatten(2)
        mask = torch.zeros(*pixels.shape[:2], self.height * self.width, device=images.device)
        return self.complement(images, mask.scatter_(2, pixels, 1.0))


# ----------------------------------------------------------------------------------- net


class PositionCode(nn.Module):
    """Coordinate planes -> one-hot code of the position, from convolutions with fixed weights.

    A network reads a one-hot position far more easily than a coordinate between 0 and 1.
    With t = (index of the first retained column or row), hat_k = relu(1 - |t - k|).
    """

    def __init__(self, ablation: Ablation, planes: int) -> None:
        super().__init__()
        axes = [ablation.width] * ablation.cut_x + [ablation.height] * ablation.cut_y
        self.count = sum(axes)
        self.ramps = nn.Conv2d(planes, 2 * self.count, ablation.shape)
        self.hats = nn.Conv2d(2 * self.count, self.count, 1)
        nn.init.zeros_(self.ramps.weight)
        nn.init.zeros_(self.hats.weight)
        nn.init.ones_(self.hats.bias)
        with torch.no_grad():
            unit = 0
            for plane, length in enumerate(axes, planes - len(axes)):
                for k in range(length):
                    for j, sign in ((unit, 1.0), (unit + 1, -1.0)):
                        self.ramps.weight[j, plane, 0, 0] = sign * length
                        self.ramps.bias[j] = -sign * (k + 0.5)
                        self.hats.weight[unit // 2, j, 0, 0] = -1.0
                    unit += 2
        self.requires_grad_(False)

    def forward(self, x: Tensor) -> Tensor:
        # Full precision: bfloat16 cannot tell neighbouring positions apart.
        with torch.autocast(x.device.type, enabled=False):
            return F.relu(self.hats(F.relu(self.ramps(x)))).flatten(1)


class DenseBlock(nn.Module):
    """A residual pair of fully connected layers; the position scales and shifts its inside."""

    def __init__(self, width: int, code: int) -> None:
        super().__init__()
        self.first = nn.Sequential(nn.Linear(width, width, bias=False), nn.BatchNorm1d(width))
        self.second = nn.Sequential(nn.Linear(width, width, bias=False), nn.BatchNorm1d(width))
        self.scale, self.shift = nn.Linear(code, width), nn.Linear(code, width)
        nn.init.zeros_(self.scale.weight)
        nn.init.ones_(self.scale.bias)

    def forward(self, x: Tensor, code: Tensor) -> Tensor:
        inside = F.relu(self.first(x) * self.scale(code) + self.shift(code))
        return F.relu(x + self.second(inside))


class ConvBlock(nn.Module):
    """A residual pair of convolutions."""

    def __init__(self, width: int, kernel: list[int]) -> None:
        super().__init__()
        kernel = [k if k % 2 else 1 for k in kernel]  # odd: the planes keep their size
        pad = [k // 2 for k in kernel]
        self.first = nn.Sequential(nn.Conv2d(width, width, kernel, 1, pad, bias=False),
                                   nn.BatchNorm2d(width), nn.ReLU())
        self.second = nn.Sequential(nn.Conv2d(width, width, kernel, 1, pad, bias=False),
                                    nn.BatchNorm2d(width))

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(x + self.second(self.first(x)))


class Net(nn.Module):
    """Convolutional stages, then fully connected blocks that know the position.

    Only operations that every OpenCV since 4.6 imports at any batch size: no broadcasting, no
    reshaping other than Flatten.
    """

    def __init__(self, recipe: SimpleNamespace, ablation: Ablation, channels: int) -> None:
        super().__init__()
        planes, *shape = ablation.input_shape(channels)
        model = recipe.model
        if model.position and ablation.encoding != "strip":
            raise ValueError('position = true reads the coordinates of encoding = "strip"')
        # Columns lie on their side, like rows: convolutions along the last axis are several times faster on CPUs.
        self.transpose = model.transpose and ablation.kind == "column"
        if self.transpose:
            shape.reverse()
        self.code = PositionCode(ablation, planes) if model.position else None
        code = self.code.count if self.code else 0
        # Light and contrast of a band: known from its own pixels.
        self.channels = channels
        self.standard = nn.InstanceNorm2d(channels, eps=1e-3) if model.standardise else None
        planes += channels * model.standardise
        layers: list[nn.Module] = []
        for width, kernel, stride, *blocks in model.stages:
            pad = [k // 2 if k % 2 else 0 for k in kernel]
            spanning = [k or length for k, length in zip(kernel, shape)]  # 0: the whole axis
            layers += [nn.Conv2d(planes, width, spanning, stride, pad, bias=False),
                       nn.BatchNorm2d(width), nn.ReLU()]
            layers += [ConvBlock(width, kernel) for _ in range(sum(blocks))]
            planes = width
            shape = [(length + 2 * p - k) // step + 1
                     for length, p, k, step in zip(shape, pad, spanning, stride)]
        self.stages = nn.Sequential(*layers)
        features = planes * math.prod(shape)
        self.join = nn.Sequential(nn.Linear(features + code, model.dense_width, bias=False),
                                  nn.BatchNorm1d(model.dense_width))
        self.blocks = nn.ModuleList(DenseBlock(model.dense_width, code)
                                    for _ in range(model.dense_blocks))
        self.drop = nn.Dropout(model.dropout)
        self.head = nn.Linear(model.dense_width, len(recipe.data.labels))

    def forward(self, x: Tensor) -> Tensor:
        code = self.code(x) if self.code else None
        if self.standard:
            x = torch.cat([x, self.standard(x[:, :self.channels])], 1)
        features = self.stages(x.transpose(2, 3) if self.transpose else x).flatten(1)
        if code is None:
            return self.head(self.drop(F.relu(self.join(features))))
        features = F.relu(self.join(torch.cat([features, code], 1)))
        for block in self.blocks:
            features = block(features, code)
        return self.head(self.drop(features))


def folded(net: Net) -> Net:
    """A copy for inference with every batch norm folded into the layer before it."""
    net = copy.deepcopy(net).cpu().float().eval()
    for module in net.modules():
        if isinstance(module, nn.Sequential):
            for i in range(len(module) - 1):
                if isinstance(module[i + 1], (nn.BatchNorm2d, nn.BatchNorm1d)):
                    fuse = fuse_conv_bn_eval if isinstance(module[i], nn.Conv2d) \
                        else fuse_linear_bn_eval
                    module[i], module[i + 1] = fuse(module[i], module[i + 1]), nn.Identity()
    return net


# --------------------------------------------------------------------------- certificate


def certified_margins(votes: Tensor, labels: Tensor, affected: Tensor) -> Tensor:
    """Lead of each image's label that no patch can remove, N; certified where it is >= 0.

    votes N x positions x classes (0/1, or soft during training). The location rule:
    min over locations a and classes c' of
    sum_{i not in A(a)} (v_i,label - v_i,c') - |A(a)| - [label > c'].
    """
    own = votes.gather(2, labels[:, None, None].expand(-1, votes.shape[1], 1))
    lead = own - votes
    left = (1 - affected) @ lead - affected.sum(1)[:, None]
    classes = torch.arange(votes.shape[2], device=votes.device)
    left = left.amin(1) - (labels[:, None] > classes).to(votes.dtype)
    return left.masked_fill(labels[:, None] == classes, math.inf).amin(1)


@torch.no_grad()
def all_scores(net: nn.Module, images: Tensor, ablation: Ablation,
               bfloat16: bool = False) -> Tensor:
    """Class probabilities N x positions x classes; bfloat16 is for progress reports only."""
    net.eval()
    device = next(net.parameters()).device
    scores = []
    for part in images.split(max(1, 8192 // ablation.count)):
        part = part.to(device)
        with torch.autocast(device.type, torch.bfloat16, enabled=bfloat16):
            logits = net(ablation.encode(part, ablation.every(len(part)).to(device)))
        scores.append(F.softmax(logits.float(), 1).view(len(part), ablation.count, -1).cpu())
    return torch.cat(scores)


def accuracy_table(scores: Tensor, labels: Tensor, ablation: Ablation, threshold: float,
                   sizes: list[int]) -> dict[str, Any]:
    """Clean accuracy, and certified accuracy by both rules per size of a square patch, in %."""
    votes = (scores >= threshold).float()
    counts = votes.sum(1)
    classes = torch.arange(counts.shape[1])
    # The smaller index wins a tie, whatever argmax does on this device.
    winner = (counts * len(classes) - classes).argmax(1)
    right = winner == labels
    lead = counts.gather(1, winner[:, None]) - counts - (winner[:, None] > classes).float()
    lead = lead.masked_fill(winner[:, None] == classes, math.inf).amin(1)
    result = {"clean": 100 * right.float().mean().item(),
              "band accuracy": 100 * (scores.argmax(2) == labels[:, None]).float().mean().item(),
              "margin": {}, "location": {}}
    for size in sizes:
        affected = ablation.affected(size, size)
        by_margin = lead >= 2 * affected.sum(1).max()
        by_location = torch.cat([
            certified_margins(v, c, affected) >= 0
            for v, c in zip(votes.split(500), winner.split(500))])
        result["margin"][size] = 100 * (right & by_margin).float().mean().item()
        result["location"][size] = 100 * (right & by_location).float().mean().item()
    return result


def show(table: dict[str, Any]) -> str:
    if not table["margin"]:
        return f"accuracy {table['band accuracy']:.2f} %"
    lines = [f"clean {table['clean']:.2f} %, one band {table['band accuracy']:.2f} %"]
    lines += [f"certified against {size} x {size}: margin rule {by_margin:.2f} %, "
              f"location rule {table['location'][size]:.2f} %"
              for size, by_margin in table["margin"].items()]
    return "\n".join(lines)


# ------------------------------------------------------------------------------ training


def learning_rate(peak: float, progress: float) -> float:
    """One cycle: linear warm-up over the first tenth, then a cosine down to nothing."""
    if progress < 0.1:
        return peak * (0.05 + 9.5 * progress)
    return peak * 0.5 * (1 + math.cos(math.pi * (progress - 0.1) / 0.9))


def cross_entropy_loss(net: nn.Module, images: Tensor, labels: Tensor, ablation: Ablation,
                       phase: SimpleNamespace, generator: torch.Generator) -> Tensor:
    """Cross-entropy of a few random bands of every image."""
    positions = ablation.draw(len(images), phase.bands, generator).to(images.device)
    logits = net(ablation.encode(images, positions)).float()
    return F.cross_entropy(logits, labels.repeat_interleave(positions.shape[1]))


def margin_loss(net: nn.Module, images: Tensor, labels: Tensor, ablation: Ablation,
                phase: SimpleNamespace, generator: torch.Generator) -> Tensor:
    """Votes that are missing for a certificate, over all bands, plus some cross-entropy."""
    positions = ablation.every(len(images)).to(images.device)
    logits = net(ablation.encode(images, positions)).float()
    scores = F.softmax(logits, 1).view(len(images), ablation.count, -1)
    # The true votes, with the gradient of soft ones.
    soft = torch.sigmoid((scores - phase.threshold) / phase.softness)
    votes = (scores >= phase.threshold).float() + soft - soft.detach()
    choice = int(torch.randint(len(phase.patches), (1,), generator=generator))
    affected = ablation.affected(phase.patches[choice], phase.patches[choice]).to(images.device)
    with torch.autocast(images.device.type, enabled=False):  # bfloat16 cannot count to 28 halves
        margin = certified_margins(votes, labels, affected)
    # A hinge: with a loss that gives up images beyond reach, they lose their clean label too.
    hinge = F.relu(phase.target - margin).mean()
    entropy = F.cross_entropy(logits, labels.repeat_interleave(ablation.count))
    return hinge + phase.cross_entropy * entropy


def quick(ablation: Ablation) -> int:
    """So many images have no more ablations than an epoch or two of training: enough to report on."""
    return max(500, 160_000 // ablation.count)


def start_from(net: Net, path: Path) -> None:
    """Takes the weights of another net's checkpoint that have the same name and shape."""
    own, others = net.state_dict(), torch.load(path, map_location="cpu")["average"]
    same = {name: weight for name, weight in others.items()
            if name in own and own[name].shape == weight.shape}
    if not same:
        fail(f"--start={path}: no weights of this net's names and shapes; expected the checkpoint of a net that "
             "begins alike")
    net.load_state_dict(same, strict=False)
    print(f"{len(same)} of {len(own)} tensors from {path}", flush=True)


def train(recipe: SimpleNamespace, ablation: Ablation, net: Net, data: Path, out: Path,
          resume: bool, device: torch.device) -> Net:
    """Trains through the recipe's phases; returns the running average of the weights."""
    images, labels = load(recipe, data, "train")
    val_images, val_labels = load(recipe, data, "val")
    shown = quick(ablation)
    val_images, val_labels = val_images[:shown], val_labels[:shown]
    images, labels = images.to(device), labels.to(device)
    net.to(device, memory_format=torch.channels_last)
    average = copy.deepcopy(net).requires_grad_(False)
    optimizer = torch.optim.AdamW([p for p in net.parameters() if p.requires_grad],
                                  weight_decay=recipe.weight_decay)
    generator = torch.Generator().manual_seed(recipe.seed)
    torch.manual_seed(recipe.seed)
    path, done = out / f"{recipe.name}.pt", 0
    if resume and path.exists():
        state = torch.load(path, map_location=device)
        net.load_state_dict(state["net"])
        average.load_state_dict(state["average"])
        optimizer.load_state_dict(state["optimizer"])
        generator.set_state(state["generator"].cpu())
        done = state["epochs"]
    plan = [(phase, epoch) for phase in recipe.phases for epoch in range(phase.epochs)]
    start = time.time()
    for number, (phase, epoch) in enumerate(plan[done:], done + 1):
        loss_of = {"cross_entropy": cross_entropy_loss, "margin": margin_loss}[phase.loss]
        net.train()
        batches = torch.randperm(len(images), generator=generator).split(phase.batch)[:-1]
        batches = batches[:vars(phase).get("batches")]
        total = 0.0
        for step, batch in enumerate(batches):
            rate = learning_rate(phase.rate, (epoch + step / len(batches)) / phase.epochs)
            for group in optimizer.param_groups:
                group["lr"] = rate
            batch = batch.to(device)
            changed = augment(images[batch], recipe.augment, phase.augmented, generator)
            with torch.autocast(device.type, torch.bfloat16, enabled=recipe.bfloat16):
                loss = loss_of(net, changed, labels[batch], ablation, phase, generator)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item()
            # Early weights are worth nothing: the average grows from short to long.
            decay = min(recipe.average, (step + 1) / (step + 10) if number == 1 else 1.0)
            with torch.no_grad():
                for kept, new in zip(average.state_dict().values(), net.state_dict().values()):
                    if kept.is_floating_point():
                        kept.lerp_(new, 1 - decay)
                    else:
                        kept.copy_(new)
        torch.save({"net": net.state_dict(), "average": average.state_dict(),
                    "optimizer": optimizer.state_dict(), "generator": generator.get_state(),
                    "epochs": number}, path)
        spent = time.time() - start
        scores = all_scores(average, val_images, ablation, recipe.bfloat16)
        table = accuracy_table(scores, val_labels, ablation, recipe.settings.threshold,
                               recipe.settings.watch)
        left = spent / (number - done) * (len(plan) - number)
        print(f"epoch {number}/{len(plan)} {phase.loss} loss {total / len(batches):.4f}"
              f" band {table['band accuracy']:.2f} clean {table['clean']:.2f}"
              + "".join(f" certified({size}) {share:.2f}"
                        for size, share in table["margin"].items())
              + f" | {spent:.0f} s, {left:.0f} s to go", flush=True)
    return average


# -------------------------------------------------------------------------------- export


def without_identities(model: onnx.ModelProto) -> onnx.ModelProto:
    """Exporters write equal weights once and copy them; importers expect plain constants."""
    graph = model.graph
    source = {node.output[0]: node.input[0] for node in graph.node if node.op_type == "Identity"}
    kept = [node for node in graph.node if node.op_type != "Identity"]
    for node in kept:
        for i, name in enumerate(node.input):
            while name in source:
                name = source[name]
            node.input[i] = name
    del graph.node[:]
    graph.node.extend(kept)
    onnx.checker.check_model(model)
    return model


def export(recipe: SimpleNamespace, ablation: Ablation, net: Net, channels: int,
           out: Path) -> None:
    """Writes NAME.onnx and, for a base classifier, NAME.yml."""
    options: dict[str, Any] = {"opset_version": 11, "input_names": ["bands"],
                               "output_names": ["logits"], "do_constant_folding": True}
    if "dynamo" in inspect.signature(torch.onnx.export).parameters:
        options["dynamo"] = False  # the older exporter writes the plainer graph
    example = torch.zeros(recipe.settings.batch, *ablation.input_shape(channels))
    path = str(out / f"{recipe.name}.onnx")
    net = folded(net)
    # As bfloat16 training saw them: half of the file is zeros, which archives do not carry. Not the position code.
    for part in filter(None, (net.stages, net.join, net.blocks, net.head)):
        for weight in part.parameters():
            if weight.dim() > 1:
                weight.data = weight.data.bfloat16().float()
    torch.onnx.export(net, example, path, **options)
    onnx.save(without_identities(onnx.load(path)), path)
    if ablation.kind == "none":
        return
    sets = f"retain: {ablation.retain}\n" if isinstance(ablation, SetAblation) else ""
    escaped = [label.replace("\\", "\\\\").replace('"', '\\"') for label in recipe.data.labels]
    labels = ", ".join(f'"{label}"' for label in escaped)
    # As the reader of pictures resizes; frames of other data have the size of the input.
    interpolation = "area" if recipe.data.set == "pictures" else "linear"
    (out / f"{recipe.name}.yml").write_text(f"""%YAML:1.0
---
format: 1
modelChecksum: "{zlib.crc32(Path(path).read_bytes()):08x}"
{sets}ablation:
   type: {ablation.kind}
   width: {ablation.size}
   inputSize: [ {ablation.width}, {ablation.height} ]
   stride: 1
params:
   channels: {channels}
   scalefactor: [ {", ".join([repr(1 / 255)] * 4)} ]
   mean: [ 0., 0., 0., 0. ]
   swapRB: {recipe.settings.swap_rb}
   crop: 0
   interpolation: {interpolation}
   encoding: {ablation.encoding}
   fill: [ 0., 0., 0., 0. ]
   transpose: 0
   voteRule: threshold
   threshold: {recipe.settings.threshold}
   tolerance: -1.
   softmax: 1
   rule: location
   chunk: 0
   labels: [ {labels} ]
""", encoding="utf-8")


def namespace(value: Any) -> Any:
    """Nested tables of a recipe as attributes: a misspelt name fails at once."""
    if isinstance(value, dict):
        return SimpleNamespace(**{key: namespace(item) for key, item in value.items()})
    if isinstance(value, list):
        return [namespace(item) for item in value]
    return value


def override(recipe: dict[str, Any], setting: str) -> None:
    """Applies `table.key=value`, the value as in TOML, to a key that the recipe has."""
    key, _, value = setting.partition("=")
    table, _, name = key.rpartition(".")
    place = recipe
    for part in filter(None, table.split(".")):
        place = place.get(part, {})
    if name not in place:
        raise ValueError(f"--set {setting}: the recipe has no {key}")
    place[name] = tomllib.loads(f"value = {value}")["value"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--recipe", type=Path, required=True, help="TOML file, see recipes/")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", dest="settings",
                        help="instead of what the recipe says, e.g. ablation.width=3")
    parser.add_argument("--name", help="of checkpoint and model; default: the recipe's")
    parser.add_argument("--data", type=Path, required=True, help="folder of the data set")
    parser.add_argument("--out", type=Path, required=True, help="checkpoints and results")
    parser.add_argument("--start", type=Path, metavar="FILE.pt",
                        help="checkpoint of another net: weights of the same name and shape to start from")
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint")
    parser.add_argument("--eval", choices=("val", "test"), dest="part",
                        help="no training: accuracies of the checkpoint's averaged weights")
    parser.add_argument("--threads", type=int, default=0, help="CPU threads (default: torch's)")
    arguments = parser.parse_args()

    # Optimizer state of unused weights decays into denormal numbers, which CPUs handle slowly.
    torch.set_flush_denormal(True)
    table = tomllib.loads(arguments.recipe.read_text(encoding="utf-8"))
    for setting in arguments.settings:
        override(table, setting)
    recipe = namespace(table)
    recipe.name = arguments.name or arguments.recipe.stem
    if recipe.data.labels == "folders":
        recipe.data.labels = [directory.name for directory in class_folders(arguments.data, "train")]
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    torch.manual_seed(recipe.seed)
    channels, height, width = recipe.data.shape
    cut = recipe.ablation
    if hasattr(cut, "retain"):
        if recipe.settings.watch or recipe.settings.sizes or any(
                phase.loss != "cross_entropy" for phase in recipe.phases):
            raise ValueError('sets are certified by derand_evaluate, not here: expected loss = '
                             '"cross_entropy", watch = [] and sizes = [] in a recipe with "retain"')
        ablation = SetAblation(cut.type, cut.width, cut.encoding, width, height, cut.retain)
    else:
        ablation = Ablation(cut.type, cut.width, cut.encoding, width, height)
    net = Net(recipe, ablation, channels)
    arguments.out.mkdir(parents=True, exist_ok=True)
    if arguments.part:
        state = torch.load(arguments.out / f"{recipe.name}.pt", map_location="cpu")
        net.load_state_dict(state["average"])
        net.to(device)
    else:
        if arguments.start:
            start_from(net, arguments.start)
        net = train(recipe, ablation, net, arguments.data, arguments.out, arguments.resume, device)
        export(recipe, ablation, net, channels, arguments.out)
        if recipe.data.set == "pictures":
            copy_validation(recipe, arguments.data, arguments.out)
    part = arguments.part or "val"
    images, labels = load(recipe, arguments.data, part)
    if not arguments.part:
        images, labels = images[:quick(ablation)], labels[:quick(ablation)]
    table = accuracy_table(all_scores(net, images, ablation), labels, ablation,
                           recipe.settings.threshold, recipe.settings.sizes)
    count = sum(p.numel() for p in folded(net).parameters())
    print(f"{recipe.name}, {part}: {len(images)} images, {count} parameters\n{show(table)}")


if __name__ == "__main__":
    main()
