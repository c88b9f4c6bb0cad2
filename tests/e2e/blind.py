#!/usr/bin/env python3
"""The service is blind: after sealing and 1,000 checks no number, canonical form, name or OPRF output is in its files, its
log or its process image. Also looked for and found: what it must hold. Numbers that were never used are the control set:
six digits occur by chance."""

import random
import subprocess
import sys

from support.needles import Needles, forms_of_bytes, forms_of_text
from support.node import outputs
from support.programs import own_directory, require
from support.service import Service, config, make_keys, make_samples, publish_notices, seal
from support.source import Source

SCALE = 0.1
SINGLE = 80  # checks by a process of their own, each a fetch by prefix; the rest of the 1,000 in one batch
CHECKS = 1000
PLANTED = {"number": "Q739251", "digits": "739251", "name": "Okonkwo-Planted"}
NAME_LENGTH = 6  # shorter surnames are words of any program's text


def full_names(row):
    first = row.get("Forenames") or row["Initials"]
    surname = row["Surname"]
    return [f"{first} {surname}", f"{surname} {first}", f"{surname},{first}", f"{surname}, {first}"]


def unused(draws, taken, make, count):
    """As many as asked for, of numbers that nobody has or asks."""
    found = set()
    while len(found) < count:
        number = make(draws)
        if number not in taken:
            found.add(number)
    return found


def any_met(draws):
    return draws.choice("ABCDEFGHJKLMNPRSTW") + f"{draws.randrange(1000000):06d}"


def any_psni(draws):
    return f"{1 + draws.randrange(draws.choice([999, 9999, 99999, 999999])):06d}"


def seal_and_check(service, client, sources, questions):
    for force, source in sources.items():
        seal(client, force, source, client.directory / f"{force}.dataset")
        client.run("publish", client.directory / f"{force}.dataset")
    exposed = sum(client.verdict(line, "met-2023-supplier" if line.startswith("met") else "psni-2023-foi") == "EXPOSED"
                  for line in questions[:SINGLE])
    answers = client.each(questions[SINGLE:])
    exposed += sum(any(v["verdict"] == "EXPOSED" for v in answer.values()) for answer in answers)
    print(f"Sealed {len(sources)} sources and checked {len(questions)} numbers: {exposed} exposed.")
    require(200 < exposed < len(questions) - 200, "the checks should be hits and misses")


def self_test(directory):
    """Every form is found in the memory of a process that holds it, and only there."""
    forms = {**forms_of_text("K482915"), **{f"F-{k}": v for k, v in forms_of_bytes(b"\x01\x9f" * 8).items()}}
    holder = "import sys; held = [bytes.fromhex(line) for line in sys.stdin]; print('ready', flush=True); " \
             "sys.stdin = None; import signal; signal.pause()"
    needles = Needles(directory / "self.needles")
    needles.add("planted", "all", forms)
    for given in (forms, {}):
        child = subprocess.Popen([sys.executable, "-c", holder], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        child.stdin.write("".join(f"{value.hex()}\n" for value in given.values()).encode())
        child.stdin.close()
        require(child.stdout.readline() == b"ready\n", "the child did not start")
        found = needles.in_process(child.pid).forms("all")
        child.kill()
        child.wait()
        require(found == set(given), f"of the planted forms {set(given)} the search found {found}")
    print(f"The search finds each of {len(forms)} planted forms in a process, and none where there is none.")


def judge(where, found, baseline):
    require(found.searched > 10000, f"{where}: only {found.searched} bytes could be read")
    for text in PLANTED.values():
        require("ascii" in found.forms(text), f"{where}: the planted {text} was not found: the search is blind")
    for kind in ("canonical", "full name", "output"):
        require(not found.of(kind), f"{where}: {kind}: {sorted(found.of(kind))[:5]}")
    names = found.of("surname") - baseline.of("surname")
    require(not names, f"{where}: surnames {sorted(names)[:5]}")
    counts = {kind: (len(found.of(kind)), len(found.of(f"{kind} control"))) for kind in ("met", "psni")}
    require(counts["met"][0] <= counts["met"][1] + 1, f"{where}: {counts['met'][0]} Met numbers, {counts['met'][1]} of "
            f"the control: {sorted(found.of('met'))[:5]}")
    used, control = counts["psni"]
    require(used <= control + 5 * (control + 1) ** 0.5 + 5, f"{where}: {used} service numbers, {control} of the control")
    print(f"{where}: {found.searched:,} bytes. Found by chance, used/control: Met {counts['met'][0]}/{counts['met'][1]}, "
          f"PSNI {used}/{control}. Canonical forms, full names, outputs: 0. Surnames of the program's own text: "
          f"{len(found.of('surname'))}.")


def main():
    draws = random.Random(9497)
    with own_directory("blind") as directory:
        self_test(directory)
        make_keys(directory)
        make_samples(directory / "custodian", scale=SCALE)
        paths = {force: directory / f"custodian/{force}.csv" for force in ("met", "psni")}
        sources = {force: Source(force, path) for force, path in paths.items()}
        held = {force: set(source.people) for force, source in sources.items()}
        absent = {"met": unused(draws, held["met"], any_met, 300), "psni": unused(draws, held["psni"], any_psni, 300)}
        asked = {force: draws.sample(sorted(held[force]), 200) + sorted(absent[force]) for force in held}
        used = {force: held[force] | absent[force] for force in held}
        questions = [f"{sources[force].scheme} {number}" for force in asked for number in asked[force]]
        draws.shuffle(questions)
        require(len(questions) == CHECKS, f"{len(questions)} questions")

        needles = Needles(directory / "needles")
        for force, make in (("met", any_met), ("psni", any_psni)):
            needles.add_text(force, sorted(used[force]))
            needles.add_text(f"{force} control", sorted(unused(draws, used[force], make, len(used[force]))))
            inputs = [f"exposure/v1/{sources[force].scheme}/{number}" for number in sorted(used[force])]
            needles.add_text("canonical", [text.removeprefix("exposure/v1/") for text in inputs])
            for text, value in zip(inputs, outputs(directory, directory / f"keys/{force}-1", inputs)):
                needles.add("output", text, forms_of_bytes(value[:16]))
        rows = [row for source in sources.values() for row in source.cells]
        needles.add_text("full name", sorted({name for row in rows if len(row["Surname"]) >= NAME_LENGTH
                                              for name in full_names(row)}))
        needles.add_text("surname", sorted({row["Surname"] for row in rows if len(row["Surname"]) >= NAME_LENGTH}))
        needles.add_text("planted", PLANTED.values())

        text = config(name="Test service " + " ".join(PLANTED.values()))
        with Service(directory, text) as service:
            client = service.client()
            publish_notices(client)
            files = [directory / "data", service.log, service.config]
            baseline = {"memory": needles.in_process(service.process.pid), "files": needles.in_files(files)}
            seal_and_check(service, client, paths, questions)
            memory = needles.in_process(service.process.pid)
            print(f"{len(needles.values):,} byte strings of {len(used['met']) + len(used['psni']):,} numbers and "
                  f"{len(rows):,} people.")
            judge("Process image", memory, baseline["memory"])
            judge("Files and log, while it runs", needles.in_files(files), baseline["files"])
            require(service.stop() == 0, "exposured did not stop in order")
        judge("Files and log, after it stopped", needles.in_files(files), baseline["files"])


main()
