# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.

"""JSON records, the same as those of the C++ programs (samples/tools/common/records.hpp): see doc/json.md."""

import json
import os

from common.files import cv


def new_record(kind):
    """A record with only its kind: "run", "frame" or "totals"."""
    return {"schema": "derand/1", "type": kind}


def value_of(node):
    if node.isMap():
        return {key: value_of(node.getNode(key)) for key in node.keys()}
    if node.isSeq():
        return [value_of(node.at(i)) for i in range(node.size())]
    if node.isString():
        return node.string()
    return int(node.real()) if node.isInt() else node.real()


def settings_of(settings):
    """Goes through the settings file, so that the field names are in one place."""
    file = cv.FileStorage(settings.text(), cv.FILE_STORAGE_READ | cv.FILE_STORAGE_MEMORY)
    values = value_of(file.root())
    values["params"]["labels"] = list(settings.params.labels)  # FileStorage reads the digits of "\x0a" as octal
    return values


def run_record(program, model, settings):
    """The first record: program, model and settings."""
    record = new_record("run")
    record.update({"program": program, "version": cv.derand.getVersion(), "opencvVersion": cv.__version__,
                   "model": {"file": os.path.basename(model), "checksum": settings.modelChecksum},
                   "settings": settings_of(settings)})
    return record


def certificate_fields(c, asked, labels):
    """What a certificate says about a patch of this size, (width, height)."""
    label, runner_up = (None if k < 0 else k for k in (c.label, c.runnerUp))
    label_class, runner_up_class = (labels[k] if labels and k is not None else None for k in (label, runner_up))
    return {"label": label, "class": label_class, "abstained": c.label < 0 and c.minVotes == 1,
            "rejected": c.label < 0 and c.minVotes > 1, "votes": c.votes, "runnerUp": runner_up, "runnerUpClass": runner_up_class,
            "runnerUpVotes": c.runnerUpVotes, "lead": c.lead, "ablations": c.run.ablations, "abstainedAblations": c.run.abstained,
            "invalidAblations": c.run.invalid, "evaluatedAblations": c.run.evaluated, "reusedAblations": c.run.reused,
            "onePass": c.run.onePass,
            "largestPatch": c.patch, "largestInputPatch": c.inputPatch, "askedPatch": list(asked), "certified": c.holds(asked),
            "silent": c.silent(asked)}


def line_of(record):
    return json.dumps(record, separators=(",", ":")) + "\n"
