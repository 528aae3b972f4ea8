#!/usr/bin/env python3
# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.
"""Writes the tables of ../results.md and the plots here from the CSV files here.

    make.py             tables and plots (needs matplotlib)
    make.py --check     fails if a table of ../results.md is not what the CSV files say

The CSV files are what reproduce.sh leaves. A table is between `<!-- NAME -->` and `<!-- end -->`.
"""

import argparse
import csv
import re
import sys
from pathlib import Path
from typing import Callable, Iterable, Sequence

HERE = Path(__file__).parent
PAGE = HERE.parent / "results.md"

# What others published, certified and clean in %, patches of 5 x 5: Table 1 and Table 2 of arXiv 2002.10733.
PAPER = {"mnist": (52.44, 96.54), "cifar10": (57.58, 83.82)}
CHIANG = {"mnist": (60.4, 92.0), "cifar10": (30.3, 47.8)}
PAPER_TABLE_2 = {"mnist": ("53.22 (s = 2)", "22.20 (s = 6)", "16.32 (s = 6)"),
                 "cifar10": ("58.08 (s = 4)", "57.36 (s = 4)", "50.38 (s = 6)")}
TITLE = {"mnist": "MNIST", "mnist_small": "MNIST, small", "cifar10": "CIFAR-10 (JPEG)",
         "cifar10_small": "CIFAR-10 (JPEG), small", "gtsrb": "GTSRB"}

Row = dict[str, str]


