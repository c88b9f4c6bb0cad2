#!/usr/bin/env python3
"""The runbooks of docs/threat-model.md, each tried to its end: what stands there is what is run, and afterwards the key that
was compromised is worth nothing."""

import contextlib
import os
import pathlib
import re
import shutil

from support import pki
from support.dataset import read_dataset
from support.node import outputs
from support.programs import BIN, SAMPLES, SOURCE, own_directory, require, run, wait_until
from support.runbook import Runbook
from support.service import INCIDENTS, Service, config, make_keys, make_samples
from support.source import Source

ATTACK = pathlib.Path(os.environ.get("EXPOSURE_ATTACK", BIN / "e2e_attack"))
INCIDENT = INCIDENTS["met"]
MET = 'evaluator_files: "keys/met-1.pub" '
RIGHT = ("EXPOSED", "NOT_IN_THIS_DATASET")


class World:
    """A directory with a service in it that has sealed and published a list, as an operator has it before the theft."""

    def __init__(self, directory, services):
        self.directory, self.services = directory, services
        self.service = services["exposured"]
        self.people = sorted(Source("met", directory / "met.csv").people)
        self.absent = next(f"A{i:06d}" for i in range(1_000_000) if f"A{i:06d}" not in self.people)

    def client(self, name="portal", caller="consumer/met-portal", *, pki_of=None, server=None):
        client = self.service.client(f"state-{name}", pki.options(pki_of or self.directory, caller))
        client.server = server or client.server
        return client

    def seal(self, out):
        custodian = self.client("custodian", "custodian/met-response")
        operator = self.client("operator", "operator/first")
        operator.run("grant", INCIDENT, "--caller", "custodian/met-response", "--rows", 47000)
        custodian.run("seal", self.directory / "met.csv", "--mapping", self.directory / "met.mapping.txtpb", "--incident",
                      INCIDENT, "--key", self.directory / "keys/met-custodian", "--out", out, "--difference-explained",
                      "A sample.")
        custodian.run("publish", out)

    def expect(self, in_it, not_in_it, *, when, code=0, client=None):
        """The verdicts for somebody who is in the list, and for nobody."""
        for number, expected in ((self.people[0], in_it), (self.absent, not_in_it)):
            said = (client or self.client()).json("check", stdin=f"met/pay {number}\n", code=code)["verdicts"]
            verdict = next(v["verdict"] for v in said if v["incident_id"] == INCIDENT)
            require(verdict == expected, f"{when}: {verdict} instead of {expected}")

    def edit(self, *changes):
        path = self.service.config
        text = path.read_text()
        for before, after in changes:
            require(before in text, f"{path.name} has no {before}")
            text = text.replace(before, after, 1)
        path.write_text(text)

    def impostor(self, *, key, delegation):
        """Whoever stole a signing key, with all that is public: serves the newest catalogue and goes on with it."""
        place = self.directory / "impostor"
        for folder in ("data", "keys", "pki"):
            shutil.copytree(self.directory / folder, place / folder, ignore=shutil.ignore_patterns("LOCK"))
        shutil.copy(key, place / "keys/stolen")
        shutil.copy(delegation, place / "delegation.txtpb")
        text = config(name="Impostor", more=pki.config()).replace("keys/catalogue\"", "keys/stolen\"")
        return Service(place, text)


def refuses(client, reason, what):
    error = client.json("notices", code=3)["error"]
    require(error["reason"] == reason, f"{what}: {error} instead of {reason}")


def found_with(directory, key, path, people):
    """How many of some people a thief with an evaluator's key finds in a dataset file."""
    dataset = read_dataset(path)
    known = outputs(directory, key, [f"exposure/v1/met/pay/{number}" for number in people])
    context = b"exposure/v1/record\0" + dataset.epoch_id + dataset.dataset_id + dataset.salt
    loot = [("context", context), *(("tag", row[:16]) for row in dataset.rows()), *(("output", f) for f in known)]
    (directory / "loot").write_text("".join(f"{word} {value.hex()}\n" for word, value in loot))
    said = run([ATTACK, directory / "loot", "met/pay", "0", "0"], home=directory).stdout.split()
    require(said[:2] == ["outputs", str(len(people))], f"{said}")
    return int(said[3])


def destroyed(path):
    require(not path.exists(), f"{path} is still there")


