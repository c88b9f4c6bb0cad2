#!/usr/bin/env bash
# Every C++ file is as clang-format would write it.
#   format.sh CLANG_FORMAT [--fix]
set -euo pipefail
cd "$(dirname "$0")/../.."
mapfile -t files < <(git ls-files '*.cc' '*.h')
if [[ "${2:-}" == --fix ]]; then
  "$1" -i "${files[@]}"
else
  "$1" --dry-run --Werror "${files[@]}"
fi
