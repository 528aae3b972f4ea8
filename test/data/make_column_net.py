"""Writes column_net.onnx: the smallest convolutional net for columns of 2 of a grey 5 x 6 image, ENCODING_STRIP.

Its weights are random: it is there to be truncated and damaged. Needs numpy and onnx.
"""
import os

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

random = np.random.RandomState(0)
shapes = {"w": (2, 2, 3, 2), "b": (2,), "v": (2, 8), "d": (2,)}
graph = helper.make_graph(
    [helper.make_node("Conv", ["image", "w", "b"], ["c"], kernel_shape=[3, 2]),
     helper.make_node("Relu", ["c"], ["r"]),
     helper.make_node("Flatten", ["r"], ["f"]),
     helper.make_node("Gemm", ["f", "v", "d"], ["scores"], transB=1)],
    "column_net",
    [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["N", 2, 6, 2])],
    [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["N", 2])],
    [numpy_helper.from_array(random.randn(*shape).astype(np.float32), name) for name, shape in shapes.items()])
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 11)])
model.ir_version = 6
onnx.checker.check_model(model)
onnx.save(model, os.path.join(os.path.dirname(os.path.abspath(__file__)), "column_net.onnx"))
