# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.
"""Sign-gradient attacks on the average of the ablations' softmax scores, since votes have no gradient."""

import argparse
import itertools
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from .errors import TrainingError
from .targets import Target

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
    positions: Tensor  # N x k, the ablations that see one of them, at least
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
    """The worst 8-bit images along the sign-gradient steps, and how far each is from falling.

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
        # OpenCV will see 8 bits; the gradient passes through the rounding.
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
    """Fails unless images differ only within their rectangles (x, y, width, height)."""
    for before, after, (x, y, width, height) in zip(clean, attacked, rectangles):
        outside = (before != after).any(0)
        outside[y:y + height, x:x + width] = False
        if outside.any():
            raise TrainingError(f"a patch changed {outside.sum()} pixels outside its rectangle")


def check_radius(clean: np.ndarray, attacked: np.ndarray, radius: int) -> None:
    """Fails unless no value differs by more than the radius."""
    difference = np.abs(clean.astype(int) - attacked).max(initial=0)
    if difference > radius:
        raise TrainingError(f"an image changed by {difference}, expected at most {radius}")


def random_patches(numbers: np.ndarray, restarts: range, shape: tuple[int, ...],
                   arguments: argparse.Namespace) -> tuple[np.ndarray, np.ndarray]:
    """Corners (x, y) and contents of patches; those of an image depend only on its number."""
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
    # The same number for each patch: if fewer see it, as with strides, some others are evaluated too.
    touched = ablation.touched(width, height)[torch.from_numpy(locations)]
    positions = touched.sort(dim=1, descending=True, stable=True).indices[:, :int(touched.sum(1).max())].to(device)

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
