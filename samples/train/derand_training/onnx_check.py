# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.
"""An ONNX file in OpenCV: does a sample get the same scores at any batch size and in any batch slot?"""

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
    """Scores of all inputs in chunks of one constant size; the last is padded with zeros."""
    rows = []
    for start in range(0, len(inputs), batch):
        chunk = np.zeros((batch, *inputs.shape[1:]), np.float32)
        part = inputs[start:start + batch]
        chunk[:len(part)] = part
        net.setInput(chunk)
        rows.append(net.forward().copy()[:len(part)])  # forward() returns a view of its memory
    return np.concatenate(rows)
