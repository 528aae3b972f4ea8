# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.
"""Recipes: TOML files with everything about a training except the location of the data."""

import math
import tomllib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from .ablation import Ablation, SetAblation
from .backbones import backbone
from .errors import TrainingError
from .pixels import Pixels

# The keys of a recipe and their defaults (...: required).
TOP = {"seed": 1, "weight_decay": 0.01, "average": 0.998, "bfloat16": False, "checkpoint_minutes": 5.0}
TABLES: dict[str, dict[str, Any]] = {
    "data": {"set": ..., "shape": ..., "validation": ..., "labels": ..., "resize": "stretch", "groups": True,
             "none": ""},
    "ablation": {"type": ..., "width": ..., "encoding": ..., "stride": 1, "wrap": True, "retain": 0},
    "model": {"backbone": "", "enlarge": 1, "position": False, "transpose": False, "standardise": False, "stages": [],
              "dense_width": 0, "dense_blocks": 0, "dropout": 0.0},
    "augment": {"crop": [], "aspect": 0.0, "shift_x": 0.0, "shift_y": 0.0, "rotate": 0.0, "scale": 0.0, "shear": 0.0,
                "elastic": 0.0, "thickness": 0.0, "light": 0.0, "flip": False},
    "settings": {"vote_rule": "threshold", "threshold": 0.3, "swap_rb": 0, "batch": 1, "watch": [], "sizes": [],
                 "shown": 0, "min_votes": 1},
}
PHASE = {"loss": ..., "epochs": ..., "batch": ..., "rate": ..., "augmented": 1.0, "bands": 1, "batches": 0,
         "smoothing": 0.0, "head_rate": 1.0, "freeze_norm": False, "width": 0, "patience": 0,
         "threshold": 0.3, "softness": 0.2, "patches": [], "target": 2.0, "cross_entropy": 1.0, "chunk": 0}
CHOICES = {"data.resize": ("stretch", "crop"), "settings.vote_rule": ("threshold", "top1"),
           "ablation.type": ("column", "row", "block", "none"), "ablation.encoding": ("strip", "bare_strip", "complement"),
           "ablation.wrap": (True, False), "phases.loss": ("cross_entropy", "margin")}


def namespace(value: Any) -> Any:
    """Nested tables of a recipe as attributes: a misspelt name fails at once."""
    if isinstance(value, dict):
        return SimpleNamespace(**{key: namespace(item) for key, item in value.items()})
    if isinstance(value, list):
        return [namespace(item) for item in value]
    return value


def filled(name: str, table: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    """The table with its defaults; fails if a key is unknown or a required one is missing."""
    where = f"[{name}]" if name else "the recipe"
    unknown = sorted(set(table) - set(known))
    if unknown:
        raise TrainingError(f"{where} has {', '.join(unknown)}: expected only {', '.join(known)}")
    missing = [key for key, value in known.items() if value is ... and key not in table]
    if missing:
        raise TrainingError(f"{where}: {', '.join(missing)} missing")
    for key, value in table.items():
        expected = CHOICES.get(f"{name}.{key}")
        if expected and value not in expected:
            raise TrainingError(f'{name}.{key} = "{value}": expected one of {", ".join(map(str, expected)).lower()}')
    return known | table


def completed(table: dict[str, Any]) -> SimpleNamespace:
    """A recipe with defaults for everything that it leaves out."""
    phases = table.get("phases", [])
    if not phases:
        raise TrainingError("the recipe has no [[phases]]: expected at least one")
    scalars = {key: value for key, value in table.items() if key not in TABLES and key not in ("phases", "name")}
    full = filled("", scalars, TOP)
    for name, known in TABLES.items():
        full[name] = filled(name, table.get(name, {}), known)
    full["phases"] = [filled("phases", phase, PHASE) for phase in phases]
    recipe = namespace(full)
    recipe.name = table.get("name", "")
    if not recipe.model.backbone and not recipe.model.stages:
        raise TrainingError("[model]: expected stages, or a backbone")
    if recipe.data.none and recipe.settings.vote_rule != "threshold":
        raise TrainingError(f'data.none = "{recipe.data.none}": expected settings.vote_rule = "threshold": by top-1 every band votes')
    recipe.votes = (recipe.settings.vote_rule, recipe.settings.threshold)
    recipe.pixels = Pixels(bool(recipe.settings.swap_rb))
    if recipe.model.backbone:
        spec = backbone(recipe.model.backbone)
        recipe.pixels = Pixels(True, tuple(spec.mean), tuple(1 / deviation for deviation in spec.deviation))
    return recipe


def override(recipe: dict[str, Any], setting: str) -> None:
    """Applies `table.key=value`, the value as in TOML."""
    key, separator, value = setting.partition("=")
    table, _, name = key.rpartition(".")
    known = TABLES.get(table, {}) if table else {**TOP, "phases": ...}
    if not separator or name not in known:
        raise TrainingError(f"--set {setting}: a recipe has no {key}: expected KEY=VALUE, one of "
                            f"{', '.join(known or TABLES)}")
    try:
        value = tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError as error:
        raise TrainingError(f"--set {setting}: {error}: expected a value as in TOML, text in quotes") from error
    (recipe.setdefault(table, {}) if table else recipe)[name] = value


def patch_side(percent: float, width: int, height: int) -> int:
    """Side of the smallest square patch that covers at least this percentage of the input."""
    return math.ceil(math.sqrt(percent / 100 * width * height))


def read_recipe(path: Path, settings: list[str], epochs: int = 0, size: int = 0,
                percents: list[float] | None = None) -> SimpleNamespace:
    """The recipe of a file with the changes of the command line."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise TrainingError(f"{path}: {error}: expected a recipe, see recipes/") from error
    for setting in settings:
        override(table, setting)
    if size:
        table["data"]["shape"] = [table["data"]["shape"][0], size, size]
    recipe = completed(table)
    if epochs:
        # The phases keep their shares.
        total = sum(phase.epochs for phase in recipe.phases)
        for phase in recipe.phases:
            phase.epochs = max(1, round(phase.epochs * epochs / total))
    if percents:
        _, height, width = recipe.data.shape
        sides = [patch_side(percent, width, height) for percent in percents]
        recipe.settings.watch, recipe.settings.sizes = sides, sides
        for phase in recipe.phases:
            phase.patches = sides
    return recipe


def ablation_of(recipe: SimpleNamespace, width: int = 0) -> Ablation:
    """The recipe's ablation, or the same with wider or narrower bands."""
    cut, (_, height, length) = recipe.ablation, recipe.data.shape
    if cut.retain:
        if recipe.settings.watch or recipe.settings.sizes or any(
                phase.loss != "cross_entropy" for phase in recipe.phases):
            raise TrainingError('sets are certified by derand_evaluate, not here: expected loss = '
                                '"cross_entropy", watch = [] and sizes = [] in a recipe with "retain"')
        return SetAblation(cut.type, cut.width, cut.encoding, length, height, cut.retain, cut.wrap)
    return Ablation(cut.type, width or cut.width, cut.encoding, length, height, cut.stride, cut.wrap)
