# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.
"""The settings file next to a model, as cv::derand reads it."""

import json
import zlib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import cv2

from .ablation import Ablation, SetAblation
from .errors import TrainingError
from .pixels import Pixels


# Fields of a settings file that training and attacks know, with the defaults of cv::derand; doc/settings.md has them all.
DEFAULTS: dict[str, Any] = {
    "channels": 3, "scalefactor": [1 / 255] * 4, "mean": [0.0] * 4, "swapRB": 0, "crop": 0, "interpolation": "linear",
    "encoding": "complement", "transpose": 0, "voteRule": "threshold", "threshold": 0.3, "softmax": 1,
    "minVotes": 1, "labels": []}


class Text(str):
    """Free text, to be quoted."""


def yaml(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return f"[ {', '.join(map(yaml, value))} ]"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, Text) else str(value)


def write_settings(model: Path, ablation: Ablation, params: dict[str, Any]) -> None:
    """Writes NAME.yml next to NAME.onnx: what differs from the defaults."""
    unknown = set(params) - set(DEFAULTS)
    if unknown:
        raise TrainingError(f"settings have no {', '.join(sorted(unknown))}")
    lines = ["%YAML:1.0", "---", "format: 1", f'modelChecksum: "{zlib.crc32(model.read_bytes()):08x}"']
    lines += ["ablation:", f"   type: {ablation.kind}", f"   width: {ablation.size}",
              f"   inputSize: [ {ablation.width}, {ablation.height} ]"]
    if ablation.stride != 1:
        lines.append(f"   stride: {ablation.stride}")
    if not ablation.wrap:
        lines.append("   wrap: 0")
    different = [f"   {name}: {yaml(value)}" for name, value in params.items() if value != DEFAULTS[name]]
    lines += ["params:", *different] if different else []
    model.with_suffix(".yml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    if isinstance(ablation, SetAblation):  # a baseline of derand_evaluate, not a model of cv::derand
        model.with_suffix(".sets.yml").write_text(f"%YAML:1.0\n---\nretain: {ablation.retain}\n", encoding="utf-8")


def params_of(recipe: SimpleNamespace, ablation: Ablation) -> dict[str, Any]:
    """The settings of a recipe's model."""
    pixels, channels = recipe.pixels, recipe.data.shape[0]

    def four(values: tuple[float, ...]) -> list[float]:
        """For each channel of the net; what is beyond them is not used."""
        return [float(values[i] if i < len(values) else values[0]) for i in range(4)]

    return {
        "channels": channels, "scalefactor": [scale / 255 for scale in four(pixels.scale)],
        "mean": [255 * mean for mean in four(pixels.mean)], "swapRB": int(pixels.swap),
        "crop": int(recipe.data.resize == "crop"),
        # As pictures are resized when read; frames of other data have the size of the input.
        "interpolation": "area" if recipe.data.set == "pictures" else "linear",
        "encoding": ablation.encoding, "voteRule": recipe.settings.vote_rule, "threshold": recipe.settings.threshold,
        "minVotes": recipe.settings.min_votes, "labels": [Text(label) for label in recipe.data.labels]}


def read_settings(model: Path) -> SimpleNamespace:
    """The settings next to a model, as far as an attack needs them."""
    path = model.with_suffix(".yml")
    storage = cv2.FileStorage(str(path), cv2.FileStorage_READ) if path.is_file() else None
    if storage is None or not storage.isOpened():
        raise TrainingError(f"{path}: expected the settings of {model}: they must be next to the model")

    def value(node: cv2.FileNode) -> Any:
        if node.isSeq():
            return [value(node.at(i)) for i in range(node.size())]
        return node.string() if node.isString() else node.real()

    def field(name: str, default: Any = None) -> Any:
        table, _, key = name.rpartition(".")
        node = storage.root().getNode(table)
        node = node if node.empty() else node.getNode(key)
        if node.empty() and default is None:
            raise TrainingError(f"{path}: {name} is missing: expected the settings of a model")
        return default if node.empty() else value(node)

    params = SimpleNamespace(**{name: field(f"params.{name}", default) for name, default in DEFAULTS.items()})
    if params.encoding not in ("strip", "bare_strip", "complement") or params.transpose:
        raise TrainingError(f"{path}: expected encoding strip, bare_strip or complement, and transpose 0, as train.py writes them")
    width, height = map(int, field("ablation.inputSize"))
    channels = int(params.channels)
    # OpenCV scales pixels of 0..255, here they are in [0, 1].
    pixels = Pixels(bool(params.swapRB), tuple(mean / 255 for mean in params.mean[:channels]),
                    tuple(scale * 255 for scale in params.scalefactor[:channels]))
    return SimpleNamespace(
        path=path, labels=params.labels, shape=(channels, height, width), pixels=pixels, crop=bool(params.crop),
        encoding=params.encoding, voteRule=params.voteRule, threshold=params.threshold, softmax=bool(params.softmax),
        ablation=Ablation(field("ablation.type"), int(field("ablation.width")), params.encoding, width, height,
                          int(field("ablation.stride", 1)), bool(field("ablation.wrap", 1))))
