# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.
"""An ONNX file in OpenCV: does a sample get the same scores at any batch size, in any batch slot, in one pass?"""

import cv2
import numpy as np


def softmax(logits: np.ndarray) -> np.ndarray:
    shifted = np.exp(logits.astype(np.float64) - logits.max(1, keepdims=True))
    return shifted / shifted.sum(1, keepdims=True)


def read(path: str, engine: str) -> cv2.dnn.Net:
    if engine == "default":
        return cv2.dnn.readNetFromONNX(path)
    return cv2.dnn.readNetFromONNX(path, engine=getattr(cv2.dnn, f"ENGINE_{engine.upper()}"))


def run(net: cv2.dnn.Net, inputs: np.ndarray, batch: int) -> np.ndarray:
    """Scores N x K of all inputs in chunks of one constant size; the last is padded with zeros."""
    rows = []
    for start in range(0, len(inputs), batch):
        chunk = np.zeros((batch, *inputs.shape[1:]), np.float32)
        part = inputs[start:start + batch]
        chunk[:len(part)] = part
        net.setInput(chunk)
        rows.append(net.forward().reshape(batch, -1).copy()[:len(part)])  # forward() returns a view of its memory
    return np.concatenate(rows)


def by_batch(net: cv2.dnn.Net, inputs: np.ndarray, logits: np.ndarray, alone: np.ndarray,
             batch: int) -> tuple[float, float, float, float]:
    """Largest differences at this batch size: of logits to the expected ones, of logits and of probabilities to those of
    batch 1, of probabilities between batch slots."""
    scores = run(net, inputs, batch)
    # The same sample in every slot, next to extreme neighbours.
    neighbours = np.zeros((batch, *inputs.shape[1:]), np.float32)
    neighbours[::2] = 1
    slots = []
    for slot in range(batch):
        chunk = neighbours.copy()
        chunk[slot] = inputs[0]
        slots.append(run(net, chunk, batch)[slot])
    differences = (np.abs(scores - logits).max(), np.abs(scores - alone).max(),
                   np.abs(softmax(scores) - softmax(alone)).max(), np.ptp(softmax(np.stack(slots)), 0).max())
    # NaN is not good.
    return tuple(float(value) if np.isfinite(value) else np.inf for value in differences)


def one_pass(net: cv2.dnn.Net, shape: tuple[int, ...], rows: int, columns: int) -> float:
    """Largest difference of logits between strips and the picture of all of them, one position next to the other."""
    planes, height, width = shape
    picture = np.random.default_rng(0).random((planes, height + rows - 1, width + columns - 1), np.float32)
    picture[:, ::3] = picture[:, ::3].round()  # extremes too
    picture[:, :, ::3] = picture[:, :, ::3].round()
    strips = np.lib.stride_tricks.sliding_window_view(picture, (height, width), (1, 2)).transpose(1, 2, 0, 3, 4)
    expected = run(net, strips.reshape(-1, *shape), rows * columns)
    net.setInput(picture[None])
    scores = net.forward()
    if scores.ndim == 4:  # the axis of positions may be the first or the second; otherwise there is one row for each
        scores = scores[0].reshape(expected.shape[1], -1).T
    return float(np.abs(scores - expected).max()) if scores.shape == expected.shape else np.inf
