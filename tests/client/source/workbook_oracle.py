#!/usr/bin/env python3
"""Workbooks that openpyxl made, read by our program and by openpyxl: cell by cell the same.

usage: workbook_oracle.py DUMP_PROGRAM
"""
import datetime
import decimal
import io
import json
import random
import subprocess
import sys
import unittest
import warnings
import zipfile

import openpyxl
from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName

PEOPLE = 9483
COLUMNS = 32
DUMP = ""


def dump(data: bytes) -> dict:
    done = subprocess.run([DUMP], input=data, capture_output=True, check=False)
    if done.returncode != 0:
        raise AssertionError(done.stderr.decode())
    return json.loads(done.stdout)


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def table(dumped: dict, name: str) -> dict:
    return next(one for one in dumped["tables"] if one["name"] == name)


def cells_of(one: dict) -> dict:
    """(row, column) → [text, kind, exact], both from 1; blank cells are left out."""
    return {(row["number"], i + 1): cell for row in one["rows"] for i, cell in enumerate(row["cells"])
            if cell[1] != "blank"}


def as_shown(value) -> list:
    """What we print of a cell that openpyxl reads as `value`, with no format that pads."""
    if isinstance(value, bool):
        return ["TRUE" if value else "FALSE", "boolean", True]
    if isinstance(value, (int, float)):
        text = format(decimal.Decimal(repr(value)), "f")
        text = text[:-2] if text.endswith(".0") else text
        whole = "." not in text
        return [text, "number", not whole or abs(value) < 10**15]
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return [value.date().isoformat() if midnight else value.isoformat(timespec="seconds"), "date", True]
    if isinstance(value, datetime.time):
        return [value.isoformat(timespec="seconds"), "date", True]
    if value.startswith("#"):
        return [value, "error", True]
    return [value, "text", True]


class Comparison(unittest.TestCase):
    maxDiff = 2000

    def compare(self, data: bytes) -> dict:
        """Every cell of every sheet as openpyxl reads it; returns our reading."""
        ours = dump(data)
        theirs = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
        self.assertEqual([(one["name"], one["visibility"]) for one in ours["tables"] if one["kind"] == "sheet"],
                         [(sheet.title, {"veryHidden": "very hidden"}.get(sheet.sheet_state, sheet.sheet_state))
                          for sheet in theirs.worksheets])
        for sheet in theirs.worksheets:
            expected = {(cell.row, cell.column): as_shown(cell.value) for row in sheet.iter_rows() for cell in row
                        if cell.value not in (None, "")}
            self.assertEqual(cells_of(table(ours, sheet.title)), expected)
        return ours


