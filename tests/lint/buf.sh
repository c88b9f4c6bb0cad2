#!/usr/bin/env bash
# The wire contract: lint, formatting, and no breaking change against the image of the last release.
set -euo pipefail
cd "$(dirname "$0")/../.."
buf() { node tests/node/buf.mjs "$@"; }  # runs in proto/
if ! buf --version >/dev/null 2>&1; then
  echo "buf is not installed: npm ci in tests/node"
  exit 77
fi
buf lint
buf format --diff --exit-code --exclude-path google
image=tests/lint/released.binpb
if [[ -e "$image" ]]; then
  buf breaking --against "../$image"
else
  echo "No release yet: nothing to break."
fi
