"""The commands of a section of docs/threat-model.md, run as they stand there: the document stays true."""

import os
import re
import subprocess

from support import pki
from support.programs import BIN, SOURCE, environment, require

DOCUMENT = SOURCE / "docs/threat-model.md"
CALLERS = {"operator": "operator/first", "custodian": "custodian/met-response", "portal": "consumer/met-portal"}


def blocks_of(title):
    """The blocks of a section: lists of (who, command), from lines like `who$ command`."""
    text = DOCUMENT.read_text()
    require(f"\n### {title}\n" in text, f"{DOCUMENT.name} has no section {title}")
    section = re.split(r"\n##+ ", text.split(f"\n### {title}\n")[1])[0]
    blocks = re.findall(r"^ *```console\n(.*?)^ *```", section, re.M | re.S)
    return [re.findall(r"^ *(\w+)\$ (.*)$", block.replace("\\\n", " "), re.M) for block in blocks]


class Runbook:
    """services: what `systemctl restart NAME` restarts, by name; the first is asked."""

    def __init__(self, title, directory, services):
        self.title, self.directory, self.services = title, directory, services
        self.blocks = blocks_of(title)
        self.pki = directory
        self.words = {}  # what stands in the document for what only the reader knows

    def next(self):
        """Runs the next block; its output."""
        require(self.blocks, f"{self.title}: the document has no further block")
        return "".join(self.run(who, command) for who, command in self.blocks.pop(0))

    def finish(self):
        require(not self.blocks, f"{self.title}: never run: {self.blocks}")

    def run(self, who, command):
        if command.startswith("systemctl restart "):
            service = self.services[command.split()[-1]]
            require(service.stop() == 0, f"{service.name} did not stop in order")
            service.start()
            return ""
        for word, value in self.words.items():
            command = re.sub(rf"\b{word}\b", value, command)
        done = subprocess.run(["bash", "-euc", command], cwd=self.directory, env=self.environment(who), text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=120)
        require(done.returncode == 0, f"{self.title}: {who}$ {command}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
        return done.stdout

    def environment(self, who):
        """Of a machine that has the programs, and what its owner needs to call the service."""
        service = next(iter(self.services.values()))
        own = {"PATH": f"{BIN}:{os.environ['PATH']}", "XDG_STATE_HOME": str(self.directory / f"state-{who}"),
               "EXPOSURE_SERVER": service.address, "EXPOSURE_ROOT": "keys/root.pub"}
        if who in CALLERS:
            values = pki.options(self.pki, CALLERS[who])[1::2]
            own |= dict(zip(["EXPOSURE_TLS_CA", "EXPOSURE_TLS_CERT", "EXPOSURE_TLS_KEY"], map(str, values)))
        return {**environment(self.directory), **own}
