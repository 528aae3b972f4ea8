# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.
"""Pixels as a net wants them."""

from typing import NamedTuple

import torch
from torch import Tensor


class Pixels(NamedTuple):
    """Images in [0, 1], planes B, G, R -> input of the net; what `swapRB`, `mean` and `scalefactor` of cv::derand do."""
    swap: bool = False                   # to R, G, B
    mean: tuple[float, ...] = (0.0,)     # of pixels in [0, 1], per plane of the net or for all
    scale: tuple[float, ...] = (1.0,)

    def __call__(self, images: Tensor) -> Tensor:
        images = images.flip(1) if self.swap else images
        mean, scale = (torch.tensor(item, device=images.device).view(-1, 1, 1) for item in (self.mean, self.scale))
        return images.sub(mean).mul(scale)
