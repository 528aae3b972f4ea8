#!/usr/bin/env python3
# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.
"""Compares cv::derand with derandomised smoothing in the adversarial-robustness-toolbox (ART).

    compare_art.py --bin BUILD/bin --mnist DIR [--limit N] [--csv FILE] MODEL.onnx...

Same weights, same images, same CPUs, in one run: certified images and time per image, the reason for
every image on which the two disagree, and a picture that ART certifies although a patch of the
certified size changes its label. For models of columns with stride 1 on MNIST.
"""

import argparse
import csv
import json
import os
import subprocess
import tempfile
import time
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import art
import cv2
import numpy as np
import torch
from art.estimators.certification.derandomized_smoothing import PyTorchDeRandomizedSmoothing
from torch import Tensor, nn

from derand_training.ablation import Ablation
from derand_training.data import read_idx
from derand_training.errors import TrainingError
from derand_training.onnx_net import OnnxNet
from derand_training.settings import read_settings, write_settings

Rows = list[dict[str, Any]]


class Exported(nn.Module):
    """An ONNX file in the form that ART expects."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.net = OnnxNet(path, torch.device("cpu"), bfloat16=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x, False)


class Strips(nn.Module):
    """A strip net behind ART's ablation: cuts the retained columns out of the image, 2C x H x W.

    Retained are the columns where x + (1 - x) is not 0; the last plane is their x coordinate.
    """

    def __init__(self, net: nn.Module, width: int) -> None:
        super().__init__()
        self.net, self.width = net, width

    def forward(self, ablated: Tensor) -> Tensor:
        count, planes, height, length = ablated.shape
        image, complement = ablated.split(planes // 2, 1)
        retained = (image[:, 0, 0] + complement[:, 0, 0]) > 0.5
        first = (retained & ~retained.roll(1, 1)).int().argmax(1)
        columns = (first[:, None] + torch.arange(self.width)) % length
        columns = columns[:, None, None].expand(-1, 1, height, -1)
        strips = image.gather(3, columns.expand(-1, planes // 2, -1, -1))
        return self.net(torch.cat([strips, (columns + 0.5) / length], 1))


def art_classifier(net: nn.Module, settings: SimpleNamespace) -> PyTorchDeRandomizedSmoothing:
    if settings.encoding == "strip":
        net = Strips(net, settings.ablation.size)
    return PyTorchDeRandomizedSmoothing(
        model=net.eval(), loss=nn.CrossEntropyLoss(), input_shape=settings.shape, nb_classes=10,
        ablation_size=settings.ablation.size, algorithm="levine2020", ablation_type="column",
        threshold=settings.threshold, logits=settings.softmax, device_type="cpu", verbose=False)


def art_certificates(classifier: PyTorchDeRandomizedSmoothing, images: np.ndarray,
                     patch: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Votes, labels and certificates of ART."""
    votes = classifier.predict(images).astype(np.float64)
    certified, _, labels = classifier.ablator.certify(votes, patch, np.zeros(len(images), np.int64))
    return votes, labels.numpy(), certified.numpy()


def certify(program: Path, model: Path, source: list[str], patch: int, rule: str) -> tuple[Rows, float]:
    """Certificates of derand_certify, and its time in seconds without program start."""
    output = subprocess.run([program / "derand_certify", f"--model={model}", f"--rule={rule}",
                             f"--patch={patch}", "--json", *source],
                            check=True, capture_output=True, text=True).stdout.splitlines()
    _, *frames, totals = map(json.loads, output)
    return frames, totals["seconds"]


def margin_rule(votes: np.ndarray, touched: int) -> bool:
    """Theorem 1 of Levine and Feizi for one image: against every other class, not just one of them."""
    label = int(votes.argmax())
    return all(votes[label] >= votes[other] + (label > other) + 2 * touched
               for other in range(len(votes)) if other != label)


def reason(votes: np.ndarray, by_art: bool, margin: dict[str, Any], location: dict[str, Any],
           touched: int) -> str:
    """Why ART and the location rule disagree about an image; empty if they do not."""
    if location["abstained"] and not votes.any():
        return "no votes: ART says class 0, cv::derand abstains"
    best = votes.argmax()
    counts = (best, votes[best], np.delete(votes, best).max())
    if counts != (location["label"], location["votes"], location["runnerUpVotes"]):
        return "a probability at the threshold, other votes"
    if by_art and not margin_rule(votes, touched):
        return "ART proves too much: another class with as many votes as its runner-up wins ties"
    if by_art and not location["certified"]:
        return "a probability within the numeric tolerance of the threshold"
    if location["certified"] and not by_art:
        return "ART misses a tie" if margin["certified"] else "location rule proves more than the margin"
    return ""


