#!/usr/bin/env bash
# The documentation as pages (target derand_doc): doxygen has nothing to complain about, all parts are there, and no link between
# pages is broken. Skipped with other versions of doxygen than that of Debian 12.
#     test/check_doc.sh        OpenCV_DIR in the environment: as for CMake
set -euo pipefail
cd "$(dirname "$0")/.."
version=$(doxygen --version 2>/dev/null | cut -d ' ' -f 1) || true
if [ "$version" != 1.9.4 ]; then
    echo "check_doc: skipped, doxygen is '${version:-missing}': names of pages and warnings are those of 1.9.4, as in Debian 12"
    exit 77
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
quietly() { "$@" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }; }
quietly cmake -S . -B "$work" -DDERAND_BUILD_TESTS=OFF -DDERAND_BUILD_PERF=OFF -DDERAND_BUILD_SAMPLES=OFF
quietly cmake --build "$work" --target derand_doc
python3 - "$work/doc" <<'EOF'
import pathlib, re, sys, urllib.parse
doc = pathlib.Path(sys.argv[1])
faults = (doc / "warnings.txt").read_text().splitlines()
pages = {page.name: page.read_text(encoding="utf-8") for page in (doc / "html").glob("*.html")}
for name, text in {"index.html": "CertifiedClassifier", "md_doc_certificates.html": "abstain", "md_CHANGELOG.html": "0.1.0",
                   "classcv_1_1derand_1_1Certificate.html": "maxAffected", "classcv_1_1derand_1_1CertifiedClassifier.html": "classify",
                   "tutorial_derand_certified_video.html": "derand_video.png", "tutorial_derand_one_pass.html": "receptive",
                   "tutorial_derand_certified_classification.html": "Levine", "tutorial_derand_train_on_your_pictures.html": "train.py"}.items():
    if text not in pages.get(name, ""):
        faults.append("%s: is missing, or has no %s" % (name, text))
links = 0
for name, page in pages.items():
    for link in re.findall('(?:href|src)="([^"]+)"', page):
        path, _, anchor = urllib.parse.unquote(link).partition("#")
        if re.match("[a-z]+:", link):
            continue
        links += 1
        target = pages.get(path or name)
        if not (doc / "html" / (path or name)).exists():
            faults.append("%s: links to %s, which is no page" % (name, link))
        elif anchor and target and not re.search('(id|name)="%s"' % re.escape(anchor), target):
            faults.append("%s: links to %s, which is no place there" % (name, link))
print(*faults, "%d pages, %d links, %d faults" % (len(pages), links, len(faults)), sep="\n")
sys.exit(bool(faults) or links < 500)
EOF
