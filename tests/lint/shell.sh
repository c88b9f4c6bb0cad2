#!/usr/bin/env bash
# Every shell script parses; shellcheck has nothing to say.
set -euo pipefail
cd "$(dirname "$0")/../.."
mapfile -t scripts < <(git ls-files '*.sh' .ci/run)
for script in "${scripts[@]}"; do bash -n "$script"; done
if ! command -v shellcheck >/dev/null; then
  echo "shellcheck is not installed"
  exit 77
fi
shellcheck --severity=warning "${scripts[@]}"
