#!/usr/bin/env python3
# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.
"""Attacks a model of cv::derand with adversarial patches and with changes of the whole image.

    attack.py --model FILE.onnx [--undefended FILE.onnx] --set mnist --data DIR --out FILE.csv
    attack.py --table FILE.csv...                # the table of a run, or of the parts of one

Section 3.1 of Levine and Feizi, "(De)Randomized Smoothing for Certifiable Defense against Patch
Attacks" (NeurIPS 2020). Votes have no gradient, so the attacks follow that of a surrogate, the
average of the ablations' softmax scores. The gradients are PyTorch's, of the exported ONNX files;
the labels and certificates are those of OpenCV, of 8-bit images: attack and defence meet on what
is deployed.

Exit codes: 0 done; 1 an error, or a certificate was broken, which must never happen.
"""

import argparse
import csv
import itertools
import json
import math
import subprocess
import sys
import tempfile
import time
import zlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import cv2
import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper
from torch import Tensor

import check_onnx
from train import READERS, Ablation


class AttackError(Exception):
    """What was wrong, what was expected, what to do."""


# ------------------------------------------------------------------------ models in PyTorch

Attributes = dict[str, Any]


def padding(a: Attributes) -> list[int]:
    """Rows and columns of padding, the same at both ends."""
    pads = a.get("pads", [0, 0, 0, 0])
    if pads[:2] != pads[2:] or a.get("auto_pad", b"NOTSET") != b"NOTSET":
        raise AttackError(f"pads {pads}, auto_pad {a.get('auto_pad')}: expected the same padding at "
                          "both ends, written out: export the model so")
    return pads[:2]


def pool(a: Attributes) -> dict[str, Any]:
    return {"kernel_size": a["kernel_shape"], "stride": a.get("strides", 1), "padding": padding(a),
            "ceil_mode": bool(a.get("ceil_mode", 0))}


