# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.
"""The settings file beside a model, as cv::derand reads it."""

import zlib
from pathlib import Path
from types import SimpleNamespace

import cv2

from .ablation import Ablation, SetAblation
from .errors import TrainingError
from .pixels import Pixels


def numbers(values: list[float]) -> str:
    return ", ".join(repr(float(value)) for value in values)


def write_settings(recipe: SimpleNamespace, ablation: Ablation, model: Path) -> None:
    """NAME.yml beside NAME.onnx, and for sets of bands or blocks their number in NAME.sets.yml."""
    if isinstance(ablation, SetAblation):
        model.with_suffix(".sets.yml").write_text(f"%YAML:1.0\n---\nretain: {ablation.retain}\n", encoding="utf-8")
    escaped = [label.replace("\\", "\\\\").replace('"', '\\"') for label in recipe.data.labels]
    labels = ", ".join(f'"{label}"' for label in escaped)
    # As the reader of pictures resizes; frames of other data have the size of the input.
    interpolation = "area" if recipe.data.set == "pictures" else "linear"
    pixels, channels = recipe.pixels, recipe.data.shape[0]

    def four(values: tuple[float, ...]) -> list[float]:
        """For each channel of the net; what is beyond them is not used."""
        return [values[min(i, len(values) - 1)] if i < channels or len(values) == 1 else values[0] for i in range(4)]

    model.with_suffix(".yml").write_text(f"""%YAML:1.0
---
format: 1
modelChecksum: "{zlib.crc32(model.read_bytes()):08x}"
params:
   channels: {channels}
   scalefactor: [ {numbers([scale / 255 for scale in four(pixels.scale)])} ]
   mean: [ {numbers([255 * mean for mean in four(pixels.mean)])} ]
   swapRB: {int(pixels.swap)}
   crop: {int(recipe.data.resize == "crop")}
   interpolation: {interpolation}
   encoding: {ablation.encoding}
   fill: [ 0., 0., 0., 0. ]
   transpose: 0
   voteRule: {recipe.settings.vote_rule}
   threshold: {recipe.settings.threshold}
   tolerance: -1.
   softmax: 1
   rule: location
   chunk: 0
   labels: [ {labels} ]
ablation:
   stride: {ablation.stride}
   type: {ablation.kind}
   width: {ablation.size}
   inputSize: [ {ablation.width}, {ablation.height} ]
""", encoding="utf-8")


def read_settings(model: Path) -> SimpleNamespace:
    """The settings beside a model, as far as an attack needs them."""
    path = model.with_suffix(".yml")
    storage = cv2.FileStorage(str(path), cv2.FileStorage_READ) if path.is_file() else None
    if storage is None or not storage.isOpened():
        raise TrainingError(f"{path}: expected the settings of {model}: they belong beside the model")

    def node(name: str) -> cv2.FileNode:
        found = storage.root()
        for part in name.split("."):
            found = found.getNode(part)
            if found.empty():
                raise TrainingError(f"{path}: {name} is missing: expected a file that train.py wrote")
        return found

    def items(name: str) -> list[cv2.FileNode]:
        return [node(name).at(i) for i in range(node(name).size())]

    settings = SimpleNamespace(path=path, labels=[label.string() for label in items("params.labels")])
    for name in ("ablation.type", "params.encoding", "params.voteRule"):
        setattr(settings, name.split(".")[1], node(name).string())
    for name in ("ablation.width", "ablation.stride", "params.channels", "params.softmax", "params.crop"):
        setattr(settings, name.split(".")[1], int(node(name).real()))
    settings.threshold = node("params.threshold").real()
    width, height = (int(side.real()) for side in items("ablation.inputSize"))
    channels = settings.channels
    settings.shape = (channels, height, width)
    # OpenCV scales pixels of 0..255, here they are in [0, 1].
    settings.pixels = Pixels(bool(node("params.swapRB").real()),
                             tuple(item.real() / 255 for item in items("params.mean")[:channels]),
                             tuple(item.real() * 255 for item in items("params.scalefactor")[:channels]))
    if settings.encoding not in ("strip", "complement") or node("params.transpose").real():
        raise TrainingError(f"{path}: expected encoding strip or complement, and transpose 0, as train.py writes them")
    return settings
