# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.

"""--backend and --target of the Python samples, as in the C++ programs (dnn_device.hpp), with the names of OpenCV's samples."""

import sys

from common.files import cv

BACKENDS = {"default": "DEFAULT", "openvino": "INFERENCE_ENGINE", "opencv": "OPENCV", "vkcom": "VKCOM", "cuda": "CUDA"}
TARGETS = {"cpu": "CPU", "opencl": "OPENCL", "opencl_fp16": "OPENCL_FP16", "vpu": "MYRIAD", "vulkan": "VULKAN", "cuda": "CUDA",
           "cuda_fp16": "CUDA_FP16"}


def add_device_options(parser):
    parser.add_argument("--backend", choices=BACKENDS, default="default", help="what runs the net (default: default)")
    parser.add_argument("--target", choices=TARGETS, help="where it runs (default: cpu, or what the backend has)")


def value_of(kind, name):
    return getattr(cv.dnn, "DNN_%s_%s" % (kind, name))


def device_of(arguments):
    """(backend, target) of the options; ends the program, naming those that there are, if this OpenCV does not have it here."""
    targets = {name: value_of("TARGET", target) for name, target in TARGETS.items()}
    available = {name: list(cv.dnn.getAvailableTargets(value_of("BACKEND", backend))) for name, backend in BACKENDS.items()}
    there = available[arguments.backend]
    target = targets[arguments.target or "cpu"]
    if arguments.target is None and there and target not in there:
        target = there[0]
    if target in there:
        return value_of("BACKEND", BACKENDS[arguments.backend]), target
    sys.exit("--backend=%s%s: not available with this OpenCV on this machine, expected one of: %s" % (
        arguments.backend, " --target=" + arguments.target if arguments.target else "",
        ", ".join("--backend=%s --target=%s" % (backend, name) for backend in available
                  for name, value in targets.items() if value in available[backend])))


def use_device(classifier, device):
    classifier.setPreferableBackend(device[0])
    classifier.setPreferableTarget(device[1])
