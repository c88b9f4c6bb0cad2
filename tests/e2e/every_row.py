#!/usr/bin/env python3
"""Every row of both samples that could be read is found with the right categories, and 100,000 absent numbers are not in
it: through the real service, asked with the numbers as the sources have them."""

import random

from support import sandbox
from support.programs import own_directory, require
from support.source import EXPOSED, NOT_HELD

ABSENT = 50_000  # for each scheme
INCIDENTS = {"met": "met-2023-supplier", "psni": "psni-2023-foi"}


def absent_numbers(force, people):
    draws = random.Random(f"absent {force}")
    found = set()
    while len(found) < ABSENT:
        digits = f"{draws.randrange(1_000_000):06d}"
        number = draws.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ") + digits if force == "met" else digits
        if number not in people:
            found.add(number)
    return sorted(found)


def check(client, force):
    source, incident = sandbox.source(force), INCIDENTS[force]
    read = [(written, number) for written, number in source.rows if number is not None]
    absent = absent_numbers(force, source.people)
    answers = client.each([f"{source.scheme} {written}" for written, _ in read] +
                          [f"{source.scheme} {number}" for number in absent])
    wrong = 0
    for (_, number), answer in zip(read, answers):
        verdict = answer[incident]
        wrong += not (verdict["verdict"] == "EXPOSED" and
                      set(verdict["exposed"]) == source.words(number, EXPOSED) and
                      set(verdict["not_held"]) == source.words(number, NOT_HELD) and not verdict["possibly_exposed"])
    not_in_it = sum(answer[incident]["verdict"] == "NOT_IN_THIS_DATASET" for answer in answers[len(read):])
    other = {verdict["verdict"] for answer in answers for name, verdict in answer.items() if name != incident}
    print(f"{source.scheme}: {len(source.rows):,} rows, {len(source.rows) - len(read)} quarantined, {len(source.people):,} "
          f"people: {len(read) - wrong:,} rows found with the right categories, {wrong} not. {not_in_it:,} of "
          f"{len(absent):,} absent numbers not in it.")
    require(wrong == 0, f"{wrong} rows were not answered as the source says")
    require(not_in_it == len(absent), f"{len(absent) - not_in_it} absent numbers were not answered by a verified no")
    require(other == {"NEEDS_ANOTHER_NUMBER", "CANNOT_BE_CHECKED"}, f"other incidents: {other}")
    different = len({tuple(sorted(source.people[number].items())) for number in source.people})
    require(different >= 2, "the people of the sample should differ in what is exposed")


def main():
    with own_directory("every_row") as directory:
        client = sandbox.client(directory)
        for force in ("met", "psni"):
            check(client, force)


main()
