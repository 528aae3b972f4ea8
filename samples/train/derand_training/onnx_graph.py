# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.
"""ONNX graphs that every OpenCV since 4.6 computes correctly: known problems, and exact rewrites."""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import onnx
from onnx import numpy_helper

from .errors import TrainingError

Shape = tuple[int, ...]


def load_graph(path: Path, shape: Shape | None = None) -> onnx.ModelProto:
    """The model with its weights, including those in other files; shape: of one sample, if the file does not say."""
    try:
        model = onnx.load(str(path))
    except Exception as error:  # whatever protobuf and onnx throw
        raise TrainingError(f"{path}: {error}: expected an ONNX file, and the files of its weights next to it") from error
    constants = {item.name for item in model.graph.initializer}
    inputs = [item for item in model.graph.input if item.name not in constants]
    if len(inputs) != 1:
        raise TrainingError(f"{path}: {len(inputs)} inputs, expected one")
    dims = inputs[0].type.tensor_type.shape.dim
    known = tuple(dim.dim_value for dim in dims)[1:]
    if len(dims) != 4 or (not shape and min(known) < 1):
        raise TrainingError(f"{path}: takes {known or 'a scalar'}, expected planes, height and width of one sample: "
                            "say them with --shape")
    # One sample: sizes of maps do not depend on the batch.
    for dim, size in zip(dims, (1, *(shape or known))):
        dim.dim_value = size
    return model


def input_shape(model: onnx.ModelProto) -> Shape:
    """Planes, height and width."""
    constants = {item.name for item in model.graph.initializer}
    first = next(item for item in model.graph.input if item.name not in constants)
    return tuple(dim.dim_value for dim in first.type.tensor_type.shape.dim)[1:]


def map_shapes(model: onnx.ModelProto) -> dict[str, Shape]:
    """Shapes of all tensors that follow from that of the input."""
    graph = onnx.shape_inference.infer_shapes(model).graph
    shapes = {item.name: tuple(dim.dim_value for dim in item.type.tensor_type.shape.dim)
              for item in (*graph.input, *graph.value_info, *graph.output)}
    return shapes | {item.name: tuple(item.dims) for item in graph.initializer}


class Axis(NamedTuple):
    """One axis of a convolution."""
    length: int  # of the map
    kernel: int
    stride: int
    dilation: int
    begin: int   # padding
    end: int

    def outputs(self) -> int:
        return (self.length + self.begin + self.end - self.dilation * (self.kernel - 1) - 1) // self.stride + 1

    def useful(self) -> range:
        """The weights of the kernel that ever see a pixel of the map; the others see padding only."""
        seen = [tap for tap in range(self.kernel) if any(
            0 <= place * self.stride - self.begin + tap * self.dilation < self.length for place in range(self.outputs()))]
        return range(seen[0], seen[-1] + 1) if seen else range(self.kernel)

    def cut(self) -> "Axis":
        """The same result with the useful part of the kernel."""
        kept = self.useful()
        if len(kept) == self.kernel:
            return self
        begin = self.begin - kept.start * self.dilation
        # No more at the end than the last position needs.
        reach = (self.outputs() - 1) * self.stride + self.dilation * (len(kept) - 1) + 1
        return self._replace(kernel=len(kept), begin=begin, end=max(0, reach - begin - self.length))


def attributes(node: onnx.NodeProto) -> dict[str, Any]:
    return {item.name: onnx.helper.get_attribute_value(item) for item in node.attribute}


def axes_of(node: onnx.NodeProto, shapes: dict[str, Shape]) -> list[Axis]:
    """The axes of a convolution; none if their lengths are not known."""
    lengths, kernel = shapes.get(node.input[0], ())[2:], shapes.get(node.input[1], ())[2:]
    if not kernel or len(lengths) != len(kernel) or min(lengths) < 1:
        return []
    found, count = attributes(node), len(kernel)
    strides, dilations = found.get("strides", [1] * count), found.get("dilations", [1] * count)
    pads, automatic = found.get("pads", [0] * 2 * count), found.get("auto_pad", b"NOTSET").decode()
    if automatic.startswith("SAME"):
        needed = [max(0, (-(-length // stride) - 1) * stride + dilation * (k - 1) + 1 - length)
                  for length, k, stride, dilation in zip(lengths, kernel, strides, dilations)]
        small, large = [n // 2 for n in needed], [n - n // 2 for n in needed]
        pads = small + large if automatic == "SAME_UPPER" else large + small
    return [Axis(*item) for item in zip(lengths, kernel, strides, dilations, pads[:count], pads[count:])]


def is_depthwise(node: onnx.NodeProto, shapes: dict[str, Shape]) -> bool:
    weights = shapes[node.input[1]]
    return attributes(node).get("group", 1) == weights[0] > 1 and weights[1] == 1


def cut_kernels(model: onnx.ModelProto) -> int:
    """Cuts off all convolution weights that only see padding, which changes no result; returns the number of kernels.

    On maps one pixel wide or high that leaves the middle column or row of a 3 x 3 kernel. OpenCV 4.7 to 4.14
    computes such depthwise convolutions wrongly as they are: it reads the next channel and the next picture.
    """
    graph, shapes, changed = model.graph, map_shapes(model), 0
    weights = {item.name: item for item in graph.initializer}
    for number, node in enumerate(graph.node):
        axes = axes_of(node, shapes) if node.op_type == "Conv" and node.input[1] in weights else []
        shorter = [axis.cut() for axis in axes]
        if shorter == axes and (not axes or "kernel_shape" in attributes(node)):
            continue
        values = numpy_helper.to_array(weights[node.input[1]])
        for i, axis in enumerate(axes):
            values = values.take(axis.useful(), 2 + i)
        name = f"{node.input[1]}_cut_{number}"  # the original may serve other nodes
        graph.initializer.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        node.input[1] = name
        kept = {name: value for name, value in attributes(node).items()
                if name not in ("pads", "kernel_shape", "auto_pad")}
        kept["kernel_shape"] = [axis.kernel for axis in shorter]
        kept["pads"] = [axis.begin for axis in shorter] + [axis.end for axis in shorter]
        del node.attribute[:]
        node.attribute.extend(onnx.helper.make_attribute(name, value) for name, value in sorted(kept.items()))
        changed += 1
    used = {name for node in graph.node for name in node.input}
    for item in [item for item in graph.initializer if item.name not in used]:
        graph.initializer.remove(item)
    return changed


def without_identities(model: onnx.ModelProto) -> None:
    """Exporters write equal weights once and copy them; importers expect plain constants."""
    graph = model.graph
    outputs = {item.name for item in graph.output}
    source = {node.output[0]: node.input[0] for node in graph.node
              if node.op_type == "Identity" and node.output[0] not in outputs}
    kept = [node for node in graph.node if node.op_type != "Identity" or node.output[0] in outputs]
    for node in kept:
        for i, name in enumerate(node.input):
            while name in source:
                name = source[name]
            node.input[i] = name
    del graph.node[:]
    graph.node.extend(kept)


def repaired(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same function as a graph that OpenCV computes correctly, with its weights in one file."""
    without_identities(model)
    cut_kernels(model)
    for item in model.graph.initializer:
        item.ClearField("external_data")
        item.ClearField("data_location")
    # Sizes that an exporter recorded between the nodes belong to the old kernels.
    del model.graph.value_info[:]
    onnx.checker.check_model(model)
    return model
