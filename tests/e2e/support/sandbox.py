"""The service that deploy/quickstart.sh --keep left running: the fixture `sandbox`."""

import os
import pathlib

from support.programs import WORK, Client, require
from support.source import Source

DIRECTORY = pathlib.Path(os.environ.get("EXPOSURE_SANDBOX", WORK / "sandbox"))


def client(directory):
    """With a memory in `directory`, not the sandbox's own."""
    require((DIRECTORY / "address").exists(), f"no sandbox in {DIRECTORY}: run e2e.quickstart first")
    return Client(directory, (DIRECTORY / "address").read_text().strip(), DIRECTORY / "keys/root.pub")


def pid():
    return int((DIRECTORY / "pid").read_text())


def source(force):
    return Source(force, DIRECTORY / f"samples/{force}.csv")


def known():
    """What → (scheme, number)."""
    lines = (DIRECTORY / "samples/known.txt").read_text().splitlines()
    return {what: (scheme, number) for what, scheme, number in
            (line.split() for line in lines if not line.startswith("#"))}
