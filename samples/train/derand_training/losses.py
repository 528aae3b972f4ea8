# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.
"""What is minimised. A step's gradients are added to the net's; its loss is returned."""

from collections.abc import Callable
from types import SimpleNamespace

import torch
import torch.nn.functional as F
from torch import Tensor

from .ablation import Ablation
from .certificate import certified_margins, votes_of

# Images N, positions N x k -> logits (N k) x classes, float.
Forward = Callable[[Tensor, Tensor], Tensor]


def cross_entropy(logits: Tensor, labels: Tensor, smoothing: float) -> Tensor:
    """Of the classes 0 .. K - 1. Label K is "none of these": all classes are equally likely, so that none gets a vote."""
    classes = logits.shape[1]
    target = F.one_hot(labels, classes + 1)[:, :classes].to(logits.dtype)
    share = torch.where(labels < classes, smoothing, 1.0)[:, None]
    return F.cross_entropy(logits, target * (1 - share) + share / classes)


def cross_entropy_step(forward: Forward, images: Tensor, labels: Tensor, ablation: Ablation, phase: SimpleNamespace,
                       generator: torch.Generator) -> float:
    """Cross-entropy of a few random bands of every image."""
    positions = ablation.draw(len(images), phase.bands, generator).to(images.device)
    logits = forward(images, positions)
    loss = cross_entropy(logits, labels.repeat_interleave(positions.shape[1]), phase.smoothing)
    loss.backward()
    return loss.item()


def margin_loss(logits: Tensor, labels: Tensor, affected: Tensor, phase: SimpleNamespace) -> Tensor:
    """Votes that are missing for a certificate, over all bands (logits N x positions x classes), plus cross-entropy."""
    # The actual votes, with the gradient of soft ones.
    scores = F.softmax(logits, 2)
    soft = F.softmax(logits / phase.softness, 2) if phase.vote_rule == "top1" else \
        torch.sigmoid((scores - phase.threshold) / phase.softness)
    votes = votes_of(scores, phase.vote_rule, phase.threshold) + soft - soft.detach()
    # A hinge: a loss that gives up on images beyond reach makes them lose their clean label too.
    known = labels < logits.shape[2]
    missing = F.relu(phase.target - certified_margins(votes[known], labels[known], affected))
    entropy = cross_entropy(logits.flatten(0, 1), labels.repeat_interleave(logits.shape[1]), phase.smoothing)
    return missing.sum() / len(labels) + phase.cross_entropy * entropy


def margin_step(forward: Forward, images: Tensor, labels: Tensor, ablation: Ablation, phase: SimpleNamespace,
                generator: torch.Generator) -> float:
    """The margin loss; with a chunk, at most that many bands at once, at the cost of a second forward pass."""
    choice = int(torch.randint(len(phase.patches), (1,), generator=generator))
    affected = ablation.affected(phase.patches[choice], phase.patches[choice]).to(images.device)
    positions = ablation.every(len(images)).to(images.device)
    if not phase.chunk:
        loss = margin_loss(forward(images, positions).view(*positions.shape, -1), labels, affected, phase)
        loss.backward()
        return loss.item()
    # The loss's gradient with respect to the scores first, then that of the net, chunk by chunk.
    pieces = positions.split(max(1, phase.chunk // len(images)), 1)
    with torch.no_grad():
        logits = torch.cat([forward(images, piece).view(*piece.shape, -1) for piece in pieces], 1)
    loss = margin_loss(logits.requires_grad_(), labels, affected, phase)
    gradient, = torch.autograd.grad(loss, logits)
    for piece, part in zip(pieces, gradient.split(pieces[0].shape[1], 1)):
        forward(images, piece).backward(part.flatten(0, 1))
    return loss.item()


STEPS = {"cross_entropy": cross_entropy_step, "margin": margin_step}
