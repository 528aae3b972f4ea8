# Shared by samples/run_demo.sh and test/run_tests.sh (Debian 12, Debian 13, Ubuntu 24.04): sourced, not run.

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# install_packages PACKAGE...: those that are missing, from the distribution's own repositories.
install_packages() {
    local missing=() package
    for package in "$@"; do
        dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
    done
    ((${#missing[@]})) || return 0
    local sudo=()
    if ((EUID != 0)); then
        command -v sudo >/dev/null || { echo "Missing: ${missing[*]}. Install them as root and run this again." >&2; return 1; }
        sudo=(sudo)
    fi
    echo "Installing ${missing[*]} ..."
    local log
    log=$(mktemp)
    if ! { "${sudo[@]}" apt-get update &&
           "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1
    then
        tail -n 20 "$log" >&2
        echo "Installing ${missing[*]} failed, see above." >&2
        return 1
    fi
    rm -f "$log"
}

# build FOLDER TARGETS CMAKE_OPTION...: TARGETS is one word list, e.g. "a b". Uses ccache where it is installed.
# DERAND_WERROR=ON in the environment makes warnings errors: as an option of one script it would compile a folder anew.
build() {
    local folder=$1 targets=$2
    shift 2
    if command -v ccache >/dev/null; then
        set -- -DCMAKE_CXX_COMPILER_LAUNCHER=ccache "$@"
    fi
    echo "Building in $folder ..."
    cmake -S "$repository" -B "$folder" -DCMAKE_BUILD_TYPE=Release -DDERAND_WERROR="${DERAND_WERROR:-OFF}" "$@" >/dev/null
    # shellcheck disable=SC2086
    cmake --build "$folder" -j "$(nproc)" --target $targets
}
