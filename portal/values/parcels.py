"""The fields and files of a form in one sealed piece, which only the holder of a token can open again."""

import json
import os
from typing import TYPE_CHECKING, NamedTuple

# cryptography is imported where it is used: it takes 6 MB of a process, and hardly a form is sent too late.
if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PURPOSE = b"portal: a form that was sent too late"
NONCE = 12


class ParcelClosed(ValueError):
    """The token is another one, or the piece was altered."""


class File(NamedTuple):
    """A file of a form: the field, the name it had, its media type, and what is in it."""

    field: str
    name: str
    kind: str
    data: bytes


class Parcel(NamedTuple):
    """The fields of a form in their order, a name as often as it was sent, and its files."""

    fields: tuple[tuple[str, str], ...]
    files: tuple[File, ...] = ()
    left_out: tuple[str, ...] = ()
    """Names of files that were too large to be kept."""


def seal(parcel: Parcel, *, token: str, label: bytes) -> bytes:
    """Seal a form with a key that comes from the token (HKDF-SHA-256, AES-256-GCM), for the row that `label` names alone."""
    head = json.dumps(
        {
            "fields": parcel.fields,
            "files": [(one.field, one.name, one.kind, len(one.data)) for one in parcel.files],
            "left_out": parcel.left_out,
        }
    ).encode()
    nonce = os.urandom(NONCE)
    plain = b"".join((len(head).to_bytes(4, "big"), head, *(one.data for one in parcel.files)))
    return nonce + _cipher(token, label).encrypt(nonce, plain, label)


def unseal(sealed: bytes, *, token: str, label: bytes) -> Parcel:
    """Open what `seal` made.

    :raises ParcelClosed: when it was not sealed with this token for this row.
    """
    from cryptography.exceptions import InvalidTag

    try:
        plain = _cipher(token, label).decrypt(sealed[:NONCE], sealed[NONCE:], label)
    except (InvalidTag, ValueError) as fault:
        raise ParcelClosed from fault
    at = 4 + int.from_bytes(plain[:4], "big")
    head = json.loads(plain[4:at])
    files = []
    for field, name, kind, size in head["files"]:
        files.append(File(field, name, kind, plain[at : at + size]))
        at += size
    return Parcel(tuple((name, value) for name, value in head["fields"]), tuple(files), tuple(head["left_out"]))


def _cipher(token: str, label: bytes) -> "AESGCM":
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return AESGCM(HKDF(SHA256(), length=32, salt=label, info=PURPOSE).derive(token.encode()))
