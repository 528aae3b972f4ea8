# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.
"""Base classifiers: a small net of stages, and a pretrained backbone with a new head."""

import copy
import math
from types import SimpleNamespace

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from .ablation import Ablation
from .backbones import backbone, feature_layers, pretrained
from .errors import TrainingError


class PositionCode(nn.Module):
    """Coordinate planes -> one-hot code of the position, from convolutions with fixed weights.

    A network reads a one-hot position far more easily than a coordinate between 0 and 1.
    With t = (index of the first retained column or row), hat_k = relu(1 - |t - k|).
    """

    def __init__(self, ablation: Ablation, planes: int, transpose: bool) -> None:
        super().__init__()
        axes = [ablation.width] * ablation.cut_x + [ablation.height] * ablation.cut_y
        self.count = sum(axes)
        # The first pixel of every position: kernels that span it where positions move, and one row or column of the rest.
        height, width = ablation.shape
        kernel = [height if ablation.cut_y else 1, width if ablation.cut_x else 1]
        stride = [1 if ablation.cut_y else height, 1 if ablation.cut_x else width]
        if transpose:
            kernel.reverse()
            stride.reverse()
        self.ramps = nn.Conv2d(planes, 2 * self.count, kernel, stride)
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
            return F.relu(self.hats(F.relu(self.ramps(x))))


def dense(inputs: int, outputs: int, kernel: list[int] | int = 1) -> nn.Sequential:
    """A fully connected layer at every position."""
    return nn.Sequential(nn.Conv2d(inputs, outputs, kernel, bias=False), nn.BatchNorm2d(outputs))


class DenseBlock(nn.Module):
    """A residual pair of fully connected layers; the position scales and shifts its inside."""

    def __init__(self, width: int, code: int) -> None:
        super().__init__()
        self.first, self.second = dense(width, width), dense(width, width)
        self.scale, self.shift = nn.Conv2d(code, width, 1), nn.Conv2d(code, width, 1)
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


