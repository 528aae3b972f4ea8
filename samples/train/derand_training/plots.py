# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.
"""Pictures of a training: its curves, and the validation pictures that it does worst on. Needs matplotlib."""

import math
from pathlib import Path

import torch
from torch import Tensor

from .certificate import leads_of, votes_of, winners_of
from .sources import Source

try:
    import matplotlib
    matplotlib.use("agg")
    import matplotlib.pyplot as plt
except ImportError:
    matplotlib = None

MISSING = "no curves and pictures: install matplotlib for them"
WORST = 24  # pictures
COLUMNS = 6


def available() -> bool:
    return matplotlib is not None


def curves(history: list[dict[str, float]], path: Path) -> None:
    """The loss, and the percentages of the validation pictures, by epochs; a vertical line between phases."""
    figure, (upper, lower) = plt.subplots(2, 1, sharex=True, figsize=(7, 6), height_ratios=(3, 1))
    epochs = range(1, len(history) + 1)
    style = "-" if len(history) > 1 else "o"
    for name in (name for name in history[-1] if name not in ("phase", "steps", "loss")):
        upper.plot(epochs, [row.get(name, math.nan) for row in history], style, label=name)
    lower.plot(epochs, [row["loss"] for row in history], style, color="black")
    for epoch, (before, after) in enumerate(zip(history, history[1:]), 1):
        if before["phase"] != after["phase"]:
            for axes in (upper, lower):
                axes.axvline(epoch + 0.5, color="grey", linestyle=":")
    upper.set(ylabel="% of the validation pictures (band: of their bands)", ylim=(0, 100))
    upper.legend(loc="lower right")
    lower.set(ylabel="loss (training)", xlabel="epoch")
    for axes in (upper, lower):
        axes.grid(alpha=0.3)
    figure.tight_layout()
    figure.savefig(path)
    plt.close(figure)


def worst(scores: Tensor, labels: Tensor, votes: tuple[str, float]) -> tuple[Tensor, Tensor, Tensor]:
    """Indices, leads and labels given (-1: no votes) of the pictures whose true class is furthest behind, or least ahead."""
    counts = votes_of(scores, *votes).sum(1)
    known = torch.nonzero(labels < scores.shape[2]).flatten()
    leads = leads_of(counts[known], labels[known])
    order = leads.argsort(stable=True)[:WORST]
    chosen = counts[known[order]]
    return known[order], leads[order], winners_of(chosen).masked_fill(chosen.amax(1) == 0, -1)


def worst_pictures(source: Source, scores: Tensor, labels: Tensor, votes: tuple[str, float], names: list[str],
                   path: Path) -> None:
    """The worst pictures with their class, the lead of its votes, and the label that they get."""
    chosen, leads, given = worst(scores, labels, votes)
    if not len(chosen):
        return
    readable = source.readable()
    rows = -(-len(chosen) // COLUMNS)
    figure, grid = plt.subplots(rows, COLUMNS, figsize=(2 * COLUMNS, 2.4 * rows), squeeze=False)
    for axes in grid.flat:
        axes.axis("off")
    for axes, index, lead, label in zip(grid.flat, chosen.tolist(), leads.tolist(), given.tolist()):
        planes = source.clean(readable[index:index + 1])[0][0]
        shown = planes.flip(0).permute(1, 2, 0) if len(planes) == 3 else planes[0]
        axes.imshow(shown.numpy(), cmap=None if len(planes) == 3 else "gray", vmin=0, vmax=1)
        truth = int(labels[index])
        seen = "" if label == truth else "\nno votes" if label < 0 else f"\nseen as {names[label]}"
        axes.set_title(f"{names[truth]}: {lead:+.0f}{seen}", fontsize=8)
    figure.tight_layout()
    figure.savefig(path, dpi=100)
    plt.close(figure)
