"""Byte strings that must not be found, in every form that they could have, and the search for them."""

import base64
import os
import pathlib
import subprocess

from support.programs import BIN, require

SEARCH = pathlib.Path(os.environ.get("EXPOSURE_SEARCH", BIN / "e2e_search"))


def forms_of_text(text):
    """ASCII (UTF-8), UTF-16 of both orders, and hexadecimal."""
    plain = text.encode()
    return {"ascii": plain, "utf-16le": text.encode("utf-16-le"), "utf-16be": text.encode("utf-16-be"),
            "hex": plain.hex().encode(), "HEX": plain.hex().upper().encode()}


def forms_of_bytes(value):
    """The bytes themselves, base64 of both alphabets, and hexadecimal in every coding."""
    hexadecimal = value.hex()
    in_base64 = base64.b64encode(value).rstrip(b"=")
    return {"bytes": value, "base64": in_base64, "base64url": in_base64.translate(bytes.maketrans(b"+/", b"-_")),
            "hex": hexadecimal.encode(), "HEX": hexadecimal.upper().encode(),
            "hex-utf-16le": hexadecimal.encode("utf-16-le"), "hex-utf-16be": hexadecimal.encode("utf-16-be")}


class Needles:
    """add(), then search(). What is found is named by (kind, text, form)."""

    def __init__(self, path):
        self.path, self.names, self.values = path, [], []

    def add(self, kind, text, forms):
        for form, value in forms.items():
            if len(value) >= 4:
                self.names.append((kind, text, form))
                self.values.append(value)

    def add_text(self, kind, texts):
        for text in texts:
            self.add(kind, text, forms_of_text(text))

    def _search(self, where):
        self.path.write_text("".join(f"{value.hex()}\n" for value in self.values))
        done = subprocess.run([SEARCH, self.path, *where], capture_output=True, text=True, timeout=900)
        require(done.returncode == 0, f"the search failed: {done.stderr}")
        *lines, last = done.stdout.splitlines()
        found = {self.names[int(number)]: int(count) for number, count in (line.split() for line in lines)}
        return Found(found, int(last.split()[1]))

    def in_process(self, pid):
        return self._search(["--pid", str(pid)])

    def in_files(self, directories):
        files = [str(path) for directory in directories for path in
                 ([directory] if directory.is_file() else sorted(directory.rglob("*"))) if path.is_file()]
        require(files, "no files to look into")
        return self._search(files)


class Found:
    def __init__(self, counts, searched):
        self.counts, self.searched = counts, searched

    def of(self, kind):
        """Texts of that kind that were found, in whatever form."""
        return {text for (k, text, _), _ in self.counts.items() if k == kind}

    def forms(self, text):
        return {form for (_, t, form) in self.counts if t == text}