def rows(name: str) -> list[Row]:
    with open(HERE / f"{name}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def row(name: str, method: str, patch: int = 5) -> Row:
    """The results of an evaluation for one method and patch size."""
    found = [r for r in rows(name) if r["method"] == method and int(r["patch"]) == patch]
    if len(found) != 1:
        raise ValueError(f"{name}.csv: {len(found)} lines for {method}, patch {patch}; expected one")
    return found[0]


def percent(row: Row, column: str) -> float:
    return 100 * int(row[column]) / int(row["images"])


def interval(row: Row, column: str) -> str:
    """A share with its 95 % interval."""
    return (f"{percent(row, column):.2f} ({float(row[f'{column}_low']):.2f} .. "
            f"{float(row[f'{column}_high']):.2f})")


def table(heading: Iterable[str], lines: Iterable[Iterable[str]]) -> str:
    cells = [list(heading), *map(list, lines)]
    cells.insert(1, ["---"] * len(cells[0]))
    return "\n".join("| " + " | ".join(line) + " |" for line in cells)


# -------------------------------------------------------------------------------- tables

THRESHOLDS = [f"theta {i / 10:.1f}" for i in range(1, 10)]
RANDOM = "random 10000 draws"
MODELS = {"mnist": "mnist_column_s2", "mnist_small": "mnist_column_s2_small", "cifar10": "cifar10_column_s4",
          "cifar10_small": "cifar10_column_s4_small", "gtsrb": "gtsrb_column_s2"}
METHODS = {name: "theta 0.2" if name == "mnist" else "theta 0.3" for name in MODELS}
GOALS = {"mnist": [(60.4, 96.5)], "cifar10": [(57.6, 83.8), (60.0, 86.0)], "gtsrb": [(70.0, 95.0), (75.0, 97.0)]}
WIDTHS = {"column": (1, 2, 3, 4, 6, 8), "row": (1, 2, 3, 4), "block": (6, 10, 14)}


def main_row(name: str, patch: int = 5) -> Row:
    """A model of Table 1 with the threshold of its settings."""
    return row(name, METHODS[name], patch)


def table_1() -> str:
    lines = []
    for name, model in MODELS.items():
        ours = main_row(name)
        others = [f"{who[name][0]:.2f} ({who[name][1]:.2f})" if name in who else "-"
                  for who in (CHIANG, PAPER)]
        lines.append([f"{TITLE[name]}, `{model}`", *others, interval(ours, "margin"),
                      interval(ours, "location"), interval(ours, "clean")])
    return table(["certified (clean), 5 x 5", "Chiang et al.", "Levine and Feizi", "ours, margin rule",
                  "ours, location rule", "ours, clean"], lines)


def table_goals() -> str:
    lines = []
    for name, goals in GOALS.items():
        if name not in MODELS:
            continue
        r = main_row(name)
        reached = [(percent(r, "location"), percent(r, "clean"))]
        lines.append([TITLE[name], ", then ".join(f"{certified} / {clean}" for certified, clean in goals),
                      *(f"{certified:.2f} / {clean:.2f}" for certified, clean in reached),
                      *("; ".join(f"{certified - goal[0]:+.2f} / {clean - goal[1]:+.2f}" for goal in goals)
                        for certified, clean in reached)])
    return table(["5 x 5, certified / clean, %", "goal", "reached, location rule", "difference"], lines)


def alarm(name: str, threshold: float, method: str, patch: int = 5) -> Row:
    """How often the alarm protects, and is false, at a multiple of the ablations that a patch touches."""
    found = [r for r in rows(f"{name}_alarms") if r["method"] == method and float(r["threshold"]) == threshold]
    if len(found) != 1 or int(found[0]["patch"]) != patch:
        raise ValueError(f"{name}_alarms.csv: {len(found)} lines for {method}, threshold {threshold}; expected one, for patch {patch}")
    return found[0]


def table_alarms() -> str:
    lines = []
    for name, model in MODELS.items():
        points = [alarm(name, share, METHODS[name]) for share in (0, .5, 1)]
        lines.append([f"{TITLE[name]}, `{model}`", *(interval(point, "detected") for point in points), interval(points[2], "alarm")])
    return table(["5 x 5, % of the test images", "recovery (T = 0): right and certified", "T = D / 2: right, silent, protected",
                  "T = D (default): right, silent, protected", "T = D: alarm without a patch"], lines)


def table_joined(names: dict[str, str], methods: Sequence[str], patch: int, larger: int) -> str:
    """Columns, rows and both of them, each with the best of the methods."""
    lines = []
    for title, name in names.items():
        method, best = max(((m, row(name, m, patch)) for m in methods), key=lambda found: percent(found[1], "location"))
        found = alarm(name, 1, method, patch)
        lines.append([f"{title}, {method}", interval(best, "clean"), interval(best, "location"),
                      interval(row(name, method, larger), "location"), interval(found, "detected"), interval(found, "alarm")])
    images = row(next(iter(names.values())), methods[0], patch)["images"]
    return table([f"{int(images):,} validation images", "clean", f"certified, {patch} x {patch}", f"certified, {larger} x {larger}",
                  f"{patch} x {patch}: right, silent, protected", "alarm without a patch"], lines)


def table_joined_mnist() -> str:
    return table_joined({"columns of 2": "mnist_small_column_s2", "rows of 2": "mnist_small_row_s2", "both, joined": "mnist_joined"},
                        ("theta 0.2", "theta 0.3", "theta 0.4"), 5, 7)


def table_joined_gtsrb() -> str:
    return table_joined({"columns of 2": "gtsrb_thresholds", "rows of 2": "gtsrb_rows", "both, joined": "gtsrb_joined"},
                        ("theta 0.2", "theta 0.3", "theta 0.4"), 5, 7)


def table_joined_imagenette() -> str:
    return table_joined({"columns of 32": "imagenette_columns", "rows of 32": "imagenette_rows", "both, joined": "imagenette_joined"},
                        ("top1",), 32, 39)


def table_imagenette() -> str:
    lines = []
    for title, name in (("all", "imagenette"), ("not among ImageNet's training pictures", "imagenette_unseen")):
        found = [row(name, "top1", patch) for patch in (23, 32, 39)]
        guard = alarm(name, 1, "top1", 32)
        lines.append([title, found[0]["images"], interval(found[0], "clean"), *(interval(r, "location") for r in found),
                      interval(guard, "detected"), interval(guard, "alarm")])
    return table(["test pictures", "number", "clean", *(f"certified, {p} x {p} ({share} %)" for share, p in ((1, 23), (2, 32), (3, 39))),
                  "32 x 32: right, silent, protected", "alarm without a patch"], lines)


def plain(method: str) -> str:
    """The small net of the best width that saw cross-entropy only, validation images."""
    width, best = max(((s, row(f"mnist_small_column_s{s}", method)) for s in WIDTHS["column"]),
                      key=lambda found: percent(found[1], "margin"))
    return f"{interval(best, 'margin')}, s = {width}"


def table_2() -> str:
    lines = []
    for name in GOALS:
        if name in PAPER_TABLE_2:
            lines.append([f"{TITLE[name]}, the paper, theta = .3", *PAPER_TABLE_2[name]])
        if name not in MODELS:
            continue
        ours = [main_row(name), row("cifar10_top1" if name == "cifar10" else name, "top1"),
                row(f"{name}_random", RANDOM)]
        threshold = METHODS[name].replace("theta 0", "theta = ")
        for what, column in (("certified", "margin"), ("clean", "clean"), ("abstained", "abstained")):
            lines.append([f"{TITLE[name]}, ours, {threshold}, {what}",
                          *(interval(r, column) + (f", {r['images']} images" if r["images"] != ours[0]["images"] else "")
                            for r in ours)])
    lines.append(["MNIST, small nets without margin training, theta = .3, validation, best s",
                  *(plain(method) for method in ("theta 0.3", "top1", RANDOM))])
    return table(["5 x 5, margin rule", "derandomised, threshold", "derandomised, top-1",
                  "randomised, alpha = .05"], lines)


def table_5(name_of: Callable[[int], str], widths: Iterable[int]) -> str:
    lines = []
    for width in widths:
        found = [row(name_of(width), method) for method in (*THRESHOLDS, "top1")]
        best = max(percent(r, "location") for r in found)
        lines.append([str(width), *(("**%.2f**" if percent(r, "location") == best else "%.2f")
                                    % percent(r, "location") for r in found)])
    return table(["s", *(f".{i}" for i in range(1, 10)), "top-1"], lines)


def table_5_mnist(kind: str) -> str:
    return table_5(lambda width: f"mnist_small_{kind}_s{width}", WIDTHS[kind])


def table_5_cifar10() -> str:
    return table_5(lambda _: "cifar10_thresholds", [4])


def table_5_gtsrb() -> str:
    return table_5(lambda _: "gtsrb_thresholds", [2])


def table_6() -> str:
    names = tuple(MODELS)
    lines = [[f"{m} x {m}", *(f"{percent(main_row(n, m), rule):.2f}"
                              for n in names for rule in ("margin", "location"))]
             for m in range(1, 11)]
    return table(["patch", *(f"{TITLE[n]}, {rule}" for n in names for rule in ("margin", "location"))],
                 lines)


def table_families() -> str:
    lines = []
    for m in range(1, 11):
        r = main_row("gtsrb", m)
        lines.append([f"{m} x {m}", *(interval(r, column) for column in ("margin", "location", "family"))])
    return table(["patch", "certified, margin rule", "certified, location rule",
                  "certified to stay in its family"], lines)


def structures() -> list[tuple[str, Row]]:
    """Figures 1 and 3: what is retained, with the best threshold (or by drawing) on MNIST, 5 x 5."""
    found = []
    for kind, widths in WIDTHS.items():
        for width in widths:
            name = f"mnist_small_{kind}_s{width}"
            best = max((row(name, method) for method in THRESHOLDS), key=lambda r: percent(r, "margin"))
            found.append((f"one {kind}, s = {width}, {best['method'].replace('theta 0', 'theta = ')}", best))
    found.append(("two columns, s = 2, theta = .3", row("mnist_columns_2x2", "theta 0.3")))
    found.append(("two blocks, s = 5, drawn", row("mnist_blocks_2x5", RANDOM)))
    for k in (10, 20, 45):
        found.append((f"{k} pixels, drawn", row(f"mnist_sparse_k{k}", RANDOM)))
    return found


def table_structures() -> str:
    return table(["retained", "images", "certified, margin rule", "clean"],
                 [[name, r["images"], interval(r, "margin"), interval(r, "clean")]
                  for name, r in structures()])


def table_layouts() -> str:
    """Layouts of one net at equal training."""
    lines = []
    for name in ("cifar10_layouts_strip", "cifar10_layouts_full"):
        time = next(float(r["seconds"]) for r in rows("times") if r["model"] == name)
        lines.append([f"`{name}`", f"{1000 * time:.1f}",
                      *(interval(row(name, method), column) for method in ("theta 0.3", "top1")
                        for column in ("location", "clean"))])
    return table(["net", "ms per image", "certified, theta = .3", "clean",
                  "certified, top-1", "clean"], lines)


def table_times() -> str:
    return table(["model", "ms per image", "images", "threads", "OpenCV"],
                 [[f"`{r['model']}`", f"{1000 * float(r['seconds']):.1f}", r["images"], r["threads"], r["opencv"]]
                  for r in rows("times")])


def attacks() -> list[Row]:
    return [r for name in GOALS if (HERE / f"attack_{name}.csv").exists() for r in rows(f"attack_{name}")]


def table_attack() -> str:
    """Figure 7: the remaining accuracy."""
    def share(r: Row, column: str) -> str:
        return f"{100 * int(r[column]) / int(r['images']):.1f}"

    lines = []
    for r in attacks():
        what = f"patch {r['size'].replace('x', ' x ')}" if r["attack"] == "patch" else \
            f"L-infinity, {r['size']} / 255"
        lines.append([f"`{r['model']}`", what, r["images"], share(r, "clean"),
                      share(r, "certified_right") if r["attack"] == "patch" else "-",
                      share(r, "attacked"), r["broken"] if int(r["certified"]) else "-"])
    return table(["model", "attack", "images", "clean, %", "certified, %", "right under attack, %",
                  "broken certificates"], lines)


def art() -> str:
    return f"```\n{(HERE / 'art_mnist.txt').read_text(encoding='utf-8').strip()}\n```"


TABLES: dict[str, Callable[[], str]] = {
    "table_1": table_1, "goals": table_goals, "table_2": table_2,
    "table_5_columns": lambda: table_5_mnist("column"), "table_5_rows": lambda: table_5_mnist("row"),
    "table_5_blocks": lambda: table_5_mnist("block"), "table_5_cifar10": table_5_cifar10,
    "table_5_gtsrb": table_5_gtsrb,
    "alarms": table_alarms, "joined_mnist": table_joined_mnist, "joined_gtsrb": table_joined_gtsrb,
    "joined_imagenette": table_joined_imagenette, "imagenette": table_imagenette, "table_6": table_6, "families": table_families, "structures": table_structures,
    "layouts": table_layouts, "times": table_times, "attack": table_attack, "art": art,
}


def page(text: str) -> str:
    """The page with its tables filled in."""
    found = re.findall(r"<!-- (\w+) -->\n.*?<!-- end -->", text, flags=re.DOTALL)
    if sorted(found) != sorted(TABLES):
        raise SystemExit(f"{PAGE.name}: has the tables {', '.join(found)}; expected each of {', '.join(TABLES)} once")

    def filled(match: re.Match[str]) -> str:
        return f"<!-- {match[1]} -->\n{TABLES[match[1]]()}\n<!-- end -->"
    return re.sub(r"<!-- (\w+) -->\n.*?<!-- end -->", filled, text, flags=re.DOTALL)


# --------------------------------------------------------------------------------- plots


def plots() -> None:
    import matplotlib
    matplotlib.use("svg")
    import matplotlib.pyplot as plt
    matplotlib.rcParams.update({"svg.hashsalt": "derand", "font.size": 9, "axes.grid": True,
                                "grid.alpha": 0.3, "figure.constrained_layout.use": True})

    def save(figure: "plt.Figure", name: str) -> None:
        figure.savefig(HERE / f"{name}.svg", metadata={"Date": None})
        plt.close(figure)

    figure, axes = plt.subplots(figsize=(6, 4))
    marks = {"one column": "o", "one row": "s", "one block": "^", "two columns": "D", "two blocks": "v",
             "pixels": "x"}
    for start, mark in marks.items():
        points = [r for name, r in structures() if start in name]
        axes.plot([percent(r, "clean") for r in points], [percent(r, "margin") for r in points], mark,
                  label=start)
    axes.plot(*CHIANG["mnist"][::-1], "k*", label="Chiang et al.")
    axes.plot(*PAPER["mnist"][::-1], "kP", label="Levine and Feizi")
    axes.set(xlabel="clean accuracy, %", ylabel="certified accuracy, 5 x 5, margin rule, %", title="MNIST")
    axes.legend()
    save(figure, "figure1")

    figure, axes = plt.subplots(1, 3, figsize=(10, 3.4), sharey=True)
    for axis, (kind, widths) in zip(axes, WIDTHS.items()):
        for method in (*THRESHOLDS[::2], "top1", RANDOM):
            axis.plot(widths, [percent(row(f"mnist_small_{kind}_s{s}", method), "location") for s in widths],
                      "o-", markersize=3, label=method)
        axis.set(xlabel="s", title=f"MNIST, one {kind}", xticks=widths)
    axes[0].set_ylabel("certified accuracy, 5 x 5, location rule, %")
    axes[0].legend(fontsize=7)
    save(figure, "figure5")

    figure, axes = plt.subplots(1, 2, figsize=(9, 3.6), sharey=True)
    sizes = range(1, 11)
    for name in MODELS:
        axes[0].plot(sizes, [percent(main_row(name, m), "location") for m in sizes], "o-",
                     markersize=3, label=TITLE[name])
    axes[0].set(xlabel="patch, pixels", ylabel="certified accuracy, location rule, %", title="the models", xticks=sizes)
    for s in WIDTHS["column"]:
        axes[1].plot(sizes, [percent(row(f"mnist_small_column_s{s}", "theta 0.3", m), "location")
                             for m in sizes], "o-", markersize=3, label=f"s = {s}")
    axes[1].set(xlabel="patch, pixels", title="MNIST, columns, theta = .3", xticks=sizes)
    for axis in axes:
        axis.legend(fontsize=7)
    save(figure, "figure6")

    figure, axes = plt.subplots(1, 2, figsize=(9, 3.4))
    models = list(dict.fromkeys(r["model"] for r in attacks()))
    width = 0.8 / len(models)
    for i, model in enumerate(models):
        of = [r for r in attacks() if r["model"] == model]
        patch = next(r for r in of if r["attack"] == "patch")
        bars = [100 * int(patch[column]) / int(patch["images"])
                for column in ("clean", "attacked", "certified_right")]
        axes[0].bar([k + width * i for k in range(3)], bars, 0.95 * width, label=model)
        linf = [r for r in of if r["attack"] == "linf"]
        if not linf:
            continue
        axes[1].plot([0, *(int(r["size"]) for r in linf)],
                     [100 * int(r[column]) / int(r["images"])
                      for r, column in [(linf[0], "clean"), *((r, "attacked") for r in linf)]],
                     "o-", label=model)
    axes[0].set(xticks=[k + 0.4 - width / 2 for k in range(3)], ylabel="accuracy, %", title="patch, 5 x 5")
    axes[0].set_xticklabels(["clean", "under attack", "certified"])
    axes[1].set(xlabel="radius of L-infinity, of 255", title="whole image")
    for axis in axes:
        axis.legend(fontsize=7)
    save(figure, "figure7")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="do not write anything; check that the tables agree")
    arguments = parser.parse_args()
    text = PAGE.read_text(encoding="utf-8")
    filled = page(text)
    if arguments.check:
        if filled != text:
            print(f"{PAGE.name}: its tables are not those of the CSV files; run doc/results/make.py")
        return int(filled != text)
    PAGE.write_text(filled, encoding="utf-8")
    plots()
    return 0


if __name__ == "__main__":
    sys.exit(main())
