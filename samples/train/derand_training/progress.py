# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.
"""What a training needs, before its first step, and how long it will still take."""

import copy
import math
import time
from collections.abc import Callable
from types import SimpleNamespace

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .ablation import Ablation

# Work is counted in forward passes of one band of the recipe's width; a backward pass costs two of them.
BACKWARD = 2


def bands_of(phase: SimpleNamespace, ablation: Ablation) -> int:
    """Bands in one step."""
    return phase.batch * (min(phase.bands, ablation.count) if phase.loss == "cross_entropy" else ablation.count)


def work_of(phase: SimpleNamespace, ablation: Ablation, width: int) -> float:
    """Of one step; a chunked margin step goes forward twice."""
    passes = 1 + BACKWARD + (phase.loss == "margin" and phase.chunk > 0)
    return bands_of(phase, ablation) * passes * max(ablation.size, 1) / max(width, 1)


def at_once(phase: SimpleNamespace, ablation: Ablation) -> int:
    """Bands in memory at once."""
    bands = bands_of(phase, ablation)
    return min(bands, max(phase.batch, phase.chunk)) if phase.loss == "margin" and phase.chunk else bands


class Needs:
    """Seconds per unit of work and bytes per band, measured on a few bands with a copy of the net."""

    def __init__(self, net: nn.Module, forward_of: Callable[[nn.Module, Tensor], Tensor], inputs: Tensor) -> None:
        trial, sizes = copy.deepcopy(net).train(), {}

        def kept(tensor: Tensor) -> Tensor:
            sizes[tensor.data_ptr()] = tensor.numel() * tensor.element_size()
            return tensor

        with torch.random.fork_rng():
            for _ in range(2):  # the first one warms up
                sizes.clear()
                start = time.perf_counter()
                with torch.autograd.graph.saved_tensors_hooks(kept, lambda tensor: tensor):
                    logits = forward_of(trial, inputs)
                    F.cross_entropy(logits, torch.zeros(len(logits), dtype=torch.int64, device=logits.device)).backward()
                if inputs.is_cuda:
                    torch.cuda.synchronize()
                self.seconds = (time.perf_counter() - start) / (len(inputs) * (1 + BACKWARD))
        parameters = sum(p.numel() * p.element_size() for p in net.parameters())
        self.fixed = 6 * parameters  # net, average, gradients, two moments, a checkpoint on its way
        self.band = max(0, sum(sizes.values()) - parameters) / len(inputs) + inputs[0].numel() * inputs.element_size()


def duration(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


class Clock:
    """Seconds per unit of work, of the last ten minutes: a machine that gets busy or idle is noticed."""

    MEMORY = 600.0

    def __init__(self, seconds: float) -> None:
        self.rate, self.seen = seconds, 0.0

    def add(self, work: float, seconds: float) -> None:
        self.seen += seconds
        weight = max(1 - math.exp(-seconds / self.MEMORY), seconds / self.seen)
        self.rate += weight * (seconds / work - self.rate)

    def left(self, work: float) -> str:
        return duration(work * self.rate)
