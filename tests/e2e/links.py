#!/usr/bin/env python3
"""exposured links nothing of client/, and exposure nothing of server/ or storage/: what their archives define is not in the
other program, and no library comes with it."""

import pathlib
import re
import subprocess

from support.programs import BIN, require

BUILD = BIN.parent
STRONG = set("TDBR")  # weak symbols are templates and inline functions of everybody's headers


def defined(path):
    """Names in our namespace that a program or an archive defines for itself."""
    lines = subprocess.run(["nm", "-C", "--defined-only", path], capture_output=True, text=True, check=True).stdout
    symbols = (match.groups() for match in re.finditer(r"^[0-9a-f]+ (\w) (.*)$", lines, re.MULTILINE))
    return {name for kind, name in symbols if kind in STRONG and name.startswith("exposure::")}


def archives(folder):
    found = sorted(pathlib.Path(BUILD / folder).rglob("*.a"))
    require(found, f"no archives in {BUILD / folder}")
    return set().union(*map(defined, found))


def libraries(program):
    return subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout


def compare(program, foreign_folders, own_folder, other, foreign_library):
    shared = set().union(*(archives(folder) for folder in ("base", "crypto", "proto")))
    foreign = set().union(*(archives(folder) for folder in foreign_folders)) - shared - archives(own_folder)
    found = defined(BIN / program) & foreign
    require(not found, f"{program} has {len(found)} names of {foreign_folders}: {sorted(found)[:5]}")
    there = defined(BIN / other) & foreign
    require(len(there) > 20, f"only {len(there)} such names in {other}: the comparison sees nothing")
    require(foreign_library not in libraries(BIN / program), f"{program} links {foreign_library}")
    require(foreign_library in libraries(BIN / other), f"{other} should link {foreign_library}: ldd sees nothing")
    print(f"{program}: none of {len(foreign)} names of {', '.join(foreign_folders)} ({other} has {len(there)}), "
          f"and not {foreign_library}.")


compare("exposured", ["client"], "server", "exposure", "libicuuc")
compare("exposure", ["server", "storage"], "client", "exposured", "librocksdb")
