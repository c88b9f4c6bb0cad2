#!/usr/bin/env bash
# Runs test files of this folder; 77, with why, where there is no Node 20 or no packages.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
if ! node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)' 2>/dev/null; then
  echo "no Node 20 on PATH: see deploy/node20.sh"
  exit 77
fi
if [[ ! -d node_modules ]]; then
  echo "no packages: run npm ci in tests/node"
  exit 77
fi
exec node --test --test-reporter=spec "$@"
