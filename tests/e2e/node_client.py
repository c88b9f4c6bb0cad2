#!/usr/bin/env python3
"""The independent client of tests/node against the sandbox: its answers are those of the generator's own truth and of
`exposure check`."""

import re

from support import sandbox
from support.node import node
from support.programs import BIN, own_directory, require
from support.service import make_samples

with own_directory("node_client") as directory:
    client = sandbox.client(directory)
    make_samples(directory / "samples", truth=True)
    for name in ("met", "psni"):
        same = (directory / f"samples/{name}.csv").read_bytes() == (sandbox.DIRECTORY / f"samples/{name}.csv").read_bytes()
        require(same, f"{name}.csv is not what the sandbox sealed")
    out = node(directory, "service.test.mjs", more_environment={
        "EXPOSURE_SERVER": client.server, "EXPOSURE_ROOT": str(client.root), "EXPOSURE_CLI": str(BIN / "exposure"),
        "EXPOSURE_SAMPLES": str(directory / "samples")})
    passed, skipped = (int(re.search(rf"^# {word} (\d+)$", out, re.MULTILINE)[1]) for word in ("pass", "skipped"))
    require(passed >= 2 and skipped == 0, f"{passed} passed, {skipped} skipped:\n{out[-2000:]}")
    print(f"{passed} comparisons passed: 300 people and 300 absent numbers of each sample, alone and several together.")
