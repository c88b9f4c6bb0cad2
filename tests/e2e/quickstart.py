#!/usr/bin/env python3
"""deploy/quickstart.sh: shows every verdict, and leaves what it should.

  quickstart.py keep    with --keep, into the directory of the fixture `sandbox`, which stays for the other tests; with
                        --plain, since they look at what is sent
  quickstart.py alone   without: nothing is left, neither running nor listening nor on disk
  quickstart.py stop    ends what `keep` left
"""

import os
import re
import shutil
import signal
import subprocess
import sys

from support import sandbox
from support.programs import SOURCE, environment, is_alive, is_listening, own_directory, require, wait_until

VERDICTS = ["EXPOSED", "NOT IN THIS DATASET", "NEEDS ANOTHER KIND OF NUMBER", "CANNOT BE CHECKED BY NUMBER",
            "CANNOT BE CHECKED YET", "NO ANSWER"]
INCIDENTS = ["Metropolitan Police: supplier breach", "PSNI: freedom-of-information publication", "Norfolk and Suffolk",
             "South Yorkshire"]


def quickstart(directory, *arguments):
    """Its output, and the process and address of the service that it started."""
    ours = environment(directory)
    if shutil.which("ccache"):
        ours["CMAKE_CXX_COMPILER_LAUNCHER"] = "ccache"
        ours["CCACHE_DIR"] = os.environ.get("CCACHE_DIR", os.path.expanduser("~/.cache/ccache"))
    done = subprocess.run([SOURCE / "deploy/quickstart.sh", *arguments], cwd=directory, env=ours, text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=1500)
    require(done.returncode == 0, f"quickstart.sh: exit code {done.returncode}\n{done.stdout[-6000:]}")
    # Publishing shows answers, too, as they will look: those do not count.
    before, publishing = done.stdout.split("=== Seal and publish", 1)
    answers = before + publishing[publishing.index("=== Exposed;"):]
    shown = {line.strip() for line in answers.splitlines()}
    missing = [verdict for verdict in VERDICTS if not any(line.startswith(verdict) for line in shown)]
    require(not missing, f"verdicts that were not shown: {missing}\n{done.stdout[-6000:]}")
    missing = [incident for incident in INCIDENTS if incident not in answers]
    require(not missing, f"incidents that were not shown: {missing}")
    started = re.search(r"exposured \(process (\d+)\) listens on (\S+)", done.stdout)
    seconds = re.findall(r"^=== .*\((\d+) s\)$", done.stdout, re.MULTILINE)
    print(f"{len(VERDICTS)} verdicts and {len(INCIDENTS)} incidents shown; {seconds[-1]} s, of which building {seconds[1]}.")
    return int(started[1]), started[2]


def stop():
    """Ends the sandbox's service, if it is one."""
    try:
        pid = sandbox.pid()
        words = open(f"/proc/{pid}/cmdline", "rb").read()
    except FileNotFoundError:
        return
    if b"exposured" in words and os.readlink(f"/proc/{pid}/cwd") == str(sandbox.DIRECTORY):
        os.kill(pid, signal.SIGTERM)
        wait_until("the sandbox's service to end", lambda: not is_alive(pid))
        print(f"Stopped process {pid}.")


def keep():
    stop()
    shutil.rmtree(sandbox.DIRECTORY, ignore_errors=True)
    sandbox.DIRECTORY.parent.mkdir(parents=True, exist_ok=True)
    with own_directory("quickstart") as directory:
        pid, address = quickstart(directory, "--keep", "--plain", "--dir", sandbox.DIRECTORY)
    (sandbox.DIRECTORY / "pid").write_text(str(pid))
    require(is_alive(pid) and is_listening(address), "--keep should leave the service running")


def alone():
    with own_directory("quickstart_alone") as directory:
        pid, address = quickstart(directory)
        require(not is_alive(pid), f"process {pid} is still running")
        require(not is_listening(address), f"something still listens on {address}")
        left = [path for path in directory.rglob("*") if not path.is_dir()]
        require(not left and not list(directory.glob("run/*")), f"files are left: {left[:5]}")


{"keep": keep, "alone": alone, "stop": stop}[sys.argv[1]]()
