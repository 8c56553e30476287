#!/bin/sh
# Installs the Debian packages named on the command line, those that are missing; does nothing where all are there.
set -u

if [ "$(uname)" = Darwin ]; then
    for tool in pkg-config gnuplot; do
        if ! command -v "$tool" >/dev/null 2>&1; then
            echo "Missing: $tool. Install what Fovea builds with:  brew install hdf5 openblas boost gnuplot pkg-config" >&2
            exit 1
        fi
    done
    exit 0
fi

if ! command -v dpkg-query >/dev/null 2>&1; then
    echo "This is no Debian or Ubuntu; make sure that the counterparts of these packages are installed: $*" >&2
    exit 0
fi

missing=""
for package in "$@"; do
    status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)
    [ "$status" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
    as_root=""
elif command -v sudo >/dev/null 2>&1 && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
    as_root="sudo"
else
    echo "These packages are missing:$missing" >&2
    echo "Ask an administrator to run:  apt-get install$missing" >&2
    exit 1
fi

echo "Installing:$missing"
install_missing() {
    # shellcheck disable=SC2086
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing
}
# Package lists may be missing or stale: update them only if the first attempt fails.
if ! install_missing >/dev/null 2>&1; then
    $as_root apt-get update && install_missing || {
        echo "apt-get could not install:$missing" >&2
        exit 1
    }
fi