class Oracle(Comparison):
    def test_values_of_every_kind(self):
        book = openpyxl.Workbook()
        sheet = book.active
        rows = [["text", "Llŷr O’Neill", "  spaces kept ", "two\nlines", "<&>\"'", "🚓", "0012", "=", "1e5"],
                [0, 1, -1, 42, 12345678, 123456789012345, 1e15, 2**53, -7],
                [0.1, 1.5, -2.25, 1234.0, 1e-7, 0.1 + 0.2, 3.14159265358979, 1e14 + 0.5, 1e20],
                [True, False, None, "#N/A", "#DIV/0!", None, "x"]]
        for row in rows:
            sheet.append(row)
        sheet["Z99"] = "far away"
        sheet["XFD200"] = "the last column"
        self.compare(saved(book))

    def test_random_grids(self):
        chance = random.Random(8)
        for _ in range(20):
            book = openpyxl.Workbook()
            sheet = book.active
            for _ in range(300):
                value = chance.choice([chance.randrange(-10**9, 10**15), chance.uniform(-1e6, 1e6),
                                       chance.choice("αβγ<>& '\"") * chance.randrange(1, 9),
                                       chance.random() < 0.5, 10.0**chance.randrange(-9, 15)])
                sheet.cell(chance.randrange(1, 400), chance.randrange(1, 60), value)
            self.compare(saved(book))

    def test_dates_in_both_systems(self):
        for epoch in (openpyxl.utils.datetime.WINDOWS_EPOCH, openpyxl.utils.datetime.MAC_EPOCH):
            book = openpyxl.Workbook()
            book.epoch = epoch
            sheet = book.active
            chance = random.Random(9)
            for i in range(1, 300):
                day = datetime.datetime(1904, 1, 2) + datetime.timedelta(days=chance.randrange(60000))
                sheet.cell(i, 1, day.date())
                sheet.cell(i, 2, day + datetime.timedelta(seconds=chance.randrange(86400)))
                sheet.cell(i, 3, datetime.time(chance.randrange(24), chance.randrange(60), chance.randrange(60)))
                sheet.cell(i, 4, day).number_format = chance.choice(
                    ["dd/mm/yyyy", "d mmm yy", '[$-809]dddd d "of" mmmm', "mmm-yy", "yyyy\\-mm\\-dd;@"])
            self.compare(saved(book))

    def test_formats_that_pad_show_the_zeros(self):
        book = openpyxl.Workbook()
        sheet = book.active
        cases = [(42, "000000", "000042"), (1234567, "000000", "1234567"), (4217, "0000-00", "0042-17"),
                 (42, '"PC "0000', "PC 0042"), (42, "\\P0000", "P0042"), (0, "0000", "0000"), (-42, "0000", "-0042"),
                 (-42, "0000;(0000)", "(0042)"), (42, "#0000", "0042"), (42, "0", "42"), (1234, "#,##0", "1234"),
                 (42, "@", "42"), (5551234, "[<=9999999]000-0000;(000) 000-0000", "555-1234"),
                 (1725551234, "[<=9999999]000-0000;(000) 000-0000", "(172) 555-1234"), (42, "[Red]0000", "0042")]
        for i, (value, code, _) in enumerate(cases, 1):
            sheet.cell(i, 1, value).number_format = code
        self.assertEqual([(cell[0], cell[2]) for cell in cells_of(dump(saved(book))["tables"][0]).values()],
                         [(text, True) for _, _, text in cases])

    def test_what_cannot_be_shown_so_is_not_exact(self):
        book = openpyxl.Workbook()
        sheet = book.active
        for i, (value, code) in enumerate([(123457000000, "0.00E+00"), (42, "000,000"), (42.5, "0000"), (42, "00.0"),
                                           (1234567890123456, "General"), (12 * 10**34, "General")], 1):
            sheet.cell(i, 1, value).number_format = code
        for cell in cells_of(dump(saved(book))["tables"][0]).values():
            self.assertFalse(cell[2], cell)

    def test_hidden_sheets_rows_columns_and_merged_cells(self):
        book = openpyxl.Workbook()
        for title, state in (("Hidden", "hidden"), ("Very", "veryHidden"), ("Last", "visible")):
            sheet = book.create_sheet(title)
            sheet.sheet_state = state
            sheet["A1"] = "Persons"
            sheet.merge_cells("A1:C2")
            sheet["A3"], sheet["D3"] = 1, 2
            sheet.row_dimensions[3].hidden = True
            sheet.column_dimensions["B"].hidden = True
            sheet.column_dimensions["D"].hidden = True
        ours = self.compare(saved(book))
        self.assertEqual(table(ours, "Very")["hidden_columns"], [1, 3])
        self.assertEqual([row["hidden"] for row in table(ours, "Very")["rows"]], [False, True])

    def test_formulas_have_no_value_until_calculated(self):
        book = openpyxl.Workbook()
        book.active["A1"] = "=1+1"
        book.active["B1"] = "x"
        self.assertEqual(cells_of(dump(saved(book))["tables"][0]), {(1, 1): ["", "no value", True],
                                                                    (1, 2): ["x", "text", True]})

    def test_remarks_tell_what_is_beside_the_tables(self):
        book = openpyxl.Workbook()
        book.active["A1"] = "x"
        book.active["A1"].comment = Comment("who", "author")
        book.active["A2"].comment = Comment("what", "author")
        book.active["A3"].hyperlink = "mailto:someone@example.org"
        book.defined_names.append(DefinedName("Staff", attr_text="Sheet!$A$1"))
        book.properties.lastModifiedBy = "someone"
        remarks = dump(saved(book))["remarks"]
        self.assertEqual({word: remarks[word] for word in ("comments", "defined names", "links to elsewhere")},
                         {"comments": 2, "defined names": 1, "links to elsewhere": 1})
        self.assertIn("document properties", remarks)
        self.assertNotIn("not recognised", remarks)

    def test_shape_of_the_psni_workbook(self):
        """Harmless visible sheets; the people in a hidden one, and again in a pivot cache whose sheet is gone."""
        book = openpyxl.Workbook(write_only=True)
        for title in ("Summary", "Notes"):
            book.create_sheet(title).append(["Officers by rank", 7])
        hidden = book.create_sheet("SAP DOWNLOAD")
        hidden.sheet_state = "hidden"
        header = [f"Column {get_column_letter(i + 1)}" for i in range(COLUMNS)]
        hidden.append(header)
        people = [[f"P{n:06d}", n] + [f"{n % (i + 2)}" for i in range(COLUMNS - 2)] for n in range(PEOPLE)]
        for person in people:
            hidden.append(person)
        data = with_pivot_cache(saved(book), header, people)
        ours = dump(data)
        expected = [[str(value) for value in person] for person in people]
        for name in ("SAP DOWNLOAD", "xl/pivotCache/pivotCacheDefinition1.xml"):
            one = table(ours, name)
            self.assertNotEqual(one["visibility"], "visible")
            rows = [[cell[0] for cell in row["cells"]] for row in one["rows"]]
            self.assertEqual(rows[0], header)
            self.assertEqual(rows[1:PEOPLE + 1], expected)
            self.assertEqual(len(rows), PEOPLE + 1)


