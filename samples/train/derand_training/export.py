# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.
"""From PyTorch to an ONNX file that every OpenCV since 4.6 computes correctly."""

import inspect
import warnings
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import onnx
import torch
from torch import nn

from .ablation import Ablation
from .net import PositionCode, Standardised, folded, with_rows
from .onnx_graph import load_graph, repaired
from .settings import params_of, write_settings


# The older exporter of a newer PyTorch writes the plainer graph.
PLAIN = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}


def round_weights(net: nn.Module) -> None:
    """Weights as bfloat16 training saw them: half of the file is zeros, which archives compress away."""
    # Not those of the position code, which are exact, nor those whose differences are small.
    exact = {id(p) for module in net.modules() if isinstance(module, (PositionCode, Standardised)) for p in module.parameters()}
    for weight in net.parameters():
        if weight.dim() > 1 and id(weight) not in exact:
            weight.data = weight.data.bfloat16().float()


def export(recipe: SimpleNamespace, ablation: Ablation, net: nn.Module, channels: int, out: Path) -> Path:
    """Writes NAME.onnx and, for a base classifier, NAME.yml."""
    # ReLU6 is a Clip: with its limits as attributes, as OpenCV 4.6 reads it, up to opset 10 only.
    options: dict[str, Any] = {"opset_version": 10 if recipe.model.backbone else 11, "input_names": ["bands"],
                               "output_names": ["logits"], "do_constant_folding": True} | PLAIN
    example = torch.zeros(recipe.settings.batch, *ablation.input_shape(channels))
    path = out / f"{recipe.name}.onnx"
    net = with_rows(folded(net))
    round_weights(net)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about the sizes that it writes into the file, and about itself
        torch.onnx.export(net, example, str(path), **options)
    onnx.save(repaired(load_graph(path)), str(path))
    if ablation.kind != "none":
        write_settings(path, ablation, params_of(recipe, ablation))
    return path
