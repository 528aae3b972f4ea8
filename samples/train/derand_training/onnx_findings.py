# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.
"""What is known to break an ONNX file in one OpenCV or another."""

from pathlib import Path
from typing import NamedTuple

import onnx
from onnx import numpy_helper

from .onnx_graph import Shape, attributes, axes_of, input_shape, is_depthwise, map_shapes


class Finding(NamedTuple):
    text: str
    wrong: bool = True  # some OpenCV refuses it, dies of it or computes something else; otherwise it is slow, or right here only


BINARY = {"Add", "Sub", "Mul", "Div", "Min", "Max"}


def uses_other_files(path: Path) -> bool:
    """Without reading them."""
    model = onnx.load(str(path), load_external_data=False)
    return any(item.data_location == onnx.TensorProto.EXTERNAL for item in model.graph.initializer)


def of_convolution(node: onnx.NodeProto, shapes: dict[str, Shape], planes: int | None) -> list[Finding]:
    found, axes, weights = [], axes_of(node, shapes), shapes.get(node.input[1], ())
    name, takes = node.output[0], weights[1] * attributes(node).get("group", 1) if weights else 0
    if planes and takes and planes != takes:
        found.append(Finding(f"{name}: takes {takes} planes, gets {planes}: OpenCV may run it as a grouped convolution "
                             "without a word: is --shape what the net was trained on?"))
    if axes and "kernel_shape" not in attributes(node):
        found.append(Finding(f"{name}: a Conv without kernel_shape, which OpenCV 4.6 refuses: --repair writes it"))
    if axes and is_depthwise(node, shapes) and [axis.kernel for axis in axes] == [3, 3] and any(
            axis.length == 1 for axis in axes):
        found.append(Finding(f"{name}: 3 x 3 depthwise kernels on maps of {axes[0].length} x {axes[1].length}: OpenCV 4.7 "
                             "to 4.14 reads the next channel and the next picture there, so certificates break: --repair "
                             "cuts the kernels, which changes no score"))
    return found


def of_shapes(node: onnx.NodeProto, shapes: dict[str, Shape], constants: dict[str, onnx.TensorProto],
              opset: int) -> Finding | None:
    """Of a node that OpenCV reads for one sample at a time, or not at all."""
    name = node.output[0]
    if node.op_type in BINARY and len(node.input) == 2:
        first, second = (shapes.get(item, ()) for item in node.input)
        # Numbers alone do no harm.
        if first != second and all(len(shape) > 1 or max(shape, default=1) > 1 for shape in (first, second)):
            return Finding(f"{name}: {node.op_type} of {first} and {second} broadcasts: scores may depend on the batch: write "
                           "it as a convolution or a linear layer")
    if node.op_type == "Identity" and node.input[0] in constants:
        return Finding(f"{name}: an Identity of weights, which OpenCV 4.6 refuses: --repair takes it out")
    if node.op_type == "Clip" and len(node.input) > 1 and opset >= 11:
        return Finding(f"{name}: a Clip with its limits as inputs, which OpenCV 4.6 refuses: export with opset 10, or use Relu")
    if node.op_type == "Reshape" and node.input[1] in constants:
        target = numpy_helper.to_array(constants[node.input[1]]).tolist()
        if target and target[0] > 0:
            return Finding(f"{name}: a Reshape to {target} has the batch written in it: OpenCV runs one sample at a time: use "
                           "Flatten", False)
    if node.op_type == "ReduceMean" and len(attributes(node).get("axes", [])) == 2:
        return Finding(f"{name}: a ReduceMean over two axes, which some OpenCV runs one sample at a time only: use global "
                       "average pooling", False)
    if node.op_type == "Resize" and opset == 10:
        return Finding(f"{name}: Resize of opset 10: OpenCV takes the centres of pixels, ONNX Runtime their corners: right "
                       "in OpenCV only", False)
    return None


def findings(path: Path, model: onnx.ModelProto) -> list[Finding]:
    found = [Finding("its weights are in other files: OpenCV 4.6 and 4.14 die when they read it: --repair writes one file")] \
        if uses_other_files(path) else []
    graph, shapes = model.graph, map_shapes(model)
    opset = max(item.version for item in model.opset_import if item.domain in ("", "ai.onnx"))
    constants = {item.name: item for item in graph.initializer} | {
        node.output[0]: attributes(node)["value"] for node in graph.node
        if node.op_type == "Constant" and "value" in attributes(node)}
    first = next(item.name for item in graph.input if item.name not in constants)
    for node in graph.node:
        if node.op_type == "Conv":
            planes = input_shape(model)[0] if node.input[0] == first else None
            found += of_convolution(node, shapes, planes)
        else:
            found += filter(None, [of_shapes(node, shapes, constants, opset)])
    return found
