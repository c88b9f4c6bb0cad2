"""A service of a test's own: keys, configuration, process."""

import pathlib
import signal
import subprocess

from support.programs import BIN, SAMPLES, Client, environment, run, wait_until, require

RULES = {
    "met/pay": 'prefix_words: "PAY" prefix_words: "NO" min_letters: 1 max_letters: 1 min_digits: 6 max_digits: 6',
    "psni/service": 'prefix_words: "NO" max_letters: 0 min_digits: 1 max_digits: 6 pad_digits_to: 6',
}
POPULATIONS = {"met": 47000, "psni": 9483}
INCIDENTS = {"met": "met-2023-supplier", "psni": "psni-2023-foi"}
NOTICES = ["met-2023-supplier", "psni-2023-foi", "norfolk-suffolk-2023-foi", "south-yorkshire-2023-footage"]


SIGNING = ['catalogue_key_file: "keys/catalogue"', 'delegation_file: "delegation.txtpb"']


def signer_config(socket, *, directory="signed", address_file="signer.address"):
    """Text of a configuration for --roles=signer."""
    return "\n".join([f'listen: "{socket}"', f'address_file: "{address_file}"', f'data_directory: "{directory}"',
                      *SIGNING]) + "\n"


def make_keys(directory):
    """Keys of both forces and the delegation, in DIRECTORY/keys."""
    keys = directory / "keys"
    keys.mkdir(parents=True)
    for kind, name, *more in [("root", "root"), ("catalogue", "catalogue"), ("custodian", "met-custodian"),
                              ("custodian", "psni-custodian"), ("evaluator", "met-1", "--index", "1"),
                              ("evaluator", "psni-1", "--index", "1")]:
        run([BIN / "exposure", "keys", "generate", kind, "--out", keys / name, *more], home=directory)
    run([BIN / "exposure", "keys", "delegate", "--root", keys / "root", "--catalogue", keys / "catalogue.pub", "--out",
         directory / "delegation.txtpb"], home=directory)


def config(*, listen="127.0.0.1:0", name="Test: invented people only", evaluator_keys=True, evaluator="",
           address_file="address", bits=None, populations=None, limits="", more="", signer=""):
    """Text of a configuration with an epoch for each force. bits: {"met": (B, fetch_bits)}. populations: {"met": people}.
    more: text that follows. signer: the address of its process."""
    bits = {"met": (8, 8), "psni": (6, 6), **(bits or {})}
    populations = {**POPULATIONS, **(populations or {})}
    text = [f'listen: "{listen}"', f'address_file: "{address_file}"', 'data_directory: "data"',
            *([f'signer: "{signer}"'] if signer else SIGNING), f'service_name: "{name}"']
    if limits:
        text.append(f"limits {{ {limits} }}")
    for scheme, rule in RULES.items():
        force, kind = scheme.split("/")
        if evaluator_keys:
            text.append(f'evaluator_key_files: "keys/{force}-1"')
        address = f'evaluator_addresses: "{evaluator}"' if evaluator else ""
        text.append(f"""epochs {{
  evaluator_files: "keys/{force}-1.pub" {address}
  bucket_bits: {bits[force][0]} fetch_bits: {bits[force][1]}
  schemes {{
    force: "{force}" name: "{kind}" population: {populations[force]}
    rule {{ {rule} }}
    label {{ en: "{kind} number" }} help {{ en: "on your card" }} force_name {{ en: "Force of {force}" }}
  }}
}}
custodians {{ name: "Custodian of {force}" force: "{force}" public_key_file: "keys/{force}-custodian.pub" }}""")
    return "\n".join([*text, more]) + "\n"


class Service:
    """One exposured. Its directory holds keys and configuration; its words go to NAME.log."""

    def __init__(self, directory, text=None, *, name="exposured", roles=None, command=()):
        self.directory = pathlib.Path(directory)
        self.name, self.roles, self.command = name, roles, list(command)
        self.config = self.directory / f"{name}.txtpb"
        self.config.write_text(text if text is not None else config())
        self.log = self.directory / f"{name}.log"
        self.process = None
        self.address = None

    def launch(self):
        """Starts the process and does not wait."""
        words = [*self.command, BIN / "exposured", "--config", self.config]
        if self.roles:
            words.append(f"--roles={self.roles}")
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([str(word) for word in words], stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=log, env=environment(self.directory), cwd=self.directory)
        return self.process

    def start(self):
        file = self.directory / next(line.split('"')[1] for line in self.config.read_text().splitlines()
                                     if line.startswith("address_file:"))
        file.unlink(missing_ok=True)
        process = self.launch()

        def written():
            require(process.poll() is None, f"{self.name} ended:\n{self.log.read_text()[-2000:]}")
            return file.exists() and file.read_text().strip()

        self.address = wait_until(f"{self.name} to listen", written)
        return self

    def client(self, state="state", tls=()):
        return Client(self.directory, self.address, self.directory / "keys/root.pub", state, tls)

    def stop(self, how=signal.SIGTERM):
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.send_signal(how)
        code = self.process.wait(timeout=60)
        self.process = None
        return code

    def kill(self):
        self.stop(signal.SIGKILL)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.kill()


def publish_notices(client, names=tuple(NOTICES)):
    for name in names:
        client.run("notice", "publish", SAMPLES / f"{name}.notice.txtpb")


def make_samples(directory, scale=1.0, truth=False):
    run(["python3", SAMPLES / "generate.py", "--out", directory, "--scale", scale, *(["--truth"] if truth else [])],
        home=directory.parent)


def seal(client, force, source, out):
    """The sealed dataset file of a source."""
    return client.json("seal", source, "--mapping", SAMPLES / f"{force}.mapping.txtpb", "--incident", INCIDENTS[force],
                       "--key", client.directory / f"keys/{force}-custodian", "--out", out, "--as-at", "2023-09-02",
                       "--difference-explained", "A sample: fewer rows than people.")
