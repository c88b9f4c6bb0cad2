#!/usr/bin/env bash
# Installs what is missing, builds every variant, and runs every test. On a bare Debian 12:
#   tests/run.sh
# The last lines are ctest's own summary, and what was skipped and why.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf '\n=== %s (%s) ===\n' "$1" "$(date -u +%H:%M:%S)"; }

mkdir -p build
say "Installing"
deploy/install.sh build test
PATH="$(deploy/node20.sh build/node20):$PATH"
export PATH
(cd tests/node && npm ci --no-audit --no-fund --loglevel=error)

jobs=$(nproc)
launcher=()
if command -v ccache >/dev/null; then launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
for preset in release asan tsan; do
  say "Building $preset"
  cmake --preset "$preset" "${launcher[@]}" >"build/$preset.configure.log" || { cat "build/$preset.configure.log"; exit 1; }
  cmake --build --preset "$preset" --parallel "$jobs"
done

say "Benchmarks of crypto: ratios to libsodium's own operations, for reading only"
build/release/tests/benchmarks/crypto_benchmark --benchmark_min_time=0.2 2>/dev/null

say "What the service costs: ratios to libsodium's own operations. Times never fail; growth with the records does"
grew=0
build/release/bin/exposure-bench --short --ratios tests/benchmarks/ratios.json --json build/bench.json --html build/bench.html ||
  grew=1

say "Testing"
# One ctest over the three builds, so that there is one summary.
mkdir -p build/all
{
  for preset in release asan tsan; do printf 'subdirs("%s")\n' "$PWD/build/$preset"; done
} >build/all/CTestTestfile.cmake
# The RFC's vectors are used where they are.
vectors=../shared/vectors/rfc9497_ristretto255_sha512.json
if [[ -z "${EXPOSURE_RFC9497_VECTORS:-}" && -e "$vectors" ]]; then EXPOSURE_RFC9497_VECTORS=$(realpath "$vectors"); fi
export EXPOSURE_RFC9497_VECTORS=${EXPOSURE_RFC9497_VECTORS:-}

status=0
ctest --test-dir build/all --parallel "$jobs" --output-on-failure --no-tests=error >build/all/ctest.log 2>&1 || status=$?
if [[ $status -ne 0 ]]; then
  # What failed, with its output; the summary follows.
  grep -vE '^ *[0-9]+/[0-9]+ Test .*(Passed|Skipped)|^ *Start +[0-9]+:' build/all/ctest.log | sed -n '1,4000p'
else
  sed -n '/tests passed/,$p' build/all/ctest.log
fi
echo
echo "Skipped, and why:"
tests/skipped.py build/all/Testing/Temporary/LastTest.log
[[ $grew -eq 0 ]] || echo "exposure-bench failed: see above."
exit $((status != 0 ? status : grew))
