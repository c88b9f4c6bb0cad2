"""An issuer of tokens for apps (docs/operations.md, "Tokens of an app"): ES256 with openssl."""

import base64
import json
import subprocess
import time

ISSUER, AUDIENCE, KEY_ID = "https://sso.police.example", "exposure", "e2e"


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def openssl(*words, stdin=b""):
    return subprocess.run(["openssl", *map(str, words)], input=stdin, capture_output=True, check=True).stdout


def raw_signature(der):
    """r || s of an ECDSA signature: a SEQUENCE of two INTEGERs, all of it shorter than 128 bytes."""
    length = der[3]
    integers = der[4:4 + length], der[6 + length:]
    return b"".join(int.from_bytes(integer, "big").to_bytes(32, "big") for integer in integers)


class Issuer:
    """Its secret key, and the key set of the service, in DIRECTORY/tokens."""

    def __init__(self, directory):
        self.key = directory / "tokens/issuer.key"
        self.key.parent.mkdir()
        openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", self.key)
        point = openssl("pkey", "-in", self.key, "-pubout", "-outform", "DER")[-64:]
        jwk = {"kty": "EC", "crv": "P-256", "use": "sig", "kid": KEY_ID, "x": base64url(point[:32]),
               "y": base64url(point[32:])}
        (directory / "tokens/keys.json").write_text(json.dumps({"keys": [jwk]}))

    def token(self, client_id, subject):
        now = int(time.time())
        parts = [{"alg": "ES256", "kid": KEY_ID},
                 {"iss": ISSUER, "aud": AUDIENCE, "client_id": client_id, "sub": subject, "iat": now, "exp": now + 900}]
        text = ".".join(base64url(json.dumps(part).encode()) for part in parts)
        der = openssl("dgst", "-sha256", "-sign", self.key, stdin=text.encode())
        return f"{text}.{base64url(raw_signature(der))}"


def config():
    """The part of a configuration that believes this issuer."""
    return f'tokens {{ key_set_file: "tokens/keys.json" issuer: "{ISSUER}" audience: "{AUDIENCE}" }}'
