#!/usr/bin/env python3
"""Who steals the data directory, tries all 1,000,000 service numbers in every way that what is stored allows, and has no
key, finds nobody. The same code with the key finds everybody it is tried on."""

import base64
import os
import pathlib
import random
import shutil
import subprocess

from support import sandbox
from support.dataset import kept, read_dataset
from support.node import outputs
from support.programs import BIN, own_directory, require

ATTACK = pathlib.Path(os.environ.get("EXPOSURE_ATTACK", BIN / "e2e_attack"))
SCHEME = "psni/service"
EVERY = 1_000_000
WITH_KEY = 400


def steal(directory):
    """A copy of the data directory, as a thief or a backup has it: all of its bytes."""
    shutil.copytree(sandbox.DIRECTORY / "data", directory / "stolen", ignore=shutil.ignore_patterns("LOCK"))
    return b"".join(path.read_bytes() for path in sorted((directory / "stolen").rglob("*")) if path.is_file())


def stored_values(client, dataset):
    """What lies beside the records and could be a salt or a key."""
    epochs = client.export()["rendering"]["epochs"]
    public = next(base64.b64decode(epoch["public_key"]) for epoch in epochs if epoch["schemes"][0]["force"] == "psni")
    return [dataset.salt, dataset.epoch_id, dataset.dataset_id, public]


def attack(loot):
    """(outputs, found), (guesses, found): all numbers, on every core."""
    cores = os.cpu_count()
    bounds = [EVERY * i // cores for i in range(cores + 1)]
    thieves = [subprocess.Popen([ATTACK, loot, SCHEME, str(begin), str(end)], stdout=subprocess.PIPE, text=True)
               for begin, end in zip(bounds, bounds[1:])]
    results = [thief.communicate()[0].split() for thief in thieves]
    require(all(thief.returncode == 0 for thief in thieves), "the attack failed")
    count = lambda word, place: sum(int(words[words.index(word) + place]) for words in results)
    return (count("outputs", 1) // cores, count("outputs", 3) // cores), (count("guesses", 1), count("guesses", 3))


def main():
    with own_directory("stolen") as directory:
        client = sandbox.client(directory)
        client.run("download", SCHEME)
        dataset = read_dataset(next(iter(kept(client).values())))
        tags = {row[:16] for row in dataset.rows()}
        values = stored_values(client, dataset)

        loot = steal(directory)
        stolen = sum(bucket in loot for bucket in dataset.buckets)
        require(stolen == len(dataset.buckets), f"only {stolen} of {len(dataset.buckets)} buckets are in what was stolen")
        require(all(value in loot for value in values), "what the thief uses is not what was stolen")
        key = (sandbox.DIRECTORY / "keys/psni-1").read_text().split()[-1]
        require(bytes.fromhex(key) not in loot and key.encode() not in loot, "the key is in the data directory")

        people = random.Random(255).sample(sorted(sandbox.source("psni").people), WITH_KEY)
        with_key = outputs(directory, sandbox.DIRECTORY / "keys/psni-1",
                           [f"exposure/v1/{SCHEME}/{number}" for number in people])
        context = b"exposure/v1/record\0" + dataset.epoch_id + dataset.dataset_id + dataset.salt
        lines = [("context", context), *(("tag", tag) for tag in tags), *(("value", value) for value in values),
                 *(("output", output) for output in with_key)]
        (directory / "loot").write_text("".join(f"{word} {value.hex()}\n" for word, value in lines))

        (tried, found), (guesses, guessed) = attack(directory / "loot")
        print(f"With the key: {found} of {tried} people found. Without it: {EVERY:,} numbers, {guesses:,} guesses compared "
              f"with {len(tags):,} stored tags: {guessed} found.")
        require(tried == found == WITH_KEY, "with the key not everybody is found: the attack is no attack")
        require(guesses == 2 * EVERY * (6 + 7 * len(values)), "not every form was tried")
        require(guessed == 0, f"{guessed} people were found without a key")


main()
