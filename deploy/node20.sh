#!/usr/bin/env bash
# Prints a directory to put on PATH in which `node` is at least 20.19, as the tests need: the system's own where it is
# new enough, else the npm package `node` (Debian 12 has Node 18), installed once into the directory given.
#   PATH="$(deploy/node20.sh DIR):$PATH"
set -euo pipefail
directory=${1:?node20.sh: say where to install Node 20 if the system has none}

new_enough() {
  "$1" -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' \
    2>/dev/null
}

own=$(command -v node || true)
if [[ -n "$own" ]] && new_enough "$own"; then
  dirname "$own"
  exit 0
fi

mkdir -p "$directory"
directory=$(cd "$directory" && pwd)
if ! new_enough "$directory/node_modules/node/bin/node"; then
  npm install --prefix "$directory" --no-save --no-audit --no-fund --loglevel=error node@20 >&2
fi
if ! new_enough "$directory/node_modules/node/bin/node"; then
  echo "node20.sh: npm installed no working Node 20 in $directory." >&2
  exit 1
fi
echo "$directory/node_modules/node/bin"
