#!/usr/bin/env python3
# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.
"""One frame of a model by cv::dnn, ONNX Runtime and OpenVINO: strip by strip, and in one pass. Milliseconds of one run.

    python3 -m pip install numpy onnx onnxruntime openvino opencv-python-headless
    peers.py [--threads=1] [--frames=50] MODEL.onnx...

MODEL.yml must lie next to each model: columns or rows in the strip layout, wrapping. All get the same random numbers, all compute in float32,
and the scores of all are compared. Peers that are not installed are left out. The median of wall time and of the processor's time is shown,
and the ratio to cv::dnn on strips. cv::derand adds a few percent to cv::dnn; opencv_perf_derand measures how many.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import onnx

Scorer = Callable[[np.ndarray], np.ndarray]


def settings_of(model: Path) -> tuple[tuple[int, int], int, int, int]:
    """Shape of a strip (height, width), positions, stride and the axis along which they lie: 2 (y) or 3 (x)."""
    file = cv2.FileStorage(str(model.with_suffix(".yml")), cv2.FileStorage_READ)
    ablation = file.getNode("ablation")
    kind, width = ablation.getNode("type").string(), int(ablation.getNode("width").real())
    columns, rows = (int(ablation.getNode("inputSize").at(i).real()) for i in range(2))
    stride = 1 if ablation.getNode("stride").empty() else int(ablation.getNode("stride").real())
    if kind not in ("column", "row") or file.getNode("params").getNode("encoding").string() != "strip":
        sys.exit(f"{model}: expected columns or rows in the strip layout")
    if kind == "column":
        return (rows, width), (columns - 1) // stride + 1, stride, 3
    return (width, columns), (rows - 1) // stride + 1, stride, 2


def of_any_size(model: Path) -> bytes:
    """The model with no sizes declared but the number of planes."""
    net = onnx.load(model)
    for value in [*net.graph.input, *net.graph.output]:
        for i, side in enumerate(value.type.tensor_type.shape.dim):
            if i != 1:
                side.dim_param = f"{value.name}{i}"
    return net.SerializeToString()


def dnn(model: Path, threads: int) -> Scorer:
    cv2.setNumThreads(threads)
    net = cv2.dnn.readNetFromONNX(str(model))

    def score(blob: np.ndarray) -> np.ndarray:
        net.setInput(blob)
        return net.forward()
    return score


def onnx_runtime(model: Path, threads: int) -> Scorer:
    import onnxruntime
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.log_severity_level = threads, 3
    session = onnxruntime.InferenceSession(of_any_size(model), options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    return lambda blob: session.run(None, {name: blob})[0]


def open_vino(model: Path, threads: int) -> Scorer:
    import openvino
    core = openvino.Core()
    settings = {"INFERENCE_NUM_THREADS": threads, "INFERENCE_PRECISION_HINT": "f32", "PERFORMANCE_HINT": "LATENCY"}
    compiled: dict[tuple[int, ...], object] = {}

    def score(blob: np.ndarray) -> np.ndarray:
        if blob.shape not in compiled:  # for this size, as dnn sets itself up
            net = core.read_model(of_any_size(model))
            net.reshape(list(blob.shape))
            compiled[blob.shape] = core.compile_model(net, "CPU", settings).create_infer_request()
        return compiled[blob.shape].infer([blob])[0]
    return score


PEERS = {"cv::dnn": dnn, "ONNX Runtime": onnx_runtime, "OpenVINO": open_vino}


def measured(score: Scorer, blob: np.ndarray, frames: int) -> tuple[float, float, np.ndarray]:
    """Wall and processor time in milliseconds, and the scores."""
    scores = score(blob).copy()  # sets it up
    wall, processor = [], []
    for _ in range(frames):
        begin = time.perf_counter(), time.process_time()
        score(blob)
        wall.append(time.perf_counter() - begin[0])
        processor.append(time.process_time() - begin[1])
    return 1e3 * statistics.median(wall), 1e3 * statistics.median(processor), scores


def compare(model: Path, threads: int, frames: int) -> None:
    (height, width), positions, stride, axis = settings_of(model)
    planes = onnx.load(model).graph.input[0].type.tensor_type.shape.dim[1].dim_value
    size = [height, width]
    size[axis - 2] += (positions - 1) * stride
    picture = np.random.default_rng(0).random((1, planes, *size), dtype=np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(picture[0], (height, width), (1, 2))[:, ::stride, ::stride]
    strips = np.ascontiguousarray(windows.transpose(1, 2, 0, 3, 4).reshape(positions, planes, height, width))
    print(f"\n{model.name}: {positions} strips of {height} x {width}, {threads} threads, OpenCV {cv2.__version__}; ms of a frame")
    print(f"{'':30}{'wall':>8}{'CPU':>8}   times as fast (CPU)")
    base, expected = None, None
    for peer, make in PEERS.items():
        try:
            score = make(model, threads)
        except ImportError:
            print(f"{peer}: not installed")
            continue
        for name, blob in (("strips", strips), ("one pass", picture)):
            try:
                wall, processor, scores = measured(score, blob, frames)
            except cv2.error:
                print(f"{peer + ', ' + name:30} not possible")
                continue
            # In one pass, the scores of a position are a column, or a row if the net's last layer is a product of matrices.
            scores = scores.reshape(-1, positions).T if name == "one pass" and scores.ndim == 4 else scores.reshape(positions, -1)
            base, expected = base or processor, scores if expected is None else expected
            difference = np.abs(scores - expected).max() / np.abs(expected).max()
            print(f"{peer + ', ' + name:30}{wall:8.2f}{processor:8.2f}{base / processor:8.2f}"
                  + (f"   scores differ by {difference:.1e}" if difference > 1e-4 else ""), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", type=Path, nargs="+", metavar="MODEL.onnx")
    parser.add_argument("--threads", type=int, default=1, help="default: 1")
    parser.add_argument("--frames", type=int, default=50, help="frames to measure; default: 50")
    arguments = parser.parse_args()
    for model in arguments.models:
        compare(model, arguments.threads, arguments.frames)


if __name__ == "__main__":
    main()
