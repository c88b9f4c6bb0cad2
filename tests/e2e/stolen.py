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
        """Whether a value taken for F, or for a tag, leads to a stored record."""
        return output[:16] in self.tags or hmac.digest(output, self.context, "sha512")[:16] in self.tags

    def guesses(self, number):
        """Whatever a number could have been turned into without a key."""
        for text in (number.encode(), f"exposure/v1/{SCHEME}/{number}".encode()):
            yield from (hashlib.sha512(text).digest(), hashlib.sha256(text).digest(), hashlib.sha1(text).digest(),
                        hashlib.md5(text).digest(), text)
            for value in self.stored:
                yield hashlib.sha512(value + text).digest()
                yield hashlib.sha256(value + text).digest()
                yield hmac.digest(value, text, "sha512")
                yield hmac.digest(value, text, "sha256")

    def search(self, numbers):
        guesses = found = 0
        for number in numbers:
            for guess in self.guesses(f"{number:06d}"):
                guesses += 1
                found += self.finds(guess)
        return guesses, found


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
        guesses, found = (sum(column) for column in zip(*results))
        print(f"Without it: {EVERY:,} numbers, {guesses:,} guesses, {2 * guesses:,} tags compared with "
              f"{len(thief.tags):,} stored: {found} found.")
        require(guesses >= 20 * EVERY, "not every form was tried")
        require(found == 0, f"{found} people were found without a key")


main()
