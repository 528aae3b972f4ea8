# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.
"""Classifiers to attack: gradients are PyTorch's, labels and certificates OpenCV's."""

import argparse
import json
import subprocess
import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from . import onnx_check
from .ablation import Ablation
from .certificate import votes_of
from .errors import TrainingError
from .onnx_net import OnnxNet
from .pixels import Pixels

class Verdict(NamedTuple):
    label: int       # -1: abstained
    certified: bool  # no patch of the size asked for changes the label
    votes: int       # for the label; 1 of an undefended model


def write_picture(path: Path, planes: np.ndarray) -> None:
    """Writes a PNG that cv::imread() reads as exactly the same pixels; planes C x H x W of bytes."""
    picture = np.ascontiguousarray(planes[0] if len(planes) == 1 else planes.transpose(1, 2, 0))
    if not cv2.imwrite(str(path), picture):
        raise TrainingError(f"{path}: cannot be written: check the folder, and the free space")
    if not np.array_equal(cv2.imread(str(path), cv2.IMREAD_UNCHANGED), picture):
        raise TrainingError(f"{path}: does not contain the pixels that were written")


class Target:
    """A classifier to attack: in PyTorch with gradients, in OpenCV with labels."""

    def __init__(self, path: Path, ablation: Ablation, arguments: argparse.Namespace) -> None:
        self.name, self.ablation, self.device = path.stem, ablation, arguments.device
        self.net = OnnxNet(path, arguments.device, arguments.bfloat16)
        self.rule, self.threshold, self.softmax, self.pixels = "top1", 0.0, True, Pixels()

    def log_scores(self, images: Tensor, positions: Tensor, bfloat16: bool = False) -> Tensor:
        """Logarithms of class probabilities, N x k x classes, of positions (N x k) of N images."""
        scores = self.net(self.ablation.encode(self.pixels(images), positions), bfloat16)
        logs = F.log_softmax(scores, 1) if self.softmax else scores.clamp(min=1e-30).log()
        return logs.view(*positions.shape, -1)

    def everywhere(self, count: int) -> Tensor:
        """All positions of this number of images."""
        return torch.arange(self.ablation.count, device=self.device).expand(count, -1)

    def votes(self, logs: Tensor) -> Tensor:
        return votes_of(logs.exp(), self.rule, self.threshold)

    def judge(self, images: np.ndarray) -> list[Verdict]:
        """OpenCV's answers for images N x C x H x W of bytes."""
        raise NotImplementedError


class Undefended(Target):
    """A net that sees the whole image, pixel / 255; run by cv::dnn."""

    def __init__(self, path: Path, shape: tuple[int, ...], arguments: argparse.Namespace) -> None:
        super().__init__(path, Ablation("none", 0, "strip", shape[2], shape[1]), arguments)
        if self.net.shape != shape:
            raise TrainingError(f"{path}: takes {self.net.shape}, but the images are {shape} (channels, height, "
                              "width): model and data do not belong together")
        self.opencv = onnx_check.read(str(path), "default")

    def judge(self, images: np.ndarray) -> list[Verdict]:
        scores = onnx_check.run(self.opencv, images.astype(np.float32) / 255, 64)
        return [Verdict(int(label), False, 1) for label in scores.argmax(1)]


class Smoothed(Target):
    """A model with settings; run by derand_certify."""

    def __init__(self, path: Path, settings: SimpleNamespace, arguments: argparse.Namespace) -> None:
        super().__init__(path, settings.ablation, arguments)
        expected = settings.ablation.input_shape(settings.shape[0])
        if self.net.shape != expected:
            raise TrainingError(f"{path}: takes {self.net.shape}, but its settings say {expected} (planes, height, width)")
        self.rule, self.threshold = settings.voteRule, settings.threshold
        self.softmax, self.pixels = settings.softmax, settings.pixels
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
            raise TrainingError(f"{' '.join(command)}: exit code {done.returncode}\n{done.stderr}")
        lines = {line["image"]: line for line in map(json.loads, done.stdout.splitlines())
                 if line["type"] == "frame"}
        if set(lines) != set(names) or any(line["askedPatch"] != [width, height] for line in lines.values()):
            raise TrainingError(f"{' '.join(command)}: expected {len(names)} answers for this patch, "
                              f"got {len(lines)}")
        return [Verdict(-1 if line["abstained"] else line["label"], line["certified"], line["votes"])
                for line in map(lines.__getitem__, names)]
