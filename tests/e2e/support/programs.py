"""The programs as people run them, and the directories of a test's own."""

import contextlib
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

SOURCE = pathlib.Path(__file__).resolve().parents[3]
BIN = pathlib.Path(os.environ.get("EXPOSURE_BIN", SOURCE / "build/release/bin"))
WORK = pathlib.Path(os.environ.get("EXPOSURE_E2E_DIR", BIN.parent / "e2e"))
SAMPLES = SOURCE / "deploy/samples"
NODE = SOURCE / "tests/node"
SKIPPED = 77


def skip(reason):
    print(f"SKIPPED: {reason}")
    sys.exit(SKIPPED)


def require(condition, message):
    if not condition:
        raise AssertionError(message)


def wait_until(what, happened, seconds=60):
    """Polls: there is nothing to be told by. The deadline ends the test, never the waiting."""
    end = time.monotonic() + seconds
    while True:
        value = happened()
        if value:
            return value
        require(time.monotonic() < end, f"waited {seconds} s for {what}")
        time.sleep(0.01)


@contextlib.contextmanager
def own_directory(name):
    """Kept where the test fails, to be looked at."""
    WORK.mkdir(parents=True, exist_ok=True)
    directory = pathlib.Path(tempfile.mkdtemp(prefix=f"{name}.", dir=WORK))
    try:
        yield directory
    except BaseException:
        print(f"What there was is in {directory}", file=sys.stderr)
        raise
    shutil.rmtree(directory)


def environment(home):
    """Nothing of the caller's own settings."""
    return {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8"}


def run(command, *, home, stdin="", code=0, timeout=600):
    """Runs to the end and demands an exit code; None: any."""
    done = subprocess.run([str(part) for part in command], input=stdin, env=environment(home), cwd=home,
                          capture_output=True, text=True, timeout=timeout)
    require(code is None or done.returncode == code,
            f"{pathlib.Path(command[0]).name} {command[1]}: exit code {done.returncode} instead of {code}\n"
            f"{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    return done


class Client:
    """`exposure` against one service, with a memory of its own. tls: options, as of pki.options."""

    def __init__(self, directory, server, root, state="state", tls=()):
        self.directory = pathlib.Path(directory)
        self.server, self.root, self.state, self.tls = server, root, self.directory / state, list(tls)

    def run(self, *command, stdin="", code=0, timeout=600):
        words = list(command)
        at = 2 if words[0] in ("notice", "catalogue", "quota", "audit") else 1
        service = ["--server", self.server, "--root", self.root, "--state-dir", self.state, *self.tls]
        return run([BIN / "exposure", *words[:at], *service, *words[at:]], home=self.directory, stdin=stdin, code=code,
                   timeout=timeout)

    def json(self, *command, stdin="", code=0):
        return json.loads(self.run(*command, "--json", stdin=stdin, code=code).stdout)

    def each(self, lines, code=0):
        """The verdicts of each line, a dictionary by incident; or the error's reason."""
        out = self.run("check", "--each", "--json", stdin="".join(f"{line}\n" for line in lines), code=code).stdout
        answers = [json.loads(line) for line in out.splitlines()]
        require([answer["row"] for answer in answers] == list(range(1, len(lines) + 1)), "not one answer a line")
        return [{v["incident_id"]: v for v in answer["verdicts"]} if "verdicts" in answer else answer["error"]
                for answer in answers]

    def verdict(self, line, incident):
        verdicts = self.json("check", stdin=f"{line}\n")["verdicts"]
        return next(v["verdict"] for v in verdicts if v["incident_id"] == incident)

    def export(self):
        return json.loads(self.run("catalogue", "export").stdout)


def split_address(address):
    host, _, port = address.rpartition(":")
    return host, int(port)


def is_listening(address):
    with socket.socket() as probe:
        return probe.connect_ex(split_address(address)) == 0


def is_alive(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
