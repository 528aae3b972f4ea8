# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.
"""ONNX files as functions in PyTorch, with gradients."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper
from torch import Tensor

from . import onnx_check
from .errors import TrainingError

Attributes = dict[str, Any]


def padding(a: Attributes) -> list[int]:
    """Rows and columns of padding, the same at both ends."""
    pads = a.get("pads", [0, 0, 0, 0])
    if pads[:2] != pads[2:] or a.get("auto_pad", b"NOTSET") != b"NOTSET":
        raise TrainingError(f"pads {pads}, auto_pad {a.get('auto_pad')}: expected the same padding at "
                          "both ends, written out: export the model so")
    return pads[:2]


def pool(a: Attributes) -> dict[str, Any]:
    return {"kernel_size": a["kernel_shape"], "stride": a.get("strides", 1), "padding": padding(a),
            "ceil_mode": bool(a.get("ceil_mode", 0))}


def gemm(a: Attributes, x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    x = x.t() if a.get("transA", 0) else x
    weight = weight if a.get("transB", 0) else weight.t()
    if a.get("alpha", 1.0) != 1 or a.get("beta", 1.0) != 1:
        raise TrainingError("Gemm with alpha or beta: expected 1: fold them into the weights")
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
    "BatchNormalization": lambda a, x, weight, bias, mean, variance: F.batch_norm(
        x, mean, variance, weight, bias, False, 0.0, a.get("epsilon", 1e-5)),
    "Clip": lambda a, x: x.clamp(a.get("min", -math.inf), a.get("max", math.inf)),
    "Concat": lambda a, *x: torch.cat(x, a["axis"]),
    "Conv": lambda a, x, weight, bias=None: F.conv2d(
        x, weight, bias, a.get("strides", 1), padding(a), a.get("dilations", 1), a.get("group", 1)),
    "Div": lambda a, x, y: x / y,
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
    "Reshape": lambda a, x, shape: x.reshape(shape.tolist()),
    "Resize": lambda a, x, scales: F.interpolate(  # as OpenCV does it: by the centres of pixels
        x, scale_factor=scales.tolist()[2:], mode={b"linear": "bilinear"}[a["mode"]], align_corners=False),
    "Sigmoid": lambda a, x: torch.sigmoid(x),
    "Slice": cut,
    "Softmax": lambda a, x: F.softmax(x, a.get("axis", -1)),
    "Sqrt": lambda a, x: x.sqrt(),
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
            raise TrainingError(f"{path}: has the operators {', '.join(unknown)}, expected only "
                              f"{', '.join(OPERATORS)}: add them to OPERATORS")
        inputs = [item for item in graph.input if item.name not in self.constants]
        if len(inputs) != 1 or len(graph.output) != 1:
            raise TrainingError(f"{path}: {len(inputs)} inputs and {len(graph.output)} outputs, "
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
        return values[self.output].float().flatten(1)

    @torch.no_grad()
    def check(self, device: torch.device) -> None:
        """Fails unless OpenCV computes the same scores for random inputs."""
        inputs = np.random.default_rng(0).random((16, *self.shape), np.float32)
        expected = onnx_check.run(onnx_check.read(str(self.path), "default"), inputs, 4)
        scores = self(torch.from_numpy(inputs).to(device), False).cpu().numpy()
        difference = np.abs(scores - expected).max() if scores.shape == expected.shape else np.inf
        if not difference < 1e-3 * max(1.0, np.abs(expected).max()):  # NaN is not good
            raise TrainingError(f"{self.path}: PyTorch and OpenCV differ by {difference:.2g} in the "
                              "scores of random inputs, expected the same: an operator of OPERATORS "
                              "does not do what OpenCV does")
