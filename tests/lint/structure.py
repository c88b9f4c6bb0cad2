#!/usr/bin/env python3
"""Which folder may include which, and where a number may be mentioned (design: dependencies point one way)."""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]

# What each folder may include besides itself. "exposure/v1" and "google/rpc" are the wire contract.
ALLOWED = {
    "base": set(),
    "crypto": {"base"},
    "proto": {"base", "crypto", "exposure/v1"},
    "storage": {"base", "crypto", "proto", "exposure/v1"},
    "server": {"base", "crypto", "proto", "storage", "exposure/v1", "exposure/config", "google/rpc"},
    "client": {"base", "crypto", "proto", "exposure/v1", "exposure/config", "google/rpc"},
}
# Headers of libraries that a folder must not include.
FORBIDDEN = {
    "base": r"grpc|google/protobuf|rocksdb",
    "crypto": r"grpc|google/protobuf|rocksdb|fstream|fcntl\.h|unistd\.h|filesystem",
    "proto": r"grpc|rocksdb|fstream",
    "storage": r"grpc|unicode/",
    "server": r"rocksdb|unicode/|csv\.h",
    "client": r"rocksdb",
}
# Words of what only a client may know.
IDENTIFIERS = re.compile(r"Canonicalise|CanonicalNumber|OprfInput|client/core/number")
BLIND_FOLDERS = ("storage", "server")


def layer_of(include: str) -> str | None:
    """The layer of ours that a path belongs to; "" for a library's."""
    if include.startswith(("absl/", "grpc/", "google/protobuf/", "CLI/")):
        return ""
    for layer in ("exposure/v1", "exposure/config", "google/rpc"):
        if include.startswith(layer + "/"):
            return layer
    top = include.split("/")[0]
    return top if top in ALLOWED or top == "tests" else None


def problems_of(path: pathlib.Path) -> list[str]:
    relative = path.relative_to(ROOT)
    folder = relative.parts[0]
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        where = f"{relative}:{number}"
        if match := re.match(r'\s*#include ["<]([^">]+)[">]', line):
            if re.match(FORBIDDEN[folder], match[1]):
                found.append(f"{where}: {folder}/ may not include {match[1]}")
        if match := re.match(r'\s*#include "([^"]+)"', line):
            layer = layer_of(match[1])
            if layer is None:
                found.append(f"{where}: \"{match[1]}\" is not a path from the root")
            elif layer and layer != folder and layer not in ALLOWED[folder]:
                found.append(f"{where}: {folder}/ may not include {layer}/")
            if match[1].endswith(".grpc.pb.h") and folder not in ("server", "client"):
                found.append(f"{where}: {folder}/ may not include gRPC")
        if folder in BLIND_FOLDERS and IDENTIFIERS.search(line):
            found.append(f"{where}: {folder}/ mentions an identifier: {line.strip()}")
    return found


def cmake_problems() -> list[str]:
    """The server links no part of client/, and client/ no part of server/ or storage/."""
    found = []
    for folder, forbidden in (("server", "client"), ("storage", "client"), ("client", "server|storage|rocksdb"),
                              ("crypto", "proto|grpc|rocksdb|client|server|storage")):
        for path in (ROOT / folder).rglob("CMakeLists.txt"):
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                code = line.split("#")[0]
                if re.search(rf"(exposure::|::)({forbidden})", code):
                    found.append(f"{path.relative_to(ROOT)}:{number}: {folder}/ links {code.strip()}")
    return found


def main() -> int:
    files = subprocess.run(["git", "ls-files", "*.cc", "*.h"], cwd=ROOT, check=True, capture_output=True, text=True)
    found = cmake_problems()
    checked = 0
    for name in files.stdout.splitlines():
        if name.split("/")[0] in ALLOWED and (ROOT / name).exists():
            checked += 1
            found += problems_of(ROOT / name)
    if checked < 20:
        found.append(f"only {checked} files were found to check")
    print("\n".join(found) or f"{checked} files: every include points the right way")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
