#!/usr/bin/env python3
"""Makes the sample sources: met.csv and psni.csv, and known.txt with a number for each verdict.

Everybody in them is invented. The same seed gives the same bytes with every Python 3: the draws are this file's own.

  generate.py --out DIR [--scale 1.0] [--seed N] [--truth]

--scale 0.02 makes a fiftieth of the rows, for tests. --truth also writes NAME.truth.csv: what a lookup of each number
must say, worked out here and not by the tools that are tested with it.
"""

import argparse
import csv
import os

from invented import MET_RANKS, MET_VETTING, PSNI_GRADES, PSNI_PLACES, PSNI_UNITS, forename, surname

NBSP = "\u00a0"


class Draws:
    """SplitMix64: small, seeded, and the same for ever."""

    MASK = (1 << 64) - 1

    def __init__(self, seed):
        self.state = seed & self.MASK

    def below(self, n):
        self.state = (self.state + 0x9E3779B97F4A7C15) & self.MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & self.MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & self.MASK
        return ((z ^ (z >> 31)) * n) >> 64

    def one_of(self, items):
        return items[self.below(len(items))]

    def shuffle(self, items):
        for i in range(len(items) - 1, 0, -1):
            j = self.below(i + 1)
            items[i], items[j] = items[j], items[i]

    def fresh(self, taken, make):
        """A value of make() that nobody has yet."""
        while True:
            value = make()
            if value not in taken:
                taken.add(value)
                return value


class Source:
    """Rows of one sample, and what is true of each number in them."""

    def __init__(self):
        self.rows = []
        self.truth = {}  # canonical number → (rows, set of exposed categories)

    def add(self, number, row, exposed):
        rows, categories = self.truth.get(number, (0, set()))
        self.truth[number] = (rows + 1, categories | set(exposed))
        self.rows.append(row)


# --- Metropolitan Police ---------------------------------------------------------------------------------------------

MET_COLUMNS = ["Pay No", "Surname", "Forenames", "Rank", "Photo ref", "Vetting level", "Export ref"]
MET_NOT_HELD = ["phone", "home_address", "bank_details"]


def met_number(draws):
    return draws.one_of("ABCDEFGHJKLMNPRSTW") + f"{draws.below(1000000):06d}"


def as_somebody_typed(draws, number):
    """Most numbers are as they should be; some are not, and still mean the same."""
    if draws.below(40):
        return number
    return draws.one_of([number.lower(), " " + number, number + "  ", number[0] + " " + number[1:],
                         number[0] + NBSP + number[1:], number[0] + "-" + number[1:], "No. " + number])


def met_row(draws, person, export, photo, vetting):
    written = as_somebody_typed(draws, person["number"])
    row = [written, person["surname"], person["forenames"], person["rank"],
           person["photo"] if photo else "", person["vetting"] if vetting else "", export]
    exposed = ["name", "rank_or_grade", "pay_number"] + ["photo"] * photo + ["vetting_level"] * vetting
    return row, exposed


def make_met(draws, scale):
    total, duplicates = round(47000 * scale), max(2, round(125 * scale))
    bad_numbers = ["", "N/A", "K1234", "1.23457E+11"]
    count = total - duplicates - len(bad_numbers)
    without_photo, without_vetting = round(2751 * scale), round(668 * scale)
    taken, source = set(), Source()

    def person(i):
        return {"number": draws.fresh(taken, lambda: met_number(draws)), "surname": surname(draws),
                "forenames": forename(draws, nickname=not draws.below(300)), "rank": draws.one_of(MET_RANKS),
                "photo": f"IMG_{i:06d}.jpg", "vetting": draws.one_of(MET_VETTING)}

    # The first two are known people: one of whom all is exposed, one without a photo.
    people = [person(i) for i in range(count)]
    others = list(range(2, count))
    draws.shuffle(others)
    no_photo = {1, *others[:without_photo - 1]}
    no_vetting = set(others[-without_vetting:])
    plain = others[without_photo - 1:-without_vetting]

    for i, p in enumerate(people):
        source.add(p["number"], *met_row(draws, p, f"X{i:07d}", i not in no_photo, i not in no_vetting))
    # People who are in it twice, with differing fields: the union is what is exposed.
    for n, i in enumerate(plain[:duplicates]):
        again = dict(people[i], rank=draws.one_of(MET_RANKS), surname=surname(draws) if n % 3 == 0 else people[i]["surname"])
        source.add(again["number"], *met_row(draws, again, f"Y{n:07d}", n % 2 == 0, n % 4 < 2))
    # … and people whose photo is in the second row only.
    for i in plain[:duplicates:2]:
        source.rows[i][4] = ""
    for n, number in enumerate(bad_numbers):
        p = person(count + n)
        source.rows.append([number, p["surname"], p["forenames"], p["rank"], p["photo"], p["vetting"], f"Z{n:07d}"])
    draws.shuffle(source.rows)

    known = [("met-exposed", "met/pay", people[0]["number"]), ("met-no-photo", "met/pay", people[1]["number"]),
             ("met-absent", "met/pay", draws.fresh(taken, lambda: met_number(draws)))]
    return source, known


# --- Police Service of Northern Ireland ------------------------------------------------------------------------------

PSNI_COLUMNS = [
    "Surname", "Initials", "Service No", "Gender", "Rank/Grade", "Grade Code", "Employee Group", "Contract Type",
    "Hours", "Post Title", "Job Family", "Post No", "Department", "Branch", "Section", "Team", "Unit", "District",
    "Area", "Location", "Building", "Region", "Org Level 1", "Org Level 2", "Org Level 3", "Cost Centre",
    "Budget Code", "Position Status", "FTE", "Reporting Month", "Source System", "Record Id"]
