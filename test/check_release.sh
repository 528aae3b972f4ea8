#!/usr/bin/env bash
# Does the version stand alike in all places: version.hpp, the newest entry of CHANGELOG.md, CITATION.cff, and the date in the last two?
#     test/check_release.sh [TAG]     is it that of the tag, v1.2.3, and is there a date? Then prints that entry, the notes of the release.
set -euo pipefail
cd "$(dirname "$0")/.."
fail() { printf 'check_release: %s\n' "$*" >&2; exit 1; }

version=$(sed -n 's/#define CV_DERAND_VERSION "\([^"]*\)".*/\1/p' modules/derand/include/opencv2/derand/version.hpp)
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || fail "version.hpp has '$version', expected three numbers"
heading=$(grep -m 1 '^## ' CHANGELOG.md)
[[ $heading =~ ^"## $version ("(.*)")"$ ]] || fail "CHANGELOG.md begins with '$heading', expected '## $version (YYYY-MM-DD)', or (unreleased)"
date=${BASH_REMATCH[1]}
grep -qx "version: $version" CITATION.cff || fail "CITATION.cff has not 'version: $version'"
if [ "$date" != unreleased ]; then
    [ "$(date -d "$date" +%F 2>/dev/null)" = "$date" ] || fail "CHANGELOG.md has '$date', expected YYYY-MM-DD or unreleased"
    grep -qx "date-released: $date" CITATION.cff || fail "CITATION.cff has not 'date-released: $date'"
fi
[ $# = 0 ] && exit
[ "$1" = "v$version" ] || fail "the tag is $1, expected v$version"
[ "$date" != unreleased ] || fail "CHANGELOG.md says that $version is unreleased, expected its date"
awk '/^## / { ++entry; next } entry == 1' CHANGELOG.md
