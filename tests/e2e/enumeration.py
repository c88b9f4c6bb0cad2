#!/usr/bin/env python3
"""Whoever tries out numbers, through each consumer and over kill -9, learns no more than the day's budget; the alarm is raised
before a tenth of it; others keep their share. Nothing of what was asked, and of who asked, is then found in any file, log or
answer of the service."""

import itertools
import re
import secrets
import shutil
import subprocess
import time

from support import pki, tokens
from support.needles import Needles, forms_of_bytes
from support.programs import BIN, SAMPLES, environment, own_directory, require, skip
from support.service import INCIDENTS, Service, config, make_keys, make_samples, seal
from support.source import Source

PEOPLE = 3000
BUDGET = 2 * PEOPLE
FULL = 4  # numbers of a question
THREADS = 8  # calls that wait together are charged together
DAY = 86400
MINUTES_OF_ALL = 5
INCIDENT = INCIDENTS["met"]
PORTAL, HELPDESK, MOBILE = "consumer/met-portal", "consumer/federation-helpdesk", "consumer/mobile-app"
SHARES = {PORTAL: BUDGET * 25 // 100, HELPDESK: BUDGET * 10 // 100, MOBILE: BUDGET * 25 // 100}
SHAPES = {PORTAL: 10, HELPDESK: 20, MOBILE: 5}  # questions that a subject may ask at once


def number_space(offset):
    """Every 157th number, from `offset` on: the whole space in even steps."""
    for step in itertools.count():
        letter, digits = divmod(offset + 157 * step, 1_000_000)
        yield f"{'ABCDEFGHJK'[letter]}{digits:06d}"


class Attacker:
    """Walks the number space through a consumer, with invented subjects, and keeps all that it sent and learned."""

    def __init__(self, service, directory, issuer):
        self.service, self.directory, self.issuer = service, directory, issuer
        self.numbers = number_space(0)
        self.root = re.search(r'public_key: "([0-9a-f]{64})"', (directory / "keys/root.pub").read_text())[1]
        self.asked, self.subjects, self.tokens, self.elements, self.retries = set(), set(), set(), set(), set()
        self.learned = {caller: {} for caller in SHAPES}  # number → F

    def questions(self, caller, count):
        """Each subject to its limit, full questions."""
        for i in range(count):
            if i % SHAPES[caller] == 0:
                subject = secrets.token_bytes(16)
                token = self.issuer.token(caller.split("/")[1], f"{subject.hex()}.person") if caller == MOBILE else "-"
                self.subjects.add(subject)
                self.tokens.add(token)
            numbers = list(itertools.islice(self.numbers, FULL))
            self.asked.update(numbers)
            yield subject, token, numbers

    def ask(self, caller, questions, kill_after=None):
        """The reasons, by question; those that nobody answered are left out."""
        lines = [" ".join(["met", subject.hex(), token, *(f"met/pay/{number}" for number in numbers)])
                 for subject, token, numbers in questions]
        (self.directory / "questions").write_text("".join(f"{line}\n" for line in lines))
        certificate = [] if caller == MOBILE else [self.directory / f"pki/{caller}.pem", self.directory / f"pki/{caller}.key"]
        command = [BIN / "e2e_enumerate", self.service.address, self.root, self.directory / "pki/ca.pem", THREADS, *certificate]
        reasons = {}
        with open(self.directory / "questions") as stdin:
            process = subprocess.Popen([str(word) for word in command], stdin=stdin, stdout=subprocess.PIPE, text=True,
                                       env=environment(self.directory))
        for line in process.stdout:
            row, reason, retry, blinded, *outputs = line.split()
            self.retries.add(bytes.fromhex(retry))
            self.elements.update(bytes.fromhex(blinded[i:i + 64]) for i in range(0, len(blinded), 64))
            if reason != "UNAVAILABLE":
                reasons[int(row)] = reason
            self.learned[caller].update(zip(questions[int(row)][2] if outputs else [], map(bytes.fromhex, outputs)))
            if kill_after is not None and sum(reason == "OK" for reason in reasons.values()) == kill_after:
                self.service.kill()
                kill_after = None
        require(process.wait() == 0, "the attacker failed")
        return reasons

    def walk(self, caller, count, kill_after):
        """On and on, with a kill of the service in the middle. The reasons of what was refused."""
        left = list(self.questions(caller, count))
        reasons = self.ask(caller, left, kill_after)
        require(len(reasons) < len(left) and self.service.process is None, f"{caller}: it was not killed in the middle")
        self.service.start()
        again = [question for row, question in enumerate(left) if row not in reasons]
        return {*reasons.values(), *self.ask(caller, again).values()} - {"OK"}

    def total(self):
        return sum(map(len, self.learned.values()))


def quotas(service, directory):
    """As an operator sees them: the epoch's usage, elements by caller, alarms."""
    operator = service.client("operator", pki.options(directory, "operator/first"))
    shown = operator.json("quota", "show", "--force", "met")
    epoch = next(epoch for epoch in shown["epochs"] if epoch["budget"] == BUDGET)
    elements = {caller["caller"]: caller["elements"] for caller in shown["callers"]
                if caller["epoch_id"] == epoch["epoch_id"]}
    return epoch, elements, shown["alarms"]


def the_alarm_comes_before_a_tenth(service, directory, attacker, caller):
    attacker.ask(caller, list(attacker.questions(caller, BUDGET // 10 // FULL - 1)))
    _, elements, alarms = quotas(service, directory)
    require(0 < elements[caller] < BUDGET // 10, f"{caller} has {elements[caller]} elements: not what was to be shown")
    require(any(alarm["caller"] == caller for alarm in alarms), f"no alarm for {caller} after {elements[caller]} elements")
    require(f"ALARM: {caller} " in service.log.read_text(), f"no alarm for {caller} in the log")
    return elements[caller]


def attack(service, directory, attacker, caller, *, questions, most, refusal):
    early = the_alarm_comes_before_a_tenth(service, directory, attacker, caller)
    refused = attacker.walk(caller, questions, kill_after=questions // 8)
    epoch, elements, alarms = quotas(service, directory)
    learned = len(attacker.learned[caller])
    # What was charged when the service was killed leaves its subject less.
    require(refusal in refused <= {refusal, "QUOTA_SUBJECT"}, f"{caller} was refused for {refused} instead of {refusal}")
    require(SHARES[caller] * 9 // 10 <= learned <= elements[caller] <= most,
            f"{caller} learned {learned} numbers, {elements[caller]} are counted, and at most {most} are its own")
    require(attacker.total() <= epoch["elements"] <= BUDGET, f"{epoch['elements']} elements are counted of {BUDGET}")
    require(any(alarm["caller"] == caller for alarm in alarms), f"the alarm of {caller} did not outlive the kill")
    print(f"{caller}: alarm at {early} of {BUDGET} or before; {learned} numbers learned over a kill, then {refusal}.")


def an_honest_person_is_served(service, directory, issuer, people):
    """While the common part of the budget is gone."""
    token = directory / "honest.token"
    token.write_text(issuer.token(MOBILE.split("/")[1], "an honest person"))
    token.chmod(0o600)
    client = service.client("honest", [*pki.options(directory), "--token-file", token])
    require(client.verdict(f"met/pay {sorted(people)[0]}", INCIDENT) == "EXPOSED", "an honest person is not served")


def publish(service, directory):
    custodian = service.client("custodian", pki.options(directory, "custodian/met-response"))
    custodian.run("notice", "publish", SAMPLES / f"{INCIDENT}.notice.txtpb")
    operator = service.client("operator", pki.options(directory, "operator/first"))
    operator.run("grant", INCIDENT, "--caller", "custodian/met-response", "--rows", PEOPLE + 1000)
    seal(custodian, "met", directory / "custodian/met.csv", directory / "met.dataset")
    custodian.run("publish", directory / "met.dataset")


def needles_of(directory, attacker):
    needles = Needles(directory / "needles")
    needles.add_text("number", sorted(attacker.asked))
    needles.add_text("canonical", [f"met/pay/{number}" for number in sorted(attacker.asked)])
    needles.add_text("digits", [number[1:] for number in sorted(attacker.asked)])
    control = list(itertools.islice(number_space(78), len(attacker.asked)))
    require(not set(control) & attacker.asked, "the control numbers were asked, too")
    needles.add_text("digits control", [number[1:] for number in control])
    for kind, values in (("subject", attacker.subjects), ("element", attacker.elements), ("retry", attacker.retries),
                         ("output", {output[:16] for learned in attacker.learned.values() for output in learned.values()})):
        for value in values:
            needles.add(kind, value.hex(), forms_of_bytes(value))
    needles.add_text("subject", [f"{subject.hex()}.person" for subject in attacker.subjects])
    for part in {part for token in attacker.tokens - {"-"} for part in token.split(".")[1:]}:
        needles.add("token", part, {"ascii": part.encode()})
    return needles


SECRET = ("number", "canonical", "subject", "element", "retry", "output", "token")


def nothing_of_it_is_found(needles, files):
    found = needles.in_files(files)
    for kind in SECRET:
        require(not found.of(kind), f"{kind}: {sorted(found.of(kind))[:3]}")
    used, control = len(found.of("digits")), len(found.of("digits control"))
    require(used <= control + 5 * (control + 1) ** 0.5 + 5, f"the digits of {used} numbers, of {control} of the control")
    print(f"{found.searched:,} bytes searched for {len(needles.values):,} byte strings: none. Six digits by chance, "
          f"used/control: {used}/{control}.")


def each_place_is_looked_into(directory, places):
    """The callers are on record in each."""
    callers = Needles(directory / "callers")
    callers.add_text("caller", SHAPES)
    for place in places:
        found = callers.in_files([place]).of("caller")
        require(found == set(SHAPES), f"of the callers only {found} are found in {place}: the search is blind")


def what_is_planted_is_found(directory, needles, log):
    """In a copy of the log, one of each kind and form."""
    planted = {}
    for (kind, text, form), value in zip(needles.names, needles.values):
        if kind in SECRET:
            planted.setdefault((kind, form), (text, value))
    copy = directory / "planted.log"
    copy.write_bytes(log.read_bytes() + b"\n".join(value for _, value in planted.values()))
    found = needles.in_files([copy])
    missed = [(kind, form) for (kind, form), (text, _) in planted.items() if (kind, text, form) not in found.counts]
    require(len(planted) > 30 and not missed, f"planted and not found: {missed}")
    print(f"Planted in a copy of the log, each of {len(planted)} kinds and forms is found.")


def main():
    if not shutil.which("openssl"):
        skip("openssl is not installed")
    if time.time() % DAY > DAY - MINUTES_OF_ALL * 60:
        skip("midnight (UTC) is near, and a new day's budget with it")
    with own_directory("enumeration") as directory:
        make_keys(directory)
        pki.make(directory)
        issuer = tokens.Issuer(directory)
        make_samples(directory / "custodian", scale=PEOPLE / 47000)
        people = Source("met", directory / "custodian/met.csv").people
        text = config(bits={"met": (4, 4)}, populations={"met": PEOPLE}, more=f"{pki.config()}\n{tokens.config()}")
        with Service(directory, text) as service:
            publish(service, directory)
            require(quotas(service, directory)[0]["elements"] == 0, "sealing was charged to the budget")
            attacker = Attacker(service, directory, issuer)
            common = BUDGET - sum(SHARES.values())
            attack(service, directory, attacker, HELPDESK, questions=300, most=SHARES[HELPDESK] + common,
                   refusal="QUOTA_CALLER")
            attack(service, directory, attacker, PORTAL, questions=1000, most=SHARES[PORTAL] + common,
                   refusal="QUOTA_BUDGET")
            an_honest_person_is_served(service, directory, issuer, people)
            attack(service, directory, attacker, MOBILE, questions=400, most=SHARES[MOBILE],
                   refusal="QUOTA_BUDGET")
            used = quotas(service, directory)[0]["elements"]
            require(attacker.total() <= used <= BUDGET < used + FULL, f"{used} of {BUDGET} elements are counted")
            print(f"All together: {attacker.total()} numbers learned of {len(attacker.asked)} tried; the budget is {BUDGET}.")

            operator = service.client("operator", pki.options(directory, "operator/first"))
            operator.run("audit", "export", "--out", directory / "audit.log")
            (directory / "quotas.json").write_text(operator.run("quota", "show", "--json").stdout)
            needles = needles_of(directory, attacker)
            files = [service.log, directory / "audit.log", directory / "quotas.json", directory / "data"]
            each_place_is_looked_into(directory, [*files[:3], directory / "data/evaluator", directory / "data/audit"])
            nothing_of_it_is_found(needles, files)
            require(service.stop() == 0, "exposured did not stop in order")
        nothing_of_it_is_found(needles, files)
        what_is_planted_is_found(directory, needles, service.log)


main()
