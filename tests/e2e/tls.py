"""Mutual TLS between the real programs: who gets in, who does not, and what each is told."""

from support import pki
from support.programs import SAMPLES, own_directory, require, wait_until
from support.service import INCIDENTS, Service, config, make_keys, make_samples

NOTICE = SAMPLES / f"{INCIDENTS['met']}.notice.txtpb"


def refused(client, reason, *command, code, stdin=""):
    error = client.json(*command, code=code, stdin=stdin)["error"]
    require(error["reason"] == reason, f"{command[0]}: {error} instead of {reason}")
    return error["message"]


def everybody_does_their_part(service, directory):
    custodian = service.client("custodian", pki.options(directory, "custodian/met-response"))
    portal = service.client("portal", pki.options(directory, "consumer/met-portal"))
    refused(portal, "NOT_ALLOWED", "notice", "publish", NOTICE, code=4)
    custodian.run("notice", "publish", NOTICE)
    require(len(portal.json("notices")["notices"]) == 1, "the portal does not see the notice")
    return custodian, portal


def sealing_needs_a_second_person(service, directory, custodian, portal):
    source, out = directory / "samples/met.csv", directory / "met.dataset"
    words = ["seal", source, "--mapping", SAMPLES / "met.mapping.txtpb", "--incident", INCIDENTS["met"], "--key",
             directory / "keys/met-custodian", "--out", out, "--as-at", "2023-09-02", "--difference-explained", "A sample."]
    message = refused(custodian, "NO_GRANT", *words, code=4)
    command = message[message.index("exposure grant "):].split("\n")[0].rstrip(".").split()
    operator = service.client("first", pki.options(directory, "operator/first"))
    operator.run(*command[1:])
    custodian.run(*words)
    custodian.run("publish", out)
    refused(custodian, "GRANT_USED_UP", "verify-published", source, "--mapping", SAMPLES / "met.mapping.txtpb",
            "--incident", INCIDENTS["met"], code=4)
    operator.run(*command[1:])
    custodian.run("verify-published", source, "--mapping", SAMPLES / "met.mapping.txtpb", "--incident", INCIDENTS["met"])

    known = dict(line.split(" ", 1) for line in (directory / "samples/known.txt").read_text().splitlines()
                 if not line.startswith("#"))
    require(portal.verdict(known["met-exposed"], INCIDENTS["met"]) == "EXPOSED", "the portal's answer is wrong")
    refused(portal, "NOT_ALLOWED", *words, code=4)
    usage = operator.json("quota", "show", "--force", "met")
    require([c["caller"] for c in usage["callers"] if c["elements"]] == ["consumer/met-portal"], f"{usage}")


def who_is_not_known_stays_outside(service, directory):
    refused(service.client("nobody", pki.options(directory)), "NO_CALLER", "download", code=4)
    pki.make(directory, "operator/third")
    refused(service.client("third", pki.options(directory, "operator/third")), "UNKNOWN_CALLER", "notice", "publish",
            NOTICE, code=4)
    psni = service.client("psni", pki.options(directory, "custodian/psni-response"))
    refused(psni, "WRONG_FORCE", "notice", "publish", NOTICE, code=4)


def a_revoked_caller_is_shut_out_without_a_restart(service, directory):
    operator = service.client("second", pki.options(directory, "operator/second"))
    operator.run("catalogue", "fetch", "--out", directory / "before.bin")
    pki.make(directory, "--revoke", "operator/second")

    def shut_out():
        return operator.run("catalogue", "fetch", "--out", directory / "after.bin", code=None).returncode == 4

    wait_until("the revocation to be seen", shut_out, 30)


def a_service_of_another_ca_is_not_believed(service, directory):
    other = directory / "other"
    other.mkdir()
    pki.make(other, "operator/first")
    client = service.client("deceived", pki.options(directory, "operator/first", other / "pki/ca.pem"))
    error = client.run("catalogue", "fetch", "--out", directory / "x.bin", code=5).stderr
    require(f"is not of the CA in {other}/pki/ca.pem" in error, error)
    plain = service.client("plain")
    plain.run("catalogue", "fetch", "--out", directory / "x.bin", code=5)


with own_directory("tls") as directory:
    make_keys(directory)
    pki.make(directory)
    make_samples(directory / "samples", 0.02)
    with Service(directory, config(more=pki.config())) as service:
        custodian, portal = everybody_does_their_part(service, directory)
        sealing_needs_a_second_person(service, directory, custodian, portal)
        who_is_not_known_stays_outside(service, directory)
        a_revoked_caller_is_shut_out_without_a_restart(service, directory)
        a_service_of_another_ca_is_not_believed(service, directory)
print("Mutual TLS: everybody does their own part, and nobody else's.")
