# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.
"""The training loop: phases, epochs, steps, reports and checkpoints."""

import copy
import math
import signal
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor, nn

from . import checkpoint, plots
from .ablation import Ablation
from .augment import augment
from .certificate import accuracy_table, scores_of
from .folders import note
from .losses import STEPS
from .progress import Clock, Needs, at_once, bands_of, duration, work_of
from .recipe import ablation_of
from .sources import Source, ahead, clean_batches


def learning_rate(peak: float, progress: float) -> float:
    """One cycle: linear warm-up over the first tenth, then a cosine down to zero."""
    if progress < 0.1:
        return peak * (0.05 + 9.5 * progress)
    return peak * 0.5 * (1 + math.cos(math.pi * (progress - 0.1) / 0.9))


def inference_bands(recipe: SimpleNamespace, ablation: Ablation) -> int:
    """Bands of one forward pass without gradients: some hundred megabytes."""
    values = math.prod(ablation.input_shape(recipe.data.shape[0])) * recipe.model.enlarge ** 2
    return max(1, (1 << 21) // values)


def quick(recipe: SimpleNamespace, ablation: Ablation) -> int:
    """A number of images to report on, with no more ablations than an epoch or two of training."""
    return recipe.settings.shown or max(500, 160_000 // ablation.count)


def scored(recipe: SimpleNamespace, ablation: Ablation, net: nn.Module, source: Source, count: int,
           bfloat16: bool = False) -> tuple[Tensor, Tensor]:
    """Class probabilities N x positions x classes, and labels, of the first `count` images."""
    bands = inference_bands(recipe, ablation)
    labels: list[Tensor] = []

    def images() -> Any:
        for batch, truth in clean_batches(source, count, max(1, bands // ablation.count)):
            if len(batch):
                labels.append(truth)
                yield recipe.pixels(batch)

    return scores_of(net, images(), ablation, bands, bfloat16), torch.cat(labels)


class Training:
    """A training in progress. `run()` continues until the phases are done or it is stopped."""

    def __init__(self, recipe: SimpleNamespace, net: nn.Module, sources: tuple[Source, Source], out: Path,
                 device: torch.device, compiled: bool = False) -> None:
        self.recipe, self.device, self.source, self.validation = recipe, device, *sources
        self.ablation = ablation_of(recipe)
        self.ablations = [ablation_of(recipe, phase.width) if phase.width else self.ablation for phase in recipe.phases]
        for phase in recipe.phases:
            phase.vote_rule = recipe.settings.vote_rule
        self.net = net.to(device, memory_format=torch.channels_last)
        self.run_net = torch.compile(self.net) if compiled else self.net  # the same weights
        self.average = copy.deepcopy(self.net).requires_grad_(False)
        head = set(self.net.head.parameters())
        groups = [[p for p in self.net.parameters() if p.requires_grad and (p in head) == last] for last in (False, True)]
        self.optimizer = torch.optim.AdamW([{"params": group} for group in groups if group],
                                           weight_decay=recipe.weight_decay)
        self.generator = torch.Generator().manual_seed(recipe.seed)
        torch.manual_seed(recipe.seed)
        self.path = out / f"{recipe.name}.pt"
        # The position: phase, epoch in it, step in that, total steps; and the order of the epoch's images.
        self.phase = self.epoch = self.step = self.steps = 0
        self.order = torch.empty(0, dtype=torch.int64)
        self.loss = 0.0  # sum over the epoch's steps
        self.history: list[dict[str, float]] = []
        self.stop = False

    # ------------------------------------------------------------------------ checkpoints

    def save(self) -> None:
        checkpoint.save(self.path, self.recipe, {
            "net": self.net.state_dict(), "average": self.average.state_dict(),
            "optimizer": self.optimizer.state_dict(), "generator": self.generator.get_state(),
            "place": [self.phase, self.epoch, self.step, self.steps], "order": self.order, "loss": self.loss,
            "history": self.history})

    def resume(self) -> None:
        state = checkpoint.load(self.path, self.recipe, self.device)
        self.net.load_state_dict(state["net"])
        self.average.load_state_dict(state["average"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.generator.set_state(state["generator"].cpu())
        self.phase, self.epoch, self.step, self.steps = state["place"]
        self.order, self.loss, self.history = state["order"].cpu(), state["loss"], state["history"]
        checkpoint.restore_random(state)

    # ------------------------------------------------------------------------ what is left

    def batches(self, phase: SimpleNamespace) -> int:
        """Steps of an epoch: whole batches only."""
        whole = len(self.source) // phase.batch
        return min(whole, phase.batches) if phase.batches else whole

    def report_work(self) -> float:
        return min(quick(self.recipe, self.ablation), len(self.validation)) * self.ablation.count

    def work_left(self) -> float:
        left = 0.0
        for number, (phase, ablation) in enumerate(zip(self.recipe.phases, self.ablations)):
            if number < self.phase:
                continue
            epochs = phase.epochs - (self.epoch if number == self.phase else 0)
            done = self.step if number == self.phase else 0
            left += (epochs * self.batches(phase) - done) * work_of(phase, ablation, self.ablation.size)
            left += epochs * self.report_work()
        return left

    def announce(self) -> Clock:
        """Says what the training needs, measured on a few bands."""
        few = min(32, at_once(self.recipe.phases[0], self.ablations[0]))
        images, _ = self.source.clean(torch.arange(min(4, len(self.source))))
        images = self.recipe.pixels(images.to(self.device))
        positions = self.ablation.every(len(images))[:, :max(1, few // len(images))].to(self.device)
        inputs = self.ablation.encode(images, positions)
        if len(inputs) < 2:
            inputs = inputs.expand(2, -1, -1, -1)
        needs = Needs(self.net, self.forward_of, inputs)
        clock = Clock(needs.seconds)
        for number, (phase, ablation) in enumerate(zip(self.recipe.phases, self.ablations), 1):
            steps = phase.epochs * self.batches(phase)
            width = ablation.size / max(self.ablation.size, 1) if ablation.size else 1
            memory = needs.fixed + needs.band * width * at_once(phase, ablation) + self.source.bytes()
            print(f"phase {number}: {phase.loss}, {phase.epochs} epochs, {steps} steps of {bands_of(phase, ablation)} "
                  f"bands, about {clock.left(steps * work_of(phase, ablation, self.ablation.size))}, "
                  f"{memory / 1e9:.1f} GB in addition to PyTorch itself", flush=True)
        print(f"{self.steps} steps done, about {clock.left(self.work_left())} to go", flush=True)
        return clock

    # ------------------------------------------------------------------------ steps

    def forward_of(self, net: nn.Module, inputs: Tensor) -> Tensor:
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.recipe.bfloat16):
            return net(inputs.contiguous(memory_format=torch.channels_last)).float().flatten(1)

    def one_step(self, phase: SimpleNamespace, images: Tensor, labels: Tensor) -> float:
        ablation = self.ablations[self.phase]
        rate = learning_rate(phase.rate, (self.epoch + self.step / self.batches(phase)) / phase.epochs)
        for group, factor in zip(self.optimizer.param_groups, (1.0, phase.head_rate)):
            group["lr"] = rate * factor
        images = augment(images.to(self.device), self.recipe.augment, phase.augmented, self.generator)
        self.optimizer.zero_grad()
        loss = STEPS[phase.loss](
            lambda pictures, positions: self.forward_of(self.run_net, ablation.encode(pictures, positions)),
            self.recipe.pixels(images), labels.to(self.device), ablation, phase, self.generator)
        self.optimizer.step()
        # Early weights are worthless: the average starts short and grows longer.
        decay = min(self.recipe.average, (self.steps + 1) / (self.steps + 10))
        with torch.no_grad():
            for kept, new in zip(self.average.state_dict().values(), self.net.state_dict().values()):
                if kept.is_floating_point():
                    kept.lerp_(new, 1 - decay)
                else:
                    kept.copy_(new)
        return loss

    def one_epoch(self, phase: SimpleNamespace, clock: Clock, deadline: float) -> bool:
        """The rest of an epoch; False if it was stopped."""
        # In chunks, and with frozen norms, the net is in inference mode: both passes must see the same net.
        self.net.train(not (phase.freeze_norm or phase.chunk))
        count, work = self.batches(phase), work_of(phase, self.ablations[self.phase], self.ablation.size)
        if not self.step:
            self.order = torch.randperm(len(self.source), generator=self.generator)[:count * phase.batch]
            self.loss = 0.0
        batches = list(self.order.split(phase.batch))[self.step:]
        start = saved = time.monotonic()
        for images, labels in ahead(self.source, batches, [self.recipe.seed, self.phase, self.epoch]):
            if len(images) > 1:
                self.loss += self.one_step(phase, images, labels)
            self.step, self.steps = self.step + 1, self.steps + 1
            now = time.monotonic()
            clock.add(work, now - start)
            start = now
            if (self.stop or now > deadline) and self.step < count:
                return False
            if now - saved > 60 * self.recipe.checkpoint_minutes and self.step < count:
                self.save()
                saved = time.monotonic()
                print(f"  step {self.step}/{count} of epoch {self.epoch + 1}/{phase.epochs}, loss "
                      f"{self.loss / self.step:.4f}, {clock.left(self.work_left())} to go", flush=True)
        return True

    def report(self, phase: SimpleNamespace, clock: Clock, seconds: float) -> None:
        start, recipe = time.monotonic(), self.recipe
        scores, labels = scored(recipe, self.ablation, self.average, self.validation, quick(recipe, self.ablation),
                                recipe.bfloat16)
        table = accuracy_table(scores, labels, self.ablation, *recipe.votes, recipe.settings.watch)
        clock.add(self.report_work(), time.monotonic() - start)
        certified = table["location"]
        self.history.append({"phase": self.phase + 1, "steps": self.steps, "loss": self.loss / self.batches(phase),
                             "band": table["band accuracy"], "clean": table["clean"],
                             **{f"certified({size})": share for size, share in certified.items()}})
        try:
            if plots.available():
                plots.curves(self.history, self.path.with_name(f"{recipe.name}_curves.svg"))
        except OSError as error:  # the checkpoint matters more
            note(f"no curves: {error}")
        done = sum(p.epochs for p in recipe.phases[:self.phase]) + self.epoch + 1
        print(f"epoch {done}/{sum(p.epochs for p in recipe.phases)} {phase.loss} loss "
              f"{self.history[-1]['loss']:.4f} band {table['band accuracy']:.2f} clean {table['clean']:.2f}"
              + "".join(f" certified({size}) {share:.2f}" for size, share in certified.items())
              + f" | {duration(seconds)}", end="", flush=True)

    def worth_going_on(self, phase: SimpleNamespace) -> bool:
        """Early stopping: was one of the last epochs the best of its phase?"""
        best = [max((value for name, value in row.items() if name.startswith("certified")), default=row["clean"])
                for row in self.history if row["phase"] == self.phase + 1]
        return not phase.patience or len(best) - 1 - best.index(max(best)) < phase.patience

    def run(self, minutes: float = math.inf) -> bool:
        """Continues training; False if stopped by a signal or the time limit, with a checkpoint to resume from."""
        def ask_to_stop(*_: Any) -> None:
            self.stop = True

        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, ask_to_stop)
        clock = self.announce()
        begin = time.monotonic()
        deadline = begin + 60 * minutes
        while self.phase < len(self.recipe.phases):
            phase = self.recipe.phases[self.phase]
            if not self.one_epoch(phase, clock, deadline):
                self.save()
                return False
            self.report(phase, clock, time.monotonic() - begin)
            self.epoch, self.step = self.epoch + 1, 0
            if self.epoch >= phase.epochs or not self.worth_going_on(phase):
                self.phase, self.epoch = self.phase + 1, 0
            print(f", {clock.left(self.work_left())} to go", flush=True)
            self.save()
            if (self.stop or time.monotonic() > deadline) and self.phase < len(self.recipe.phases):
                return False
        return True