def evaluator(world):
    directory, some = world.directory, world.people[:50]
    book = Runbook("The evaluator's key", directory, world.services)
    shutil.copy(directory / "keys/met-1", directory / "stolen-key")
    require(found_with(directory, directory / "stolen-key", directory / "first.dataset", some) == len(some),
            "the key and the records do not open each other: the theft is no theft")
    book.next()
    world.expect("CANNOT_BE_CHECKED", "CANNOT_BE_CHECKED", when="with the records taken away")
    added = book.next()
    epoch = added[added.index("epochs {"):]
    world.edit(('evaluator_key_files: "keys/met-1"', 'evaluator_key_files: "keys/met-1" evaluator_key_files: "keys/met-2"'),
               ("custodians {", epoch.split("\n#")[0] + "\ncustodians {"))
    book.next()
    book.next()
    world.expect(*RIGHT, when="sealed again")
    line = book.next()
    require("retired: true" in line and "Remove evaluator_key_files" in line, line)
    world.edit(('evaluator_key_files: "keys/met-1" ', ""), (MET, MET + "retired: true "))
    book.next()
    book.next()
    book.finish()
    destroyed(directory / "keys/met-1")
    world.expect(*RIGHT, when="with the old key gone")
    new = directory / f"{INCIDENT}.dataset"
    require(found_with(directory, directory / "keys/met-2", new, some) == len(some), "the new key does not open the new records")
    require(found_with(directory, directory / "stolen-key", new, some) == 0, "the stolen key opens the new records")


# Of the second evaluator, which is restarted while others have its address: no port that the system gives out by itself.
SECOND = f"127.0.0.1:{20000 + os.getpid() % 10000}"


def split(lives, *, second):
    """The configuration of one of two owners. lives: (life of the key, whether it is over)."""
    mine, share = (SECOND, "b") if second else ("", "a")
    text = config(more=pki.config(), evaluator="127.0.0.1:1" if second else "")
    before = re.search(r"epochs \{\n  evaluator_files: \"keys/met.*?\n\}\n", text, re.S)[0]
    first_line = before.split("\n")[1]
    epochs = [before.replace(first_line, f'  evaluator_files: "keys/met-{life}a.pub" evaluator_files: "keys/met-{life}b.pub" '
                             f'evaluator_addresses: "{"127.0.0.1:1" if second else ""}" '
                             f'evaluator_addresses: "{"" if second else SECOND}" retired: {str(over).lower()}')
              for life, over in lives]
    keys = " ".join(f'evaluator_key_files: "keys/met-{life}{share}"' for life, over in lives if not over)
    text = text.replace(before, "".join(epochs)).replace('evaluator_key_files: "keys/met-1"', keys)
    if not second:
        return text
    return (text.replace('"127.0.0.1:0"', f'"{SECOND}"').replace('"data"', '"second-data"')
            .replace('"address"', '"second.address"').replace('evaluator_key_files: "keys/psni-1"', ""))


def one_share(world):
    directory, some = world.directory, world.people[:50]
    book = Runbook("One share of a split key", directory, world.services)

    def configure(name, *lives):
        world.services[name].config.write_text(split(lives, second=name == "second"))

    for share in "ab":
        require(found_with(directory, directory / f"keys/met-1{share}", directory / "first.dataset", some) == 0,
                "half a key opens records")
    book.next()
    configure("second", (1, False), (2, False))
    book.next()
    configure("exposured", (1, False), (2, False))
    book.next()
    world.expect(*RIGHT, when="with two epochs, of which one has no list yet")
    book.next()
    world.expect(*RIGHT, when="with the list in both epochs")
    configure("exposured", (1, True), (2, False))
    configure("second", (1, True), (2, False))
    book.next()
    book.next()
    book.finish()
    for share in "ab":
        destroyed(directory / f"keys/met-1{share}")
    world.expect(*RIGHT, when="with the old shares gone")


def catalogue(world):
    directory = world.directory
    book = Runbook("The online catalogue key", directory, world.services)
    world.expect(*RIGHT, when="before")
    shutil.copytree(directory / "keys", directory / "stolen")
    shutil.copy(directory / "delegation.txtpb", directory / "stolen/delegation.txtpb")
    book.next()
    world.edit(("keys/catalogue\"", "keys/catalogue-2\""), ('"delegation.txtpb"', '"delegation-2.txtpb"'))
    book.next()
    book.next()
    book.finish()
    destroyed(directory / "keys/catalogue")
    world.expect(*RIGHT, when="under the new key")
    with world.impostor(key=directory / "stolen/catalogue", delegation=directory / "stolen/delegation.txtpb") as thief:
        refuses(world.client(server=thief.address), "DELEGATION_OLD", "a client that has seen the new delegation")
        world.client("fresh", server=thief.address).run("notices")  # as the document says