def children_seconds() -> float:
    times = os.times()
    return times.children_user + times.children_system


def compare(model: Path, arguments: argparse.Namespace) -> Rows:
    """Prints the table of one model; returns a row for each image."""
    settings = read_settings(model)
    if settings.ablation.kind != "column" or settings.voteRule != "threshold" or settings.shape != (1, 28, 28):
        raise TrainingError(f"{settings.path}: expected columns that vote by threshold, and MNIST's 1 x 28 x 28")
    files = [arguments.mnist / f"t10k-{kind}-ubyte" for kind in ("images-idx3", "labels-idx1")]
    images, truths = (read_idx(file)[:arguments.limit] for file in files)
    images = images[:, None].astype(np.float32) / 255
    source = [f"--idx={files[0]}", f"--labels={files[1]}", f"--limit={arguments.limit}"]
    classifier = art_classifier(Exported(model), settings)
    touched = min(images.shape[3], arguments.patch + settings.ablation.size - 1)

    # Wall time and CPU time: on a busy machine, only CPU times can be compared.
    seconds: dict[str, list[tuple[float, float]]] = {"ART": [], "cv::derand": []}
    for _ in range(arguments.repeat):
        start, busy = time.perf_counter(), time.process_time()
        _, certified = classifier.eval_and_certify(images, truths, arguments.patch, verbose=False)
        seconds["ART"].append((time.perf_counter() - start, time.process_time() - busy))
        busy = children_seconds()
        location, spent = certify(arguments.bin, model, source, arguments.patch, "location")
        seconds["cv::derand"].append((spent, children_seconds() - busy))
    margin, _ = certify(arguments.bin, model, source, arguments.patch, "margin")
    votes, labels, by_art = art_certificates(classifier, images, arguments.patch)
    assert round(float(certified) * len(images)) == np.sum(by_art & (labels == truths))

    rows = []
    for i, truth in enumerate(truths.tolist()):
        rows.append({"model": model.stem, "image": i, "truth": truth, "art_label": int(labels[i]),
                     "label": -1 if location[i]["abstained"] else location[i]["label"], "votes": location[i]["votes"],
                     "runner_up_votes": location[i]["runnerUpVotes"], "art": bool(by_art[i]),
                     "margin": margin[i]["certified"], "location": location[i]["certified"],
                     "reason": reason(votes[i], by_art[i], margin[i], location[i], touched)})

    def right(rule: str, label: str = "label") -> str:
        return f"{sum(row[rule] and row[label] == row['truth'] for row in rows):5}"

    print(f"\n{model.stem}, {settings.encoding}: {len(rows)} images, {arguments.patch} x {arguments.patch} "
          f"patches, {arguments.threads} CPU, best of {arguments.repeat} runs")
    print("                            clean  certified  certified  ms per image  CPU ms per image")
    for name, rule, label in (("ART", "art", "art_label"), ("cv::derand", "margin", "label"),
                              ("cv::derand", "location", "label")):
        clean = sum(row[label] == row["truth"] for row in rows)
        wall, cpu = (1000 * min(times) / len(rows) for times in zip(*seconds[name]))
        print(f"  {name:11} {'own rule' if rule == 'art' else rule + ' rule':14} {clean:5}      {right(rule, label)}"
              f" {100 * int(right(rule, label)) / len(rows):8.2f} %  {wall:12.3f}  {cpu:16.3f}")
    for text, count in Counter(row["reason"] for row in rows).items():
        if text:
            print(f"  {count} differ from the location rule: {text}: images "
                  + ", ".join(str(row["image"]) for row in rows if row["reason"] == text))
    return rows


# ------------------------------------------------------------------------------ ties


def bars(codes: list[tuple[int, int]]) -> np.ndarray:
    """28 x 28, vertical bars: (columns, value of the pixels) from left to right."""
    return np.repeat(np.array([value for width, value in codes for _ in range(width)], np.uint8)[None], 28, 0)


