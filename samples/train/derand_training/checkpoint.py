# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.
"""Checkpoints: everything that the next step depends on."""

import json
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch
from torch import nn

from .errors import TrainingError
from .folders import note
from .recipe import TABLES

# What must match for a checkpoint to be resumed; the phases may become longer.
FIXED = ("data", "ablation", "model", "pixels")


def plain(value: Any) -> Any:
    """A recipe in JSON types."""
    if isinstance(value, SimpleNamespace):
        return {key: plain(item) for key, item in vars(value).items()}
    return [plain(item) for item in value] if isinstance(value, (list, tuple)) else value


def subject(recipe: SimpleNamespace) -> str:
    return json.dumps({key: plain(getattr(recipe, key)) for key in FIXED}, sort_keys=True)


def save(path: Path, recipe: SimpleNamespace, state: dict[str, Any]) -> None:
    """Writes all or nothing, even if the power fails."""
    state = state | {"recipe": subject(recipe), "random": torch.get_rng_state(),
                     "cuda_random": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else []}
    unfinished = path.with_suffix(".pt.part")
    with unfinished.open("wb") as file:
        torch.save(state, file)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def load(path: Path, recipe: SimpleNamespace, device: torch.device) -> dict[str, Any]:
    """The checkpoint of this recipe; fails if it is for another data set, ablation or net."""
    state = read(path, device)
    if state.get("recipe", "") != subject(recipe):
        known = json.loads(state.get("recipe") or "{}")
        other = [f"{key}.{name}" for key, table in json.loads(subject(recipe)).items() if isinstance(table, dict)
                 for name in table if known.get(key, {}).get(name, TABLES[key][name]) != table[name]]
        if known and not other and known.get("pixels") == json.loads(subject(recipe))["pixels"]:
            return state  # written before a key existed, which has its default
        raise TrainingError(f"{path}: is the checkpoint of another recipe, which differs in {', '.join(other) or 'pixels'}"
                            ": expected the same, or another --name")
    return state


def restore_random(state: dict[str, Any]) -> None:
    torch.set_rng_state(state["random"].cpu())
    if torch.cuda.is_available() and state["cuda_random"]:
        torch.cuda.set_rng_state_all([item.cpu() for item in state["cuda_random"]])


def read(path: Path, device: torch.device) -> dict[str, Any]:
    try:
        return torch.load(path, map_location=device)
    except (OSError, RuntimeError, EOFError) as error:
        raise TrainingError(f"{path}: {error}: expected a checkpoint that train.py wrote") from error


def averaged(path: Path, net: nn.Module) -> None:
    """Loads the averaged weights, the result of a training."""
    state = read(path, torch.device("cpu"))["average"]
    try:
        net.load_state_dict(state)
    except RuntimeError as error:
        raise TrainingError(f"{path}: belongs to another net: expected the recipe that it was trained with") from error


def start_from(net: nn.Module, path: Path) -> None:
    """Takes the weights of another net's checkpoint that have the same name and shape."""
    own, others = net.state_dict(), read(path, torch.device("cpu"))["average"]
    same = {name: weight for name, weight in others.items()
            if name in own and own[name].shape == weight.shape}
    if not same:
        raise TrainingError(f"--start={path}: no weights of this net's names and shapes; expected the checkpoint of a "
                            "net that begins alike")
    net.load_state_dict(same, strict=False)
    note(f"{len(same)} of {len(own)} tensors from {path}")
