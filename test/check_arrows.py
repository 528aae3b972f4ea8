#!/usr/bin/env python3
# This file is part of OpenCV project.
# It is subject to the license terms in the LICENSE file found in the top-level directory
# of this distribution and at http://opencv.org/license.html.
"""Do sources use only what is below them? Reads the #include lines of the module, the tools and the video program.

Folders from the ground up: a file may include its own folder and those before it, of the tools only the libraries and no
other program. No headers include each other in a circle; of the samples no rooms either, each a header and the source of
its name: a base class that opens its derived ones is such a circle.

    check_arrows.py [REPOSITORY]
"""

import re
import sys
from pathlib import Path

MODULE = ["geometry", "certificate", "cuda", "input", "net", "classifier"]
LIBRARIES = ["common", "data", "attack", "evaluation", "baselines"]
PROGRAMS = ["certify", "evaluate", "tune", "try", "demo"]


class Tree:
    """A folder of sources."""

    def __init__(self, top: Path, folders: list[str], programs: list[str] = [], rooms: bool = True,
                 uses: "list[tuple[Path, list[str]]]" = []):
        self.top, self.folders, self.programs, self.rooms, self.uses = top.resolve(), folders, programs, rooms, uses
        self.faults: list[str] = []
        self.arrows: dict[str, set[str]] = {}  # between rooms, or files
        self.files = [file for file in sorted(self.top.rglob("*")) if file.suffix in (".hpp", ".cpp", ".cu")
                      and file.name != "precomp.hpp"]
        for file in self.files:
            self.read(file)
        self.find_circles()

    def allowed(self, folder: str) -> list[str]:
        if folder in self.programs:
            return self.folders + [folder]
        return self.folders[:self.folders.index(folder) + 1]

    def room(self, file: Path) -> str:
        return (file.with_suffix("") if self.rooms else file).as_posix()

    def read(self, file: Path) -> None:
        name = file.relative_to(self.top)
        folder = name.parts[0] if len(name.parts) > 1 else ""
        if folder not in (self.folders + self.programs or [""]):
            self.faults.append(f"{name}: expected in one of {', '.join(self.folders + self.programs)}")
            return
        room = self.room(name)
        arrows = self.arrows.setdefault(room, set())
        for included in re.findall(r'^\s*#\s*include\s+"([^"]+)"', file.read_text(encoding="utf-8"), re.MULTILINE):
            for start in (file.parent, self.top):  # the compiler's order
                path = (start / included).resolve()
                if path.is_file() and self.top in path.parents:
                    used = path.relative_to(self.top)
                    if len(used.parts) > 1 and used.parts[0] not in self.allowed(folder):
                        self.faults.append(f"{name}: includes {used}, which does not lie below {folder}/")
                    if self.room(used) != room:
                        arrows.add(self.room(used))
                    break
            else:
                for top, folders in self.uses:
                    if (top / included).is_file() and included.split("/")[0] not in folders:
                        self.faults.append(f"{name}: includes {included} of {top.name}, expected only {', '.join(folders)}")

    def find_circles(self) -> None:
        done: set[str] = set()

        def walk(room: str, path: tuple[str, ...]) -> None:
            if room in path:
                self.faults.append("a circle: " + " -> ".join(path[path.index(room):] + (room,)))
            elif room not in done:
                for used in sorted(self.arrows.get(room, ())):
                    walk(used, path + (room,))
                done.add(room)

        for room in self.arrows:
            walk(room, ())


def main() -> int:
    repository = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent.parent).resolve()
    tools = repository / "samples/tools"
    bad = 0
    for tree in (Tree(repository / "modules/derand/src", MODULE, rooms=False), Tree(tools, LIBRARIES, PROGRAMS),
                 Tree(repository / "samples/video", [], uses=[(tools, ["common", "data", "attack"])])):
        for fault in tree.faults:
            print(f"check_arrows: {fault}", file=sys.stderr)
        if len(tree.files) < 12:
            tree.faults.append("")
            print(f"check_arrows: only {len(tree.files)} files in {tree.top}", file=sys.stderr)
        print(f"{tree.top.relative_to(repository)}: {len(tree.files)} files,"
              f" {sum(map(len, tree.arrows.values()))} arrows, {len(tree.faults)} faults")
        bad += len(tree.faults)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
