#!/usr/bin/env python3
"""A workbook as it leaked, sealed, published and asked: the people of a hidden sheet, and of a pivot cache whose sheet is
gone, are refused until every part is used or ignored by name; then each of 9,483 is found. A number that a spreadsheet
rounded is quarantined, repaired without touching the workbook, and found."""

import random
import re

from support import workbook
from support.programs import own_directory, require
from support.service import INCIDENTS, RULES, Service, config, make_keys, publish_notices

INCIDENT = INCIDENTS["psni"]
# Without padding: 42 is no number of this scheme, only 000042 is.
SIX_DIGITS = "max_letters: 0 min_digits: 6 max_digits: 6"
EXPLAINED = "--difference-explained", "One number was rounded by a spreadsheet."


class Custodian:
    """Seals one source with a mapping that a test writes."""

    def __init__(self, client, directory, name, data):
        self.client, self.directory, self.name = client, directory, name
        self.source = directory / f"{name}.xlsx"
        self.source.write_bytes(data)
        self.out = directory / f"{name}.dataset"
        self.quarantine = directory / f"{name}.quarantine.csv"

    def words(self, lines):
        """The source's arguments; `lines` is what the mapping says of tables and parts."""
        path = self.directory / f"{self.name}.mapping.txtpb"
        path.write_text("\n".join([workbook.columns()[1], *lines]) + "\n")
        return [self.source, "--mapping", path, "--incident", INCIDENT]

    def refused(self, lines):
        """The lines that seal says are to be written."""
        done = self.client.run("seal", *self.words(lines), "--dry-run", code=2)
        require("BAD_SOURCE" in done.stderr, f"refused for another reason: {done.stderr}")
        return [line.split("  #")[0].strip() for line in done.stderr.splitlines() if line.startswith("  ")]

    def seal(self, lines, *more):
        sealed = self.client.json("seal", *self.words(lines), "--key", self.directory / "keys/psni-custodian", "--out",
                                  self.out, *EXPLAINED, *more)
        sums = sealed["reconciliation"]
        require(sums["rows_read"] == sums["rows_indexed"] + sums["rows_merged"] + sums["rows_quarantined"],
                f"rows do not add up: {sums}")
        return sums

    def publish(self, lines, *more, replaces=None):
        """Published, and every row looked for."""
        words = ["--replaces", replaces, "--small-batch"] if replaces else []
        dataset = self.client.json("publish", self.out, *words)["dataset_id"]
        check = self.client.json("verify-published", *self.words(lines), *more)
        require(check["rows"] == check["found"] == workbook.PEOPLE, f"not everybody is found: {check}")
        require(check["quarantined"] == 0, f"rows are still quarantined: {check}")
        return dataset


def stops_until_each_part_is_named(custodian, used, expected):
    """The lines that ignore all but what is used: each of them alone stops the run."""
    parts = custodian.refused([])
    require({f'tables {{ table: "{name}" }}' for name in expected} <= set(parts), f"not all tables are named: {parts}")
    require('ignored_parts: "docProps/core.xml"' in parts, f"document properties are not named: {parts}")
    lines = [line.replace(" }", " ignore: true }") if line.startswith("tables") else line
             for line in parts if f'"{used}"' not in line]
    for line in lines:
        require(len(custodian.refused([f'tables {{ table: "{used}" }}', *(one for one in lines if one != line)])) == 1,
                f"does not stop for {line}")
    return lines


def check_people(client):
    people = [0, 1, 3, workbook.LOST, workbook.PEOPLE - 1, *random.Random(1).sample(range(workbook.PEOPLE), 40)]
    absent = [f"{workbook.number(person) + 1:06d}" for person in people[:20]]
    answers = client.each([f"psni/service {workbook.shown(person)}" for person in people] +
                          [f"psni/service {number}" for number in absent])
    for person, answer in zip(people, answers):
        verdict = answer[INCIDENT]
        require(verdict["verdict"] == "EXPOSED", f"person {person} is not found")
        require(("name" in verdict["exposed"]) == (person % 10 != 3), f"person {person} has other categories")
    for answer in answers[len(people):]:
        require(answer[INCIDENT]["verdict"] == "NOT_IN_THIS_DATASET", "somebody is found who is not there")


def hidden_sheet(client, directory):
    custodian = Custodian(client, directory, "hidden", workbook.with_hidden_sheet())
    lines = stops_until_each_part_is_named(custodian, workbook.SHEET, ["Summary", "Notes", workbook.SHEET])
    total = workbook.row_of(workbook.PEOPLE)
    lines.append(f'tables {{ table: "{workbook.SHEET}" header_row: {workbook.HEADER_ROW} not_people: {total} }}')

    dry = client.json("seal", *custodian.words(lines), "--out", custodian.out, "--dry-run")["reconciliation"]
    require(not custodian.out.exists(), "a dry run wrote a dataset")
    sums = custodian.seal(lines)
    require(sums == {**dry, "difference_explained": sums["difference_explained"]}, "the dry run said something else")
    require((sums["rows_read"], sums["rows_quarantined"]) == (workbook.PEOPLE, 1), f"{sums}")

    listed = custodian.quarantine.read_text()
    row = workbook.row_of(workbook.LOST)
    require(re.search(rf'^"{workbook.SHEET}",{row},"Service No","digits were lost[^"]*",$', listed, re.MULTILINE)
            and listed.count("\n") == 2, f"the list is {listed}")
    require(custodian.quarantine.stat().st_mode & 0o777 == 0o600, "others can read the list")
    require(str(workbook.ROUNDED) not in listed, "the list holds the number")

    # Filled in where it lies; the workbook stays as it is.
    custodian.quarantine.write_text(listed.rstrip("\n") + workbook.shown(workbook.LOST) + "\n")
    client.run("seal", *custodian.words(lines), "--out", custodian.out, "--dry-run", code=2)  # --repairs is forgotten
    repairs = "--repairs", custodian.quarantine
    sums = custodian.seal(lines, *repairs)
    require((sums["rows_indexed"], sums["rows_quarantined"]) == (workbook.PEOPLE, 0), f"{sums}")
    dataset = custodian.publish(lines, *repairs)
    check_people(client)
    print(f"{workbook.PEOPLE:,} people of a hidden sheet found, one of them repaired.")
    return dataset


def pivot_cache(client, directory, replaces):
    custodian = Custodian(client, directory, "cache", workbook.with_pivot_cache())
    lines = stops_until_each_part_is_named(custodian, workbook.CACHE, ["Summary", "Notes", workbook.CACHE])
    lines.append(f'tables {{ table: "{workbook.CACHE}" }}')
    sums = custodian.seal(lines)
    require((sums["rows_read"], sums["rows_indexed"]) == (workbook.PEOPLE, workbook.PEOPLE), f"{sums}")
    custodian.publish(lines, replaces=replaces)
    check_people(client)
    print(f"{workbook.PEOPLE:,} people of a pivot cache found, whose sheet is gone.")


def main():
    with own_directory("workbook") as directory:
        make_keys(directory)
        text = config().replace(RULES["psni/service"], SIX_DIGITS)
        with Service(directory, text) as service:
            client = service.client()
            publish_notices(client)
            dataset = hidden_sheet(client, directory)
            pivot_cache(client, directory, dataset)


main()