def root(world):
    directory = world.directory
    book = Runbook("The root key", directory, world.services)
    world.expect(*RIGHT, when="before")
    shutil.copytree(directory / "keys", directory / "stolen")
    book.next()
    changed = ('"delegation.txtpb"', '"delegation-2.txtpb"')
    world.edit(changed)
    world.service.stop()
    world.service.start()
    refuses(world.client(), "BAD_DELEGATION", "a client that is not told of the change")
    refuses(world.client("fresh"), "BAD_DELEGATION", "a new client that is not told of the change")
    world.edit((changed[1], changed[1] + ' root_change_files: "root-change.txtpb"'))
    book.next()
    book.next()
    book.next()
    book.finish()
    destroyed(directory / "keys/root")
    world.expect(*RIGHT, when="under the new root, with the old one pinned")
    run([BIN / "exposure", "keys", "generate", "catalogue", "--out", directory / "stolen/thief"], home=directory)
    run([BIN / "exposure", "keys", "delegate", "--root", directory / "stolen/root", "--catalogue",
         directory / "stolen/thief.pub", "--out", directory / "stolen/delegation.txtpb"], home=directory)
    with world.impostor(key=directory / "stolen/thief", delegation=directory / "stolen/delegation.txtpb") as thief:
        refuses(world.client(server=thief.address), "BAD_DELEGATION", "a client that has followed the change")
        world.client("untold", server=thief.address).run("notices")  # as the document says


def custodian(world):
    directory = world.directory
    book = Runbook("A custodian's key", directory, world.services)
    world.expect(*RIGHT, when="before")
    old = directory / "first.dataset"
    book.words["DATASET"] = read_dataset(old).dataset_id.hex()
    book.next()
    entry = 'custodians { name: "Custodian of met" force: "met" public_key_file: "keys/met-custodian.pub" }'
    world.edit((entry, entry.replace(" }", " revoked: true }") + "\n" + entry.replace("met-custodian", "met-custodian-2")))
    book.next()
    world.expect("NO_ANSWER", "NO_ANSWER", when="with the key revoked", code=3)
    book.next()
    book.finish()
    destroyed(directory / "keys/met-custodian")
    world.expect(*RIGHT, when="signed by the new key")
    error = world.client("custodian", "custodian/met-response").json("publish", old, code=4)["error"]
    require(error["reason"] == "REVOKED_CUSTODIAN", f"what the old key signed: {error}")


def tls_ca(world):
    directory = world.directory
    book = Runbook("The CA of callers' certificates", directory, world.services)
    world.expect(*RIGHT, when="before")
    old = directory / "old"
    shutil.copytree(directory / "pki", old / "pki")
    process = world.service.process.pid
    book.next()
    book.next()
    shutil.copy(directory / "pki-2/ca.pem", old / "pki/ca.pem")  # else the client would refuse before the service does

    def shut_out():
        error = world.client("old", pki_of=old).run("notices", "--json", code=None)
        return "CERTIFICATE_UNTRUSTED" in error.stdout

    wait_until("certificates of the old CA to be refused", shut_out, 30)
    book.pki = directory / "new"
    book.pki.mkdir()
    (book.pki / "pki").symlink_to("../pki-2")
    book.next()
    book.finish()
    world.expect(*RIGHT, when="with a certificate of the new CA", client=world.client(pki_of=book.pki))
    require(world.service.process.pid == process and world.service.process.poll() is None, "it was restarted")


def prepare(directory):
    """Keys, certificates and sources; a list published by a service with one evaluator."""
    make_keys(directory)
    for words in (["operator", "--out", "operator"], ["evaluator", "--out", "keys/met-1a", "--index", "1"],
                  ["evaluator", "--out", "keys/met-1b", "--index", "2"]):
        run([BIN / "exposure", "keys", "generate", *words], home=directory)
    pki.make(directory)
    make_samples(directory / "samples", 0.02)
    (directory / "met.csv").symlink_to("samples/met.csv")
    (directory / "met.mapping.txtpb").symlink_to(SAMPLES / "met.mapping.txtpb")
    (directory / "deploy").symlink_to(SOURCE / "deploy")


def publish(world):
    world.client("custodian", "custodian/met-response").run("notice", "publish", SAMPLES / f"{INCIDENT}.notice.txtpb")
    world.seal(world.directory / "first.dataset")


def tried(runbook, directory, start, second=None):
    """Runs one in a directory of its own, a copy of `start`."""
    own = directory / runbook.__name__
    shutil.copytree(start, own, symlinks=True)
    with contextlib.ExitStack() as running:
        services = {}
        if second:
            services["second"] = running.enter_context(Service(own, second, name="second", roles="evaluator"))
        text = split([(1, False)], second=False) if second else config(more=pki.config())
        services = {"exposured": running.enter_context(Service(own, text)), **services}
        world = World(own, services)
        if second:
            publish(world)
        runbook(world)
    print(f"{runbook.__name__}: done", flush=True)


def main():
    with own_directory("runbooks") as directory:
        bare, start = directory / "bare", directory / "start"
        bare.mkdir()
        prepare(bare)
        shutil.copytree(bare, start, symlinks=True)
        with Service(start, config(more=pki.config())) as service:
            publish(World(start, {"exposured": service}))
            service.stop()
        for runbook in (evaluator, catalogue, root, custodian, tls_ca):
            tried(runbook, directory, start)
        tried(one_share, directory, bare, split([(1, False)], second=True))
    print("Six runbooks, run as they stand in the document: each key that was compromised is worth nothing afterwards.")


main()