def gemm(a: Attributes, x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    x = x.t() if a.get("transA", 0) else x
    weight = weight if a.get("transB", 0) else weight.t()
    if a.get("alpha", 1.0) != 1 or a.get("beta", 1.0) != 1:
        raise AttackError("Gemm with alpha or beta: expected 1: fold them into the weights")
    return F.linear(x, weight, bias)


def cut(_: Attributes, x: Tensor, starts: Tensor, ends: Tensor, axes: Tensor | None = None,
        steps: Tensor | None = None) -> Tensor:
    index = [slice(None)] * x.ndim
    for i, (start, end) in enumerate(zip(starts.tolist(), ends.tolist())):
        index[i if axes is None else axes[i]] = slice(start, end, None if steps is None else steps[i])
    return x[tuple(index)]


def pad(a: Attributes, x: Tensor, pads: Tensor, value: Tensor | None = None) -> Tensor:
    ends = pads.view(2, -1).t().flip(0).flatten().tolist()  # ONNX: all begins, then all ends
    return F.pad(x, ends, a.get("mode", b"constant").decode(), 0.0 if value is None else value.item())


# As ONNX (opset 11 to 17) defines them: (attributes, inputs) -> output.
OPERATORS: dict[str, Callable[..., Tensor]] = {
    "Add": lambda a, x, y: x + y,
    "AveragePool": lambda a, x: F.avg_pool2d(
        x, **pool(a), count_include_pad=bool(a.get("count_include_pad", 0))),
    "Concat": lambda a, *x: torch.cat(x, a["axis"]),
    "Conv": lambda a, x, weight, bias=None: F.conv2d(
        x, weight, bias, a.get("strides", 1), padding(a), a.get("dilations", 1), a.get("group", 1)),
    "Flatten": lambda a, x: x.reshape(math.prod(x.shape[:a.get("axis", 1)]), -1),
    "Gemm": gemm,
    "GlobalAveragePool": lambda a, x: x.mean((2, 3), keepdim=True),
    "Identity": lambda a, x: x,
    "InstanceNormalization": lambda a, x, weight, bias: F.instance_norm(
        x, None, None, weight, bias, True, 0.0, a.get("epsilon", 1e-5)),
    "MaxPool": lambda a, x: F.max_pool2d(x, **pool(a)),
    "Mul": lambda a, x, y: x * y,
    "Pad": pad,
    "ReduceMean": lambda a, x: x.mean(a["axes"], keepdim=bool(a.get("keepdims", 1))),
    "Relu": lambda a, x: F.relu(x),
    "Sigmoid": lambda a, x: torch.sigmoid(x),
    "Slice": cut,
    "Softmax": lambda a, x: F.softmax(x, a.get("axis", -1)),
    "Sub": lambda a, x, y: x - y,
    "Transpose": lambda a, x: x.permute(a["perm"]),
}


class OnnxNet:
    """An ONNX file as a function of a tensor, with gradients; checked against OpenCV."""

    def __init__(self, path: Path, device: torch.device, bfloat16: bool) -> None:
        self.path, self.bfloat16 = path, bfloat16
        graph = onnx.load(str(path)).graph
        # Constants are nodes or named: (name, value).
        named = [(item.name, item) for item in graph.initializer]
        nodes = [node for node in graph.node if node.op_type != "Constant"]
        named += [(node.output[0], node.attribute[0].t) for node in graph.node if node.op_type == "Constant"]
        self.constants = {name: torch.from_numpy(numpy_helper.to_array(item).copy()).to(device)
                          for name, item in named}
        unknown = sorted({node.op_type for node in nodes} - set(OPERATORS))
        if unknown:
            raise AttackError(f"{path}: has the operators {', '.join(unknown)}, expected only "
                              f"{', '.join(OPERATORS)}: add them to OPERATORS")
        inputs = [item for item in graph.input if item.name not in self.constants]
        if len(inputs) != 1 or len(graph.output) != 1:
            raise AttackError(f"{path}: {len(inputs)} inputs and {len(graph.output)} outputs, "
                              "expected one of each")
        self.input, self.output = inputs[0].name, graph.output[0].name
        self.shape = tuple(size.dim_value for size in inputs[0].type.tensor_type.shape.dim)[1:]
        self.steps = [(OPERATORS[node.op_type], node.input, node.output[0],
                       {item.name: onnx.helper.get_attribute_value(item) for item in node.attribute})
                      for node in nodes]
        self.check(device)

    def __call__(self, x: Tensor, bfloat16: bool) -> Tensor:
        values = self.constants | {self.input: x.contiguous(memory_format=torch.channels_last)}
        for operator, inputs, output, attributes in self.steps:
            # Coordinates are in the input: bfloat16 cannot tell neighbouring positions apart.
            with torch.autocast(x.device.type, torch.bfloat16,
                                enabled=bfloat16 and self.input not in inputs):
                values[output] = operator(attributes, *(values[i] if i else None for i in inputs))
        return values[self.output].float()

    @torch.no_grad()
    def check(self, device: torch.device) -> None:
        """Fails unless OpenCV has the same scores for random inputs."""
        inputs = np.random.default_rng(0).random((16, *self.shape), np.float32)
        expected = check_onnx.run(check_onnx.read(str(self.path), "default"), inputs, 4)
        scores = self(torch.from_numpy(inputs).to(device), False).cpu().numpy()
        difference = np.abs(scores - expected).max() if scores.shape == expected.shape else np.inf
        if not difference < 1e-3 * max(1.0, np.abs(expected).max()):  # NaN is not good
            raise AttackError(f"{self.path}: PyTorch and OpenCV differ by {difference:.2g} in the "
                              "scores of random inputs, expected the same: an operator of OPERATORS "
                              "does not do what OpenCV does")


# --------------------------------------------------------------------------------- targets


class Verdict(NamedTuple):
    label: int       # -1: abstained
    certified: bool  # no patch of the size asked for changes the label
    votes: int       # for the label; 1 of an undefended model


def write_picture(path: Path, planes: np.ndarray) -> None:
    """A PNG that cv::imread() reads as the very same pixels; planes C x H x W of bytes."""
    picture = np.ascontiguousarray(planes[0] if len(planes) == 1 else planes.transpose(1, 2, 0))
    if not cv2.imwrite(str(path), picture):
        raise AttackError(f"{path}: cannot be written: check the folder, and the space left")
    if not np.array_equal(cv2.imread(str(path), cv2.IMREAD_UNCHANGED), picture):
        raise AttackError(f"{path}: does not hold the pixels that were written")


class Target:
    """A classifier to attack: in PyTorch with gradients, in OpenCV with labels."""

    def __init__(self, path: Path, ablation: Ablation, arguments: argparse.Namespace) -> None:
        device = arguments.device
        self.name, self.ablation = path.stem, ablation
        self.net = OnnxNet(path, device, arguments.bfloat16)
        self.top1, self.threshold, self.softmax, self.swap = True, 0.0, True, False
        self.scale, self.mean = torch.ones(1, device=device), torch.zeros(1, device=device)

    def log_scores(self, images: Tensor, positions: Tensor, bfloat16: bool = False) -> Tensor:
        """Logarithms of class probabilities, N x k x classes, of positions (N x k) of N images."""
        images = (images.flip(1) if self.swap else images).sub(self.mean).mul(self.scale)
        scores = self.net(self.ablation.encode(images, positions), bfloat16)
        logs = F.log_softmax(scores, 1) if self.softmax else scores.clamp(min=1e-30).log()
        return logs.view(*positions.shape, -1)

    def everywhere(self, count: int) -> Tensor:
        """All positions of so many images."""
        return torch.arange(self.ablation.count, device=self.scale.device).expand(count, -1)

    def votes(self, logs: Tensor) -> Tensor:
        if self.top1:
            return F.one_hot(logs.argmax(2), logs.shape[2]).float()
        return (logs.exp() >= self.threshold).float()

    def judge(self, images: np.ndarray) -> list[Verdict]:
        """What OpenCV says of images N x C x H x W of bytes."""
        raise NotImplementedError


class Undefended(Target):
    """A net that sees the whole image, pixel / 255; run by cv::dnn."""

    def __init__(self, path: Path, shape: tuple[int, ...], arguments: argparse.Namespace) -> None:
        super().__init__(path, Ablation("none", 0, "strip", shape[2], shape[1]), arguments)
        if self.net.shape != shape:
            raise AttackError(f"{path}: takes {self.net.shape}, the images are {shape} (channels, height, "
                              "width): model and data do not belong together")
        self.opencv = check_onnx.read(str(path), "default")

    def judge(self, images: np.ndarray) -> list[Verdict]:
        scores = check_onnx.run(self.opencv, images.astype(np.float32) / 255, 64)
        return [Verdict(int(label), False, 1) for label in scores.argmax(1)]


def read_settings(model: Path) -> SimpleNamespace:
    """The settings beside a model, as far as an attack needs them."""
    path = model.with_suffix(".yml")
    storage = cv2.FileStorage(str(path), cv2.FileStorage_READ) if path.is_file() else None
    if storage is None or not storage.isOpened():
        raise AttackError(f"{path}: expected the settings of {model}: they stand beside the model")

    def node(name: str) -> cv2.FileNode:
        found = storage.root()
        for part in name.split("."):
            found = found.getNode(part)
            if found.empty():
                raise AttackError(f"{path}: {name} is missing: expected a file that train.py wrote")
        return found

    def items(name: str) -> list[cv2.FileNode]:
        return [node(name).at(i) for i in range(node(name).size())]

    settings = SimpleNamespace(path=path, labels=[label.string() for label in items("params.labels")])
    for name in ("ablation.type", "params.encoding", "params.voteRule"):
        setattr(settings, name.split(".")[1], node(name).string())
    for name in ("ablation.width", "ablation.stride", "params.channels", "params.threshold",
                 "params.softmax", "params.swapRB", "params.transpose"):
        setattr(settings, name.split(".")[1], node(name).real())
    width, height = (int(side.real()) for side in items("ablation.inputSize"))
    channels = int(settings.channels)
    settings.shape = (channels, height, width)
    settings.scale = [item.real() for item in items("params.scalefactor")][:channels]
    settings.mean = [item.real() for item in items("params.mean")][:channels]
    if settings.encoding not in ("strip", "complement") or settings.stride != 1 or settings.transpose:
        raise AttackError(f"{path}: expected encoding strip or complement, stride 1, transpose 0, as "
                          "train.py writes them")
    return settings


class Smoothed(Target):
    """A model with settings; run by derand_certify."""

    def __init__(self, path: Path, settings: SimpleNamespace, arguments: argparse.Namespace) -> None:
        channels, height, width = settings.shape
        ablation = Ablation(settings.type, int(settings.width), settings.encoding, width, height)
        super().__init__(path, ablation, arguments)
        if self.net.shape != ablation.input_shape(channels):
            raise AttackError(f"{path}: takes {self.net.shape}, its settings say "
                              f"{ablation.input_shape(channels)} (planes, height, width)")
        self.top1, self.threshold = settings.voteRule != "threshold", settings.threshold
        self.softmax, self.swap = bool(settings.softmax), bool(settings.swapRB)
        # OpenCV scales pixels of 0..255, here they are in [0, 1].
        self.scale = 255 * torch.tensor(settings.scale, device=arguments.device).view(-1, 1, 1)
        self.mean = torch.tensor(settings.mean, device=arguments.device).view(-1, 1, 1) / 255
        self.program, self.model, self.patch = arguments.derand_certify, path, arguments.patch

    def judge(self, images: np.ndarray) -> list[Verdict]:
        width, height = self.patch
        with tempfile.TemporaryDirectory(prefix="derand_attack_") as folder:
            names = [str(Path(folder) / f"{i:07}.png") for i in range(len(images))]
            for name, image in zip(names, images):
                write_picture(Path(name), image)
            command = [str(self.program), f"--model={self.model}", "--json",
                       f"--patch={width}x{height}", f"--patches={width}x{height}", folder]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise AttackError(f"{' '.join(command)}: exit code {done.returncode}\n{done.stderr}")
        lines = {line["image"]: line for line in map(json.loads, done.stdout.splitlines())
                 if "image" in line}
        if set(lines) != set(names) or any(line["patch"] != [width, height] for line in lines.values()):
            raise AttackError(f"{' '.join(command)}: expected {len(names)} answers for this patch, "
                              f"got {len(lines)}")
        return [Verdict(line["label"], line["certified"], line["votes"])
                for line in map(lines.__getitem__, names)]


# --------------------------------------------------------------------------------- attacks


class Images(NamedTuple):
    """Clean images to attack and what is known about them, one row each."""
    numbers: np.ndarray  # in the data set
    pixels: np.ndarray   # N x C x H x W, bytes
    labels: np.ndarray   # that OpenCV gives them
    logs: Tensor         # what PyTorch gives them: N x positions x classes

    def of(self, rows: np.ndarray) -> "Images":
        return Images(*(field[rows] for field in self))


class Area(NamedTuple):
    """What an attack may change, one row per attacked image."""
    pixels: Tensor     # N x n, row by row
    positions: Tensor  # N x k, the ablations that see one of them
    low: Tensor        # N x C x n, limits of the content
    high: Tensor


def tensor_of(images: np.ndarray, device: torch.device) -> Tensor:
    """Bytes as pixels in [0, 1]."""
    return torch.from_numpy(images).to(device).float() / 255


def parts(count: int, size: int) -> list[np.ndarray]:
    """0..count - 1 in equal parts, none larger than the size."""
    return np.array_split(np.arange(count), -(-count // size))


def quantised(x: Tensor) -> Tensor:
    return (x * 255).round() / 255


def lead(counts: Tensor, labels: Tensor) -> Tensor:
    """Votes that the label can lose to others; it wins where this is >= 0."""
    classes = torch.arange(counts.shape[1], device=counts.device)
    own = counts.gather(1, labels[:, None])
    left = own - counts - (labels[:, None] > classes).float()
    # Without any vote it does not win a tie: the classifier abstains.
    return torch.where(labels[:, None] == classes, own - 1, left).amin(1)


def ifgsm(target: Target, images: Images, area: Area, content: Tensor, steps: int,
          step: float) -> tuple[np.ndarray, Tensor]:
    """The worst 8-bit images on the way of sign-gradient steps, and how far each is from falling.

    Only the ablations that see the area are evaluated: the others stay as they are. An image is
    bad for the label by its votes, then by the surrogate.
    """
    device = content.device
    clean, rows = tensor_of(images.pixels, device), torch.arange(len(content), device=device)
    labels, logs = torch.from_numpy(images.labels).to(device), images.logs.to(device)
    kept = torch.ones(logs.shape[:2], device=device).scatter_(1, area.positions, 0.0)
    kept_scores = torch.einsum("np,npc->nc", kept, logs.exp())
    kept_votes = torch.einsum("np,npc->nc", kept, target.votes(logs))

    def with_content(seen: Tensor) -> Tensor:
        index = area.pixels[:, None].expand(-1, clean.shape[1], -1)
        return clean.flatten(2).scatter(2, index, seen).view_as(clean)

    def evaluate(seen: Tensor, bfloat16: bool) -> tuple[Tensor, Tensor]:
        """Logarithm of the label's share of the surrogate, and how far the votes are from falling."""
        logs = target.log_scores(with_content(seen), area.positions, bfloat16)
        own = torch.logsumexp(logs[rows, :, labels], 1)
        surrogate = torch.logaddexp(own, kept_scores[rows, labels].clamp(min=1e-30).log())
        surrogate = surrogate - np.log(target.ablation.count)
        with torch.no_grad():
            votes = kept_votes + target.votes(logs).sum(1)
            return surrogate, lead(votes, labels) + surrogate.exp().clamp(max=1) / 2

    best, worst = quantised(content), torch.full((len(content),), torch.inf, device=device)
    for number in range(steps + 1):
        content = content.detach().requires_grad_()
        # What OpenCV will see is 8 bits deep; the gradient passes through the rounding.
        seen = content + (quantised(content) - content).detach()
        surrogate, distance = evaluate(seen, target.net.bfloat16)
        better = distance < worst
        best = torch.where(better[:, None, None], seen.detach(), best)
        worst = torch.where(better, distance, worst)
        if number < steps:
            gradient, = torch.autograd.grad(surrogate.sum(), content)
            content = torch.minimum(torch.maximum(
                content.detach() - step * gradient.sign(), area.low), area.high)
    with torch.no_grad():
        attacked = (with_content(best) * 255).round().to(torch.uint8).cpu().numpy()
        return attacked, evaluate(best, False)[1].cpu()


def check_inside(clean: np.ndarray, attacked: np.ndarray, rectangles: np.ndarray) -> None:
    """Fails unless images differ within their rectangles (x, y, width, height) only."""
    for before, after, (x, y, width, height) in zip(clean, attacked, rectangles):
        outside = (before != after).any(0)
        outside[y:y + height, x:x + width] = False
        if outside.any():
            raise AttackError(f"a patch changed {outside.sum()} pixels outside its rectangle")


def check_radius(clean: np.ndarray, attacked: np.ndarray, radius: int) -> None:
    """Fails unless no value differs by more than the radius."""
    difference = np.abs(clean.astype(int) - attacked).max(initial=0)
    if difference > radius:
        raise AttackError(f"an image changed by {difference}, expected at most {radius}")


def random_patches(numbers: np.ndarray, restarts: range, shape: tuple[int, ...],
                   arguments: argparse.Namespace) -> tuple[np.ndarray, np.ndarray]:
    """Corners (x, y) and contents of patches; those of an image depend on nothing but its number."""
    corners, contents = [], []
    width, height = arguments.patch
    for number, restart in itertools.product(numbers, restarts):
        generator = np.random.default_rng([arguments.seed, number, restart])
        corners.append(generator.integers(0, [shape[2] - width + 1, shape[1] - height + 1]))
        contents.append(generator.random((shape[0], height * width), np.float32))
    return np.array(corners), np.array(contents)


def patch_attack(target: Target, images: Images, restarts: range,
                 arguments: argparse.Namespace) -> np.ndarray:
    """The best of some restarts for every image, at random places, as bytes."""
    width, height = arguments.patch
    ablation, device, count = target.ablation, arguments.device, len(restarts)
    corners, contents = random_patches(images.numbers, restarts, images.pixels.shape[1:], arguments)
    # By the number of a location, counted row by row: pixels of the patch, ablations that see it.
    grid = np.arange(ablation.height * ablation.width).reshape(ablation.height, ablation.width)
    windows = np.lib.stride_tricks.sliding_window_view(grid, (height, width))
    locations = corners[:, 1] * windows.shape[1] + corners[:, 0]
    pixels = torch.from_numpy(windows.reshape(-1, height * width)[locations]).to(device)
    # Bands and blocks wrap around: as many of them see a patch here as there.
    touched = ablation.touched(width, height)
    positions = touched.nonzero()[:, 1].view(len(touched), -1)[torch.from_numpy(locations)].to(device)

    attacked, distances = [], []
    for part in parts(len(corners), arguments.batch):
        content = torch.from_numpy(contents[part]).to(device)
        area = Area(pixels[part], positions[part], torch.zeros_like(content), torch.ones_like(content))
        result, distance = ifgsm(target, images.of(part // count), area, content,
                                 arguments.steps, arguments.step)
        attacked.append(result)
        distances.append(distance)
    rows = np.arange(len(images.numbers))
    best = torch.cat(distances).view(-1, count).argmin(1).numpy() + rows * count
    chosen = np.concatenate(attacked)[best]
    check_inside(images.pixels, chosen, np.hstack([corners[best], np.tile([width, height], (len(rows), 1))]))
    return chosen


def linf_attack(target: Target, images: Images, radius: int, arguments: argparse.Namespace) -> np.ndarray:
    """Every pixel changed by at most the radius, as bytes; starts at the image itself."""
    attacked = []
    for part in parts(len(images.numbers), arguments.linf_batch):
        content = tensor_of(images.pixels[part], arguments.device).flatten(2)
        area = Area(torch.arange(content.shape[2], device=arguments.device).expand(len(part), -1),
                    target.everywhere(len(part)),
                    (content - radius / 255).clamp(min=0), (content + radius / 255).clamp(max=1))
        result, _ = ifgsm(target, images.of(part), area, content, arguments.linf_steps,
                          arguments.linf_step / 255)
        attacked.append(result)
    everything = np.concatenate(attacked)
    check_radius(images.pixels, everything, radius)
    return everything


# ----------------------------------------------------------------------------------- files


class Row(NamedTuple):
    """What became of one image."""
    image: int      # its number in the data set
    truth: int      # right class
    model: str
    attack: str     # patch or linf
    size: str       # of the patch, WIDTHxHEIGHT; radius in 1/255
    label: int      # of the clean image; -1: abstained
    certified: int  # 1: no patch of this size changes the label
    attacked: int   # the label that the attack achieved, otherwise the clean one
    restarts: int   # tried; 0: the clean label was wrong, or a smaller radius was enough
    broken: int     # 1: a certificate was wrong


class Rows:
    """Rows in a file. The first line says what was run: a run that was stopped goes on where it was."""

    def __init__(self, path: Path, subject: str, attacks: int) -> None:
        self.path, self.rows = path, []
        self.head = f"# {subject}\n{','.join(Row._fields)}\n"
        if path.exists():
            found, rows = read_rows(path)
            if found != subject:
                raise AttackError(f"{path}: is of another run: {found}\nexpected: {subject}\n"
                                  "Give another file, or the options of that run.")
            # A run may have been stopped while it wrote: an image has rows for all attacks, or none.
            count = Counter((row.model, row.image) for row in rows)
            self.rows = [row for row in rows if count[row.model, row.image] == attacks]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.head, encoding="utf-8")
        self.write(self.rows)
        self.known = {(row.model, row.image) for row in self.rows}

    def has(self, model: str, image: int) -> bool:
        return (model, image) in self.known

    def add(self, rows: list[Row]) -> None:
        self.rows += rows
        self.write(rows)

    def write(self, rows: list[Row]) -> None:
        with self.path.open("a", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)


def read_rows(path: Path) -> tuple[str, list[Row]]:
    """What was run, and what came out; a line without an end is left out."""
    lines = path.read_text(encoding="utf-8").split("\n")[:-1]
    if len(lines) < 2 or not lines[0].startswith("# ") or lines[1] != ",".join(Row._fields):
        raise AttackError(f"{path}: expected a file that --out wrote")
    kinds = Row.__annotations__.values()
    try:
        return lines[0][2:], [Row(*(kind(value) for kind, value in zip(kinds, values, strict=True)))
                              for values in csv.reader(lines[2:])]
    except ValueError as error:
        raise AttackError(f"{path}: is damaged ({error}): delete the file or the line") from error


def table(rows: list[Row], as_csv: bool) -> str:
    """Counts by model and attack, in the order of the rows."""
    groups: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row.model, row.attack, row.size), []).append(row)
    lines = ["model,attack,size,images,clean,certified,certified_right,attacked,broken" if as_csv else
             f"{'model':<24}  {'attack':<12}{'images':>7}{'clean':>10}{'certified':>11}"
             f"{'attacked':>10}  certificates: all, broken"]
    for (model, attack, size), group in groups.items():
        clean = sum(row.label == row.truth for row in group)
        certified = sum(row.certified for row in group)
        right = sum(row.certified and row.label == row.truth for row in group)
        attacked = sum(row.label == row.attacked == row.truth for row in group)
        broken = sum(row.broken for row in group)
        if as_csv:
            lines.append(f"{model},{attack},{size},{len(group)},{clean},{certified},{right},{attacked},{broken}")
            continue
        share = [f"{100 * count / len(group):.2f} %" for count in (clean, right, attacked)]
        lines.append(f"{model:<24}  {attack:<5} {size:<6}{len(group):>7}{share[0]:>10}"
                     f"{share[1] if attack == 'patch' and certified else '-':>11}{share[2]:>10}"
                     + (f"  {certified}, {broken}" if certified or broken else ""))
    return "\n".join(lines)


# ------------------------------------------------------------------------------------- run


@torch.no_grad()
def clean_logs(target: Target, images: np.ndarray, clean: list[Verdict],
               arguments: argparse.Namespace) -> Tensor:
    """Scores of the clean images in PyTorch; fails unless OpenCV agrees on their votes."""
    logs = torch.cat([target.log_scores(tensor_of(images[part], arguments.device), target.everywhere(len(part)))
                      for part in parts(len(images), arguments.linf_batch)])
    counts, different = target.votes(logs).sum(1), 0
    for count, verdict in zip(counts, clean):
        # A score at the threshold may be rounded to either side.
        different += verdict.label >= 0 and abs(count[verdict.label].item() - verdict.votes) > (not target.top1)
    if different > max(1, len(images) // 50):
        raise AttackError(f"{target.name}: PyTorch and OpenCV disagree on the votes of {different} of "
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
    """Attacks all that is right or certified, until it falls or the restarts are used up."""
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
            # A certificate of the attacked image says that the patch in it has changed nothing.
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
    """Attacks all that is right with growing radii: what falls at one has fallen at all larger ones."""
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
    add("--table", type=Path, nargs="+", metavar="FILE", help="no attack: the table of these files")
    add("--csv", action="store_true", help="the table as CSV, counts instead of percent")
    add("--model", type=Path, help="ONNX file of a base classifier, its settings beside it")
    add("--undefended", type=Path, help="ONNX file of a net that sees the whole image, to compare with")
    add("--set", choices=READERS, help="kind of data, see README.md")
    add("--data", type=Path, help="folder of the data set; images have the size of the model's input")
    add("--part", choices=("train", "test"), default="test")
    add("--images", type=range_of, default="0:500", metavar="FIRST:END", help="(default: %(default)s)")
    add("--out", type=Path, help="CSV file, a row for each image and attack; a run that was stopped goes on")
    add("--patch", type=size_of, default="5x5", metavar="WIDTHxHEIGHT", help="(default: %(default)s)")
    add("--restarts", type=positive, default=20, help="for each image; the paper: 80 (default: %(default)s)")
    add("--steps", type=positive, default=50, help="for each restart; the paper: 150 (default: %(default)s)")
    add("--step", type=float, default=0.05, help="of pixels in [0, 1] (default: %(default)s)")
    add("--round", type=positive, default=4, help="restarts of which OpenCV judges the best (default: %(default)s)")
    add("--radii", type=radii_of, default="1,2,4,8", help="of L-infinity attacks, in 1/255 (default: %(default)s)")
    add("--linf-steps", type=positive, default=50, help="as in the paper (default: %(default)s)")
    add("--linf-step", type=float, default=0.5, help="in 1/255, as in the paper (default: %(default)s)")
    add("--seed", type=int, default=1)
    add("--batch", type=positive, default=256, help="patches at a time (default: %(default)s)")
    add("--block", type=positive, default=100, help="images between two writes of --out (default: %(default)s)")
    add("--bfloat16", action="store_true", help="for the gradients: much faster where the CPU has it")
    add("--threads", type=positive, help="CPU threads (default: torch's)")
    add("--derand_certify", type=Path, default=Path(__file__).resolve().parents[2] / "build/bin/derand_certify",
        metavar="PROGRAM", help="(default: %(default)s)")
    arguments = parser.parse_args()
    missing = [name for name in ("model", "set", "data", "out") if getattr(arguments, name) is None]
    if missing and not arguments.table:
        parser.error(f"expected --{', --'.join(missing)}, or --table")
    return arguments


def subject_of(arguments: argparse.Namespace) -> str:
    """What a file of rows is about; the images are not part of it, so that they can be spread."""
    files = [arguments.model, arguments.model.with_suffix(".yml"), arguments.undefended]
    checksums = " ".join(f"{zlib.crc32(path.read_bytes()):08x}" for path in files if path)
    names = ("set", "part", "patch", "restarts", "steps", "step", "round", "radii", "linf_steps",
             "linf_step", "seed", "bfloat16")
    return f"models={checksums} " + " ".join(
        f"{name}={getattr(arguments, name)}".replace(" ", "") for name in names)


def attack_all(arguments: argparse.Namespace) -> list[Row]:
    arguments.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    arguments.linf_batch = max(1, arguments.batch // 8)  # images that change everywhere need more memory
    torch.set_flush_denormal(True)
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    for path in (arguments.model, arguments.undefended, arguments.derand_certify):
        if path and not path.is_file():
            raise AttackError(f"{path}: expected a file: check the path")
    if arguments.radii and arguments.radii[-1] > arguments.linf_steps * arguments.linf_step:
        raise AttackError(f"--radii: {arguments.radii[-1]} is beyond the reach of {arguments.linf_steps} steps of "
                          f"{arguments.linf_step}: raise --linf-step")
    settings = read_settings(arguments.model)
    images, truth = READERS[arguments.set](
        arguments.data, arguments.part, SimpleNamespace(shape=settings.shape, labels=settings.labels))
    if images.shape[1:] != settings.shape:
        raise AttackError(f"{arguments.data}: images of {images.shape[1:]}, {settings.path} expects "
                          f"{settings.shape} (channels, height, width): model and data do not belong together")
    if arguments.patch[0] > settings.shape[2] or arguments.patch[1] > settings.shape[1]:
        raise AttackError("--patch: {}x{} is larger than the image".format(*arguments.patch))
    numbers = arguments.images[:max(0, len(images) - arguments.images.start)]
    if not numbers:
        raise AttackError(f"--images: the data has only {len(images)}")
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


def merged(paths: list[Path]) -> list[Row]:
    rows: dict[tuple[int, str, str, str], Row] = {}
    subjects = set()
    for path in paths:
        subject, part = read_rows(path)
        subjects.add(subject)
        for row in part:
            if rows.setdefault((row.image, row.model, row.attack, row.size), row) is not row:
                raise AttackError(f"{path}: {row.model}, image {row.image} is there twice: expected the "
                                  "parts of one run")
    if len(subjects) > 1:
        raise AttackError("these files are of different runs, expected the parts of one:\n"
                          + "\n".join(sorted(subjects)))
    return list(rows.values())


def main() -> int:
    arguments = parsed()
    try:
        rows = merged(arguments.table) if arguments.table else attack_all(arguments)
    except (AttackError, OSError, ValueError) as error:
        print(f"attack.py: {error}", file=sys.stderr)
        return 1
    print(table(rows, arguments.csv))
    broken = sum(row.broken for row in rows)
    if broken:
        print(f"attack.py: {broken} CERTIFICATES WERE BROKEN, which must never happen", file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
