#!/usr/bin/env python3
"""Workbooks of libxlsxwriter and of Gnumeric, read by our program, by openpyxl and by Gnumeric: cell by cell the same.

usage: other_writers_oracle.py SSCONVERT MAKE_PROGRAM DUMP_PROGRAM
"""
import csv
import datetime
import os
import subprocess
import sys
import tempfile
import unittest
import warnings

import openpyxl

import workbook_oracle as oracle

SSCONVERT = MAKE = ""


class OtherWriters(oracle.Comparison):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def path(self, name: str) -> str:
        return os.path.join(self.folder.name, name)

    def convert(self, *arguments: str):
        subprocess.run([SSCONVERT, *arguments], check=True, capture_output=True,
                       env={**os.environ, "HOME": self.folder.name, "LC_ALL": "C.UTF-8"})

    def read(self, name: str) -> bytes:
        with open(self.path(name), "rb") as file:
            return file.read()

    def save_people(self) -> str:
        """A workbook whose cells look the same in every program."""
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.append(["Pay No", "Surname", "Joined", "Note"])
        for i in range(300):
            sheet.append([i * 7, ["O’Neill", "Llŷr", 'a "b", c', "two\nlines"][i % 4],
                          datetime.date(1990 + i % 30, 1 + i % 12, 1 + i % 28), None if i % 3 else "00x"])
            sheet.cell(i + 2, 1).number_format = "000000"
            sheet.cell(i + 2, 3).number_format = "yyyy-mm-dd"
        book.create_sheet("Hidden").append(["Name", "Ann"])
        book["Hidden"].sheet_state = "hidden"
        book.save(self.path("people.xlsx"))
        return self.path("people.xlsx")

    def test_libxlsxwriter_with_texts_shared_and_inline(self):
        for kind in ("shared", "inline"):
            subprocess.run([MAKE, kind, self.path("book.xlsx")], check=True)
            ours = self.compare(self.read("book.xlsx"))
            self.assertEqual(len(oracle.table(ours, "People")["rows"]), 502)
            self.assertEqual(oracle.table(ours, "People")["hidden_columns"], [2])
            self.assertEqual(oracle.table(ours, "Rich")["visibility"], "hidden")
            self.assertEqual(ours["remarks"]["headers and footers of pages"], 1)
            self.assertEqual(ours["remarks"]["lists and notes of data validation"], 1)
            self.assertEqual(ours["remarks"].get("comments", 0), 1 if kind == "shared" else 0)  # not written inline
            self.assertNotIn("not recognised", ours["remarks"])
            self.assertNotIn("texts that no cell uses", ours["remarks"])

    def test_gnumeric_reads_what_we_read(self):
        self.convert("-T", "Gnumeric_stf:stf_assistant", "-O", "format=preserve separator=, eol=unix",
                     self.save_people(), self.path("people.csv"))
        with open(self.path("people.csv"), newline="", encoding="utf-8") as file:
            expected = list(csv.reader(file))
        sheet, hidden = oracle.dump(self.read("people.xlsx"))["tables"]
        self.assertEqual(texts_of(sheet, 4) + texts_of(hidden, 2), expected)

    def test_gnumeric_writes_what_we_read(self):
        self.convert(self.save_people(), self.path("again.xlsx"))
        before, after = oracle.dump(self.read("people.xlsx")), oracle.dump(self.read("again.xlsx"))
        self.assertEqual([one["name"] for one in after["tables"]], ["Sheet", "Hidden"])  # it forgets what was hidden
        for one, other in zip(before["tables"], after["tables"]):
            self.assertEqual(oracle.cells_of(one), oracle.cells_of(other))
        self.assertNotIn("not recognised", after["remarks"])

    def test_other_formats_of_gnumeric_are_refused(self):
        for name, advice in (("people.ods", "Excel Workbook"), ("people.xls", "Excel Workbook"),
                             ("people.html", "Excel Workbook"), ("people.gnumeric", "Unpack")):
            self.convert(self.save_people(), self.path(name))
            with self.assertRaisesRegex(AssertionError, advice):
                oracle.dump(self.read(name))


def texts_of(one: dict, columns: int) -> list:
    return [[cell[0] for cell in row["cells"]] + [""] * (columns - len(row["cells"])) for row in one["rows"]]


if __name__ == "__main__":
    oracle.DUMP = sys.argv.pop()
    MAKE = sys.argv.pop()
    SSCONVERT = sys.argv.pop()
    warnings.simplefilter("ignore")
    unittest.main(verbosity=2)
