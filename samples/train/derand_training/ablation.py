# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.
"""What each ablation retains of an image, and which ablations a patch can touch."""

import functools

import torch
import torch.nn.functional as F
from torch import Tensor

from .errors import TrainingError


class Ablation:
    """All ablations of an image: columns, rows or blocks, or the whole image (kind "none").

    Positions are `stride` pixels apart and count row by row; bands and blocks wrap around the border,
    or if not `wrap`, those beyond it do not exist. Patches do not wrap.
    """

    def __init__(self, kind: str, size: int, encoding: str, width: int, height: int, stride: int = 1,
                 wrap: bool = True) -> None:
        self.kind, self.size, self.encoding = kind, size, encoding
        self.width, self.height, self.stride, self.wrap = width, height, stride, wrap
        self.cut_x, self.cut_y = kind in ("column", "block"), kind in ("row", "block")
        for length, cut in ((width, self.cut_x), (height, self.cut_y)):
            if cut and not (1 <= size <= length and 1 <= stride <= length):
                raise TrainingError(f"ablation: width = {size}, stride = {stride}: expected 1 to {length}, "
                                    "the side of the network input")

        # Retained columns and rows of each position along one axis.
        def windows(length: int, cut: bool) -> Tensor:
            if not cut:
                return torch.arange(length)[None]
            starts = torch.arange(0, length if wrap else length - size + 1, stride)
            return (starts[:, None] + torch.arange(size)) % length

        self.columns, self.rows = windows(width, self.cut_x), windows(height, self.cut_y)
        self.count_x, self.count_y = len(self.columns), len(self.rows)
        self.count = self.count_x * self.count_y
        self.shape = (self.rows.shape[1], self.columns.shape[1])  # height and width of one strip
        row = self.rows[:, None, :, None].expand(-1, self.count_x, -1, self.shape[1])
        column = self.columns[None, :, None, :].expand(self.count_y, -1, self.shape[0], -1)
        self.pixels = (row * width + column).reshape(self.count, -1)
        planes = ([(column + 0.5) / width] if self.cut_x else []) + (
            [(row + 0.5) / height] if self.cut_y else [])
        planes = [] if encoding == "bare_strip" else planes
        self.coordinates = torch.stack(planes, 2).reshape(
            self.count, len(planes), *self.shape) if planes else None

    @functools.cached_property
    def mask(self) -> Tensor:
        """Positions x pixels: 1 where retained."""
        return torch.zeros(self.count, self.height * self.width).scatter_(1, self.pixels, 1.0)

    def input_shape(self, channels: int) -> tuple[int, int, int]:
        if self.encoding == "complement":
            return (2 * channels, self.height, self.width)
        return (channels + (0 if self.coordinates is None else self.coordinates.shape[1]), *self.shape)

    def every(self, images: int) -> Tensor:
        """All positions, for each of this number of images, N x count."""
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
        """The same without duplicates: each set of touched positions once, in any order."""
        # Along an axis that is not ablated, all locations are equivalent.
        mask = self.mask.view(-1, self.height, self.width)
        if not self.cut_x:
            mask, width = mask[:, :, :1], 1
        if not self.cut_y:
            mask, height = mask[:, :1], 1
        return torch.unique(F.max_pool2d(mask[None], (height, width), 1)[0].flatten(1).t(), dim=0)


class SetAblation(Ablation):
    """Each ablation retains a set of several bands or blocks; blocks of side 1 are pixels.

    The baselines of derand_evaluate. There are too many sets for all of them: training draws
    random ones, validation a few of every image, the same ones each time.
    """

    def __init__(self, kind: str, size: int, encoding: str, width: int, height: int,
                 retain: int, wrap: bool = True) -> None:
        super().__init__(kind, size, encoding, width, height, wrap=wrap)
        if encoding != "complement" or not 1 <= retain <= self.count:
            raise TrainingError(f'retain = {retain}: expected 1 to {self.count} bands or blocks and '
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
