# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.

"""Files of the Python samples: OpenCV with cv2.derand, pictures, and outputs that must not be inputs."""

import os
import stat
import sys

try:
    import cv2 as cv
except ImportError as missing:
    sys.exit("cv2 cannot be imported (%s): doc/building.md says how to get OpenCV for Python with cv2.derand" % missing)


def require_derand():
    """Ends the program if this OpenCV has not been built with the module."""
    if not hasattr(cv, "derand"):
        sys.exit("cv2 %s (%s) has no cv2.derand: it needs an OpenCV that was built with this module: python3 -m pip wheel"
                 " ./python builds one, see \"Python\" in doc/building.md" % (cv.__version__, getattr(cv, "__file__", "?")))


def may_be_turned(params):
    """Allows for a codec's blocks in a picture that imread() may have turned by the EXIF orientation of the file."""
    side = max(params.codecBlock)
    params.codecBlock, params.codecOffset = (side, side), (-1, -1)


def decode(file, flags):
    try:
        picture = cv.imread(file, flags)
        reason = "is the path right, and the file complete?"
    except cv.error as error:  # too large, for example
        picture, reason = None, error.err
    if picture is None:
        raise ValueError("%s: cannot be decoded, expected a picture (PNG, JPEG, ...): %s" % (file, reason))
    return picture


def read_picture(file, channels):
    """Reads a picture like all programs of this project (samples/tools/data/picture_file.hpp); ValueError if it is not one."""
    if channels not in (1, 3):
        raise ValueError("the model needs %d channels, but this program reads 1 (grey) or 3 (colour): use derand_certify,"
                         " which also reads alpha" % channels)
    if os.path.exists(file) and not os.path.isfile(file):
        raise ValueError("%s: is not a regular file: expected a picture" % file)
    flags = cv.IMREAD_GRAYSCALE if channels == 1 else cv.IMREAD_COLOR
    picture = decode(file, flags | cv.IMREAD_ANYDEPTH)
    if picture.dtype == "uint16":
        picture = decode(file, flags)
    if picture.dtype != "uint8":
        raise ValueError("%s: is a %s picture, whose range is unknown: save it with 8 or 16 bits"
                         % (file, picture.dtype))
    return picture


def same_path(a, b):
    """Do two names lead to the same file, even if it does not exist yet?"""
    try:
        if os.path.samefile(a, b):  # hard links too
            return True
    except OSError:
        pass
    return os.path.realpath(a) == os.path.realpath(b)


def check_outputs(outputs, inputs):
    """Ends the program if an output is also an input, or two outputs are the same file. Lists of (what it is, path)."""
    for i, (what, path) in enumerate(outputs):
        if not path or (os.path.exists(path) and stat.S_ISCHR(os.stat(path).st_mode)):  # /dev/null
            continue
        for other, taken in inputs:
            if taken and same_path(path, taken):
                sys.exit("%s=%s: is %s %s, which it would overwrite: expected another file" % (what, path, other, taken))
        for other, taken in outputs[:i]:
            if taken and same_path(path, taken):
                sys.exit("%s=%s: is the same file as %s: expected another one" % (what, path, other))
