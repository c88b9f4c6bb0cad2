#!/usr/bin/env bash
# Installs the Debian packages of deploy/packages.txt that are missing, as root or through sudo. Says nothing and needs
# no rights and no network where all are there.
#   deploy/install.sh [GROUP…]     groups: build (default), test
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

installed() {
  # A Node from elsewhere brings its own npm, and conflicts with Debian's.
  [[ "$1" == npm ]] && command -v npm >/dev/null && return
  [[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" == installed ]]
}

[[ $# -gt 0 ]] || set -- build
missing=()
for group in "$@"; do
  packages=$(awk -v group="$group" '$1 == group { print $2 }' packages.txt)
  if [[ -z "$packages" ]]; then
    echo "install.sh: no packages of group '$group' in deploy/packages.txt." >&2
    exit 2
  fi
  for package in $packages; do
    installed "$package" || missing+=("$package")
  done
done
[[ ${#missing[@]} -gt 0 ]] || exit 0

as_root=()
if [[ $EUID -ne 0 ]]; then
  if ! command -v sudo >/dev/null; then
    echo "install.sh: missing: ${missing[*]}" >&2
    echo "  Run as root: apt-get install --no-install-recommends ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi

echo "Installing ${#missing[@]} packages: ${missing[*]}" >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 "$@" >"$log" 2>&1; }
install() { apt install --no-install-recommends -y "${missing[@]}"; }

# The lists may be missing or old: they are fetched only when the first try fails.
if ! install; then
  if ! { apt update && install; }; then
    cat "$log" >&2
    echo "install.sh: the packages could not be installed; apt's own words are above." >&2
    exit 1
  fi
fi
