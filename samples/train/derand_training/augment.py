# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.
"""Changes of whole images before ablation: the bands of one image stay consistent."""

import math
from types import SimpleNamespace

import torch
import torch.nn.functional as F
from torch import Tensor


def moved(images: Tensor, amount: SimpleNamespace, generator: torch.Generator) -> Tensor:
    """Shift, rotation, scale, shear and elastic distortion."""
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
    return F.grid_sample(images, grid.to(images.device), padding_mode="border", align_corners=False)


def augment(images: Tensor, amount: SimpleNamespace, share: float, generator: torch.Generator) -> Tensor:
    """Moves, stroke thickness, light and mirror images, different ones for each image.

    Resampling blurs, so only a share of the images may be changed.
    """
    changed = round(share * len(images))
    images, unchanged = images[:changed], images[changed:]
    if not changed:
        return unchanged

    def uniform(limit: float) -> Tensor:
        values = (torch.rand(changed, generator=generator) * 2 - 1) * limit
        return values.view(-1, 1, 1, 1).to(images.device)

    if any((amount.shift_x, amount.shift_y, amount.rotate, amount.scale, amount.shear, amount.elastic)):
        images = moved(images, amount, generator)
    if amount.thickness:
        # Blend some of the images with their dilation (bolder) or their erosion (finer).
        blend = uniform(2.0)
        bolder = F.max_pool2d(images, 3, 1, 1)
        finer = -F.max_pool2d(-images, 3, 1, 1)
        images = images + amount.thickness * (
            (blend - 1).clamp(min=0) * (bolder - images) + (-blend - 1).clamp(min=0) * (finer - images))
    if amount.light:
        images = images * torch.exp(uniform(amount.light)) + uniform(amount.light / 4)
    if amount.flip:
        images = torch.where(uniform(1.0) < 0, images.flip(3), images)
    return torch.cat([images.clamp(0, 1), unchanged])
