# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.

"""The command line of the Python samples, as strict as that of the C++ programs (samples/tools/common/arguments.hpp)."""

import argparse
import re
import sys


class Once(argparse.Action):
    """Makes an option that is given twice an error."""

    def __call__(self, parser, namespace, values, option_string=None):
        given = namespace.__dict__.setdefault("_given", set())
        if self.dest in given:
            raise argparse.ArgumentError(self, "is given twice: expected once")
        given.add(self.dest)
        setattr(namespace, self.dest, values)


class Parser(argparse.ArgumentParser):
    """Anything not understood is an error: no abbreviations, and --flag=false means what it says."""

    def __init__(self, **keywords):
        super().__init__(allow_abbrev=False, **keywords)
        self.register("action", None, Once)
        self.flags = set()

    def add_flag(self, name, **keywords):
        self.flags.add(name)
        self.add_argument(name, type=boolean, default=False, metavar="false", **keywords)

    def parse_args(self, args=None, namespace=None):
        args = sys.argv[1:] if args is None else args
        return super().parse_args([arg + "=true" if arg in self.flags else arg for arg in args], namespace)

    def error(self, message):
        sys.exit("%s: %s: see --help" % (self.prog, message))  # exit code 1, because 2 means a broken certificate


def boolean(text):
    if text in ("true", "yes", "on", "1"):
        return True
    if text in ("false", "no", "off", "0"):
        return False
    raise argparse.ArgumentTypeError("%s: expected true or false" % text)


def whole(least, most=2**31 - 1):
    """Type for a whole number within bounds."""
    def parse(text):
        if re.fullmatch("-?[0-9]{1,10}", text, re.ASCII) and least <= int(text) <= most:
            return int(text)
        raise argparse.ArgumentTypeError("%s: expected a whole number of at least %d, in digits only" % (text, least))
    return parse


def size(text):
    """A patch, 5 (a square) or 5x7: (width, height)."""
    sides = re.fullmatch("([0-9]{1,6})(?:x([0-9]{1,6}))?", text, re.ASCII)
    if sides and int(sides[1]) > 0 and int(sides[2] or 1) > 0:
        return int(sides[1]), int(sides[2] or sides[1])
    raise argparse.ArgumentTypeError("%s: expected the size of a patch in pixels, 5 (a square) or 5x7 (width x height)"
                                     % text)


def region(text):
    """centre: (), whole: None, or x,y,w,h as four numbers."""
    if text in ("centre", "whole"):
        return () if text == "centre" else None
    parts = text.split(",")
    if len(parts) == 4:
        return tuple(whole(0 if i < 2 else 1)(part) for i, part in enumerate(parts))
    raise argparse.ArgumentTypeError("%s: expected centre, whole, or x,y,w,h in frame pixels" % text)
