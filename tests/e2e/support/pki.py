"""Certificates of deploy/dev-pki.sh, and the part of a configuration that uses them."""

import re

from support.programs import SOURCE, run

CALLERS = {"consumer/met-portal": ["met"], "consumer/federation-helpdesk": ["met"], "consumer/mobile-app": ["met"],
           "custodian/met-response": ["met"], "custodian/psni-response": ["psni"], "operator/first": [],
           "operator/second": []}
LIMITS = {"consumer/met-portal": "portal", "consumer/federation-helpdesk": "helpdesk", "consumer/mobile-app": "mobile"}


def make(directory, *arguments):
    run([SOURCE / "deploy/dev-pki.sh", "--dir", directory / "pki", *arguments], home=directory)


def options(directory, caller=None, ca=None):
    """Options of `exposure`: as a caller; None: as nobody."""
    pki = directory / "pki"
    words = ["--tls-ca", ca or pki / "ca.pem"]
    return words + (["--tls-cert", pki / f"{caller}.pem", "--tls-key", pki / f"{caller}.key"] if caller else [])


def config():
    """`tls`, and the access table of deploy/exposured.txtpb with callers of our own."""
    methods = re.findall(r"^  methods .*$", (SOURCE / "deploy/exposured.txtpb").read_text(), re.M)
    callers = []
    for name, forces in CALLERS.items():
        fields = [f'name: "{name}"', *(f'forces: "{force}"' for force in forces)]
        if name in LIMITS:
            fields.append(f'limits: "{LIMITS[name]}"')
        callers.append(f'  callers {{ {" ".join(fields)} }}')
    return "\n".join(["""tls {
  certificate_file: "pki/server.pem" private_key_file: "pki/server.key"
  client_ca_file: "pki/ca.pem" revocation_file: "pki/ca.crl" trust_domain: "police.example"
}
access {""", *methods, *callers, "}"])
