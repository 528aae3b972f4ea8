# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.
"""Votes and certificates in PyTorch: for reports during training, and as a loss. only OpenCV's count."""

import math
from collections.abc import Iterator
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .ablation import Ablation


def certified_margins(votes: Tensor, labels: Tensor, affected: Tensor) -> Tensor:
    """Lead of each image's label that no patch can remove, N; certified where it is >= 0.

    votes N x positions x classes (0/1, or soft during training). The location rule:
    min over locations a and classes c' of
    sum_{i not in A(a)} (v_i,label - v_i,c') - |A(a)| - [label > c'].
    """
    own = votes.gather(2, labels[:, None, None].expand(-1, votes.shape[1], 1))
    lead = own - votes
    left = (1 - affected) @ lead - affected.sum(1)[:, None]
    classes = torch.arange(votes.shape[2], device=votes.device)
    left = left.amin(1) - (labels[:, None] > classes).to(votes.dtype)
    return left.masked_fill(labels[:, None] == classes, math.inf).amin(1)


def votes_of(scores: Tensor, rule: str, threshold: float) -> Tensor:
    """Votes 0 or 1 of class probabilities, by the rules of cv::derand."""
    if rule == "top1":
        return F.one_hot(scores.argmax(-1), scores.shape[-1]).float()
    return (scores >= threshold).float()


def leads_of(counts: Tensor, labels: Tensor) -> Tensor:
    """Votes of each image's label more than of the best other class, N, of counts N x classes; the smaller index wins a tie."""
    classes = torch.arange(counts.shape[1])
    lead = counts.gather(1, labels[:, None]) - counts - (labels[:, None] > classes).to(counts.dtype)
    return lead.masked_fill(labels[:, None] == classes, math.inf).amin(1)


def winners_of(counts: Tensor) -> Tensor:
    """The label of each image: the smaller index wins a tie, whatever argmax does on this device."""
    classes = torch.arange(counts.shape[1])
    return (counts * len(classes) - classes).argmax(1)


@torch.no_grad()
def scores_of(net: nn.Module, images: Iterator[Tensor], ablation: Ablation, at_once: int,
              bfloat16: bool = False) -> Tensor:
    """Class probabilities N x positions x classes of batches of images; bfloat16 is for progress reports only."""
    net.eval()
    device = next(net.parameters()).device
    scores = []
    for batch in images:
        batch, logits = batch.to(device), []
        for positions in ablation.every(len(batch)).split(max(1, at_once // len(batch)), 1):
            with torch.autocast(device.type, torch.bfloat16, enabled=bfloat16):
                part = net(ablation.encode(batch, positions.to(device)))
            logits.append(part.float().view(*positions.shape[:2], -1).cpu())
        scores.append(F.softmax(torch.cat(logits, 1), 2))
    return torch.cat(scores)


def accuracy_table(scores: Tensor, labels: Tensor, ablation: Ablation, rule: str, threshold: float,
                   sizes: list[int]) -> dict[str, Any]:
    """Clean accuracy, and certified accuracy by both rules per size of a square patch, in %.

    Of images that belong to no class (label K), the votes that the best class gets are returned instead, and those of the others.
    """
    known = labels < scores.shape[2]
    if not known.all():
        most = votes_of(scores, rule, threshold).sum(1).amax(1)
        table = accuracy_table(scores[known], labels[known], ablation, rule, threshold, sizes)
        return table | {"votes of none": most[~known], "votes": most[known], "bands": scores.shape[1]}
    votes = votes_of(scores, rule, threshold)
    counts = votes.sum(1)
    winner = winners_of(counts)
    right = (winner == labels) & (counts.amax(1) > 0)  # without votes no class wins
    lead = leads_of(counts, winner)
    result = {"clean": 100 * right.float().mean().item(),
              "band accuracy": 100 * (scores.argmax(2) == labels[:, None]).float().mean().item(),
              "margin": {}, "location": {}}
    for size in sizes:
        affected = ablation.affected(size, size)
        by_margin = lead >= 2 * affected.sum(1).max()
        by_location = torch.cat([
            certified_margins(v, c, affected) >= 0
            for v, c in zip(votes.split(500), winner.split(500))])
        result["margin"][size] = 100 * (right & by_margin).float().mean().item()
        result["location"][size] = 100 * (right & by_location).float().mean().item()
    return result


def show(table: dict[str, Any]) -> str:
    if not table["margin"]:
        return f"accuracy {table['band accuracy']:.2f} %"
    lines = [f"clean {table['clean']:.2f} %, one band {table['band accuracy']:.2f} %"]
    lines += [f"certified against {size} x {size}: margin rule {by_margin:.2f} %, "
              f"location rule {table['location'][size]:.2f} %"
              for size, by_margin in table["margin"].items()]
    if "votes of none" in table:
        least = int(table["votes of none"].quantile(0.95)) + 1
        least = min(least, table["bands"])
        rejected = [100 * (table[name] < least).float().mean().item() for name in ("votes of none", "votes")]
        lines.append(f"settings.min_votes = {least} would reject {rejected[0]:.2f} % of the {len(table['votes of none'])} "
                     f"pictures of none of the classes, and {rejected[1]:.2f} % of the others")
    return "\n".join(lines)
