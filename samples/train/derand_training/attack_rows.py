# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.
"""What became of each attacked image: rows in a file from which an interrupted run resumes."""

import csv
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from .errors import TrainingError

class Row(NamedTuple):
    """What became of one image."""
    image: int      # its number in the data set
    truth: int      # right class
    model: str
    attack: str     # patch or linf
    size: str       # of the patch, WIDTHxHEIGHT; radius in 1/255
    label: int      # of the clean image; -1: abstained
    certified: int  # 1: no patch of this size changes the label
    attacked: int   # the label that the attack achieved, otherwise the clean one
    restarts: int   # tried; 0: the clean label was wrong, or a smaller radius was enough
    broken: int     # 1: a certificate was wrong


class Rows:
    """Rows in a file. The first line says what was run: an interrupted run resumes where it stopped."""

    def __init__(self, path: Path, subject: str, attacks: int) -> None:
        self.path, self.rows = path, []
        self.head = f"# {subject}\n{','.join(Row._fields)}\n"
        if path.exists():
            found, rows = read_rows(path)
            if found != subject:
                raise TrainingError(f"{path}: belongs to another run: {found}\nexpected: {subject}\n"
                                  "Give another file, or the options of that run.")
            # A run may have been stopped while writing: an image has rows for all attacks, or none.
            count = Counter((row.model, row.image) for row in rows)
            self.rows = [row for row in rows if count[row.model, row.image] == attacks]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.head, encoding="utf-8")
        self.write(self.rows)
        self.known = {(row.model, row.image) for row in self.rows}

    def has(self, model: str, image: int) -> bool:
        return (model, image) in self.known

    def add(self, rows: list[Row]) -> None:
        self.rows += rows
        self.write(rows)

    def write(self, rows: list[Row]) -> None:
        with self.path.open("a", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)


def read_rows(path: Path) -> tuple[str, list[Row]]:
    """What was run, and the results; an incomplete line is left out."""
    lines = path.read_text(encoding="utf-8").split("\n")[:-1]
    if len(lines) < 2 or not lines[0].startswith("# ") or lines[1] != ",".join(Row._fields):
        raise TrainingError(f"{path}: expected a file that --out wrote")
    kinds = Row.__annotations__.values()
    try:
        return lines[0][2:], [Row(*(kind(value) for kind, value in zip(kinds, values, strict=True)))
                              for values in csv.reader(lines[2:])]
    except ValueError as error:
        raise TrainingError(f"{path}: is damaged ({error}): delete the file or the line") from error


def table(rows: list[Row], as_csv: bool) -> str:
    """Counts by model and attack, in the order of the rows."""
    groups: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row.model, row.attack, row.size), []).append(row)
    lines = ["model,attack,size,images,clean,certified,certified_right,attacked,broken" if as_csv else
             f"{'model':<24}  {'attack':<12}{'images':>7}{'clean':>10}{'certified':>11}"
             f"{'attacked':>10}  certificates: all, broken"]
    for (model, attack, size), group in groups.items():
        clean = sum(row.label == row.truth for row in group)
        certified = sum(row.certified for row in group)
        right = sum(row.certified and row.label == row.truth for row in group)
        attacked = sum(row.label == row.attacked == row.truth for row in group)
        broken = sum(row.broken for row in group)
        if as_csv:
            lines.append(f"{model},{attack},{size},{len(group)},{clean},{certified},{right},{attacked},{broken}")
            continue
        share = [f"{100 * count / len(group):.2f} %" for count in (clean, right, attacked)]
        lines.append(f"{model:<24}  {attack:<5} {size:<6}{len(group):>7}{share[0]:>10}"
                     f"{share[1] if attack == 'patch' and certified else '-':>11}{share[2]:>10}"
                     + (f"  {certified}, {broken}" if certified or broken else ""))
    return "\n".join(lines)


def merged(paths: list[Path]) -> list[Row]:
    rows: dict[tuple[int, str, str, str], Row] = {}
    subjects = set()
    for path in paths:
        subject, part = read_rows(path)
        subjects.add(subject)
        for row in part:
            if rows.setdefault((row.image, row.model, row.attack, row.size), row) is not row:
                raise TrainingError(f"{path}: {row.model}, image {row.image} occurs twice: expected the "
                                  "parts of one run")
    if len(subjects) > 1:
        raise TrainingError("these files are of different runs, expected the parts of one:\n"
                          + "\n".join(sorted(subjects)))
    return list(rows.values())
