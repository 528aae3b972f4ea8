#!/usr/bin/env python3
# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.
"""Do the sources of the module use only what lies below them? Reads the #include lines of modules/derand/src.

Folders from the ground up; a file may include its own folder and those before it, and headers include each other in no
circle.

    check_arrows.py [SRC]
"""

import re
import sys
from pathlib import Path

FOLDERS = ["geometry", "certificate", "cuda", "input", "net", "classifier"]


def includes(file: Path) -> list[str]:
    return re.findall(r'^\s*#\s*include\s+"([^"]+)"', file.read_text(encoding="utf-8"), re.MULTILINE)


def main() -> int:
    src = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent.parent / "modules/derand/src")
    faults = []
    edges: dict[str, list[str]] = {}
    files = [file for file in sorted(src.rglob("*")) if file.suffix in (".hpp", ".cpp", ".cu")]
    for file in files:
        name = file.relative_to(src).as_posix()
        folder = name.split("/")[0]
        if name == "precomp.hpp":
            continue
        if folder not in FOLDERS:
            faults.append(f"{name}: expected in one of {', '.join(FOLDERS)}")
            continue
        edges[name] = []
        for included in includes(file):
            for start in (file.parent, src): # the compiler's order
                path = (start / included).resolve()
                if path.is_file() and src.resolve() in path.parents:
                    used = path.relative_to(src.resolve()).as_posix()
                    edges[name].append(used)
                    if "/" in used and FOLDERS.index(used.split("/")[0]) > FOLDERS.index(folder):
                        faults.append(f"{name}: includes {used}, which lies above {folder}/")
                    break

    done: dict[str, bool] = {}

    def walk(name: str, path: tuple[str, ...]) -> None:
        if name in path:
            faults.append("a circle: " + " -> ".join(path[path.index(name):] + (name,)))
        elif name not in done:
            for included in edges.get(name, []):
                walk(included, path + (name,))
            done[name] = True

    for name in edges:
        walk(name, ())
    for fault in faults:
        print(f"check_arrows: {fault}", file=sys.stderr)
    if len(edges) < 2 * len(FOLDERS):
        print(f"check_arrows: only {len(edges)} files in {src}", file=sys.stderr)
        return 1
    print(f"{len(edges)} files, {sum(map(len, edges.values()))} arrows, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
