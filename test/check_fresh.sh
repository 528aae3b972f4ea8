#!/usr/bin/env bash
# Do both commands of the README pass on a bare machine? Makes a minimal Debian in a folder, clones the last
# commit into it, runs samples/run_demo.sh and test/run_tests.sh there, and lists the tests that were skipped. Needs root.
#     test/check_fresh.sh bookworm|trixie [FOLDER]        default: build/fresh-bookworm ...; 3 GB, half an hour on 2 cores
# The system is FOLDER/root, recreated each time; outputs are FOLDER/demo.log and tests.log. Mirror, proxy, certificates and
# host names are those of this machine; DEBIAN_MIRROR in the environment names another mirror.
set -euo pipefail
source "$(dirname "$0")/../cmake/build.sh"
die() { printf 'check_fresh: %s\n' "$*" >&2; exit 1; }
suite=${1:-}
[[ $suite = bookworm || $suite = trixie ]] || die "expected bookworm or trixie, not '$suite'"
((EUID == 0)) || die "chroot needs root"
install_packages debootstrap debian-archive-keyring git
mkdir -p "${2:-$repository/build/fresh-$suite}"
work=$(cd "${2:-$repository/build/fresh-$suite}" && pwd)
root=$work/root

mirror=${DEBIAN_MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' 'Origin: Debian' 'Label: Debian' | head -n 1)}
[ -n "$mirror" ] || die "apt knows no mirror of Debian: set DEBIAN_MIRROR to the address of one"
include=()
[[ $mirror != https:* ]] || include=(--include=ca-certificates)
echo "Debian $suite in $root from $mirror ..."
rm -rf "$root"
debootstrap --variant=minbase "${include[@]}" "$suite" "$root" "$mirror" >"$work/debootstrap.log" 2>&1 ||
    { tail -n 20 "$work/debootstrap.log"; die "debootstrap failed"; }
apt-config dump Acquire | grep -E '^Acquire::(http|Check|Force|Retries)' >"$root/etc/apt/apt.conf.d/99host" || true
cp /etc/hosts /etc/resolv.conf "$root/etc/"
if ((${#include[@]})); then
    cp -r /usr/local/share/ca-certificates "$root/usr/local/share/"
    chroot "$root" update-ca-certificates >/dev/null
fi
git clone -q --no-hardlinks "$repository" "$root/derand"
git -C "$root/derand" --no-pager log -1 --format="%h %s"

# inside LOG COMMAND...: with the environment of a login, mounts that end with the command.
inside() {
    local log=$work/$1 start=$SECONDS
    shift
    # shellcheck disable=SC2016 # $0 and $@ are the inner shell's
    unshare --mount --pid --fork --kill-child bash -c '
        mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" && exec chroot "$0" /usr/bin/env -i "$@"' \
        "$root" PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root ${http_proxy:+http_proxy="$http_proxy"} \
        ${https_proxy:+https_proxy="$https_proxy"} "$@" >"$log" 2>&1 </dev/null ||
        { tail -n 40 "$log"; die "$suite: ${*: -1} failed, see $log"; }
    echo "$suite: ${*: -1} passed in $(((SECONDS - start) / 60)) minutes"
}
inside demo.log /derand/samples/run_demo.sh
inside tests.log /derand/test/run_tests.sh
grep -E 'tests passed|\(Skipped\)$' "$work/tests.log"
