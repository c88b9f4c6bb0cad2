#!/usr/bin/env python3
"""What an operator's machine does wrong, from outside: each its own clear error, and nothing half-applied.

  bad_input.py service   data directory in use, port in use, key file that others can read
  bad_input.py disk      the disk is full during an upload (needs root: a small tmpfs)
"""

import os
import shutil
import subprocess
import sys

from support.dataset import kept
from support.programs import own_directory, require, run, skip, wait_until, BIN
from support.service import Service, config, make_keys, make_samples, publish_notices, seal

ERRORS = 0


def refuses(service, code, *words):
    """That exposured ends by itself, with that exit code and those words."""
    global ERRORS
    process = service.launch()
    try:
        ended = process.wait(timeout=60)
    finally:
        service.kill()
    said = service.log.read_text()
    require(ended == code, f"{service.name}: exit code {ended} instead of {code}\n{said}")
    missing = [word for word in words if word not in said]
    require(not missing, f"{service.name}: {missing} is not in:\n{said}")
    ERRORS += 1


def service_errors():
    apart = 'catalogue_chain_file: "other.chain"'
    with own_directory("bad_input") as directory:
        make_keys(directory)
        with Service(directory) as service:
            client = service.client()
            publish_notices(client, ["met-2023-supplier"])
            refuses(Service(directory, config(address_file="second"), name="same-data"), 1, "DATA_DIRECTORY_IN_USE")
            other = config(listen=service.address, address_file="third", more=apart).replace('"data"', '"other-data"')
            refuses(Service(directory, other, name="same-port"), 1, "ADDRESS_IN_USE", service.address, "Fix:")
            require(not (directory / "second").exists() and not (directory / "third").exists(), "an address was written")
            require(len(client.json("notices")["notices"]) == 1, "the first service was disturbed")

        socket = directory / "socket"
        with Service(directory, config(listen=f"unix:{socket}")):
            other = config(listen=f"unix:{socket}", address_file="fourth", more=apart).replace('"data"', '"other-data"')
            refuses(Service(directory, other, name="same-socket"), 1, "ADDRESS_IN_USE")

        for name in ("met-1", "catalogue"):
            key = directory / "keys" / name
            key.chmod(0o440)
            refuses(Service(directory, name=f"open-{name}"), 2, str(key), "group", "0440", f"chmod 0400 {key}")
            key.chmod(0o400)
        (directory / "data").chmod(0o750)
        refuses(Service(directory, name="open-data"), 2, "data_directory", "0750", "chmod 0700")
        (directory / "data").chmod(0o700)
        readable = directory / "keys/met-custodian"
        readable.chmod(0o444)
        said = run([BIN / "exposure", "seal", "x.csv", "--mapping", "x", "--incident", "x", "--key", readable, "--server",
                    "127.0.0.1:1", "--root", directory / "keys/root.pub"], home=directory, code=None)
        require(said.returncode != 0 and "chmod" in said.stderr and str(readable) in said.stderr, said.stderr)
        with Service(directory) as service:
            require(len(service.client().json("notices")["notices"]) == 1, "after all of it the catalogue is another")
    print(f"{ERRORS + 1} errors of the machine, each with its own words; the service went on.")


def mounted(path, megabytes):
    path.mkdir(mode=0o700)
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0700", "tmpfs", path], capture_output=True,
                          text=True)
    return done.returncode == 0, done.stderr.strip()


def fill(path):
    """A file of all the room that there is."""
    with open(path, "wb", buffering=0) as out:
        try:
            while True:
                out.write(bytes(1 << 16))
        except OSError:
            pass


def disk_full():
    if os.geteuid() != 0:
        skip("not root: a small file system cannot be mounted")
    with own_directory("disk_full") as directory:
        data = directory / "data"
        ok, why = mounted(data, 256)
        if not ok:
            data.rmdir()
            skip(f"a small file system cannot be mounted here: {why}")
        try:
            on_small_disk(directory, data)
        finally:
            subprocess.run(["umount", "-l", data], check=True)


def refuses_or_serves(service, content):
    """A crash on a full disk: the database may need room to open. Then it says so, and changes nothing."""
    (service.directory / "address").unlink()
    process = service.launch()
    wait_until("exposured to serve or to end", lambda: process.poll() is not None or
               (service.directory / "address").exists())
    if process.poll() is None:
        service.address = (service.directory / "address").read_text().strip()
        require(service.client().export()["content"] == content, "restarted on a full disk, another catalogue is served")
        print("Killed and restarted on the full disk, it serves the same catalogue.")
    else:
        require(process.returncode == 1 and "(DISK_FULL:" in service.log.read_text(), service.log.read_text())
        print("Killed and restarted on the full disk, it says DISK_FULL and ends.")
    service.kill()


def on_small_disk(directory, data):
    make_keys(directory)
    make_samples(directory / "custodian", scale=0.05)
    with Service(directory, config(bits={"met": (14, 8)})) as service:
        client = service.client()
        publish_notices(client)
        sealed = {}
        for force in ("psni", "met"):
            sealed[force] = directory / f"{force}.dataset"
            seal(client, force, directory / f"custodian/{force}.csv", sealed[force])
        client.run("publish", sealed["psni"])
        before = client.export()
        size = sealed["met"].stat().st_size

        fill(data / "everything-else")
        failed = client.run("publish", sealed["met"], code=1)
        require("DISK_FULL" in failed.stderr, f"not said clearly: {failed.stderr}")
        require(client.export()["content"] == before["content"], "the catalogue changed")
        fresh = service.client("fresh")
        fresh.run("download", "psni/service")
        require(next(iter(kept(fresh).values())).read_bytes() == sealed["psni"].read_bytes(), "the published dataset suffered")
        room = shutil.disk_usage(data).free
        print(f"With {room:,} bytes free an upload of {size:,} is refused with DISK_FULL; the last catalogue is served.")

        (data / "everything-else").unlink()
        client.run("publish", sealed["met"])
        fresh = service.client("fresh-2")
        fresh.run("download", "met/pay")
        require(next(iter(kept(fresh).values())).read_bytes() == sealed["met"].read_bytes(), "not the sealed file")
        print("With room again the same command publishes, bit for bit, without a restart.")

        before = client.export()
        fill(data / "everything-else")
        service.kill()
        refuses_or_serves(service, before["content"])
        (data / "everything-else").unlink()
        service.start()
        require(service.client().export()["content"] == before["content"], "after a crash on a full disk, another catalogue")


{"service": service_errors, "disk": disk_full}[sys.argv[1]]()
