"""A sealed dataset file (protocol.md §5, §6), as far as an onlooker reads it."""

import dataclasses
import struct

from support.programs import require

ROW = 56


@dataclasses.dataclass
class Dataset:
    dataset_id: bytes
    epoch_id: bytes
    salt: bytes
    bits: int
    rows_per_bucket: int
    manifest: bytes
    details: bytes
    buckets: list

    def rows(self):
        for bucket in self.buckets:
            for at in range(0, len(bucket), ROW):
                yield bucket[at:at + ROW]


def read_dataset(path):
    data = path.read_bytes()
    require(data[:8] == b"EXPDSET1" and struct.unpack(">I", data[8:12])[0] == 280, f"{path} is no dataset file")
    manifest = data[12:228]
    length = struct.unpack(">I", data[292:296])[0]
    bits, rows = manifest[73], struct.unpack(">I", manifest[76:80])[0]
    start, size = 296 + length, ROW * rows
    require(len(data) == start + size * 2**bits, f"{path} has another length than its manifest says")
    return Dataset(manifest[8:24], manifest[24:40], manifest[40:72], bits, rows, manifest, data[296:start],
                   [data[start + i * size:start + (i + 1) * size] for i in range(2**bits)])


def kept(client):
    """The files that `exposure download` keeps in a client's memory, by dataset id."""
    files = {path.name: path for path in client.state.glob("sets/*/*") if len(path.name) == 32}
    require(files, "nothing was downloaded")
    return files