class BrightestPixel(nn.Module):
    """A base classifier that anyone can check: the brightest retained pixel determines the class.

    255: class 0, 170: class 1, 85: class 2; black: seven classes alike, no vote at a threshold of .3.
    """

    def __init__(self) -> None:
        super().__init__()
        codes = torch.tensor([3.0, 2, 1, 0, 0, 0, 0, 0, 0, 0]) / 3
        self.image = nn.Conv2d(2, 1, 1, bias=False)  # without the complement
        self.brightest = nn.MaxPool2d(28)
        self.scores = nn.Linear(1, 10)
        with torch.no_grad():
            self.image.weight.copy_(torch.tensor([1.0, 0.0]).view(1, 2, 1, 1))
            self.scores.weight.copy_(400 * codes[:, None])
            self.scores.bias.copy_(-200 * codes ** 2)  # the nearest code has the largest score

    def forward(self, ablated: Tensor) -> Tensor:
        return self.scores(self.brightest(self.image(ablated)).flatten(1))


def show_tie(program: Path) -> None:
    """A picture that ART certifies against 5 x 5, and a 5 x 5 patch that changes ART's own label."""
    # 16 columns of width 2 see class 1 first, 4 class 0, 4 class 2, 4 nothing.
    picture = bars([(15, 170), (2, 0), (3, 255), (3, 0), (3, 85), (2, 0)])
    patched = picture.copy()
    patched[10:15, 5:10] = 255
    net = BrightestPixel().eval()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        torch.onnx.export(net, torch.zeros(1, 2, 28, 28), str(folder / "tie.onnx"), opset_version=11)
        write_settings(folder / "tie.onnx", Ablation("column", 2, "complement", 28, 28), {"channels": 1})
        for file, pixels in (("0.png", picture), ("1.png", patched)):
            cv2.imwrite(str(folder / file), pixels)
        classifier = art_classifier(net, read_settings(folder / "tie.onnx"))
        inputs = np.stack([picture, patched])[:, None].astype(np.float32) / 255
        votes, labels, by_art = art_certificates(classifier, inputs, 5)
        ours, _ = certify(program, folder / "tie.onnx", [str(folder / "0.png"), str(folder / "1.png")], 5, "location")
    print("\nTwo runners-up with as many votes: a picture of bars, then the same with a white 5 x 5 patch")
    for i, text in enumerate(("picture", "patched")):
        print(f"  {text}: votes for classes 0, 1, 2: {votes[i, :3].astype(int).tolist()}; ART: label {labels[i]}, "
              f"{'certified' if by_art[i] else 'not certified'}; cv::derand: label {ours[i]['label']}, "
              f"{'certified' if ours[i]['certified'] else 'not certified'}")
    if by_art[0] and labels[0] != labels[1]:
        print("  ART's certificate is false: its runner-up is one of the two, here the one that loses ties")
    if ours[0]["certified"] and ours[0]["label"] != ours[1]["label"]:
        raise SystemExit("compare_art.py: cv::derand gave a false certificate")

    wrong = certificates = 0
    for label in range(10):
        for first in range(10):
            for second in range(first):
                if label in (first, second):
                    continue
                counts = np.zeros(10)
                counts[label], counts[first], counts[second] = 16, 4, 4
                certified = classifier.ablator.certify(counts[None], 5, np.array([label]))[0]
                wrong += bool(certified[0]) and not margin_rule(counts, 6)
                certificates += bool(certified[0])
    print(f"  such votes with other classes: {wrong} of {certificates} certificates of ART are false")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", type=Path, nargs="+", help="ONNX files, with their settings next to them")
    parser.add_argument("--bin", type=Path, required=True, help="folder with derand_certify")
    parser.add_argument("--mnist", type=Path, required=True, help="folder with the uncompressed test set")
    parser.add_argument("--limit", type=int, default=1000, help="images")
    parser.add_argument("--patch", type=int, default=5, help="side of the patch, pixels")
    parser.add_argument("--threads", type=int, default=1, help="number of CPUs for each of the two")
    parser.add_argument("--repeat", type=int, default=3, help="number of runs, of which the fastest counts")
    parser.add_argument("--csv", type=Path, help="output file, one line per image")
    arguments = parser.parse_args()

    # Both programs get the same CPUs: children inherit them.
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:arguments.threads])
    torch.set_num_threads(arguments.threads)
    print(f"ART {art.__version__}, PyTorch {torch.__version__}, OpenCV {cv2.__version__} (of this Python)")
    try:
        rows = [row for model in arguments.models for row in compare(model, arguments)]
        show_tie(arguments.bin)
    except (TrainingError, FileNotFoundError) as error:
        raise SystemExit(f"compare_art.py: {error}") from error
    if arguments.csv:
        with arguments.csv.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)


if __name__ == "__main__":
    main()
