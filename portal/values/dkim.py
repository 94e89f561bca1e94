"""Keys for signing mail (DKIM, RFC 6376): made, and written as the record that lets receivers check the signature."""

import base64
import binascii
import secrets
from typing import NamedTuple

BITS = 2048
STRING = 255
"""How many characters a single string of a TXT record holds (RFC 1035, 3.3.14)."""
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


class Key(NamedTuple):
    """A pair: the private key as PEM (PKCS 8), the public one as it stands in the record (base64)."""

    private: str
    public: str


def new_key() -> Key:
    """Make an RSA key of 2048 bits: what all receivers read, and Gmail and Yahoo ask for at least (RFC 8301: 1024 are too few)."""
    # Large to import, and a key is made once in a long time.
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

    made = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    private = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    public = made.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return Key(private, base64.b64encode(public).decode())


def new_selector() -> str:
    """Make a name for a key; so long that no two of a domain are alike."""
    return "portal-" + "".join(secrets.choice(_LETTERS) for _ in range(8))


def record(public: str) -> str:
    """Write the record of a public key."""
    return f"v=DKIM1; k=rsa; p={public}"


def zone_line(name: str, kind: str, value: str) -> str:
    """Write a record as a line of a zone file (RFC 1035, 5.1); a long text in strings of at most 255 characters."""
    if kind != "TXT":
        return f"{name}. IN {kind} {value}"
    strings = [value[at : at + STRING] for at in range(0, len(value), STRING)]
    return f"{name}. IN TXT " + " ".join('"' + one.replace("\\", "\\\\").replace('"', '\\"') + '"' for one in strings)


def read_tags(text: str) -> dict[str, str]:
    """Read a list of tags (RFC 6376, 3.2); white space around and inside of values is left out. What has no = is passed over."""
    tags = {}
    for part in text.split(";"):
        name, equals, value = part.partition("=")
        if equals:
            tags.setdefault(name.strip(), "".join(value.split()))
    return tags


def same_key(one: str, other: str) -> bool:
    """Tell whether two public keys in base64 are the same, however they are padded."""
    return _bytes(one) == _bytes(other) != b""


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""
