"""What a lookup of each number must say, worked out from a source and its mapping alone: protocol.md §4."""

import csv
import re

from support.programs import SAMPLES

EXPOSED, POSSIBLE, NOT_HELD, UNKNOWN = 3, 2, 1, 0
SCHEMES = {"met": ("met/pay", "Pay No"), "psni": ("psni/service", "Service No")}


def canonical(force, written):
    """The canonical number, or None where the row must be quarantined."""
    text = re.sub(r"[\s\u00a0-]", "", written).upper()
    text = re.sub(r"^(?:PAY)?(?:NO)?[.:]*", "", text)
    if force == "met":
        return text if re.fullmatch(r"[A-Z][0-9]{6}", text) else None
    return text.zfill(6) if re.fullmatch(r"[0-9]{1,6}", text) else None


def read_mapping(force):
    """Column → category, and category → state of the constants; categories as lower-case words."""
    text = re.sub(r"#.*", "", (SAMPLES / f"{force}.mapping.txtpb").read_text())
    columns = dict(re.findall(r'columns \{ column: "([^"]+)" category: CATEGORY_(\w+) \}', text))
    constants = dict(re.findall(r"constants \{ category: CATEGORY_(\w+) state: CATEGORY_STATE_(\w+) \}", text))
    key = re.search(r"key_category: CATEGORY_(\w+)", text)[1]
    states = {"NOT_HELD": NOT_HELD, "EXPOSED": EXPOSED, "POSSIBLY_EXPOSED": POSSIBLE}
    return ({column: category.lower() for column, category in columns.items()},
            {category.lower(): states[state] for category, state in constants.items()}, key.lower())


def row_states(row, columns, constants, key):
    states = dict(constants)
    for column, category in columns.items():
        states[category] = max(states.get(category, UNKNOWN), EXPOSED if row[column] else UNKNOWN)
    states[key] = EXPOSED
    return states


def merge(first, second):
    """§4: 3 if any 3; else 2 if any 2; else 0 if any 0; else 1."""
    merged = {}
    for category in first.keys() | second.keys():
        both = [first.get(category, UNKNOWN), second.get(category, UNKNOWN)]
        merged[category] = next((state for state in (EXPOSED, POSSIBLE, UNKNOWN) if state in both), NOT_HELD)
    return merged


class Source:
    """rows: [(as written, canonical or None)]; people: canonical → category → state; cells: the rows themselves."""

    def __init__(self, force, path):
        self.force = force
        self.scheme, key_column = SCHEMES[force]
        mapping = read_mapping(force)
        self.rows, self.people, self.cells = [], {}, []
        with open(path, encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                number = canonical(force, row[key_column])
                self.rows.append((row[key_column], number))
                self.cells.append(row)
                if number is None:
                    continue
                states = row_states(row, *mapping)
                self.people[number] = merge(self.people[number], states) if number in self.people else states

    def words(self, number, state):
        return {category for category, found in self.people[number].items() if found == state}
