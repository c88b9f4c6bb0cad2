#!/usr/bin/env python3
"""Who steals the data directory, tries all 1,000,000 service numbers in every way that what is stored allows, and has no
key, finds nobody. The same code with the key finds everybody it is tried on."""

import base64
import hashlib
import hmac
import multiprocessing
import os
import random
import shutil

from support import sandbox
from support.dataset import kept, read_dataset
from support.node import outputs
from support.programs import own_directory, require

SCHEME = "psni/service"
EVERY = 1_000_000
WITH_KEY = 400


def label(text):
    return b"exposure/v1/" + text + b"\0"


class Thief:
    """Has the sealed rows' tags and everything else that is stored beside them."""

    def __init__(self, dataset, stored):
        self.tags = {row[:16] for row in dataset.rows()}
        self.context = label(b"record") + dataset.epoch_id + dataset.dataset_id + dataset.salt
        self.stored = stored

    def finds(self, output):
        """Whether a value taken for F leads to a stored record."""
        return hmac.digest(output, self.context, "sha512")[:16] in self.tags

    def guesses(self, number):
        """What a number could have been turned into without a key: first all that could be F, then what is shorter."""
        texts = (number.encode(), f"exposure/v1/{SCHEME}/{number}".encode())
        long, short = list(texts), []
        for text in texts:
            long.append(hashlib.sha512(text).digest())
            short += [hashlib.sha256(text).digest(), hashlib.sha1(text).digest(), hashlib.md5(text).digest()]
            for value in self.stored:
                long += [hashlib.sha512(value + text).digest(), hmac.digest(value, text, "sha512")]
                short += [hashlib.sha256(value + text).digest(), hmac.digest(value, text, "sha256")]
        return long, short

    def search(self, numbers):
        """Numbers of guesses taken for F and for tags, and of those that hit."""
        as_output = as_tag = found = 0
        for number in numbers:
            long, short = self.guesses(f"{number:06d}")
            as_output += len(long)
            as_tag += len(long) + len(short)
            found += sum(map(self.finds, long)) + sum(guess[:16] in self.tags for guess in long + short)
        return as_output, as_tag, found


def steal(directory):
    """A copy of the data directory, as a thief or a backup has it."""
    shutil.copytree(sandbox.DIRECTORY / "data", directory / "stolen", ignore=shutil.ignore_patterns("LOCK"))
    return b"".join(path.read_bytes() for path in sorted((directory / "stolen").rglob("*")) if path.is_file())


def main():
    with own_directory("stolen") as directory:
        client = sandbox.client(directory)
        client.run("download", SCHEME)
        psni = sandbox.source("psni")
        dataset = read_dataset(next(iter(kept(client).values())))
        loot = steal(directory)
        stolen = sum(bucket in loot for bucket in dataset.buckets)
        require(stolen == len(dataset.buckets), f"only {stolen} of {len(dataset.buckets)} buckets are in what was stolen")
        public = next(epoch for epoch in client.export()["rendering"]["epochs"]
                      if epoch["schemes"][0]["force"] == "psni")
        key = (sandbox.DIRECTORY / "keys/psni-1").read_text().split()[-1]
        require(bytes.fromhex(key) not in loot and key.encode() not in loot, "the key is in the data directory")
        stored = [dataset.salt, dataset.epoch_id, dataset.dataset_id, base64.b64decode(public["public_key"])]
        require(all(value in loot for value in stored), "what the thief uses is not what was stolen")
        thief = Thief(dataset, stored)

        sample = random.Random(255).sample(sorted(psni.people), WITH_KEY)
        with_key = outputs(directory, sandbox.DIRECTORY / "keys/psni-1",
                           [f"exposure/v1/{SCHEME}/{number}" for number in sample])
        found = sum(thief.finds(output) for output in with_key)
        require(found == WITH_KEY, f"with the key, {found} of {WITH_KEY} are found: the attack is no attack")
        print(f"With the key: {found} of {WITH_KEY} people found.")

        step = 5000
        with multiprocessing.Pool(os.cpu_count()) as pool:
            results = pool.map(thief.search, [range(i, i + step) for i in range(0, EVERY, step)], chunksize=1)
        as_output, as_tag, found = (sum(column) for column in zip(*results))
        print(f"Without it: {EVERY:,} numbers, {as_output:,} guesses at F and {as_tag:,} at tags, compared with "
              f"{len(thief.tags):,} stored: {found} found.")
        require(as_output == 20 * EVERY and as_tag == 42 * EVERY, "not every form was tried")
        require(found == 0, f"{found} people were found without a key")


main()
