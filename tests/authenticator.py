"""A passkey device in software (W3C Web Authentication): makes a key pair for a site, and signs what it is asked."""

import base64
import hashlib
import json
import os
from dataclasses import dataclass, field

import cbor2
import pyotp
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from portal.values import clock

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def data(said: str) -> bytes:
    return base64.urlsafe_b64decode(said + "=" * (-len(said) % 4))


@dataclass
class Device:
    """One passkey. What a test wants to go wrong is set before it is asked: origin, rp_id, verifies, count."""

    origin: str = "http://localhost"
    rp_id: str = "localhost"
    verifies: bool = True
    count: int = 0
    grows: bool = True
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential_id: bytes = field(default_factory=lambda: os.urandom(32))
    handle: bytes = b""

    def make(self, asked: dict) -> str:
        """Answer navigator.credentials.create()."""
        self.handle = data(asked["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        cose = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})
        attested = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + cose
        response = {
            "clientDataJSON": text(self._client_data("webauthn.create", asked["challenge"])),
            "attestationObject": text(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": self._said(ATTESTED) + attested})),
            "transports": ["internal", "hybrid", "carrier-pigeon"],
        }
        return self._credential(response)

    def sign(self, asked: dict) -> str:
        """Answer navigator.credentials.get()."""
        if self.grows:
            self.count += 1
        client_data, said = self._client_data("webauthn.get", asked["challenge"]), self._said(0)
        signature = self.key.sign(said + hashlib.sha256(client_data).digest(), ec.ECDSA(SHA256()))
        return self._credential(
            {
                "clientDataJSON": text(client_data),
                "authenticatorData": text(said),
                "signature": text(signature),
                "userHandle": text(self.handle),
            }
        )

    def _said(self, more: int) -> bytes:
        flags = PRESENT | (VERIFIED if self.verifies else 0) | more
        return hashlib.sha256(self.rp_id.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()

    def _credential(self, response: dict) -> str:
        name = text(self.credential_id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response, "clientExtensionResults": {}})


def code_of(secret: str, steps: int = 0) -> str:
    """Give the code that an app shows, so many steps of 30 seconds from now."""
    return pyotp.TOTP(secret).generate_otp(int(clock.now().timestamp()) // 30 + steps)


def seconds_left() -> float:
    """Give how long the app goes on showing the code that it shows now."""
    return 30 - clock.now().timestamp() % 30
