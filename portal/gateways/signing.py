"""Signing mail (DKIM, RFC 6376): rsa-sha256, relaxed/relaxed, over the very bytes that are handed to the server."""

import base64
import hashlib
import re
import time
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

SIGNED = (
    *("from", "reply-to", "subject", "date", "to", "message-id", "mime-version", "content-type", "auto-submitted"),
    *("list-unsubscribe", "list-unsubscribe-post"),
)
"""One that is not there is named all the same, so that nobody adds it on the way; RFC 8058 asks for the last two."""
TWICE = ("from", "subject")
"""What readers see: named once more than it stands there, for a second one would be shown (RFC 6376, 8.15)."""
REWRITTEN = {"amazonaws.com": ("date", "message-id")}
"""What relays put in anew after us, by the end of their names: signed, it would break the signature."""


def sign(content: bytes, *, domain: str, selector: str, private_key: str, relay: str = "") -> bytes:
    """Give a message (RFC 5322, CRLF line ends) with its DKIM-Signature before it.

    `domain` is in ASCII, `private_key` an RSA key as PEM, `relay` the host that it will be handed to. ValueError when the
    message has no From or the key is none.
    """
    head, _, body = content.partition(b"\r\n\r\n")
    fields = _fields(head)
    if not any(name == "from" for name, _ in fields):
        raise ValueError("A message without From cannot be signed.")
    left_out = next((names for end, names in REWRITTEN.items() if relay == end or relay.endswith("." + end)), ())
    names = [name for name in (*SIGNED, *TWICE) if name not in left_out]
    body_hash = base64.b64encode(hashlib.sha256(_body(body)).digest()).decode()
    tags = f"v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s={selector};\r\n t={int(time.time())}; bh={body_hash};\r\n"
    unsigned = f" {tags} h={_folded(names)};\r\n b="
    signed = b"".join(_header(name, value) + b"\r\n" for name, value in _chosen(fields, names))
    signed += _header("dkim-signature", unsigned.encode())
    signature = base64.b64encode(_key(private_key).sign(signed, PKCS1v15(), SHA256())).decode()
    folded = "\r\n ".join(signature[at : at + 72] for at in range(0, len(signature), 72))
    return f"DKIM-Signature:{unsigned}{folded}\r\n".encode() + content


def _folded(names: list[str]) -> str:
    middle = len(names) // 2
    return ":".join(names[:middle]) + ":\r\n  " + ":".join(names[middle:])


def _fields(head: bytes) -> list[tuple[str, bytes]]:
    """Part the head into its fields, unfolded only where they are written."""
    fields = re.split(rb"\r\n(?![ \t])", head)
    parted = (field.partition(b":") for field in fields if field)
    return [(name.decode("ascii", "replace").strip().lower(), value) for name, _, value in parted]


def _chosen(fields: list[tuple[str, bytes]], names: list[str]) -> list[tuple[str, bytes]]:
    """Take the fields in the order of their names, of several the last first (RFC 6376, 5.4.2)."""
    left = list(fields)
    chosen = []
    for wanted in names:
        at = next((at for at in reversed(range(len(left))) if left[at][0] == wanted), None)
        if at is not None:
            chosen.append(left.pop(at))
    return chosen


def _header(name: str, value: bytes) -> bytes:
    """Write a field in its relaxed form (RFC 6376, 3.4.2), without its line end."""
    return name.encode() + b":" + re.sub(rb"[ \t]+", b" ", value.replace(b"\r\n", b"")).strip(b" \t")


def _body(body: bytes) -> bytes:
    """Write a body in its relaxed form (RFC 6376, 3.4.4)."""
    lines = [re.sub(rb"[ \t]+", b" ", line).rstrip(b" ") for line in body.split(b"\r\n")]
    while lines and not lines[-1]:
        lines.pop()
    return b"".join(line + b"\r\n" for line in lines)


@lru_cache(maxsize=32)
def _key(private_key: str) -> RSAPrivateKey:
    # It was made here and sealed since: trying its primes again would cost more than a hundred signatures.
    key = load_pem_private_key(private_key.encode(), password=None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("Mail is signed with an RSA key.")
    return key
