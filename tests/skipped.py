#!/usr/bin/env python3
"""Prints the skipped tests of a ctest run, and why, from its LastTest.log."""
import re
import sys


def main() -> int:
    with open(sys.argv[1], encoding="utf-8", errors="replace") as file:
        blocks = re.split(r"^\d+/\d+ (?:Testing|Test): ", file.read(), flags=re.MULTILINE)[1:]
    skipped = 0
    for block in blocks:
        name, _, rest = block.partition("\n")
        output = rest.split("Output:\n", 1)[-1].split("<end of output>")[0]
        if "[  SKIPPED ]" not in output and "Test Skipped" not in rest and "Test Not Run" not in rest:
            continue
        skipped += 1
        why = re.search(r": Skipped\n(.*)", output)
        lines = [line for line in output.splitlines() if line.strip("- ")]
        print(f"  {name}: {why[1] if why else (lines[-1] if lines else 'no reason given')}")
    if skipped == 0:
        print("  nothing")
    return 0


if __name__ == "__main__":
    sys.exit(main())