PSNI_NOT_HELD = ["home_address"]


def psni_number(draws):
    # Many begin with zeros, as consecutive numbers do.
    return f"{1 + draws.below([999, 9999, 99999, 999999][draws.below(4)]):06d}"


def psni_row(draws, person, record, located):
    number = person["number"]
    if not draws.below(12):
        number = number.lstrip("0")  # a spreadsheet ate the zeros
    elif not draws.below(60):
        number = " " + number + NBSP
    grade, code, group = person["grade"]
    department, branch, unit, role = person["post"]
    district, area, location = draws.one_of(PSNI_PLACES)
    place = [district, area, location, f"{location} Station", "Northern Ireland"] if located else [""] * 5
    row = [person["surname"], person["initials"], number, person["gender"], grade, code, group,
           draws.one_of(["Permanent", "Permanent", "Fixed term", "Agency"]), draws.one_of(["Full time", "Part time"]),
           role, draws.one_of(["Operational", "Support", ""]), f"P{draws.below(100000):05d}", department, branch,
           draws.one_of(["A", "B", ""]), draws.one_of(["Team 1", "Team 2", ""]), unit, *place, "PSNI", department,
           branch, f"{draws.below(9000) + 1000}", f"B{draws.below(900) + 100}", draws.one_of(["Filled", "Acting"]),
           draws.one_of(["1.0", "1.0", "0.8", "0.5"]), "2023-07", "HR", f"R{record:06d}"]
    exposed = ["name", "initials", "rank_or_grade", "role", "unit", "service_number", "gender", "contract_type"]
    return row, exposed + ["location"] * located


def make_psni(draws, scale):
    total, duplicates, two_numbers = round(9483 * scale), max(2, round(12 * scale)), max(1, round(5 * scale))
    bad_numbers = ["", "TBC", "12345678"]
    count = total - duplicates - two_numbers - len(bad_numbers)
    unlocated = max(1, round(40 * scale))
    taken, source = set(), Source()

    def person():
        return {"number": draws.fresh(taken, lambda: psni_number(draws)), "surname": surname(draws),
                "initials": draws.one_of("ABCDEFGHJKLMNOPRSTW"), "gender": draws.one_of(["Male", "Female"]),
                "grade": draws.one_of(PSNI_GRADES), "post": draws.one_of(PSNI_UNITS)}

    people = [person() for _ in range(count)]
    for i, p in enumerate(people):
        source.add(p["number"], *psni_row(draws, p, i, not 10 <= i < 10 + unlocated))
    for n, p in enumerate(people[100:100 + duplicates]):
        source.add(p["number"], *psni_row(draws, dict(p, grade=draws.one_of(PSNI_GRADES)), count + n, True))
    for n, p in enumerate(people[120:120 + two_numbers]):  # rejoined: in it under an earlier and a later number
        later = draws.fresh(taken, lambda: psni_number(draws))
        source.add(later, *psni_row(draws, dict(p, number=later), count + duplicates + n, True))
    for n, number in enumerate(bad_numbers):
        row, _ = psni_row(draws, person(), total - n, True)
        row[PSNI_COLUMNS.index("Service No")] = number
        source.rows.append(row)
    draws.shuffle(source.rows)

    # After the breach some got a new number, which is in no list: both must be asked.
    new = draws.fresh(taken, lambda: psni_number(draws))
    known = [("psni-exposed", "psni/service", people[0]["number"]), ("psni-old", "psni/service", people[1]["number"]),
             ("psni-new", "psni/service", new),
             ("psni-absent", "psni/service", draws.fresh(taken, lambda: psni_number(draws)))]
    return source, known


# --- Files -----------------------------------------------------------------------------------------------------------


def write_csv(path, rows, encoding, line_end):
    with open(path, "w", encoding=encoding, newline="") as out:
        csv.writer(out, lineterminator=line_end).writerows(rows)


def write_truth(path, source, not_held):
    rows = [[number, count, " ".join(sorted(exposed)), " ".join(not_held)]
            for number, (count, exposed) in sorted(source.truth.items())]
    write_csv(path, [["number", "rows", "exposed", "not_held"], *rows], "utf-8", "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True, help="directory, made if missing")
    parser.add_argument("--scale", type=float, default=1.0, help="0.02 to 1: how many of the rows (default: all)")
    parser.add_argument("--seed", type=int, default=20230826)
    parser.add_argument("--truth", action="store_true", help="also write what each number's answer must be")
    arguments = parser.parse_args()
    if not 0.02 <= arguments.scale <= 1:
        parser.error("--scale is from 0.02 to 1")
    os.makedirs(arguments.out, exist_ok=True)

    met, met_known = make_met(Draws(arguments.seed), arguments.scale)
    psni, psni_known = make_psni(Draws(arguments.seed + 1), arguments.scale)
    out = lambda name: os.path.join(arguments.out, name)
    write_csv(out("met.csv"), [MET_COLUMNS, *met.rows], "utf-8", "\r\n")
    write_csv(out("psni.csv"), [PSNI_COLUMNS, *psni.rows], "utf-8-sig", "\n")
    with open(out("known.txt"), "w", encoding="utf-8") as known:
        known.write("# Made by deploy/samples/generate.py. Nobody in it is real: no number here was ever anybody's.\n"
                    "# what  scheme  number\n")
        known.writelines(f"{what} {scheme} {number}\n" for what, scheme, number in met_known + psni_known)
    if arguments.truth:
        write_truth(out("met.truth.csv"), met, MET_NOT_HELD)
        write_truth(out("psni.truth.csv"), psni, PSNI_NOT_HELD)


if __name__ == "__main__":
    main()
