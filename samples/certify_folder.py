#!/usr/bin/env python3
# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.

"""Certifies the pictures of a folder: a table, how many hold against which patch, and the least certain ones with their maps.

    certify_folder.py MODEL FOLDER [--patch=N] [--show=N] [--out=FOLDER]

Needs matplotlib. Editors that know cells (VS Code, Spyder, PyCharm, jupytext) run each "# %%" by itself, like a notebook. Exit code: 1
if a picture could not be read.
"""

# %% Imports
import os
import sys

import numpy as np

from common.command_line import Parser, size, whole
from common.device import add_device_options, device_of, use_device
from common.files import check_outputs, cv, may_be_turned, read_picture, require_derand
from common.labels import name_of
from common.sources import pictures_of


# %% What to certify. In a notebook, replace sys.argv[1:] with words, such as ["models/gtsrb_column_s2.onnx", "signs", "--patch=5"].
def parsed(words):
    parser = Parser(description=__doc__.split("\n")[0])
    parser.add_argument("model", help="ONNX file of the base classifier; its settings are next to it, in a .yml of the same name")
    parser.add_argument("folder", help="folder of pictures; other files and folders in it are left out")
    parser.add_argument("--patch", type=size, default=(5, 5), metavar="N",
                        help="patch to certify against, in picture pixels: 5 or 5x7 (width x height; default: 5)")
    parser.add_argument("--show", type=whole(1, 50), default=8, metavar="N", help="how many of the least certain pictures to plot (default: 8)")
    parser.add_argument("--out", metavar="FOLDER", help="folder for share.png and least_certain.png (default: show them in windows)")
    add_device_options(parser)
    return parser.parse_args(words)


arguments = parsed(sys.argv[1:])
require_derand()
try:
    import matplotlib
    if arguments.out:
        matplotlib.use("Agg")  # needs no display
    import matplotlib.pyplot as plt
except ImportError as missing:
    sys.exit("matplotlib cannot be imported (%s): pip install matplotlib, in the environment of this Python" % missing)


# %% The pictures
if not os.path.isdir(arguments.folder):
    sys.exit("%s: is not a folder: expected a folder of pictures" % arguments.folder)
pictures = pictures_of(arguments.folder)
outputs = [os.path.join(arguments.out, name) for name in ("share.png", "least_certain.png")] if arguments.out else []
check_outputs([("--out", file) for file in outputs], [("the picture", file) for file in pictures])

# %% The classifier: the model, and the settings next to it
try:
    classifier = cv.derand.CertifiedClassifier.create(arguments.model)
    use_device(classifier, device_of(arguments))
    params = classifier.getParams()
    may_be_turned(params)  # by imread(), as the file's EXIF orientation says
    classifier.setParams(params)
except cv.error as error:
    sys.exit(error.err)  # what was wrong, what was expected and what to do


# %% Certificates. One inference answers for all patch sizes.
def name(certificate):
    return name_of(certificate.label, certificate, params.labels)


def certify(files):
    """[(file, certificate)] of those that can be read; prints a line for each."""
    print("%-32s %-24s %9s %8s %s" % ("picture", "label", "votes", "largest", "%d x %d px" % arguments.patch))
    certificates = []
    for file in files:
        try:
            certificate = classifier.classify(read_picture(file, params.channels))
        except (ValueError, cv.error) as error:
            print("left out: %s" % getattr(error, "err", error), file=sys.stderr)
            continue
        answer = ("certified" if certificate.holds(arguments.patch) else "no alarm, but not certified"
                  if certificate.silent(arguments.patch) else "ALARM")
        votes = "%d/%d" % (certificate.votes, certificate.run.ablations)
        print("%-32s %-24s %9s %5d px %s" % (os.path.basename(file), name(certificate), votes, certificate.patch, answer))
        certificates.append((file, certificate))
    if not certificates:
        sys.exit("%s: none of its pictures could be read" % arguments.folder)
    return certificates


certificates = certify(pictures)
held = sum(certificate.holds(arguments.patch) for _, certificate in certificates)
print("%d pictures, %.1f %% certified against %d x %d px patches" % (len(certificates), 100. * held / len(certificates), *arguments.patch))

# %% How many are certified against which patch. Certified is not correct: a wrong label can be certified too.
largest = np.array([certificate.patch for _, certificate in certificates])
sides = np.arange(1, largest.max() + 2)
share_figure, axes = plt.subplots(layout="constrained")
axes.step(sides, [100. * (largest >= side).mean() for side in sides], ".-", where="mid")
axes.set(xlabel="side of a square patch, picture pixels", ylabel="certified pictures, %", ylim=(-2, 102),
         title="%s, %d pictures" % (os.path.basename(arguments.model), len(certificates)))
axes.grid(alpha=.3)


# %% The least certain ones. Red: a patch whose centre is there could change the label.
def draw(axes, file, certificate):
    frame = read_picture(file, params.channels)
    axes.imshow(frame if frame.ndim == 2 else frame[..., ::-1], cmap="gray", vmin=0, vmax=255)
    limits = axes.axis()
    safe = certificate.safeMap(arguments.patch)  # one element for each place of the patch, 255: nothing there changes the label
    left, top = ((whole - places) / 2 - .5 for whole, places in zip(frame.shape[1::-1], safe.shape[1::-1]))
    axes.imshow(np.ma.masked_equal(safe, 255), cmap="autumn", alpha=.5, vmin=0, vmax=255, interpolation="nearest",
                extent=(left, left + safe.shape[1], top + safe.shape[0], top))
    axes.axis(limits)
    axes.set_title("%s\n%s, lead %d, largest %d px" % (os.path.basename(file), name(certificate), certificate.lead, certificate.patch),
                   fontsize=8)


certificates.sort(key=lambda pair: (pair[1].patch, pair[1].lead))
shown = certificates[:arguments.show]
columns = min(4, len(shown))
rows = -(-len(shown) // columns)
map_figure, grid = plt.subplots(rows, columns, figsize=(3 * columns, 3.4 * rows), squeeze=False, layout="constrained")
for axes in grid.flat:
    axes.axis("off")
for axes, (file, certificate) in zip(grid.flat, shown):
    draw(axes, file, certificate)
map_figure.suptitle("Red: a %d x %d px patch centred there could change the label" % arguments.patch)

# %% To files, or windows
if arguments.out:
    try:
        os.makedirs(arguments.out, exist_ok=True)
        for figure, file in zip((share_figure, map_figure), outputs):
            figure.savefig(file, dpi=120)
            print(file)
    except OSError as error:
        sys.exit("--out=%s: cannot be written (%s)" % (arguments.out, error.strerror))
else:
    plt.show()
if len(certificates) < len(pictures):
    sys.exit(1)
