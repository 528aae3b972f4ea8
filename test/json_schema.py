# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.

"""Do the JSON records of a program match doc/certificate.schema.json?

    python3 test/json_schema.py FILE...        files of records, one a line; exit code 77, and says so, without jsonschema
"""
import json
import os
import sys

SCHEMA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "doc", "certificate.schema.json")


def validator():
    """None, with a message, if the package jsonschema is missing or too old for the schema's draft."""
    try:
        from jsonschema import Draft202012Validator
    except ImportError as missing:
        print("SKIPPED: JSON records are not validated: %s" % missing)
        return None
    with open(SCHEMA, encoding="utf-8") as f:
        schema = json.load(f)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def faults(check, records):
    """What is wrong with the records of one file: a run, frames, and the totals."""
    found = ["record %d: %s: %s" % (i, error.json_path, error.message)
             for i, record in enumerate(records) for error in check.iter_errors(record)]
    kinds = [record.get("type") for record in records]
    if kinds[:1] + kinds[-1:] != ["run", "totals"] or any(kind != "frame" for kind in kinds[1:-1]):
        found.append("the records are %s: expected a run, frames, and the totals" % kinds)
    elif records[-1]["frames"] < len(records) - 2:
        found.append("%d frames in the totals, %d records of frames" % (records[-1]["frames"], len(records) - 2))
    return found


def main():
    check = validator()
    if check is None:
        return 77
    bad = []
    for name in sys.argv[1:]:
        with open(name, encoding="utf-8") as f:
            bad += ["%s: %s" % (name, fault) for fault in faults(check, [json.loads(line) for line in f])]
    for line in bad[:20]:
        print(line, file=sys.stderr)
    print("%d files of JSON records, %d faults" % (len(sys.argv) - 1, len(bad)))
    return 1 if bad or len(sys.argv) < 2 else 0


if __name__ == "__main__":
    sys.exit(main())
