#!/usr/bin/env python3
"""Roles as processes of their own, seen from outside: the evaluator opens no dataset and nothing else of the records, the
records process neither an evaluation key nor the catalogue's, the signer no dataset; a check works across all; and notices
are readable while parts, or all, are down."""

import json
import os
import re
import shutil

from support.programs import own_directory, require, skip
from support.service import NOTICES, Service, config, make_keys, make_samples, publish_notices, seal, signer_config
from support.source import Source

TRACE = ["strace", "-f", "-qq", "-e", "trace=open,openat,openat2,creat,rename,renameat,renameat2,link,linkat,mkdir,mkdirat",
         "-o"]


class Traced(Service):
    """With every file that it opens, from its first instruction on."""

    def __init__(self, directory, text, *, name, roles):
        self.trace = directory / f"{name}.trace"
        super().__init__(directory, text, name=name, roles=roles, command=[*TRACE, directory / f"{name}.trace"])

    def opened(self):
        """Paths that were opened with success, in the test's directory."""
        lines = [line for line in self.trace.read_text(errors="replace").splitlines() if " = -1 " not in line]
        paths = {path for line in lines for path in re.findall(r'"([^"]*)"', line)}
        return {os.path.relpath(os.path.join(self.directory, path), self.directory) for path in paths
                if os.path.join(self.directory, path).startswith(str(self.directory))}

    def pid(self):
        """Of the traced process, not of strace."""
        children = open(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read().split()
        require(len(children) == 1, f"strace has children {children}")
        return int(children[0])

    def open_now(self):
        links = []
        for fd in os.listdir(f"/proc/{self.pid()}/fd"):
            try:
                links.append(os.readlink(f"/proc/{self.pid()}/fd/{fd}"))
            except FileNotFoundError:
                pass
        return {os.path.relpath(path, self.directory) for path in links if path.startswith(str(self.directory))}

    def stop(self, how=None):
        """strace passes no signal on: the process itself is told."""
        if self.process is None:
            return None
        if self.process.poll() is None:
            os.kill(self.pid(), how or 15)
        code = self.process.wait(timeout=60)
        self.process = None
        return code


def within(paths, *places):
    return sorted(path for path in paths if any(path == place or path.startswith(place + "/") for place in places))


def notices(client, *, reached):
    out = client.json("notices")
    require(out["reached"] is reached, f"reached: {out['reached']}")
    found = {notice["incident_id"] for notice in out["notices"]}
    require(found == set(NOTICES), f"notices: {found}")


def main():
    if not shutil.which("strace"):
        skip("strace is not installed")
    with own_directory("roles") as directory:
        make_keys(directory)
        make_samples(directory / "custodian", scale=0.05)
        psni = Source("psni", directory / "custodian/psni.csv")
        evaluator = Traced(directory, config(address_file="evaluator.address"), name="evaluator", roles="evaluator")
        evaluator.start()
        socket = f"unix:{directory}/signer.sock"
        signer = Traced(directory, signer_config(socket), name="signer", roles="signer")
        signer.start()
        text = config(address_file="records.address", evaluator=evaluator.address, signer=socket)
        records = Traced(directory, text, name="records", roles="records,catalogue")
        records.start()
        require(evaluator.address != records.address, "two processes at one address")

        client = records.client()
        publish_notices(client)
        seal(client, "psni", directory / "custodian/psni.csv", directory / "psni.dataset")
        client.run("publish", directory / "psni.dataset")
        number = sorted(psni.people)[0]
        absent = next(f"{i:06d}" for i in range(1_000_000) if f"{i:06d}" not in psni.people)
        ask = lambda value: client.verdict(f"psni/service {value}", "psni-2023-foi")
        require((ask(number), ask(absent)) == ("EXPOSED", "NOT_IN_THIS_DATASET"), "a check across two processes")
        print("A dataset was sealed and published, and numbers were checked, with evaluator and records apart.")

        held = {"evaluator": evaluator.open_now(), "records": records.open_now(), "signer": signer.open_now()}
        opened = {"evaluator": evaluator.opened(), "records": records.opened(), "signer": signer.opened()}
        secrets = ["keys/met-1", "keys/psni-1"]
        require(within(opened["evaluator"], *secrets) == secrets, "the evaluator's keys were not seen opened: the trace is blind")
        require(within(opened["records"], "data/records") and within(held["records"], "data/records"),
                "the records' files were not seen open: the trace is blind")
        require(within(opened["signer"], "keys/catalogue") and within(held["signer"], "signed/catalogue"),
                "the signer's files were not seen open: the trace is blind")
        for seen in (held, opened):
            theirs = within(seen["evaluator"], "data/records", "data/catalogue", "data/audit/catalogue")
            require(not theirs, f"the evaluator opened {theirs[:3]}")
            require(not within(seen["records"], "data/evaluator", "data/audit/evaluator"), "the records opened the ledger")
            require(not within(seen["evaluator"], "keys/catalogue"), "the evaluator opened the catalogue's key")
            require(not within(seen["evaluator"], "signed"), "the evaluator opened what the signer has")
            require(not within(seen["records"], *secrets), "the records process opened an evaluation key")
            require(not within(seen["records"], "keys/catalogue", "keys/catalogue.chain", "signed", "data/catalogue"),
                    "the records process opened what the signer has")
            require(not within(seen["signer"], "data", *secrets), "the signer opened datasets or an evaluation key")
        print(f"Evaluator: {len(opened['evaluator'])} of its files opened, none of the records'. Records: "
              f"{len(opened['records'])}, of which {len(within(opened['records'], 'data'))} in data/, and no key. Signer: "
              f"{len(opened['signer'])}, and no dataset.")

        require(evaluator.stop() == 0, "the evaluator did not stop in order")
        notices(client, reached=True)
        failed = client.run("check", stdin=f"psni/service {number}\n", code=5)
        require("EXPOSED" not in failed.stdout and "NOT IN" not in failed.stdout, "an answer without an evaluator")
        require(number not in failed.stdout + failed.stderr, "an error shows the number")
        require(records.stop() == 0, "the records process did not stop in order")

        catalogue = Traced(directory, text, name="records", roles="catalogue")
        catalogue.trace.unlink()
        with catalogue:
            notices(catalogue.client(), reached=True)
            notices(catalogue.client("another-state"), reached=True)
            require(not within(catalogue.opened(), "data/records", *secrets), "the catalogue's process opened records or keys")
        notices(client, reached=False)
        shown = client.run("notices").stdout
        require("cannot be reached" in shown, "nothing says that the notices are remembered ones")
        client.state = directory / "no-state"
        client.run("notices", code=5)
        require(signer.stop() == 0, "the signer did not stop in order")
        print(f"{len(NOTICES)} notices were readable without evaluator, without records, and remembered without any service.")


main()
