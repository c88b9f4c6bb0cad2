#!/usr/bin/env python3
"""kill -9 of the service, or of its signer, at random instants of uploading, publishing, replacing and retracting. After
each: it starts again, the service serves the catalogue from before or from after and nothing between, says what its
catalogue says, goes on with an upload where it was, and what is downloaded in the end is the sealed file, bit for bit."""

import base64
import collections
import random
import subprocess
import time

from support.dataset import kept, read_dataset
from support.programs import BIN, SAMPLES, Client, environment, own_directory, require
from support.proxy import Proxy
from support.service import Service, config, make_keys, make_samples, publish_notices, seal, signer_config
from support.source import Source

ROUNDS = 36
INCIDENT = "met-2023-supplier"
BITS = (13, 8)  # many small buckets: a file of several chunks from few rows
CHUNK = 1 << 20


def id_of(dataset):
    return base64.b64decode(dataset["manifest"])[8:24].hex()


class World:
    """One service, two sealed datasets of one incident, and what must be true of them."""

    def __init__(self, directory, draws):
        self.directory, self.draws = directory, draws
        make_keys(directory)
        socket = f"unix:{directory}/signer.sock"
        self.signer = Service(directory, signer_config(socket), name="signer", roles="signer")
        self.signer.start()
        make_samples(directory / "custodian", scale=0.04)
        first = directory / "custodian/met.csv"
        second = directory / "custodian/met-2.csv"
        rows = first.read_bytes().split(b"\r\n")
        second.write_bytes(b"\r\n".join(rows[:1] + rows[2:]))
        self.number = sorted(set(Source("met", first).people) & set(Source("met", second).people))[0]
        self.service = Service(directory, config(bits={"met": BITS}, signer=socket))
        self.service.start()
        client = self.service.client()
        publish_notices(client)
        self.files = [directory / "first.dataset", directory / "second.dataset"]
        for source, file in zip((first, second), self.files):
            seal(client, "met", source, file)
        self.ids = [read_dataset(file).dataset_id.hex() for file in self.files]
        require(self.ids[0] != self.ids[1], "a row less should give another dataset")
        self.version = 0
        self.state = 0

    def fresh_client(self, server=None):
        self.state += 1
        return Client(self.directory, server or self.service.address, self.directory / "keys/root.pub",
                      state=f"state/{self.state}")

    def listed(self):
        """Ids of the datasets that the catalogue lists now; and what it says is what a person is told."""
        client = self.fresh_client()
        catalogue = client.export()
        require(int(catalogue["version"]) >= self.version, "an acknowledged catalogue was lost")
        self.version = int(catalogue["version"])
        ids = [id_of(dataset) for dataset in catalogue["rendering"].get("datasets", [])]
        verdict = client.verdict(f"met/pay {self.number}", INCIDENT)
        require(verdict == ("EXPOSED" if ids else "CANNOT_BE_CHECKED"), f"{verdict} with datasets {ids}")
        return ids

    def retract_all(self):
        client = self.fresh_client()
        for dataset in client.export()["rendering"].get("datasets", []):
            client.run("retract", id_of(dataset))

    def duration(self, *words):
        begun = time.monotonic()
        self.fresh_client().run(*words)
        return time.monotonic() - begun

    def killed_during(self, words, longest, victim):
        """Starts a command, kills the service or its signer after a random time, then the command."""
        command = [BIN / "exposure", words[0], "--server", self.service.address, "--root", self.directory / "keys/root.pub",
                   "--state-dir", self.directory / "state/killed", *words[1:]]
        child = subprocess.Popen([str(word) for word in command], env=environment(self.directory), cwd=self.directory,
                                 stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            finished = child.wait(timeout=self.draws.uniform(0, longest)) == 0
        except subprocess.TimeoutExpired:
            finished = False
        victim.kill()
        if victim is self.signer and not finished:
            self.fresh_client().run("notices")  # what is served stays, whatever became of the signer
        child.kill()
        child.wait()
        victim.start()
        if victim is self.signer:  # what the service had begun ends before this, which is refused
            self.fresh_client().run("notice", "publish", SAMPLES / f"{INCIDENT}.notice.txtpb", code=2)
        return finished

    def publish(self, which, replaces=None, server=None):
        words = ["publish", self.files[which]] + (["--replaces", replaces, "--small-batch"] if replaces else [])
        self.fresh_client(server).run(*words)

    def finish(self, which, replaces):
        """Publishes to the end, and compares. Whether bytes of before the kill were still held."""
        with Proxy(self.service.address) as proxy:
            self.publish(which, replaces, proxy.address)
        size = self.files[which].stat().st_size
        require(self.ids[which] in self.listed(), "published, and not in the catalogue")
        client = self.fresh_client()
        client.run("download")
        require(kept(client)[self.ids[which]].read_bytes() == self.files[which].read_bytes(), "the dataset is not the "
                "sealed file, bit for bit")
        return proxy.sent() < size - CHUNK // 2


def rounds(world):
    outcomes = collections.Counter()
    first, second = world.ids
    longest = {"publish": world.duration("publish", world.files[0])}
    longest["replace"] = world.duration("publish", world.files[1], "--replaces", first, "--small-batch")
    longest["retract"] = world.duration("retract", second)
    for number in range(ROUNDS):
        kind = ("publish", "replace", "retract", "publish")[number % 4]
        world.retract_all()
        before, after = [], [first]
        words = ["publish", world.files[0]]
        if kind != "publish":
            world.publish(0)
            before, after = [first], [second] if kind == "replace" else []
            words = ["publish", world.files[1], "--replaces", first, "--small-batch"] if kind == "replace" else ["retract", first]
        victim = world.signer if number % 8 >= 4 else world.service
        finished = world.killed_during(words, 1.1 * longest[kind], victim)
        found = world.listed()
        require(found in (before, after), f"round {number}, {kind}: {found} is neither {before} nor {after}")
        require(not finished or found == after, f"round {number}, {kind}: acknowledged, and lost")
        switched = "after" if found == after else "before"
        which = 1 if kind == "replace" else 0
        shorter = world.finish(which, first if kind == "replace" and found == before else None)
        outcomes[kind, "acknowledged" if finished else switched] += 1
        outcomes["kills of the signer"] += victim is world.signer
        outcomes["uploads resumed"] += shorter and kind != "retract" and found == before
    return outcomes


def main():
    draws = random.Random()
    with own_directory("kill") as directory:
        begun = time.monotonic()
        world = World(directory, draws)
        size = world.files[0].stat().st_size
        require(size > 3 * CHUNK, f"{size} bytes are too few to be interrupted")
        prepared = time.monotonic()
        outcomes = rounds(world)
        require(world.service.stop() == 0, "exposured did not stop in order")
        require(world.signer.stop() == 0, "the signer did not stop in order")
        print(f"{ROUNDS} kills in {time.monotonic() - prepared:.0f} s, {prepared - begun:.0f} s to prepare; files of {size:,} "
              f"bytes. The catalogue afterwards was that of:")
        for kind, count in sorted(outcomes.items(), key=str):
            print(f"  {kind}: {count}")
        require(outcomes["uploads resumed"] >= 1, "no upload was interrupted and resumed: the kills came at no useful time")
        for kind in ("publish", "replace", "retract"):
            require(sum(n for k, n in outcomes.items() if k[0] == kind) >= 5, f"too few kills of {kind}")


main()