def with_pivot_cache(data: bytes, header: list, people: list) -> bytes:
    """The workbook with a pivot cache of `people` that nothing in the workbook mentions."""
    names = list(dict.fromkeys(person[0] for person in people))
    fields = f'<cacheField name="{header[0]}"><sharedItems>' + "".join(f'<s v="{name}"/>' for name in names)
    fields += "</sharedItems></cacheField>" + "".join(f'<cacheField name="{name}"><sharedItems/></cacheField>'
                                                      for name in header[1:])
    records = "".join(f'<r><x v="{i}"/><n v="{person[1]}"/>' + "".join(f'<s v="{value}"/>' for value in person[2:])
                      + "</r>" for i, person in enumerate(people))
    namespace = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    spreadsheet = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {
        "xl/pivotCache/pivotCacheDefinition1.xml":
            f'<pivotCacheDefinition {namespace} xmlns:r="{office}" r:id="rId1" recordCount="{len(people)}"><cacheSource '
            f'type="worksheet"><worksheetSource ref="A1:AF9" sheet="Gone"/></cacheSource><cacheFields>{fields}'
            "</cacheFields></pivotCacheDefinition>",
        "xl/pivotCache/pivotCacheRecords1.xml": f"<pivotCacheRecords {namespace}>{records}</pivotCacheRecords>",
        "xl/pivotCache/_rels/pivotCacheDefinition1.xml.rels":
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
            f'Type="{office}/pivotCacheRecords" Target="/xl/pivotCache/pivotCacheRecords1.xml"/></Relationships>',
    }
    types = "".join(f'<Override PartName="/xl/pivotCache/pivotCache{kind}1.xml" '
                    f'ContentType="{spreadsheet}.pivotCache{kind}+xml"/>' for kind in ("Definition", "Records"))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "[Content_Types].xml":
                content = content.replace(b"</Types>", types.encode() + b"</Types>")
            new.writestr(name, content)
        for name, content in parts.items():
            new.writestr(name, content)
    return out.getvalue()


if __name__ == "__main__":
    DUMP = sys.argv.pop()
    warnings.simplefilter("ignore")
    unittest.main(verbosity=2)
