"""A workbook as PSNI published it: harmless sheets to be seen, and everybody in a hidden one of 32 columns, or only in
what a pivot table was made from, whose sheet is gone. Everybody in it is invented."""

import io
import re
import zipfile

import openpyxl

from support.programs import SAMPLES

PEOPLE = 9483
SHEET = "SAP DOWNLOAD"
CACHE = "xl/pivotCache/pivotCacheDefinition1.xml"
HEADER_ROW = 3  # of the sheet, beneath a title
LOST = 4321     # the person whose number a spreadsheet rounded
ROUNDED = 123457000000  # shown as 1.23457E+11


def columns():
    """The headers, the number's first, and the text of the sample's mapping that says what they are."""
    text = (SAMPLES / "psni.mapping.txtpb").read_text()
    headers = re.findall(r'(?:key_column|columns \{ column): "([^"]+)"', text)
    assert len(headers) == 32
    return headers, text


def number(person):
    """Of a person, from 0: six digits, most with zeros in front."""
    return 42 + 17 * person


def shown(person):
    return f"{number(person):06d}"


def cells(person):
    """What stands beside the number; who has no surname is not said to have lost it."""
    return ["" if i == 0 and person % 10 == 3 else f"{chr(65 + i)}{person % (i + 2)}" for i in range(31)]


def harmless():
    book = openpyxl.Workbook()
    book.active.title = "Summary"
    book.active.append(["Rank", "Officers"])
    book.active.append(["Constable", PEOPLE])
    notes = book.create_sheet("Notes")
    notes.append(["As at 1 July 2023", 7])
    notes["B1"].number_format = "000000"  # so that the cache's fields can have it, too
    return book


def save(book):
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_hidden_sheet():
    """Numbers are stored as numbers, their zeros in the format; the last row is a total."""
    book = harmless()
    sheet = book.create_sheet(SHEET)
    sheet.sheet_state = "hidden"
    sheet.append(["Response to request 2023-04512"])
    sheet.append([])
    sheet.append(columns()[0])
    for person in range(PEOPLE):
        sheet.append([ROUNDED if person == LOST else number(person), *cells(person)])
        sheet.cell(row_of(person), 1).number_format = "0.00E+00" if person == LOST else "000000"
    sheet.append(["Total", PEOPLE])
    return save(book)


def row_of(person):
    return HEADER_ROW + 1 + person


def with_pivot_cache():
    """Nothing in the workbook mentions it any more."""
    data = save(harmless())
    namespace = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    spreadsheet = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    with zipfile.ZipFile(io.BytesIO(data)) as old:
        parts = {name: old.read(name).decode() for name in old.namelist()}
    zeros = re.search(r'numFmtId="(\d+)"[^>]*formatCode="000000"|formatCode="000000"[^>]*numFmtId="(\d+)"',
                      parts["xl/styles.xml"])
    headers = columns()[0]
    fields = "".join(f'<cacheField name="{header}"' + (f' numFmtId="{zeros[1] or zeros[2]}"' if i == 0 else "") +
                     "><sharedItems/></cacheField>" for i, header in enumerate(headers))
    records = "".join(f'<r><n v="{number(person)}"/>' +
                      "".join(f'<s v="{text}"/>' if text else "<m/>" for text in cells(person)) + "</r>"
                      for person in range(PEOPLE))
    parts[CACHE] = (f'<pivotCacheDefinition {namespace} xmlns:r="{office}" r:id="rId1"><cacheSource type="worksheet">'
                    f'<worksheetSource ref="A1:AF9484" sheet="{SHEET}"/></cacheSource><cacheFields>{fields}'
                    "</cacheFields></pivotCacheDefinition>")
    parts["xl/pivotCache/pivotCacheRecords1.xml"] = f"<pivotCacheRecords {namespace}>{records}</pivotCacheRecords>"
    parts["xl/pivotCache/_rels/pivotCacheDefinition1.xml.rels"] = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        f'Type="{office}/pivotCacheRecords" Target="pivotCacheRecords1.xml"/></Relationships>')
    types = "".join(f'<Override PartName="/xl/pivotCache/pivotCache{kind}1.xml" '
                    f'ContentType="{spreadsheet}.pivotCache{kind}+xml"/>' for kind in ("Definition", "Records"))
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace("</Types>", types + "</Types>")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            new.writestr(name, content)
    return out.getvalue()