class Standardised(nn.Module):
    """A first layer that sees the strip as it is and, with half of its planes, minus its mean and divided by its deviation:
    light and contrast, from its own pixels.

    Mean and deviation are convolutions over the whole strip, one value for each position; those that repeat them along the
    strip see that value and padding. So the wrapped picture of all positions gives each the same as its strip.
    """

    def __init__(self, inputs: int, channels: int, width: int, shape: list[int], cut: list[bool], kernel: list[int],
                 stride: list[int], pad: list[int]) -> None:
        super().__init__()
        planes = width // 2
        if any(c and (k, step, p) != (length, 1, 0) for c, k, step, p, length in zip(cut, kernel, stride, pad, shape)):
            raise TrainingError("standardise = true: expected a first kernel of 0, which spans the width of the band, with stride 1")
        self.channels = channels
        outputs = [(length + 2 * p - k) // step + 1 for length, k, p, step in zip(shape, kernel, pad, stride)]

        def repeat(inputs: int, outputs: int, lengths: list[int]) -> nn.Conv2d:
            along = [1 if c else length for c, length in zip(cut, lengths)]
            return nn.Conv2d(inputs, outputs, along, 1, [length - 1 for length in along], bias=False)

        self.mean = nn.Conv2d(channels, channels, shape, bias=False)
        self.variance = nn.Conv2d(channels, 1, 1)  # of all channels together
        self.level, self.contrast = repeat(channels, channels, shape), repeat(1, planes, outputs)
        for module in (self.mean, self.level):
            nn.init.zeros_(module.weight)
            for c in range(channels):
                nn.init.constant_(module.weight[c, c], 1 / math.prod(shape) if module is self.mean else 1)
        nn.init.ones_(self.contrast.weight)
        nn.init.constant_(self.variance.weight, 1 / channels)
        nn.init.constant_(self.variance.bias, 1e-3)
        self.requires_grad_(False)
        self.whole = nn.Sequential(nn.Conv2d(inputs, width - planes, kernel, stride, pad, bias=False),
                                   nn.BatchNorm2d(width - planes), nn.ReLU())
        self.strip = nn.Conv2d(channels, planes, kernel, stride, pad, bias=False)
        # What the same kernels give for a strip of one colour.
        short = [axis + 2 for axis, c in enumerate(cut) if c]
        self.plain = nn.Conv2d(channels, planes, [1 if c else k for c, k in zip(cut, kernel)], stride, pad, bias=False)
        with torch.no_grad():
            self.plain.weight.copy_(self.strip.weight.sum(short, True))
        self.norm = nn.BatchNorm2d(planes)

    def forward(self, x: Tensor) -> Tensor:
        whole = self.whole(x)
        # Full precision: a small difference of large numbers.
        with torch.autocast(x.device.type, enabled=False):
            x = x[:, :self.channels]
            mean = self.mean(x)
            contrast = torch.rsqrt(self.variance(F.relu(self.mean(x * x) - mean * mean)))
            relative = F.relu(self.norm((self.strip(x) - self.plain(self.level(mean))) * self.contrast(contrast)))
        return torch.cat([whole, relative], 1)


class Net(nn.Module):
    """Convolutional stages, then fully connected blocks that are told the position: all of them convolutions.

    If no stage pads or strides along a band's short axis, the net is a sliding window: the wrapped picture
    of all positions goes through in one pass, and every position gets the scores of its strip.
    Only operations that every OpenCV since 4.6 imports at any batch size and any number of positions: no
    broadcasting, no reshaping but that of with_rows().
    """

    def __init__(self, recipe: SimpleNamespace, ablation: Ablation, channels: int) -> None:
        super().__init__()
        planes, *shape = ablation.input_shape(channels)
        model = recipe.model
        if model.position and ablation.encoding != "strip":
            raise TrainingError('position = true reads the coordinates of encoding = "strip"')
        # Columns are transposed to rows: convolutions along the last axis are several times faster on CPUs.
        self.transpose = model.transpose and ablation.kind == "column"
        if self.transpose:
            shape.reverse()
        self.code = PositionCode(ablation, planes, self.transpose) if model.position else None
        code = self.code.count if self.code else 0
        self.cut = cut = [ablation.cut_y, ablation.cut_x]
        if self.transpose:
            cut.reverse()
        layers: list[nn.Module] = []
        for width, kernel, stride, *blocks in model.stages:
            pad = [k // 2 if k % 2 else 0 for k in kernel]
            spanning = [k or length for k, length in zip(kernel, shape)]  # 0: the whole axis
            if model.standardise and not layers:
                layers.append(Standardised(planes, channels, width, shape, cut, spanning, stride, pad))
            else:
                layers += [nn.Conv2d(planes, width, spanning, stride, pad, bias=False), nn.BatchNorm2d(width), nn.ReLU()]
            layers += [ConvBlock(width, kernel) for _ in range(sum(blocks))]
            planes = width
            shape = [(length + 2 * p - k) // step + 1
                     for length, p, k, step in zip(shape, pad, spanning, stride)]
        self.stages = nn.Sequential(*layers)
        # What remains of the strip, in every plane.
        self.join = dense(planes, model.dense_width, shape)
        self.place = nn.Conv2d(code, model.dense_width, 1, bias=False) if code else None
        self.blocks = nn.ModuleList(DenseBlock(model.dense_width, code)
                                    for _ in range(model.dense_blocks))
        self.drop = nn.Dropout(model.dropout)
        self.head = nn.Conv2d(model.dense_width, len(recipe.data.labels), 1)

    def forward(self, x: Tensor) -> Tensor:
        """N x K x 1 x 1 for strips."""
        if self.transpose:
            x = x.transpose(2, 3)
        code = self.code(x) if self.code else None
        features = self.join(self.stages(x))
        if code is None:
            return self.head(self.drop(F.relu(features)))
        features = F.relu(features + self.place(code))
        for block in self.blocks:
            features = block(features, code)
        return self.head(self.drop(features))


class BackboneNet(nn.Module):
    """A backbone on strips, which may be enlarged first, and a linear layer on its averaged features."""

    def __init__(self, recipe: SimpleNamespace, ablation: Ablation, channels: int, start: bool) -> None:
        super().__init__()
        name, self.enlarge = recipe.model.backbone, recipe.model.enlarge
        if ablation.encoding != "strip" or channels != 3:
            raise TrainingError(f'backbone = "{name}": expected encoding = "strip" and pictures of 3 channels')
        self.features = pretrained(name) if start else feature_layers(backbone(name))
        # Coordinates enter the first convolution too, with zero weights at the start.
        stem, planes = self.features[0], ablation.input_shape(channels)[0]
        wider = nn.Conv2d(planes, stem.out_channels, stem.kernel_size, stem.stride, stem.padding, bias=False)
        with torch.no_grad():
            wider.weight.zero_()[:, :channels] = stem.weight
        self.features[0] = wider
        self.pool, self.drop = nn.AdaptiveAvgPool2d(1), nn.Dropout(recipe.model.dropout)
        self.head = nn.Linear(backbone(name).features, len(recipe.data.labels))
        nn.init.normal_(self.head.weight, 0, 0.01)
        nn.init.zeros_(self.head.bias)

    def forward(self, x: Tensor) -> Tensor:
        if self.enlarge > 1:
            x = F.interpolate(x, scale_factor=float(self.enlarge), mode="bilinear", align_corners=False)
        return self.head(self.drop(self.pool(self.features(x)).flatten(1)))


def make_net(recipe: SimpleNamespace, ablation: Ablation, channels: int, start: bool = True) -> nn.Module:
    """The recipe's net; start: with the weights of the backbone's package, if it has a backbone."""
    if recipe.model.backbone:
        return BackboneNet(recipe, ablation, channels, start)
    return Net(recipe, ablation, channels)


def folded(net: nn.Module) -> nn.Module:
    """A copy for inference with every batch norm folded into the layer before it."""
    net = copy.deepcopy(net).cpu().float().eval()
    for module in net.modules():
        if isinstance(module, nn.Sequential):
            for i in range(len(module) - 1):
                if isinstance(module[i + 1], nn.BatchNorm2d):
                    module[i], module[i + 1] = fuse_conv_bn_eval(module[i], module[i + 1]), nn.Identity()
    return net


class Rows(nn.Module):
    """Maps -> a row of numbers for each position, M x 1 x 1 x length. (As M x length, OpenCV 4.14 is slow at activations.)"""

    def __init__(self, cut: list[bool], length: int) -> None:
        super().__init__()
        self.order = [0, *(2 + i for i, c in enumerate(cut) if c), 1, *(2 + i for i, c in enumerate(cut) if not c)]
        self.length = length

    def forward(self, x: Tensor) -> Tensor:
        return x.permute(self.order).reshape(-1, 1, 1, self.length)


def linear(conv: nn.Conv2d) -> nn.Linear:
    """What a convolution does to a row, if its kernel spans all but the positions."""
    weight = conv.weight.data.flatten(1)
    made = nn.Linear(weight.shape[1], len(weight))
    made.weight.data = weight
    made.bias.data = torch.zeros(len(weight)) if conv.bias is None else conv.bias.data
    return made


class Product(nn.Module):
    """Rows times a matrix."""

    def __init__(self, conv: nn.Conv2d) -> None:
        super().__init__()
        self.linear = linear(conv)

    def forward(self, x: Tensor) -> Tensor:
        return self.linear(x.flatten(1)).reshape(-1, 1, 1, self.linear.out_features)


def with_rows(net: nn.Module) -> nn.Module:
    """A folded net whose fully connected layers are products of matrices, M x K scores for M positions.

    OpenCV is up to five times as fast at these as at convolutions of a single pixel, and somewhat faster at 28 pixels.
    """
    if not isinstance(net, Net):
        return net
    conv = net.join[0]
    length = conv.weight[0].numel()
    if all(k == 1 for k, c in zip(conv.kernel_size, net.cut) if c):
        net.join = nn.Sequential(Rows(net.cut, length), Product(conv))
    else:  # it mixes what is left of the short axis
        net.join = nn.Sequential(conv, Rows(net.cut, conv.out_channels))
    if net.code:
        net.place = Product(net.place)
        net.code = nn.Sequential(net.code, Rows(net.cut, net.code.count))
        for block in net.blocks:
            block.first[0], block.second[0] = Product(block.first[0]), Product(block.second[0])
            block.scale, block.shift = Product(block.scale), Product(block.shift)
    net.head = nn.Sequential(nn.Flatten(), linear(net.head))
    return net
