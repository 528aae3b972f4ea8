#!/usr/bin/env python3
# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.
"""Nets for perf_cuda.cpp with random weights, and the same work in PyTorch.

    nets.py export FOLDER    writes resnet50.onnx and resnet18.onnx: 6 planes, any batch
    nets.py peer             times PyTorch on the same ablations, written on the device, as perf_cuda.cpp's settings
"""
import inspect
import sys
import time

import torch
from torch import nn


class Block(nn.Module):
    """A residual block: 3 x 3 twice, or 1 x 1, 3 x 3, 1 x 1 (bottleneck)."""

    def __init__(self, inputs, width, stride, bottleneck):
        super().__init__()
        outputs = 4 * width if bottleneck else width
        if bottleneck:
            shapes = [(inputs, width, 1, 1), (width, width, 3, stride), (width, outputs, 1, 1)]
        else:
            shapes = [(inputs, width, 3, stride), (width, outputs, 3, 1)]
        layers = []
        for a, b, kernel, step in shapes:
            layers += [nn.Conv2d(a, b, kernel, step, kernel // 2, bias=False), nn.BatchNorm2d(b), nn.ReLU()]
        self.body = nn.Sequential(*layers[:-1])
        self.short = nn.Sequential()
        if stride != 1 or inputs != outputs:
            self.short = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))
        self.outputs = outputs

    def forward(self, x):
        return torch.relu(self.body(x) + self.short(x))


def resnet(counts, bottleneck, small, classes):
    stem = [nn.Conv2d(6, 64, 3 if small else 7, 1 if small else 2, 1 if small else 3, bias=False), nn.BatchNorm2d(64),
            nn.ReLU()]
    if not small:
        stem.append(nn.MaxPool2d(3, 2, 1))
    layers, inputs = stem, 64
    for stage, count in enumerate(counts):
        for i in range(count):
            block = Block(inputs, 64 << stage, 2 if stage and not i else 1, bottleneck)
            layers.append(block)
            inputs = block.outputs
    net = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(inputs, classes)).eval()
    for layer in net.modules():
        if isinstance(layer, nn.BatchNorm2d):  # equal tensors become Identity nodes, which OpenCV reads wrongly
            nn.init.uniform_(layer.weight, .4, .6)
            nn.init.uniform_(layer.bias, -.1, .1)
            nn.init.uniform_(layer.running_mean, -.1, .1)
            nn.init.uniform_(layer.running_var, .9, 1.1)
    return net


def make(name):
    torch.manual_seed(1)
    return resnet([3, 4, 6, 3], True, False, 1000) if name == "resnet50" else resnet([2, 2, 2, 2], False, True, 10)


def export(folder):
    for name, side in (("resnet50", 224), ("resnet18", 32)):
        options = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
        torch.onnx.export(make(name), torch.zeros(1, 6, side, side), f"{folder}/{name}.onnx", opset_version=13,
                          input_names=["input"], output_names=["scores"],
                          dynamic_axes={axis: {0: "batch"} for axis in ("input", "scores")}, **options)


def chunk_of(images, first, count, width):
    """Columns first .. first + count - 1 of all ablations of all images, complement encoding."""
    side = images.shape[-1]
    index = torch.arange(first, first + count, device=images.device)
    image, start = index // side, index % side
    kept = (torch.arange(side, device=images.device)[None] - start[:, None]) % side < width
    x = images[image.clamp(max=len(images) - 1)]
    return torch.cat([x, 1 - x], 1) * kept[:, None, None].to(x.dtype)


@torch.no_grad()
def peer():
    settings = (("resnet50", 224, 19, 32, 1), ("resnet50", 299, 25, 32, 1), ("resnet18", 32, 4, 256, 64))
    for name, side, width, chunk, frames in settings:
        for kind in (torch.float32, torch.float16):
            torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
            net = make(name).cuda().to(kind)
            images = torch.rand(frames, 3, side, side, device="cuda", dtype=kind)
            chunks = (side * frames + chunk - 1) // chunk

            def run():
                for i in range(chunks):
                    net(chunk_of(images, i * chunk, chunk, width)).float().cpu()

            times = []
            for _ in range(12):
                torch.cuda.synchronize()
                begin = time.perf_counter()
                run()
                times.append(1000 * (time.perf_counter() - begin))
            times = sorted(times[2:])
            print(f"peer {name}_{side}_{'fp32' if kind == torch.float32 else 'fp16'} {times[len(times) // 2]:.3f} ms",
                  flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["export"] and len(sys.argv) == 3:
        export(sys.argv[2])
    elif sys.argv[1:] == ["peer"]:
        peer()
    else:
        sys.exit(__doc__)
